"""Reports are admitted or refused check by check, and say who handles them and whether feedback is owed."""

import pytest

from domain.policy.admission import PastReport, Report, admit
from domain.policy.pack import Pack
from tests.support.policy_packs import ABSENT, KR36, ZERO, pack_of, shipped

CHECKS = pack_of()


def report(**given: object) -> Report:
    return Report.model_validate(
        {
            "at": "2020-05-04T10:00:00+08:00",
            "source": "user",
            "channel": "button",
            "reporter": "rep-1",
            "reporter_verified": True,
            "place": "app",
            "subject_type": "content",
            "content": "c-1",
            "codes": ["1.1"],
            "evidence": "sufficient",
            "malicious_established": False,
            "contact": True,
            **given,
        },
    )


def past(**given: object) -> PastReport:
    return PastReport.model_validate(
        {
            "report": "p-1",
            "reporter": "rep-1",
            "content": "c-1",
            "at": "2020-05-01T10:00:00+08:00",
            "state": "handled",
            "handled_at": "2020-05-02T10:00:00+08:00",
            **given,
        },
    )


def reasons(*earlier: PastReport, pack: Pack = CHECKS, **given: object) -> list[str]:
    outcome = admit(pack, earlier, report(**given))
    assert outcome.verdict == ("refused" if outcome.reasons else "admitted")
    return list(outcome.reasons)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"reporter_verified": False}, ["reporter_not_verified"]),
        ({"reporter_verified": False, "source": "third_party"}, []),
        ({"reporter_verified": False, "source": "regulator"}, []),
        ({"malicious_established": True}, ["malicious_reporter"]),
        ({"malicious_established": True, "source": "regulator"}, ["malicious_reporter"]),
        ({"place": "weibo"}, ["off_platform"]),
        ({"place": None}, ["off_platform"]),
        ({"place": "weibo", "source": "platform_monitoring"}, ["off_platform"]),
        ({"evidence": "insufficient"}, ["insufficient_evidence"]),
        ({"evidence": "none"}, ["insufficient_evidence"]),
        ({"evidence": "none", "source": "platform_monitoring"}, []),
        ({"codes": ["3.7"]}, ["other_procedure"]),
        ({"codes": ["3.7", "3.7"], "source": "regulator"}, ["other_procedure"]),
        ({"codes": ["3.7", "1.1"]}, []),
        ({"codes": []}, []),
        ({"codes": ["9.9"]}, []),
        (
            {
                "codes": ["3.7"],
                "evidence": "none",
                "place": None,
                "malicious_established": True,
                "reporter_verified": False,
            },
            ["reporter_not_verified", "malicious_reporter", "off_platform", "insufficient_evidence", "other_procedure"],
        ),
    ],
)
def test_every_check_that_fails_gives_its_reason_in_the_order_of_the_pack(
    given: dict[str, object], expected: list[str]
) -> None:
    assert reasons(**given) == expected


@pytest.mark.parametrize(
    ("earlier", "given", "repeated"),
    [
        ({}, {}, True),
        ({"handled_at": "2020-05-04T10:00:00+08:00"}, {}, True),
        ({"handled_at": "2020-05-04T10:00:00.000001+08:00"}, {}, False),
        ({"state": "refused"}, {}, False),
        ({"state": "pending", "handled_at": None}, {}, False),
        ({"handled_at": None}, {}, False),
        ({"content": "c-2"}, {}, False),
        ({"content": None}, {"content": None}, False),
        ({"reporter": "rep-2"}, {}, False),
        ({"reporter": None}, {"reporter": None}, False),
        ({}, {"source": "third_party"}, False),
    ],
)
def test_content_handled_for_the_same_reporter_is_not_taken_up_again(
    earlier: dict[str, object], given: dict[str, object], *, repeated: bool
) -> None:
    assert reasons(past(**earlier), **given) == ["already_handled"] * repeated


@pytest.mark.parametrize("by", ["anyone", ABSENT])
@pytest.mark.parametrize("earlier", [{}, {"reporter": "rep-2"}, {"reporter": None}])
def test_a_pack_may_look_at_the_reports_of_anyone(earlier: dict[str, object], by: object) -> None:
    assert reasons(past(**earlier), pack=pack_of({"admission[3].by": by})) == ["already_handled"]


def test_any_one_of_the_past_reports_is_enough() -> None:
    assert reasons(past(state="pending"), past(content="c-2"), past()) == ["already_handled"]


def test_the_reason_is_the_one_the_pack_names_and_is_given_once() -> None:
    pack = pack_of({"admission[2].reason": "malicious_reporter"})
    assert reasons(pack=pack, place=None, malicious_established=True) == ["malicious_reporter"]


def test_a_check_without_a_reason_gives_its_own() -> None:
    pack = pack_of({f"admission[{place}].reason": ABSENT for place in range(6)})
    assert reasons(
        pack=pack, codes=["3.7"], evidence="none", place=None, malicious_established=True, reporter_verified=False
    ) == ["reporter_not_verified", "malicious_reporter", "off_platform", "insufficient_evidence", "other_procedure"]


def test_without_a_scope_nothing_is_in_it() -> None:
    assert reasons(pack=pack_of({"scope": ABSENT})) == ["off_platform"]


@pytest.mark.parametrize(
    ("given", "to"),
    [
        ({"codes": ["3.7"]}, "infringement"),
        ({"codes": ["3.7"], "evidence": "none"}, "infringement"),
        ({"place": None}, None),
    ],
)
def test_the_other_procedure_is_named_when_it_is_competent(given: dict[str, object], to: str | None) -> None:
    assert admit(CHECKS, (), report(**given)).to == to


@pytest.mark.parametrize(
    ("subject", "department", "decider"),
    [("content", "moderation", "moderator"), ("account", "trust", None), ("group", None, None)],
)
def test_the_first_flow_of_the_subject_handles_an_admitted_report(
    subject: str, department: str | None, decider: str | None
) -> None:
    outcome = admit(CHECKS, (), report(subject_type=subject))
    assert (outcome.department, outcome.decider) == (department, decider)


def test_nobody_handles_a_refused_report() -> None:
    outcome = admit(CHECKS, (), report(place=None))
    assert (outcome.verdict, outcome.department, outcome.decider) == ("refused", None, None)


@pytest.mark.parametrize(
    ("what", "contact", "place", "owed"),
    [
        (["outcome", "refusal"], True, "app", True),
        (["outcome", "refusal"], True, "weibo", True),
        (["outcome"], True, "weibo", False),
        (["outcome"], True, "app", True),
        ([], True, "app", True),
        (["outcome", "refusal"], False, "app", False),
        (["outcome", "refusal"], False, "weibo", False),
    ],
)
def test_feedback_is_owed_to_who_can_be_reached_and_of_refusals_where_the_pack_says_so(
    what: list[str], place: str, *, contact: bool, owed: bool
) -> None:
    outcome = admit(pack_of({"feedback.what": what}), (), report(contact=contact, place=place))
    assert outcome.feedback is owed


def test_without_a_rule_on_feedback_none_is_owed() -> None:
    assert not admit(pack_of({"feedback": ABSENT}), (), report()).feedback


@pytest.mark.parametrize("source", ["user", "platform_monitoring", "third_party"])
def test_zero_tolerance_admits_every_report(source: str) -> None:
    outcome = admit(
        shipped(ZERO),
        [past()],
        report(source=source, evidence="none", place=None, reporter_verified=False, codes=[], subject_type="site"),
    )
    assert (outcome.verdict, outcome.department, outcome.feedback) == ("admitted", "risk_control", True)


@pytest.mark.parametrize("place", ["weibo", "wechat", "own_site"])
def test_36kr_takes_up_what_lies_in_its_scope(place: str) -> None:
    outcome = admit(shipped(KR36), [past()], report(place=place, evidence="none", reporter_verified=False))
    assert (outcome.verdict, outcome.department, outcome.decider) == ("admitted", "user_management", "user_officer")


def test_36kr_refuses_what_lies_elsewhere_and_says_so() -> None:
    outcome = admit(shipped(KR36), (), report(place="app", subject_type="news_item"))
    assert (list(outcome.reasons), outcome.department, outcome.feedback) == (["off_platform"], None, True)
