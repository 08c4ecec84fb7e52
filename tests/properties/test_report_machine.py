"""Reports, in any order and number: each ends in exactly one of admitted and refused, and is answered at most once."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from domain.cases.events import CaseOpened
from domain.commands import GiveFeedback
from domain.reports.events import ReportAdmitted, ReportFeedbackGiven, ReportReceived, ReportRefused
from domain.streams import StreamId
from domain.values import FeedbackKind
from tests.support.examples import dismissed, report, report_of
from tests.support.machines import Machine

REPORTS = st.sampled_from(["r-1", "r-2", "r-3", "r-4"])
POSTS = st.sampled_from(["post-1", "post-2"])
REPORTERS = st.sampled_from([None, "ming", "lan"])


@dataclass
class Plain:
    """What one report is, without streams and events."""

    said: tuple[object, ...]
    refused_for: str | None
    reachable: bool
    told: bool = False


class ReportMachine(Machine):
    """The rules of intake, beside a dictionary that knows them too."""

    def __init__(self) -> None:
        super().__init__()
        self.reports: dict[str, Plain] = {}
        self.posts: dict[str, list[str | None]] = {}
        self.decided: set[str] = set()

    @rule(name=REPORTS, post=POSTS, who=REPORTERS, on_platform=st.booleans(), contact=st.booleans())
    def file(self, name: str, post: str, who: str | None, on_platform: bool, contact: bool) -> None:  # noqa: FBT001 - drawn
        """A report comes in."""
        said = (post, who, on_platform, contact)
        place = "app" if on_platform else "elsewhere"
        told = self.given(report(post, report=name, reporter=who, place=place, contact=contact), None)
        known = self.reports.get(name)
        if known is not None:
            assert told == ([] if known.said == said else "report_conflicts")
            return
        reason = None if on_platform else "off_platform"
        if reason is None and post in self.decided and who is not None and who in self.posts[post]:
            reason = "already_handled"
        self.reports[name] = Plain(said, reason, contact)
        if reason is not None:
            assert told == ["report.received.v1", "report.refused.v1"]
            return
        into = "case.report_joined.v1" if post in self.posts else "case.opened.v1"
        assert told == ["report.received.v1", "report.admitted.v1", into]
        self.posts.setdefault(post, []).append(who)

    @rule(post=POSTS)
    def dismiss(self, post: str) -> None:
        """A case is decided."""
        told = self.given(dismissed(0, post).command)
        if post not in self.posts:
            assert told == "case_not_found"
        elif post in self.decided:
            assert told == "already_decided"
        else:
            self.decided.add(post)

    @rule(name=REPORTS, what=st.sampled_from([None, FeedbackKind.OUTCOME, FeedbackKind.REFUSAL]))
    def tell(self, name: str, what: FeedbackKind | None) -> None:
        """The reporter is told."""
        told = self.given(GiveFeedback(report=name, what=what))
        known = self.reports.get(name)
        if known is None:
            assert told == "report_not_found"
        elif known.told:
            assert told == "feedback_given_before"
        elif not known.reachable:
            assert told == "reporter_not_reachable"
        elif what not in (None, self._due(known)) or self._due(known) is None:
            assert told == "report_not_settled"
        else:
            assert told == ["report.feedback_given.v1"]
            known.told = True

    def _due(self, known: Plain) -> FeedbackKind | None:
        if known.refused_for is not None:
            return FeedbackKind.REFUSAL
        return FeedbackKind.OUTCOME if known.said[0] in self.decided else None

    @invariant()
    def every_report_has_exactly_one_outcome(self) -> None:
        """Received once; admitted or refused, never both, never neither."""
        for name, known in self.reports.items():
            events = [fact.event for fact in self.facts if fact.stream == report_of(name)]
            assert sum(isinstance(event, ReportReceived) for event in events) == 1
            refusals = [event.reason for event in events if isinstance(event, ReportRefused)]
            assert refusals == ([] if known.refused_for is None else [known.refused_for])
            assert sum(isinstance(event, ReportAdmitted) for event in events) == 1 - len(refusals)
            assert sum(isinstance(event, ReportFeedbackGiven) for event in events) == known.told

    @invariant()
    def pseudonyms_count_the_reporters_of_a_case(self) -> None:
        """The case knows as many reporters as there were, and none by name."""
        for post, people in self.posts.items():
            case = self.service.states.case(_stream(self, post))
            named = list(dict.fromkeys(who for who in people if who is not None))
            expected = [None if who is None else f"R{named.index(who) + 1}" for who in people]
            assert [joined.pseudonym for joined in case.reports] == expected


def _stream(machine: ReportMachine, post: str) -> StreamId:
    opened = (fact for fact in machine.facts if isinstance(fact.event, CaseOpened))
    return next(fact.stream for fact in opened if fact.event.content == post)


TestReports = ReportMachine.TestCase
