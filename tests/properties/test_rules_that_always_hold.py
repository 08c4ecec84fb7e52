"""The ten rules that always hold, one test each, in their order."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID

from hypothesis import given as drawn
from hypothesis import strategies as st

from caseledger.application.intake import file_reports
from caseledger.application.requests import Request
from caseledger.application.service import Service
from domain.accounts.events import AccountSanctionImposed
from domain.accounts.state import Account
from domain.cases.events import CaseDecided
from domain.commands import COMMAND_TYPES
from domain.errors import Refused
from domain.events import Event
from domain.personal import personal_paths
from domain.recorded import Recorded, parse_event_id
from domain.reporters.state import Reporter
from domain.reports.events import ReportAdmitted, ReportReceived, ReportRefused
from domain.streams import StreamId, StreamKind
from tests.support.canaries import WHO_REPORTED, canary, life, redacted
from tests.support.examples import (
    ACCOUNT,
    CAT,
    DAY,
    REPORTER,
    account_of,
    appeal_decided,
    appealed,
    attached,
    bare,
    corrected,
    dealt,
    dismissed,
    ended,
    filed,
    report_of,
    reporter_of,
    upheld,
)
from tests.support.journals import journal_ledgers
from tests.support.spec import facts_in, fresh_service, service_over

POSTS = st.sampled_from(["post-1", "post-2", "post-3"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("report"), POSTS, st.sampled_from([None, "ming", "lan"])),
        st.tuples(st.sampled_from(["bare", "evidence", "uphold", "deal", "dismiss", "end"]), POSTS, st.none()),
        st.tuples(st.sampled_from(["appeal", "upheld", "denied", "correct"]), POSTS, st.none()),
    ),
    max_size=40,
)
DECISIONS = ("uphold", "deal", "dismiss")


def lived(steps: Sequence[tuple[str, str, str | None]], leave_out: frozenset[int] = frozenset()) -> Service:
    """A service after these steps, a minute apart, whatever was refused on the way."""
    service = fresh_service()
    for number, step in enumerate(steps):
        if number not in leave_out:
            attempt(service, request_of(number, *step))
    return service


def request_of(number: int, what: str, post: str, who: str | None) -> Request:
    """The command of one step."""
    make: dict[str, Callable[[], Request]] = {
        "report": lambda: filed(number, post, report=f"r-{number}", reporter=who),
        "bare": lambda: bare(number, content=post, report=f"r-{number}"),
        "evidence": lambda: attached(number, post),
        "uphold": lambda: upheld(number, post),
        "deal": lambda: dealt(number, post),
        "dismiss": lambda: dismissed(number, post),
        "end": lambda: ended(number),
        "appeal": lambda: appealed(number, post),
        "upheld": lambda: appeal_decided("upheld", number, post),
        "denied": lambda: appeal_decided("denied", number, post),
        "correct": lambda: corrected(number, post),
    }
    return make[what]()


def attempt(service: Service, request: Request) -> tuple[Recorded[Event], ...] | Refused:
    """What became of it."""
    try:
        return service.handle(request).events
    except Refused as refusal:
        return refusal


def at_once(acts: Sequence[Callable[[], object]]) -> list[object]:
    """All of these at the same moment, each in a thread of its own."""
    barrier = Barrier(len(acts))

    def act(one: Callable[[], object]) -> object:
        barrier.wait(timeout=10)
        return one()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


@drawn(STEPS, st.booleans())
def test_1_every_received_report_ends_in_exactly_one_of_admitted_and_refused(
    steps: list[tuple[str, str, str | None]],
    bulk: bool,  # noqa: FBT001 - drawn
) -> None:
    if bulk:
        service = fresh_service()
        reports = [request_of(n, *step) for n, step in enumerate(steps) if step[0] in ("report", "bare")]
        file_reports(service, [*reports, *reports, filed(99, place=None, report="off")])
    else:
        service = lived(steps)
    outcomes: dict[StreamId, Counter[type[Event]]] = {}
    for fact in facts_in(service):
        if fact.stream.kind is StreamKind.REPORT:
            outcomes.setdefault(fact.stream, Counter())[type(fact.event)] += 1
    for outcome in outcomes.values():
        assert outcome[ReportReceived] == 1
        assert outcome[ReportAdmitted] + outcome[ReportRefused] == 1


@drawn(STEPS)
def test_2_there_is_no_sanction_without_evidence(steps: list[tuple[str, str, str | None]]) -> None:
    facts = facts_in(lived(steps))
    decided = {
        (fact.stream.uuid, fact.event.decision): fact.event for fact in facts if isinstance(fact.event, CaseDecided)
    }
    shown: dict[UUID, set[str]] = {}
    for fact in facts:
        if fact.event.TYPE in ("case.opened.v1", "case.report_joined.v1") and fact.event.joined.snapshot_digest:
            shown.setdefault(fact.stream.uuid, set()).add(fact.event.joined.snapshot_digest)
        if fact.event.TYPE == "case.evidence_attached.v1":
            shown.setdefault(fact.stream.uuid, set()).add(fact.event.evidence.sha256)
        if fact.stream.kind is StreamKind.ACCOUNT and hasattr(fact.event, "case"):
            evidence = decided[(fact.event.case, fact.event.decision)].evidence
            assert evidence
            assert set(evidence) <= shown[fact.event.case]


@drawn(STEPS)
def test_3_every_sanction_names_its_decision_rule_policy_and_what_was_counted(
    steps: list[tuple[str, str, str | None]],
) -> None:
    service = lived(steps)
    facts = facts_in(service)
    by_place = {(fact.stream.uuid, fact.version): fact for fact in facts}
    decisions = {(fact.stream.uuid, fact.event.decision): fact for fact in facts if isinstance(fact.event, CaseDecided)}
    for fact in facts:
        if isinstance(fact.event, AccountSanctionImposed):
            decision = decisions[(fact.event.case, fact.event.decision)]
            assert decision.position < fact.position
            assert fact.event.rule == decision.event.ruling.rule
            assert fact.event.because == decision.event.ruling.because
            assert fact.event.policy == decision.event.policy
            assert fact.event.policy.version == fact.event.cause.policy_version == "1"
            counted = [by_place[parse_event_id(reason)] for reason in fact.event.because]
            assert all(one.stream == fact.stream and one.position < fact.position for one in counted)


def test_4_one_decision_stands_and_a_threshold_fires_once(tmp_path: Path) -> None:
    officers = 6
    with journal_ledgers(tmp_path, officers) as ledgers:
        services = [fresh_service(ledger=ledgers[0]), *(service_over(ledger) for ledger in ledgers[1:])]
        for post in range(4):
            services[0].handle(filed(post, f"post-{post}", report=f"r-{post}"))
        services[0].handle(upheld(10, "post-0"))
        same = [
            lambda n=n, service=service: attempt(service, upheld(20, "post-1", f"officer-{n}"))
            for n, service in enumerate(services)
        ]
        outcomes = at_once(same)
        assert sum(isinstance(outcome, tuple) and len(outcome) > 0 for outcome in outcomes) == 1
        assert {one.code for one in outcomes if isinstance(one, Refused)} <= {"already_decided", "ledger_contended"}
        both = [
            lambda post=post, service=service: attempt(service, upheld(30, post))
            for post, service in zip(("post-2", "post-3"), services, strict=False)
        ]
        assert all(isinstance(outcome, tuple) for outcome in at_once(both))
        rules = [fact.event.rule for fact in facts_in(services[0]) if isinstance(fact.event, AccountSanctionImposed)]
        counted = [
            fact.event.because for fact in facts_in(services[0]) if isinstance(fact.event, AccountSanctionImposed)
        ]
    assert rules == ["catalogue", "catalogue", "third-in-a-day", "third-in-a-day"]
    assert [len(because) for because in counted] == [0, 0, 2, 3]


@drawn(STEPS)
def test_5_no_appeal_goes_without_an_outcome_and_its_decider_took_no_part(
    steps: list[tuple[str, str, str | None]],
) -> None:
    service = lived(steps)
    for number, post in enumerate(("post-1", "post-2", "post-3"), len(steps)):
        attempt(service, appeal_decided("denied", number, post))
    parts: dict[UUID, set[str]] = {}
    waiting: set[UUID] = set()
    for fact in facts_in(service):
        if isinstance(fact.event, CaseDecided):
            parts[fact.stream.uuid] = {fact.event.proposed_by, str(fact.event.confirmed_by)}
        if fact.event.TYPE == "case.appeal_lodged.v1":
            assert fact.stream.uuid not in waiting
            waiting.add(fact.stream.uuid)
        if fact.event.TYPE in ("case.appeal_denied.v1", "case.appeal_upheld.v1"):
            waiting.remove(fact.stream.uuid)
            assert fact.event.cause.actor not in parts[fact.stream.uuid]
    assert not waiting


@drawn(STEPS, st.sampled_from(["appeal", "correct"]))
def test_6_after_an_appeal_is_upheld_all_counts_are_as_if_the_decision_had_never_been(
    steps: list[tuple[str, str, str | None]], how: str
) -> None:
    steps = [("report", "post-1", "ming"), ("deal", "post-1", None), *(step for step in steps if step[1] != "post-1")]
    steps = [step for step in steps if step[0] != "end"]
    undone, never = lived(steps), lived(steps, frozenset({1}))
    if how == "appeal":
        undone.handle(appealed(DAY))
        undone.handle(appeal_decided("upheld", DAY + 1))
    else:
        undone.handle(corrected(DAY, actor=CAT))
    assert counts(undone) == counts(never)
    decisions = [fact for fact in facts_in(undone) if isinstance(fact.event, CaseDecided)]
    assert len(decisions) == 1 + len([fact for fact in facts_in(never) if isinstance(fact.event, CaseDecided)])


def counts(service: Service) -> object:
    """All that is counted of the account and its reporters, without ids."""
    account = service.states.account(account_of()) or Account()
    standing = [entry for entry in account.entries if entry.lifted_at is None]
    people = []
    for who in ("ming", "lan", REPORTER):
        state = service.states.reporter(reporter_of(who)) or Reporter()
        people.append(
            (
                sum(key not in state.withdrawn for key in state.credited),
                sum(key not in state.withdrawn for key in state.dismissed),
            )
        )
    return (
        sorted((entry.kind, entry.at, str(entry.content)) for entry in standing if entry.kind == "content_removal"),
        Counter(entry.cause for entry in standing),
        sum(account.stands(listing) for listing in account.listings),
        sum((bar.case, bar.decision) not in account.bars_lifted for bar in account.bars),
        people,
    )


@drawn(STEPS)
def test_7_no_event_is_ever_changed_or_removed(steps: list[tuple[str, str, str | None]]) -> None:
    service = fresh_service()
    seen = list(service.ledger.since(0, 10_000))
    for number, step in enumerate(steps):
        attempt(service, request_of(number, *step))
        now = list(service.ledger.since(0, 10_000))
        assert now[: len(seen)] == seen
        seen = now


def test_8_decisions_never_depend_on_personal_data() -> None:
    assert decided_without_persons("") == decided_without_persons("other")


def decided_without_persons(salt: str) -> list[object]:
    """What became of a life, with all that is personal and every digest of it left out."""
    service = fresh_service()
    outcomes = []
    for request in life(salt):
        outcome = attempt(service, request)
        outcomes.append(outcome.code if isinstance(outcome, Refused) else [impersonal(fact) for fact in outcome])
    return outcomes


def impersonal(fact: Recorded[Event]) -> object:
    """An event without personal fields, digests and the ids that are made of them."""
    text = json.dumps(redacted(fact.event, personal_paths(type(fact.event))), sort_keys=True, default=str)
    text = re.sub(
        r'"(digest|snapshot_digest|reporter_digest|identity_digest|command_id|correlation_id)": "[^"]*"', r'"\1"', text
    )
    text = re.sub(r'"evidence": \["[^]]*\]', '"evidence"', text)
    return (
        fact.event.TYPE,
        text,
        None if fact.stream.kind in (StreamKind.REPORTER, StreamKind.IDENTITY) else fact.stream,
    )


def test_9_who_reported_is_in_the_streams_of_reports_alone_and_all_else_personal_is_marked() -> None:
    service = fresh_service()
    refusals = [outcome for request in life() if isinstance(outcome := attempt(service, request), Refused)]
    assert len(refusals) > 10
    assert not [refusal for refusal in refusals if "canary" in f"{refusal} {refusal.reason} {refusal!r}"]
    seen: Counter[str] = Counter()
    for fact in facts_in(service):
        whole = fact.event.model_dump_json()
        seen.update(word for word in ("canary", *map(canary, WHO_REPORTED)) if word in whole)
        assert "canary" not in json.dumps(redacted(fact.event, personal_paths(type(fact.event))), default=str)
        if fact.stream.kind is not StreamKind.REPORT:
            assert not [word for word in WHO_REPORTED[:-1] if canary(word) in whole]
            assert str(reporter_of(canary("reporter")).uuid) not in whole
    assert all(seen.values())
    assert len(seen) == 1 + len(WHO_REPORTED)
    assert {request.command.NAME for request in life()} >= {
        name for name, kind in COMMAND_TYPES.items() if personal_paths(kind)
    }


@drawn(STEPS, st.integers(1, 7))
def test_10_what_is_rebuilt_in_any_pieces_is_what_was_there_live(
    steps: list[tuple[str, str, str | None]], size: int
) -> None:
    live = lived(steps)
    pieces = service_over(live.ledger)
    for start in range(0, live.ledger.head(), size):
        for fact in facts_in(live)[start : start + size]:
            pieces.states.load(fact.stream)
        pieces.states.refresh()
    rebuilt = service_over(live.ledger)
    for stream in {fact.stream for fact in facts_in(live)} | {report_of(), account_of(ACCOUNT)}:
        assert live.states.load(stream) == rebuilt.states.load(stream) == pieces.states.load(stream)
