"""Time leaves the same facts whether it is kept after every command, now and then, or once after all of it."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from caseledger.application.requests import Request
from caseledger.application.service import Service
from domain.accounts.events import AccountSanctionEnded
from domain.cases.later_events import CaseDeadlineMissed
from domain.commands import MarkMajor
from domain.errors import Refused
from domain.evidence_requests.events import EvidenceRequestDeadlineMissed
from tests.support.examples import DAY, ask, dismissed, filed, item, measure, package_sent, requested, upheld
from tests.support.spec import facts_in, fresh_service
from tests.support.time_kept import events_kept

POSTS = 4
STEPS_MAX = 9
END = 60 * DAY

Step = tuple[int, str, int]
"""How many minutes after the step before, what, and about which post."""

STEPS = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 5 * DAY), st.sampled_from([3 * DAY, 3 * DAY - 1, DAY])),
        st.sampled_from(["file", "file", "mute", "dismiss", "mark", "request", "send"]),
        st.integers(1, POSTS),
    ),
    max_size=STEPS_MAX,
)


def request(step: Step, number: int, at: int) -> Request:
    """The command of a step."""
    _, what, post = step
    content = f"post-{post}"
    match what:
        case "file":
            return filed(at, content, report=f"r-{number}", reporter=f"reporter-{number}", respondent=f"acc-{post % 2}")
        case "mute":
            return upheld(at, content, measure=measure("mute:P1D"), reason="again")
        case "dismiss":
            return dismissed(at, content)
        case "request":
            return requested(at, document=content)
        case "send":
            return package_sent(at, document=content)
    return ask(MarkMajor(case=item(content), reason="a network"), at)


def lived(steps: Sequence[Step], keep_after: Sequence[bool]) -> Service:
    """A service that saw these steps, with time kept after some of them, and once in the end."""
    service, at = fresh_service(), 0
    for number, step in enumerate(steps):
        at += step[0]
        try:
            service.handle(request(step, number, at))
        except Refused:
            continue
        finally:
            if keep_after[number]:
                events_kept(service, at)
    events_kept(service, END)
    return service


def facts_of_time(service: Service) -> set[tuple[object, ...]]:
    """What the clock wrote, by all that does not follow from the order of writing."""
    found: set[tuple[object, ...]] = set()
    for fact in facts_in(service):
        event = fact.event
        if isinstance(event, CaseDeadlineMissed):
            found.add((fact.stream, event.clock, event.report, event.due_at, event.occurred_at))
        if isinstance(event, EvidenceRequestDeadlineMissed):
            found.add((fact.stream, event.clock, event.due_at, event.occurred_at))
        if isinstance(event, AccountSanctionEnded):
            found.add((event.account, event.kind, event.occurred_at))
    return found


@settings(deadline=None)
@given(steps=STEPS, late=st.lists(st.booleans(), min_size=STEPS_MAX, max_size=STEPS_MAX))
def test_time_kept_always_sometimes_or_late_leaves_the_same_facts(steps: list[Step], late: list[bool]) -> None:
    always = lived(steps, [True] * len(steps))
    now_and_then = lived(steps, late)
    at_last = lived(steps, [False] * len(steps))
    assert facts_of_time(always) == facts_of_time(now_and_then) == facts_of_time(at_last)
    for service in (always, now_and_then, at_last):
        assert events_kept(service, END) == []
