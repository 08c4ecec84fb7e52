"""What a decision means for those who reported: credit, rewards, or a malicious report found; and how it is undone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain import facts
from domain.cases.bench import Bench, Credited
from domain.cases.events import CaseDecided
from domain.cases.state import Case
from domain.cases.values import ReportInCase
from domain.errors import PerkNotInPolicy, PseudonymUnknown
from domain.events import Event, Stamp
from domain.facts import Fact, Facts
from domain.policy.pack import Pack
from domain.policy.rewards import Booking, LedgerRow, Upheld, book, month_of
from domain.policy.vocabulary import RewardKind, Source
from domain.reporters import events as e
from domain.reporters.state import Reporter
from domain.values import Outcome

_EARLIER = "earlier"
"""Stands for the reports that were booked before; no report has this id, theirs are UUIDs."""


def credit(bench: Bench, case: Case, decided: CaseDecided, perk: str | None, stamp: Stamp) -> Facts:
    """Credit or its opposite for every report of the case that has a reporter, once while any decision of it stands."""
    _check(bench.pack, case, decided, perk)
    bench = replace(bench, reporters=_not_credited(bench, case))
    rewards = _rewards(bench, case, decided, perk, stamp)
    made: list[Fact] = []
    for joined in case.reports:
        known = bench.reporters.get(joined.report)
        if known is not None:
            events = (*_standing(bench, case, decided, joined, known, stamp), *rewards.get(joined.report, ()))
            made.extend(Fact(known.stream, event) for event in events)
    return tuple(made)


def withdraw(bench: Bench, case: Case, stamp: Stamp) -> Facts:
    """Take back what the decisions of the case gave or counted against its reporters."""
    made: list[Fact] = []
    for joined in case.reports:
        known = bench.reporters.get(joined.report)
        if known is None or known.reporter is None:
            continue
        for number, decision in case.decisions.items():
            key = (joined.report, bench.stream.uuid, number)
            found_malicious = joined.pseudonym in decision.made.malicious
            made.extend(facts.of(known.stream, *_taken_back(known.reporter, key, stamp, found_malicious)))
    return tuple(made)


def malicious_found(known: Reporter | None, joined: ReportInCase, bench: Bench, stamp: Stamp) -> tuple[Event, ...]:
    """The finding that a report was malicious, once per report."""
    if known is not None and joined.report in known.malicious:
        return ()
    event = e.ReporterMaliciousReportFound(
        occurred_at=stamp.at, cause=stamp.cause, report=joined.report, case=bench.stream.uuid
    )
    return (event,)


def _not_credited(bench: Bench, case: Case) -> Mapping[UUID, Credited]:
    """The reporters of those reports that no standing decision of the case has counted."""
    standing = [decision.made.decision for decision in case.standing]
    if not standing:
        return bench.reporters
    return {
        report: known
        for report, known in bench.reporters.items()
        if known.reporter is None
        or not any((report, bench.stream.uuid, number) in known.reporter.credited for number in case.decisions)
    }


def _check(pack: Pack, case: Case, decided: CaseDecided, perk: str | None) -> None:
    pseudonyms = set(case.reporters.values())
    for pseudonym in decided.malicious:
        if pseudonym not in pseudonyms:
            raise PseudonymUnknown(f"{pseudonym!r} is no reporter of this case; known: {', '.join(sorted(pseudonyms))}")
    perks = tuple(pack.rewards.perks or ()) if pack.rewards else ()
    if perk is not None and (decided.outcome is not Outcome.UPHELD or perk not in perks):
        raise PerkNotInPolicy(f"{perk!r} cannot be granted; perks of an upheld report: {', '.join(perks) or 'none'}")


def _standing(
    bench: Bench,
    case: Case,
    decided: CaseDecided,
    joined: ReportInCase,
    known: Credited,
    stamp: Stamp,
) -> tuple[Event, ...]:
    at, cause, report, number = stamp.at, stamp.cause, joined.report, decided.decision
    if joined.pseudonym in decided.malicious:
        return malicious_found(known.reporter, joined, bench, stamp)
    if decided.outcome is Outcome.DISMISSED:
        return (
            e.ReporterReportDismissed(
                occurred_at=at, cause=cause, report=report, case=bench.stream.uuid, decision=number
            ),
        )
    content = case.opened.content
    return (
        e.ReporterReportUpheld(
            occurred_at=at, cause=cause, report=report, case=bench.stream.uuid, decision=number, content=content
        ),
    )


def _rewards(
    bench: Bench, case: Case, decided: CaseDecided, perk: str | None, stamp: Stamp
) -> dict[UUID, tuple[Event, ...]]:
    """One row for each credited report; booked together, so that caps and repeats see each other. A perk goes to the
    first report of each reporter.
    """
    rules = bench.pack.rewards
    if decided.outcome is Outcome.DISMISSED or rules is None or (rules.kind == RewardKind.PERKS and perk is None):
        return {}
    credited = [
        (joined, bench.reporters[joined.report])
        for joined in case.reports
        if joined.report in bench.reporters and joined.pseudonym not in decided.malicious
    ]
    content = case.opened.content
    upheld = [
        Upheld(
            report=str(joined.report),
            reporter=str(known.stream.uuid),
            content=content,
            at=stamp.at,
            source=Source(joined.source),
        )
        for joined, known in credited
    ]
    made: dict[UUID, tuple[Event, ...]] = {}
    given: set[str] = set()
    rows = {UUID(row.report): row for row in book(bench.pack, _bookings(credited, bench.pack, content, stamp), upheld)}
    for joined, _ in credited:
        row = rows[joined.report]
        if perk is None or row.reporter not in given:
            made[joined.report] = (_rewarded(bench, decided, joined.report, content, row, perk, stamp),)
        given.add(row.reporter)
    return made


def _rewarded(
    bench: Bench,
    decided: CaseDecided,
    report: UUID,
    content: str | None,
    row: LedgerRow,
    perk: str | None,
    stamp: Stamp,
) -> Event:
    return e.ReporterRewarded(
        occurred_at=stamp.at,
        cause=stamp.cause,
        report=report,
        case=bench.stream.uuid,
        decision=decided.decision,
        content=content,
        month=row.month,
        granted=_amounts(row.granted),
        capped=_amounts(row.capped),
        perk=perk,
        note=None if perk or row.note is None else row.note.value,
        policy=decided.policy,
    )


def _bookings(
    credited: Sequence[tuple[ReportInCase, Credited]], pack: Pack, content: str | None, stamp: Stamp
) -> Iterator[Booking]:
    """What the ledger has to know of the past of these reporters: what counts against the caps of this month, whether
    this content was booked, and whether these reports were. It is as much after a million bookings as after one.
    """
    at = stamp.at
    for known in {known.stream: known for _, known in credited}.values():
        past, name = known.reporter or Reporter(), str(known.stream.uuid)
        month = past.months.get(month_of(at, pack.zone))
        if month is not None:
            yield Booking(report=_EARLIER, reporter=name, at=at, granted=month.taken_at(at))
        if content is not None and content in past.booked_contents:
            yield Booking(report=_EARLIER, reporter=name, content=content, at=at, granted={})
    for joined, known in credited:
        if known.reporter is not None and joined.report in known.reporter.booked_reports:
            name = str(known.stream.uuid)
            yield Booking(report=str(joined.report), reporter=name, at=at, granted={})


def _taken_back(reporter: Reporter, key: e.Key, stamp: Stamp, malicious: bool) -> Iterable[Event]:  # noqa: FBT001
    report, case, decision = key
    at, cause = stamp.at, stamp.cause
    counted = key in reporter.credited or key in reporter.dismissed or (malicious and report in reporter.malicious)
    if counted and key not in reporter.withdrawn:
        yield e.ReporterCreditWithdrawn(occurred_at=at, cause=cause, report=report, case=case, decision=decision)
    made = reporter.rewards.get(key)
    if made is not None and key not in reporter.reversed_at:
        yield e.ReporterRewardReversed(
            occurred_at=at,
            cause=cause,
            report=report,
            case=case,
            decision=decision,
            month=made.month,
            reversed=_amounts(dict(made.granted)),
        )


def _amounts(by_currency: Mapping[str, int]) -> tuple[e.Amount, ...]:
    return tuple(e.Amount(currency=currency, amount=amount) for currency, amount in by_currency.items())
