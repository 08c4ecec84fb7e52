"""36kr-jiangsu: every rule of the ladder, at every severity, up to the very instant at which it holds."""

import pytest

from domain.policy.finding import Ruling
from domain.policy.record import RecordEntry
from tests.support.policy_findings import at, finding, muted, range_of, removed, rule_of
from tests.support.policy_packs import KR36, shipped

FOUR = ("minor", "ordinary", "serious", "grave")
SHORT = "mute:P3D mute:P7D mute:P1M"
MUTES = f"mute:P1D {SHORT}"
ALL = f"warn {MUTES} ban close_account"
TWO_MUTES = (muted("m1", "2021-01-20T10:00"), muted("m2", "2021-02-20T10:00"))
ONE_MUTE = (muted("m1", "2019-01-20T10:00"),)
ONE_REMOVAL = (removed("r1", "2021-03-10T06:00"),)


def ruling_on(severity: str, *entries: RecordEntry, subject: str = "content", **given: object) -> Ruling:
    return rule_of(shipped(KR36), finding(subject, severity=severity, **given), *entries)


def outcome(severity: str, *entries: RecordEntry, subject: str = "content", **given: object) -> tuple[str, str, str]:
    return range_of(ruling_on(severity, *entries, subject=subject, **given))


@pytest.mark.parametrize("severity", FOUR)
def test_content_older_than_six_months_is_removed_without_penalty(severity: str) -> None:
    found = ruling_on(severity, *TWO_MUTES, *ONE_REMOVAL, posted_at="2020-09-10T11:59:59.999999+08:00")
    assert range_of(found) == ("limitation-6m", "", "-")
    assert [str(measure) for measure in found.content_measures] == ["delete_content"]
    assert found.because == ()


@pytest.mark.parametrize("severity", FOUR)
def test_content_exactly_six_months_old_is_not_older(severity: str) -> None:
    assert outcome(severity, posted_at="2020-09-10T12:00:00+08:00")[0] != "limitation-6m"


def test_six_months_before_the_end_of_august_is_the_end_of_february() -> None:
    times = {"at": "2020-08-31T12:00:00+08:00", "severity": "minor"}
    pack = shipped(KR36)
    assert rule_of(pack, finding(**times, posted_at="2020-02-29T12:00:00+08:00")).rule == "catalogue-light"
    assert rule_of(pack, finding(**times, posted_at="2020-02-29T11:59:59.999999+08:00")).rule == "limitation-6m"


def test_content_of_unknown_age_is_not_older() -> None:
    assert outcome("minor", posted_at=None)[0] == "catalogue-light"


@pytest.mark.parametrize("severity", FOUR)
def test_a_third_fault_after_two_mutes_in_three_months_is_a_ban(severity: str) -> None:
    found = ruling_on(severity, *TWO_MUTES, *ONE_REMOVAL)
    assert range_of(found) == ("two-mutes-3m", "ban", "ban")
    assert (found.because, found.explanation.value) == (("m1", "m2"), "muted_twice")


@pytest.mark.parametrize(
    ("first", "rule"),
    [
        ("2020-12-10T12:00:00", "two-mutes-3m"),
        ("2020-12-10T11:59:59.999999", "after-mute"),
    ],
)
def test_the_window_of_two_mutes_holds_its_first_instant(first: str, rule: str) -> None:
    assert outcome("minor", muted("m1", first), TWO_MUTES[1])[0] == rule


def test_three_months_before_the_end_of_may_is_the_end_of_february() -> None:
    pack, second = shipped(KR36), muted("m2", "2021-04-01T00:00")
    asked = finding(at="2021-05-31T12:00:00+08:00", posted_at="2021-05-31T11:00:00+08:00")
    assert rule_of(pack, asked, muted("m1", "2021-02-28T12:00"), second).rule == "two-mutes-3m"
    assert rule_of(pack, asked, muted("m1", "2021-02-28T11:59:59.999999"), second).rule == "after-mute"


@pytest.mark.parametrize(
    ("second", "rule"),
    [("2021-03-10T08:59:59.999999", "two-mutes-3m"), ("2021-03-10T09:00:00", "after-mute")],
)
def test_both_mutes_stand_before_the_content_was_posted(second: str, rule: str) -> None:
    assert outcome("minor", TWO_MUTES[0], muted("m2", second))[0] == rule


def test_mutes_for_conduct_do_not_count() -> None:
    entries = (muted("m1", "2021-02-01T00:00", "conduct"), muted("m2", "2021-02-02T00:00", "malicious_report"))
    assert outcome("minor", *entries, muted("m3", "2021-02-03T00:00", None))[0] == "catalogue-light"


@pytest.mark.parametrize(
    ("lifted", "rule"),
    [
        ("2021-03-10T12:00:00.000001+08:00", "two-mutes-3m"),
        ("2021-03-10T12:00:00+08:00", "after-mute"),
        ("2021-03-01T00:00:00+08:00", "after-mute"),
    ],
)
def test_a_mute_lifted_by_the_very_instant_does_not_count(lifted: str, rule: str) -> None:
    assert outcome("minor", TWO_MUTES[0], muted("m2", "2021-02-20T10:00", lifted_at=at(lifted)))[0] == rule


@pytest.mark.parametrize(
    ("severity", "rule", "options", "default"),
    [
        ("minor", "several-1d", SHORT, "mute:P3D"),
        ("ordinary", "several-1d", SHORT, "mute:P7D"),
        ("serious", "several-1d-serious", f"{SHORT} ban", "mute:P1M"),
        ("grave", "several-1d-grave", f"{SHORT} ban close_account", "ban"),
    ],
)
def test_several_removals_within_a_day(severity: str, rule: str, options: str, default: str) -> None:
    found = ruling_on(severity, *ONE_REMOVAL, *ONE_MUTE)
    assert range_of(found) == (rule, options, default)
    assert (found.because, found.explanation.value) == (("r1",), "several_in_a_day")


@pytest.mark.parametrize("severity", FOUR)
@pytest.mark.parametrize(
    ("when", "several"),
    [
        ("2021-03-09T12:00:00", True),
        ("2021-03-09T11:59:59.999999", False),
        ("2021-03-10T12:00:00", True),
        ("2021-03-10T12:00:00.000001", False),
    ],
)
def test_the_day_is_rolling_and_holds_both_its_ends(severity: str, when: str, *, several: bool) -> None:
    assert outcome(severity, removed("r1", when))[0].startswith("several-1d") is several


def test_a_removal_of_the_content_itself_is_not_another_one() -> None:
    assert outcome("minor", removed("r1", "2021-03-10T10:00", content="c-now"))[0] == "catalogue-light"


def test_two_removals_of_one_content_are_one_and_the_earliest_is_named() -> None:
    entries = (
        removed("r2", "2021-03-10T07:00", content="c-1"),
        removed("r1", "2021-03-10T06:00", content="c-1"),
        removed("r3", "2021-03-09T06:00", content="c-1"),
    )
    assert ruling_on("minor", *entries).because == ("r1",)


def test_of_two_removals_of_one_content_at_one_instant_the_first_id_is_named() -> None:
    entries = (removed("b", "2021-03-10T06:00", content="c-1"), removed("a", "2021-03-10T06:00", content="c-1"))
    assert ruling_on("minor", *entries).because == ("a",)


def test_a_time_barred_removal_never_counts() -> None:
    assert outcome("minor", removed("r1", "2021-03-10T06:00", time_barred=True))[0] == "catalogue-light"


def test_a_lifted_removal_leaves_the_later_one_of_the_same_content() -> None:
    entries = (
        removed("r1", "2021-03-10T06:00", content="c-1", lifted_at=at("2021-03-10T07:00")),
        removed("r2", "2021-03-10T08:00", content="c-1"),
    )
    assert ruling_on("minor", *entries).because == ("r2",)


@pytest.mark.parametrize(
    ("severity", "rule", "options", "default"),
    [
        ("minor", "after-mute", MUTES, "mute:P1D"),
        ("ordinary", "after-mute", MUTES, "mute:P3D"),
        ("serious", "after-mute", MUTES, "mute:P7D"),
        ("grave", "after-mute-grave", f"{MUTES} ban close_account", "ban"),
    ],
)
def test_a_mute_for_content_at_any_time_before_the_posting(
    severity: str, rule: str, options: str, default: str
) -> None:
    found = ruling_on(severity, *ONE_MUTE)
    assert range_of(found) == (rule, options, default)
    assert (found.because, found.explanation.value) == (("m1",), "muted_before")


@pytest.mark.parametrize("severity", FOUR)
@pytest.mark.parametrize(("when", "counts"), [("2021-03-10T08:59:59.999999", True), ("2021-03-10T09:00:00", False)])
def test_a_mute_at_the_instant_of_posting_is_not_before_it(severity: str, when: str, *, counts: bool) -> None:
    assert outcome(severity, muted("m1", when))[0].startswith("after-mute") is counts


@pytest.mark.parametrize("severity", FOUR)
def test_no_mute_stands_before_a_posting_of_unknown_time(severity: str) -> None:
    assert not outcome(severity, *TWO_MUTES, posted_at=None)[0].startswith(("after-mute", "two-mutes"))


@pytest.mark.parametrize(
    ("severity", "rule", "options", "default", "explanation"),
    [
        ("minor", "catalogue-light", "warn mute:P1D", "warn", "single_light"),
        ("ordinary", "catalogue-light", "warn mute:P1D", "warn", "single_light"),
        ("serious", "one-serious-1d", "warn mute:P1D", "mute:P1D", "single_serious"),
        ("grave", "catalogue-grave", ALL, "ban", "single_grave"),
    ],
)
def test_a_first_fault(severity: str, rule: str, options: str, default: str, explanation: str) -> None:
    found = ruling_on(severity)
    assert range_of(found) == (rule, options, default)
    assert (found.because, found.explanation.value, found.also) == ((), explanation, ())


@pytest.mark.parametrize(
    ("severity", "default"),
    [("minor", "warn"), ("ordinary", "mute:P1D"), ("serious", "mute:P7D"), ("grave", "ban")],
)
def test_conduct_of_an_account_knows_no_record_and_no_age(severity: str, default: str) -> None:
    found = ruling_on(severity, *TWO_MUTES, *ONE_REMOVAL, subject="account", posted_at="2015-01-01T00:00:00+08:00")
    assert range_of(found) == ("conduct", ALL, default)
    assert (found.because, found.content_measures, found.explanation.value) == ((), (), "conduct")


@pytest.mark.parametrize(
    ("codes", "rule", "defaults"),
    [
        (["4.1.3"], "news-unlawful", "modify delete delete retract"),
        (["4.2.2"], "news-title", "modify modify delete retract"),
        (["4.2.1"], "news-facts", "supplement supplement delete retract"),
        (["4.2.3"], "news-facts", "supplement supplement delete retract"),
        (["4.2.1", "4.2.2"], "news-title", "modify modify delete retract"),
        (["4.2.2", "4.1.9"], "news-unlawful", "modify delete delete retract"),
    ],
)
@pytest.mark.parametrize("place", range(4))
def test_faults_of_a_news_item_are_corrected_by_fault_and_severity(
    codes: list[str], rule: str, defaults: str, place: int
) -> None:
    found = ruling_on(FOUR[place], subject="news_item", codes=codes, respondent=None)
    every = "supplement_news modify_news delete_news retract_news"
    assert range_of(found) == (rule, every, f"{defaults.split()[place]}_news")
    assert (found.content_measures, found.explanation.value) == ((), "news_correction")


@pytest.mark.parametrize(
    ("codes", "rule"),
    [(["3.3.4"], "catalogue-light"), (["3.3.4", "3.2.8"], "one-serious-1d"), (["3.2.8", "3.1.2"], "catalogue-grave")],
)
def test_without_a_severity_the_hardest_default_of_the_codes_holds(codes: list[str], rule: str) -> None:
    assert outcome(None, codes=codes)[0] == rule


def test_the_severity_of_the_officer_goes_before_every_default() -> None:
    assert outcome("minor", codes=["3.1.2"])[0] == "catalogue-light"


@pytest.mark.parametrize("severity", FOUR)
def test_content_of_nobody_is_removed_and_nobody_is_sanctioned(severity: str) -> None:
    found = ruling_on(severity, respondent=None)
    assert (found.party_measures.options, found.party_measures.default) == ((), None)
    assert [str(measure) for measure in found.content_measures] == ["delete_content"]
