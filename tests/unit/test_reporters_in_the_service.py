"""Reporters through the whole service: gate, credit, rewards under caps, reversal, malice, and one feedback each."""

from domain import commands as c
from domain.accounts import events as a
from domain.cases.events import CaseOpened
from domain.cases.later_events import CaseDecisionCorrected
from domain.command_values import ItemRef, SubjectRef
from domain.errors import AlreadyDecided, FeedbackGivenBefore, ReporterNotReachable
from domain.policy.vocabulary import RewardNote, Source, SubjectType
from domain.reporters import events as r
from domain.reports.events import ReportFeedbackGiven, ReportReceived, ReportRefused
from tests.support.examples import DAY, REPORTER, ask, corrected, dismissed, filed, finding, reporter_of, upheld
from tests.support.spec import Given, given

MONTH = 31 * DAY
NOTHING = {"coins": 0, "points": 0}


def granted(world: Given) -> list[tuple[dict[str, int], dict[str, int], str | None]]:
    """Every booking so far: what was granted, what a cap cut off, and why nothing was granted."""
    return [(amounts(made.granted), amounts(made.capped), made.note) for made in world.events(r.ReporterRewarded)]


def amounts(booked: tuple[r.Amount, ...]) -> dict[str, int]:
    return {each.currency: each.amount for each in booked}


def coins(world: Given) -> list[int]:
    return [amounts(made.granted)["coins"] for made in world.events(r.ReporterRewarded)]


def posts(*numbers: int, **fields: object) -> Given:
    """Reports of one reporter on as many posts, each upheld an hour later."""
    world = given()
    for number in numbers:
        content = f"post-{number}"
        world.and_then(
            filed(number, content, report=f"r-{number}", respondent=f"acc-{number}", **fields),
            upheld(number + 60, content),
        )
    return world


def shared(world: Given) -> Given:
    """The same reporter reports the first post's content where somebody else posted it, as a user, and it is upheld."""
    subject = SubjectRef(type=SubjectType.CONTENT, id="post-1-shared")
    case = ItemRef(subject=subject, content="post-1")
    decision = {"case": case, "outcome": "upheld", "finding": finding()}
    return world.and_then(
        filed(70, "post-1", report="r-2", subject=subject, respondent="acc-9"),
        ask(c.ProposeDecision.model_validate(decision), 130),
    )


def test_an_unverified_reporter_is_refused_and_the_refusal_is_a_fact() -> None:
    told = given().when(filed(reporter_verified=False)).then(ReportReceived, ReportRefused)
    assert told.event(ReportRefused).reason == "reporter_not_verified"


def test_both_caps_cut_off_by_themselves_and_what_is_cut_off_lapses() -> None:
    assert granted(posts(1, 2, 3)) == [
        ({"coins": 10, "points": 2}, NOTHING, None),
        ({"coins": 5, "points": 2}, {"coins": 5, "points": 0}, None),
        ({"coins": 0, "points": 2}, {"coins": 10, "points": 0}, None),
    ]


def test_a_new_month_begins_with_all_its_room() -> None:
    world = posts(1, 2).and_then(filed(MONTH, "post-3", report="r-3"), upheld(MONTH + 60, "post-3"))
    assert [row.month for row in world.events(r.ReporterRewarded)] == ["2021-03", "2021-03", "2021-04"]
    assert coins(world) == [10, 5, 10]


def test_the_same_content_is_rewarded_once_wherever_it_is_reported() -> None:
    assert granted(shared(posts(1)))[1] == (NOTHING, NOTHING, RewardNote.DUPLICATE)


def test_only_users_earn() -> None:
    assert granted(posts(1, source=Source.THIRD_PARTY)) == [(NOTHING, NOTHING, RewardNote.NOT_ELIGIBLE)]


def test_what_earned_nothing_does_not_stand_in_the_way_of_what_does() -> None:
    assert coins(shared(posts(1, source=Source.THIRD_PARTY))) == [0, 10]


def test_a_report_that_was_upheld_is_not_upheld_and_rewarded_again() -> None:
    world = posts(1)
    world.when(upheld(61, "post-1")).then_nothing()
    world.when(upheld(90, "post-1")).then_refused(AlreadyDecided)
    assert coins(world) == [10]


def test_an_overturned_decision_is_reversed_and_frees_the_room_from_then_on() -> None:
    world = posts(1, 2)
    taken_back = (CaseDecisionCorrected, a.AccountContentRemovalLifted, a.AccountSanctionLifted)
    told = world.when(corrected(200, "post-1")).then(*taken_back, r.ReporterCreditWithdrawn, r.ReporterRewardReversed)
    reversed_ = told.event(r.ReporterRewardReversed)
    assert (amounts(reversed_.reversed), reversed_.month) == ({"coins": 10, "points": 2}, "2021-03")
    world.and_then(filed(210, "post-3", report="r-3", respondent="acc-3"), upheld(270, "post-3"))
    assert coins(world) == [10, 5, 10]


def test_a_decision_dated_before_the_reversal_does_not_see_the_room_it_freed() -> None:
    world = posts(1, 2)
    world.and_then(filed(100, "post-3", report="r-3", respondent="acc-3"), corrected(400, "post-1"))
    world.and_then(upheld(300, "post-3"))
    assert coins(world) == [10, 5, 0]


def test_a_malicious_report_earns_nothing_and_is_no_credit() -> None:
    world = given(filed(), dismissed(20, malicious=("R1",)))
    (found,) = world.recorded(r.ReporterMaliciousReportFound)
    assert found.stream == reporter_of()
    assert (world.events(r.ReporterReportDismissed), world.events(r.ReporterRewarded)) == ([], [])


def test_a_malicious_report_is_refused_and_its_reporter_may_be_judged_for_it() -> None:
    world = given(filed(malicious_established=True))
    assert world.events(ReportRefused)[0].reason == "malicious_reporter"
    assert len(world.events(r.ReporterMaliciousReportFound)) == 1
    about = {
        "source": Source.PLATFORM_MONITORING,
        "reporter": None,
        "subject": SubjectRef(type=SubjectType.ACCOUNT, id=REPORTER),
        "respondent": REPORTER,
        "codes": ("false-report",),
    }
    world.and_then(filed(60, None, report="m-1", **about))
    decision = {"case": {"report": "m-1"}, "outcome": "upheld", "finding": finding("false-report")}
    world.and_then(ask(c.ProposeDecision.model_validate(decision), 90))
    (imposed,) = world.events(a.AccountSanctionImposed)
    assert (imposed.account, imposed.kind, imposed.cause_of_entry) == (REPORTER, "warn", "malicious_report")


def test_feedback_is_given_exactly_once() -> None:
    world = given(filed(), dismissed())
    world.when(ask(c.GiveFeedback(report="r-1", text="it was looked at"), 30)).then(ReportFeedbackGiven)
    world.when(ask(c.GiveFeedback(report="r-1", text="once more"), 40)).then_refused(FeedbackGivenBefore)


def test_who_cannot_be_reached_is_told_nothing() -> None:
    world = given(filed(contact=False), dismissed())
    world.when(ask(c.GiveFeedback(report="r-1"), 30)).then_refused(ReporterNotReachable)


def test_a_case_never_says_who_reported() -> None:
    world = given(filed(), filed(5, report="r-2"), filed(6, report="r-3", reporter="reporter-8"))
    (opened,) = world.events(CaseOpened)
    assert opened.joined.pseudonym == "R1"
    assert REPORTER not in opened.model_dump_json()
