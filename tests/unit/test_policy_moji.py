"""moji-weather: reports are admitted in the order of the text, judged by severity, rewarded by the month."""

import pytest

from domain.policy.admission import PastReport, Report, admit
from domain.policy.decision import refusals
from domain.policy.errors import JudgeRefused
from domain.policy.finding import Finding, Ruling
from domain.policy.measures import parse_measure
from domain.policy.rewards import Booking, Upheld, book
from tests.support.policy_findings import finding, muted, range_of, rule_of
from tests.support.policy_packs import MOJI, shipped

GRADED = "warn refuse_publishing restrict_functions suspend_updates close_account"
MALICIOUS = "warn refuse_publishing restrict_functions suspend_updates ban close_account"
SOUND = {
    "at": "2020-05-04T10:00:00+08:00",
    "source": "user",
    "channel": "button",
    "reporter": "rep-1",
    "reporter_verified": True,
    "place": "moji_app",
    "subject_type": "content",
    "content": "c-1",
    "codes": ["3.2.7"],
    "evidence": "sufficient",
    "malicious_established": False,
    "contact": True,
}
WRONG = {
    "reporter_verified": False,
    "malicious_established": True,
    "place": "weibo",
    "evidence": "none",
    "codes": ["3.7"],
}


def ruling_on(subject: str = "content", **given: object) -> Ruling:
    return rule_of(shipped(MOJI), finding(subject, **{"codes": ["3.2.7"], **given}))


def past(**given: object) -> PastReport:
    fields = {"report": "p", "reporter": "rep-1", "content": "c-1", "at": "2020-05-01T10:00:00+08:00"}
    handled = {"state": "handled", "handled_at": SOUND["at"]}
    return PastReport.model_validate({**fields, **handled, **given})


def reasons(*earlier: PastReport, **given: object) -> list[str]:
    found = admit(shipped(MOJI), earlier, Report.model_validate({**SOUND, **given}))
    assert (found.verdict.value == "refused") is bool(found.reasons)
    assert (found.department, found.decider, found.feedback) == (None, None, False)
    return [reason.value for reason in found.reasons]


@pytest.mark.parametrize("subject", ["content", "account", "link"])
@pytest.mark.parametrize(
    ("severity", "default"),
    [
        ("minor", "warn"),
        ("ordinary", "refuse_publishing"),
        ("serious", "restrict_functions"),
        ("grave", "close_account"),
    ],
)
def test_users_are_measured_by_severity(subject: str, severity: str, default: str) -> None:
    found = ruling_on(subject, severity=severity)
    assert (*range_of(found), found.explanation.value) == ("graded", GRADED, default, "graded")


@pytest.mark.parametrize("codes", [["3.3.8"], ["3.2.7", "3.3.8"]])
@pytest.mark.parametrize(
    ("severity", "default"),
    [("minor", "warn"), ("ordinary", "restrict_functions"), ("serious", "ban"), ("grave", "ban")],
)
def test_a_malicious_reporter_may_be_banned(codes: list[str], severity: str, default: str) -> None:
    found = ruling_on("account", codes=codes, severity=severity)
    assert range_of(found) == ("malicious-report", MALICIOUS, default)
    assert found.explanation.value == "malicious_reporter"


@pytest.mark.parametrize(
    ("subject", "measures"), [("content", ["delete_content"]), ("link", ["block_link"]), ("account", [])]
)
def test_content_is_deleted_and_a_link_is_cut(subject: str, measures: list[str]) -> None:
    assert [str(measure) for measure in ruling_on(subject, respondent=None).content_measures] == measures


def test_content_may_be_blocked_in_place_of_being_deleted() -> None:
    pack, asked = shipped(MOJI), finding("content", codes=["3.2.7"])
    ruling = rule_of(pack, asked)
    blocked = [parse_measure("block_content"), parse_measure("refuse_publishing")]
    assert refusals(pack, asked, ruling, blocked, None) == ()
    (refused,) = refusals(pack, asked, ruling, [*blocked, parse_measure("delete_content")], None)
    assert refused.code == "measure_not_in_options"


def test_the_record_counts_for_nothing() -> None:
    asked: Finding = finding("content", codes=["3.2.7"])
    assert rule_of(shipped(MOJI), asked, muted("m", "2021-03-01T00:00")) == rule_of(shipped(MOJI), asked)


@pytest.mark.parametrize("codes", [["3.7"], ["3.7", "3.2.7"]])
def test_an_infringement_is_never_judged_here(codes: list[str]) -> None:
    with pytest.raises(JudgeRefused) as refused:
        ruling_on(codes=codes)
    assert refused.value.code == "other_procedure"


def test_a_sound_report_is_admitted() -> None:
    assert reasons() == []


def test_all_reasons_stand_in_the_order_of_the_text() -> None:
    assert reasons(past(), **WRONG) == [
        "reporter_not_verified",
        "malicious_reporter",
        "off_platform",
        "already_handled",
        "insufficient_evidence",
        "other_procedure",
    ]


@pytest.mark.parametrize("source", ["platform_monitoring", "third_party", "regulator"])
def test_what_is_asked_of_users_is_not_asked_of_others(source: str) -> None:
    wrong = {**WRONG, "codes": ["3.2.7"]}
    assert reasons(past(), source=source, **wrong) == ["malicious_reporter", "off_platform"]


@pytest.mark.parametrize("place", [None, "", "MOJI_APP", "weibo"])
def test_a_place_that_is_not_named_is_off_the_platform(place: str | None) -> None:
    assert reasons(place=place) == ["off_platform"]


@pytest.mark.parametrize(
    ("earlier", "repeats"),
    [
        (past(), True),
        (past(handled_at="2020-05-04T10:00:00.000001+08:00"), False),
        (past(state="refused"), False),
        (past(state="pending", handled_at=None), False),
        (past(reporter="rep-2"), False),
        (past(reporter=None), False),
        (past(content="c-2"), False),
    ],
)
def test_a_report_repeats_what_the_same_reporter_saw_handled(earlier: PastReport, *, repeats: bool) -> None:
    assert reasons(earlier) == ["already_handled"] * repeats
    assert reasons(past(content="c-9"), earlier) == ["already_handled"] * repeats


def test_a_report_on_no_content_repeats_nothing() -> None:
    assert reasons(past(content=None), content=None) == []


@pytest.mark.parametrize(
    ("codes", "elsewhere"),
    [([], False), (["3.7"], True), (["3.7", "3.7"], True), (["3.7", "3.2.7"], False), (["9.9"], False)],
)
def test_a_report_is_sent_on_only_when_every_code_belongs_elsewhere(codes: list[str], *, elsewhere: bool) -> None:
    assert reasons(codes=codes) == ["other_procedure"] * elsewhere
    found = admit(shipped(MOJI), (), Report.model_validate({**SOUND, "codes": codes}))
    assert found.to == ("infringement" if elsewhere else None)


def test_a_month_earns_its_caps_and_no_more() -> None:
    upheld = [
        Upheld(report=f"r{n:02}", reporter="rep", content=f"c{n}", at=f"2020-05-{n:02}T10:00:00+08:00", source="user")
        for n in range(1, 13)
    ]
    rows = book(shipped(MOJI), (), upheld)
    assert [(row.granted["coins"], row.granted["points"]) for row in rows] == [(10, 2)] * 5 + [(10, 0)] * 5 + [
        (0, 0)
    ] * 2
    assert [(row.capped["coins"], row.capped["points"]) for row in rows] == [(0, 0)] * 5 + [(0, 2)] * 5 + [(10, 2)] * 2
    assert {row.note for row in rows} == {None}


def test_a_cap_that_is_nearly_reached_grants_what_is_left() -> None:
    earlier = Booking(report="p", reporter="rep", content="c", at="2020-05-01T00:00:00+08:00", granted={"coins": 95})
    upheld = Upheld(report="r", reporter="rep", content="d", at="2020-05-31T23:59:59.999999+08:00", source="user")
    (row,) = book(shipped(MOJI), [earlier], [upheld])
    assert (row.granted, row.capped, row.month) == ({"coins": 5, "points": 2}, {"coins": 5, "points": 0}, "2020-05")


@pytest.mark.parametrize(
    ("instant", "month"), [("2020-05-31T15:59:59.999999Z", "2020-05"), ("2020-05-31T16:00:00Z", "2020-06")]
)
def test_a_month_begins_at_midnight_in_shanghai(instant: str, month: str) -> None:
    upheld = Upheld(report="r", reporter="rep", content="d", at=instant, source="user")
    assert book(shipped(MOJI), (), [upheld])[0].month == month
