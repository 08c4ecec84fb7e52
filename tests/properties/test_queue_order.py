"""The queue stands in the order that the policy engine's own clocks give, whatever happened to its cases."""

from collections.abc import Iterator
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from caseledger.application.requests import Request
from caseledger.application.service import Service
from caseledger.queries.lists import QUEUE_ORDER
from domain.cases.state import Case
from domain.commands import GivePreliminaryResult, MarkMajor, NotifyAuthority
from domain.errors import Refused
from domain.facts import case_id
from domain.policy.clocks import StartedClock, TimedEvent, queue_key, started_clocks
from domain.policy.load import load
from domain.policy.pack import Pack
from domain.policy.vocabulary import ClockEvent
from infra.read_models.store import ReadModelStore
from projections.catalogue import by_name
from projections.catch_up import CatchUp
from projections.instants import NEVER, instant_text
from projections.queries import Query
from tests.support.example_pack import PLATFORM, example_pack
from tests.support.examples import DAY, ask, dealt, dismissed, filed, item, minute, verified
from tests.support.spec import facts_in, fresh_service

POSTS = 3
FAR = minute(1000 * DAY)
RECEIVED, STARTED, TOLD = "report_received", "verification_started", "preliminary_result"
EDITS: dict[str, object] = {
    "clock": [
        {"id": "verification", "start": [RECEIVED], "stop": [STARTED, "report_refused"], "due": "PT12H"},
        {"id": "preliminary", "start": [RECEIVED], "stop": [TOLD, "decided"], "due": "PT48H"},
        {"id": "at-once", "start": ["marked_major"], "stop": [STARTED, TOLD, "decided"], "due": "PT0S"},
        {"id": "pressing", "start": [STARTED], "stop": ["decided"], "due": "P9D", "urgent": True},
        {"id": "notice", "start": ["authority_notice_due"], "stop": ["authority_notified"], "due": "PT24H"},
    ]
}
PACK = load(example_pack(EDITS).encode(), "example")
STEPS = st.lists(
    st.tuples(
        st.integers(0, DAY),
        st.sampled_from(["file", "file", "verify", "tell", "mark", "uphold", "dismiss", "notify"]),
        st.integers(1, POSTS),
    ),
    max_size=12,
)


def request(what: str, content: str, number: int, at: int) -> Request:
    """The command of a step."""
    match what:
        case "file":
            return filed(at, content, report=f"r-{number}", reporter=f"reporter-{number}")
        case "verify":
            return verified(at, content)
        case "tell":
            return ask(GivePreliminaryResult(case=item(content), result="so far"), at)
        case "mark":
            return ask(MarkMajor(case=item(content), reason="a network"), at)
        case "uphold":
            return dealt(at, content)
        case "dismiss":
            return dismissed(at, content)
    return ask(NotifyAuthority(case=item(content), authority="police"), at)


def lived(steps: list[tuple[int, str, int]]) -> Service:
    """A service that saw these steps, as far as they were allowed."""
    service, at = fresh_service(EDITS), 0
    for number, (wait, what, post) in enumerate(steps):
        at += wait
        try:
            service.handle(request(what, f"post-{post}", number, at))
        except Refused:
            continue
    return service


def running(case: Case, pack: Pack) -> Iterator[StartedClock]:
    """The clocks that run for a case, by the policy engine: for each report, and for the whole."""
    for joined in case.reports:
        moments = [TimedEvent(type=kind, at=max(at, joined.received_at)) for kind, at in case.moments]
        yield from _open(
            [*moments, TimedEvent(type=ClockEvent.REPORT_RECEIVED, at=joined.received_at)], pack, of_report=True
        )
    yield from _open([TimedEvent(type=kind, at=at) for kind, at in case.moments], pack, of_report=False)


def _open(moments: list[TimedEvent], pack: Pack, *, of_report: bool) -> Iterator[StartedClock]:
    per_report = {clock.id for clock in pack.clocks if ClockEvent.REPORT_RECEIVED in clock.start}
    for clock in started_clocks(pack, moments, FAR):
        if clock.stopped_at is None and (clock.clock in per_report) is of_report:
            yield clock


def expected_key(case: Case) -> tuple[int, str]:
    """Urgency and due time by the engine."""
    first = min(running(case, PACK), key=queue_key, default=None)
    if first is None:
        return 1, NEVER
    late, due = queue_key(first)
    return int(late), instant_text(due)


@settings(deadline=None)
@given(steps=STEPS)
def test_the_queue_stands_in_the_order_of_the_clocks(steps: list[tuple[int, str, int]]) -> None:
    service = lived(steps)
    store = ReadModelStore.scratch()
    store.prepare([by_name("queue")])
    CatchUp(PLATFORM, [by_name("queue")], lambda at, most: facts_in(service, at)[:most], store).run()
    rows = list(store.select(PLATFORM, Query("queue", {}, QUEUE_ORDER)))
    keys = [(int(str(row["urgency"])), str(row["due_at"])) for row in rows]
    assert keys == sorted(keys)
    for row, key in zip(rows, keys, strict=True):
        case = service.states.case(case_id(UUID(str(row["case_id"]))))
        assert case is not None
        assert key == expected_key(case)
    store.close()
