"""A `judge` vector as commands: `given` becomes reports, decisions and corrections in the order of time, `when` a
finding; what comes back is the ruling of the proposal, with the entries' own ids where it names events.

A decision in the real world writes more than the one entry that a vector names: a mute for removed content comes with
the removal. Where that would be counted is for the vector to show: the ruling is compared, not the record.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby, product

from caseledger.application.gateway import Gateway
from caseledger.application.requests import Request
from caseledger.application.service import Answer
from domain import commands as c
from domain.accounts.events import AccountContentRemoved, AccountSanctionImposed
from domain.accounts.state import Account
from domain.cases.events import CaseDecisionProposed
from domain.cases.values import RulingMade
from domain.errors import FindingNotJudged, ViolationUnknown
from domain.policy.errors import JudgeRefused
from domain.policy.finding import Finding, Ruling
from domain.policy.judge import judge
from domain.policy.kinds import CONTENT_REMOVAL, KINDS, Kind, MeasureRole
from domain.policy.measures import Measure
from domain.policy.pack import Pack
from domain.policy.vectors import GivenEntry
from domain.policy.vocabulary import EntryCause, Explanation, Severity
from domain.streams import account_stream

FIRST, SECOND, THIRD = "officer-ann", "officer-bob", "officer-cat"
NOBODY = "acc-of-nobody"
OLD = datetime.fromisoformat("2001-01-01T00:00:00+08:00")
"""Posted so long ago that any limitation has passed."""


class NoSuchHistory(Exception):  # noqa: N818 - named as the sentence it says
    """No sequence of commands writes this record; the reason says which entry, and why."""


@dataclass
class Made:
    """The entries of one decision, the case it was made in, and which of its measures comes by a reduction."""

    report: str
    at: datetime
    entries: list[GivenEntry]
    lesser: GivenEntry | None = None


@dataclass
class Town:
    """One platform in which a vector happens. `names` are the vector's ids by the ids of the events."""

    gateway: Gateway
    pack: Pack
    account: str
    names: dict[str, str] = field(default_factory=dict)
    reports: int = 0

    def do(self, at: datetime, actor: str, name: str, **fields: object) -> Answer:
        """One command."""
        command = c.COMMAND_TYPES[name].model_validate(fields)
        return self.gateway.handle(Request(platform=self.pack.platform, at=at, command=command, actor=actor))

    def report(self, finding: Finding) -> str:
        """A report about the finding's subject, by the platform's own monitoring."""
        self.reports += 1
        name = f"report-{self.reports}"
        place = min(self.pack.places, default=None)
        self.do(
            finding.at,
            FIRST,
            "file_report",
            report=name,
            source="platform_monitoring",
            place=place,
            subject=finding.subject.model_dump(),
            respondent=finding.respondent,
            content=finding.content,
            posted_at=finding.posted_at,
            snapshot="what it showed",
        )
        return name

    def propose(self, report: str, finding: Finding, measure: str | None) -> Answer:
        """The finding with this choice from its options."""
        asked = finding.model_dump(exclude={"at", "subject", "respondent", "content"}, exclude_none=True)
        more = {} if measure is None else {"measure": measure}
        return self.do(
            finding.at,
            FIRST,
            "propose_decision",
            case={"report": report},
            outcome="upheld",
            finding=asked,
            reason="as the vector has it",
            **more,
        )

    def record(self) -> Account:
        """The respondent's record as it stands."""
        service = self.gateway.service_for(Request(self.pack.platform, OLD, c.AddNote.model_construct()))
        service.states.refresh()
        return service.states.account(account_stream(self.pack.platform, self.account)) or Account()


def run(gateway: Gateway, pack: Pack, given: Sequence[GivenEntry], when: Finding) -> dict[str, object]:
    """What the whole service makes of the vector, in the shape of its `then`; raises `NoSuchHistory`."""
    town = Town(gateway, pack, when.respondent or NOBODY)
    for act in _in_order(town, [entry for entry in given if entry.at <= when.at], when.at):
        act()
    report = town.report(when)
    try:
        answer = town.propose(report, when, None)
    except (FindingNotJudged, ViolationUnknown) as refused:
        return {"error": refused.reason.partition(":")[0]}
    (ruling,) = [fact.event.ruling for fact in answer.events if isinstance(fact.event, CaseDecisionProposed)]
    return _as_then(town, ruling)


def _in_order(town: Town, given: Sequence[GivenEntry], until: datetime) -> list[Callable[[], None]]:
    """Decisions and what takes them back, each when its time has come."""
    acts: list[tuple[datetime, int, Callable[[], None]]] = []
    for number, made in enumerate(_decisions(given)):
        acts.append((made.at, 2 * number, partial(_decide, town, made)))
        lifted = sorted({entry.lifted_at for entry in made.entries if entry.lifted_at is not None})
        acts.extend((at, 2 * number + 1, partial(_take_back, town, made, at)) for at in lifted if at <= until)
    return [act for _, _, act in sorted(acts, key=lambda act: act[:2])]


def _decisions(given: Sequence[GivenEntry]) -> Iterator[Made]:
    """The entries by the decision that wrote them: those of one case and moment belong together."""
    key = lambda entry: (entry.at, entry.case or entry.id)  # noqa: E731 - used twice, here only
    for place, ((at, _), group) in enumerate(groupby(sorted(given, key=key), key)):
        entries = list(group)
        party = [entry for entry in entries if _is_party(entry)]
        replaced = [entry for entry in party if entry.lifted_at is not None]
        lesser = next((entry for entry in party if entry.lifted_at is None), None) if replaced else None
        yield Made(f"given-{place}", at, [entry for entry in entries if entry is not lesser], lesser)


def _is_party(entry: GivenEntry) -> bool:
    return entry.kind != CONTENT_REMOVAL and KINDS[Kind(entry.kind)].role is MeasureRole.PARTY


def _decide(town: Town, made: Made) -> None:
    finding, ruling = _finding_for(town, made)
    party = next((entry for entry in made.entries if _is_party(entry)), None)
    measure = _measure(party) if party else _least(town.pack, ruling)
    made.report = town.report(finding)
    answer = town.propose(made.report, finding, str(measure) if measure else None)
    facts = answer.events
    if not any(isinstance(fact.event, AccountContentRemoved | AccountSanctionImposed) for fact in facts):
        facts = town.do(made.at, SECOND, "confirm_decision", case={"report": made.report}).events
    for entry in made.entries:
        town.names[_event_of(entry, facts)] = entry.id


def _event_of(entry: GivenEntry, facts: Sequence[object]) -> str:
    for fact in facts:
        removal = isinstance(fact.event, AccountContentRemoved) and entry.kind == CONTENT_REMOVAL
        imposed = isinstance(fact.event, AccountSanctionImposed) and fact.event.kind == entry.kind
        if removal or (imposed and fact.event.duration == entry.duration):
            return fact.event_id
    raise NoSuchHistory(f"{entry.id}: no decision of this policy writes {entry.kind!r} here")


def _finding_for(town: Town, made: Made) -> tuple[Finding, Ruling]:
    """A finding on which the policy, with the record as it stands, allows what the entries say."""
    record = town.record()
    for finding in _possible(town, made):
        try:
            ruling = judge(town.pack, record.entries, finding)
        except JudgeRefused:
            continue
        if _fits(town.pack, ruling, made):
            return finding, ruling
    named = ", ".join(entry.id for entry in made.entries)
    raise NoSuchHistory(f"{named}: no finding at this moment leads to these entries")


def _possible(town: Town, made: Made) -> Iterator[Finding]:
    removal = next((entry for entry in made.entries if entry.kind == CONTENT_REMOVAL), None)
    on_content = removal is not None or any(entry.cause is EntryCause.CONTENT_REMOVAL for entry in made.entries)
    content = (removal and removal.content) or f"of-{made.report}" if on_content else None
    barred = any(entry.time_barred for entry in made.entries)
    closes_group = any(entry.kind == Kind.CLOSE_GROUP for entry in made.entries)
    kind = "content" if on_content else "group" if closes_group else "account"
    identity = town.account if kind == "account" else f"{kind}-{made.report}"
    for violation, severity in product(town.pack.violations.values(), Severity):
        if kind in violation.applies_to and violation.procedure is None:
            yield Finding(
                at=made.at,
                subject={"type": kind, "id": identity},
                respondent=town.account,
                content=content,
                posted_at=(OLD if barred else made.at) if on_content else None,
                codes=(violation.code,),
                severity=severity,
            )


def _fits(pack: Pack, ruling: Ruling, made: Made) -> bool:
    parties = [entry for entry in made.entries if _is_party(entry)]
    barred = any(entry.time_barred for entry in made.entries)
    malicious = any(entry.cause is EntryCause.MALICIOUS_REPORT for entry in made.entries)
    extras = {(measure.kind, measure.duration) for measure in ruling.also}
    wanted = {(entry.kind, entry.duration) for entry in made.entries if not _is_party(entry)}
    return (
        len(parties) <= 1
        and all(_measure(entry) in ruling.party_measures.options for entry in parties)
        and pack.rules[ruling.rule].no_penalty == barred
        and (ruling.explanation is Explanation.MALICIOUS_REPORTER) == malicious
        and {each for each in wanted if each[0] != CONTENT_REMOVAL} <= extras
    )


def _least(pack: Pack, ruling: Ruling) -> Measure | None:
    """Of the options one that no rule counts, where a decision has to impose something beside the removal."""
    counted = {kind for rule in pack.ladder for count in rule.when.past for kind in count.selection.kinds}
    if ruling.party_measures.default is None:
        return None
    options = ruling.party_measures.options
    return next((measure for measure in options if measure.kind not in counted), options[0])


def _take_back(town: Town, made: Made, at: datetime) -> None:
    stands = [entry for entry in made.entries if entry.lifted_at is None or entry.lifted_at > at]
    case = {"report": made.report}
    if made.lesser is not None:
        lesser = _measure(made.lesser)
        answer = town.do(at, THIRD, "correct_decision", case=case, measure=str(lesser), reason="milder")
        town.names[_event_of(made.lesser, answer.events)] = made.lesser.id
        return
    if stands:
        raise NoSuchHistory(f"{stands[0].id}: the decision that wrote it was taken back, and it is not lifted")
    town.do(at, THIRD, "correct_decision", case=case, reason="wrong")


def _measure(entry: GivenEntry) -> Measure:
    return Measure(kind=Kind(entry.kind), duration=entry.duration)


def _as_then(town: Town, ruling: RulingMade) -> dict[str, object]:
    told = ruling.model_dump(mode="json")
    return {
        **{name: told[name] for name in ("rule", "explanation", "content_measures", "also", "appeal")},
        "party_measures": {"options": told["options"], "default": told["default"]},
        "because": [town.names.get(event, event) for event in ruling.because],
    }
