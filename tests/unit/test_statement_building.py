"""A decision that restricts something has one valid statement without personal data; another one has none."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from caseledger.statements.building import Given, Unstated, statement_of
from caseledger.statements.mapping import mapping_of
from domain.policy.kinds import KINDS, DurationRule, Kind
from domain.policy.vocabulary import Source, SubjectType
from domain.values import Outcome
from schemas.dsa.validator import faults
from schemas.dsa.vocabulary import field_rules
from tests.support.statements import PACKS, choice, decided, mapping, mapping_text, pack

SHORT = [
    f"{kind.value}{duration}"
    for kind, facts in KINDS.items()
    for duration in ("", ":P7D")
    if (facts.duration is not DurationRule.NEVER or not duration)
    and (facts.duration is not DurationRule.REQUIRED or duration)
]
NONE = {kind.value for kind in Kind if all(line.nothing for line in mapping().measure if line.kind is kind)}


def made(given: Given) -> dict[str, object]:
    statement = statement_of(mapping(), given)
    assert not isinstance(statement, Unstated), statement
    assert faults(statement) == ()
    return statement


@pytest.mark.parametrize("platform", PACKS)
def test_every_violation_of_every_policy_has_a_valid_statement_for_every_subject(platform: str) -> None:
    for violation in pack(platform).violations.values():
        for subject in violation.applies_to:
            given = decided("ban", platform=platform, codes=(violation.code,), subject_type=subject.value)
            statement = made(given)
            assert statement["category"] == (violation.dsa or statement["category"])
            assert violation.code in str(statement["incompatible_content_ground"])


@pytest.mark.parametrize(("short", "subject"), list(product(SHORT, SubjectType)))
def test_every_measure_of_every_subject_is_stated_or_restricts_nothing(short: str, subject: SubjectType) -> None:
    statement = statement_of(mapping(), decided(short, subject_type=subject.value))
    if short.partition(":")[0] in NONE:
        assert statement is Unstated.RESTRICTS_NOTHING
    else:
        assert not isinstance(statement, Unstated)
        assert faults(statement) == ()


def test_what_restricts_nothing_is_known() -> None:
    assert sorted(NONE) == [
        "administrative_detention",
        "announce_link",
        "criticise_and_educate",
        "legal_accountability",
        "list_high_risk",
        "notify_authority",
        "personal_file_record",
        "pursue_counterparty",
        "transfer_to_authority",
        "warn",
    ]


@pytest.mark.parametrize("source", list(Source))
def test_every_source_is_told(source: Source) -> None:
    statement = made(decided("mute:P7D", source=source.value))
    assert (
        statement["source_type"]
        == {
            Source.USER: "SOURCE_ARTICLE_16",
            Source.PLATFORM_MONITORING: "SOURCE_VOLUNTARY",
            Source.THIRD_PARTY: "SOURCE_TYPE_OTHER_NOTIFICATION",
            Source.REGULATOR: "SOURCE_TYPE_OTHER_NOTIFICATION",
        }[source]
    )
    assert "source_identity" not in statement


def test_a_whole_statement() -> None:
    given = decided("delete_content", "mute:P7D", codes=("3.2.7", "3.1.6"), source="third_party")
    assert made(given) == {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_provision": "DECISION_PROVISION_PARTIAL_SUSPENSION",
        "category": "STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH",
        "category_addition": ["STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS"],
        "category_specification": ["KEYWORD_DISCRIMINATION", "KEYWORD_MISINFORMATION_DISINFORMATION"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "incompatible_content_ground": "Rules of 36kr-jiangsu, version 2020-12-18, clause 五(b).1(1): "
        "3.2.7 Discrimination; 3.1.6 Rumours",
        "incompatible_content_explanation": "Rules of 36kr-jiangsu, version 2020-12-18, clause 五(b).1(1): "
        "3.2.7 Discrimination; 3.1.6 Rumours. The measure follows the severity of the violation.",
        "incompatible_content_illegal": "No",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": "2025-06-30",
        "application_date": "2025-07-03",
        "end_date_service_restriction": "2025-07-10",
        "decision_facts": "0 reports, the first by third party; 0 pieces of evidence. An officer found, with severity "
        "serious: 3.2.7 Discrimination; 3.1.6 Rumours. Measures: delete content, mute for P7D.",
        "source_type": "SOURCE_TYPE_OTHER_NOTIFICATION",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_PARTIALLY",
        "puid": given.event_id.replace(".", "-"),
    }


def test_the_fields_stand_in_the_order_of_the_rules() -> None:
    order = list(field_rules())
    names = list(made(decided("freeze_permissions", "ban", "block_content:P1D")))
    assert names == sorted(names, key=order.index)


def test_no_statement_names_an_account_a_subject_or_a_content() -> None:
    names = {"respondent": "u-canary", "subject": "s-canary", "content": "c-canary"}
    given = decided("ban", **names)
    told = given.decided.model_copy(update={"reason": "canary", "proposed_by": "canary", "confirmed_by": "canary"})
    statement = made(replace(given, decided=told))
    assert "canary" not in str(statement)
    assert "A second officer confirmed" in str(statement["decision_facts"])


def test_the_hardest_of_several_measures_counts_and_its_end() -> None:
    statement = made(decided("mute:P7D", "ban_site", "freeze_permissions:P30D", subject_type="site"))
    assert statement["decision_provision"] == "DECISION_PROVISION_TOTAL_SUSPENSION"
    assert "end_date_service_restriction" not in statement
    assert statement["end_date_monetary_restriction"] == "2025-08-02"
    longer = made(decided("mute:P7D", "restrict_functions:P30D"))
    assert longer["end_date_service_restriction"] == "2025-08-02"


def test_several_measures_on_content_are_all_told() -> None:
    statement = made(decided("delete_content", "block_feed:P7D"))
    assert statement["decision_visibility"] == [
        "DECISION_VISIBILITY_CONTENT_REMOVED",
        "DECISION_VISIBILITY_CONTENT_DISABLED",
    ]
    assert "end_date_visibility_restriction" not in statement
    assert made(decided("block_feed:P7D"))["end_date_visibility_restriction"] == "2025-07-10"


def test_an_end_that_the_database_cannot_hold_is_told_in_words() -> None:
    statement = made(decided("ban:P20Y"))
    assert statement["end_date_account_restriction"] == "2038-01-01"
    assert "One of them ends on 2045-07-03." in str(statement["decision_facts"])


@pytest.mark.parametrize("duration", ["P999999Y", "soon"])
def test_an_end_that_no_calendar_knows_is_none(duration: str) -> None:
    assert "end_date_account_restriction" not in made(decided(f"ban:{duration}"))


def test_news_of_the_platform_itself_restricts_nobody_and_of_a_partner_does() -> None:
    about = {"subject_type": "news_item", "codes": ("4.2.1",)}
    own = decided("modify_news", **about, respondent=None)
    assert statement_of(mapping(), own) is Unstated.RESTRICTS_NOTHING
    statement = made(decided("modify_news", **about))
    assert statement["decision_visibility_other"] == "Content corrected"


@pytest.mark.parametrize(
    ("at", "stated"),
    [
        (datetime(2019, 12, 31, 15, 59, tzinfo=UTC), False),
        (datetime(2019, 12, 31, 16, 0, tzinfo=UTC), True),
        (datetime(2038, 1, 1, 15, 59, tzinfo=UTC), True),
        (datetime(2038, 1, 1, 16, 0, tzinfo=UTC), False),
        (datetime.max.replace(tzinfo=UTC), False),
    ],
)
def test_a_decision_on_a_day_that_the_database_does_not_take_has_none(at: datetime, stated: bool) -> None:  # noqa: FBT001
    statement = statement_of(mapping(), decided("ban", at=at))
    assert (statement is not Unstated.OUTSIDE_THE_DATES) == stated
    assert stated == (not isinstance(statement, Unstated))


def test_content_is_dated_by_its_posting_its_first_report_or_the_decision() -> None:
    given = decided("ban", posted_at=None)
    assert made(given)["content_date"] == "2025-07-03"
    assert made(replace(given, opened=None))["content_date"] == "2025-07-03"
    old = made(decided("ban", posted_at=datetime(1999, 5, 6, 7, 0, tzinfo=UTC)))
    assert old["content_date"] == "2000-01-01"
    assert "Posted on 1999-05-06." in str(old["decision_facts"])


def test_a_dismissal_has_no_statement() -> None:
    given = decided("ban")
    dismissed = given.decided.model_copy(update={"outcome": Outcome.DISMISSED})
    assert statement_of(mapping(), replace(given, decided=dismissed)) is Unstated.DISMISSED


@pytest.mark.parametrize("name", ["finding", "ruling", "choice"])
def test_a_decision_without_finding_ruling_or_choice_restricts_nothing(name: str) -> None:
    given = decided("ban")
    assert (
        statement_of(mapping(), replace(given, decided=given.decided.model_copy(update={name: None})))
        is Unstated.RESTRICTS_NOTHING
    )


def test_a_decision_whose_policy_cannot_be_read_any_more_is_stated_by_its_codes() -> None:
    statement = made(replace(decided("ban", rule="gone", explanation="x"), pack=None, opened=None))
    assert statement["category"] == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    assert statement["application_date"] == "2025-07-02"
    assert statement["source_type"] == "SOURCE_VOLUNTARY"


def test_words_of_another_time_are_stated_as_far_as_they_are_known() -> None:
    given = decided("ban", "vanish", source="oracle", subject_type="hologram", codes=())
    ruling = given.decided.ruling.model_copy(update={"explanation": "unheard_of", "because": ("a.1", "b.2")})
    statement = made(replace(given, decided=given.decided.model_copy(update={"ruling": ruling})))
    assert statement["content_type_other"] == "Other"
    assert "2 earlier events on the record counted" in str(statement["decision_facts"])
    assert "Rule catalogue-grave." in str(statement["incompatible_content_explanation"])
    nothing = decided("vanish")
    assert statement_of(mapping(), nothing) is Unstated.RESTRICTS_NOTHING


def test_the_flags_of_a_finding_are_told() -> None:
    statement = made(decided("ban", flags=("major_crime", "minor")))
    assert "(major crime, minor)" in str(statement["decision_facts"])


def test_fifty_codes_fit() -> None:
    codes = tuple(violation.code for violation in pack("moji-weather").violations.values())[:50]
    statement = made(decided("ban", platform="moji-weather", codes=codes, rule="graded"))
    assert str(statement["incompatible_content_ground"]).endswith("…")


def test_a_violation_of_a_class_has_the_category_of_the_class_where_the_policy_gives_none() -> None:
    other = made(decided("ban", platform="platform-zero-tolerance", codes=("3.9",), subject_type="account"))
    assert other["category"] == "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"
    crime = made(decided("ban", platform="platform-zero-tolerance", codes=("1.9",), subject_type="account"))
    assert crime["category"] == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
    assert crime["incompatible_content_illegal"] == "Yes"


def test_a_mapping_may_name_one_code_and_content_that_is_illegal() -> None:
    text = mapping_text().replace('class = "3"', 'code = "2.9"')
    head, _, tail = text.partition("[[ground]]")
    illegal = 'common = ["COMMON-CRIME-"]\nground = "DECISION_GROUND_ILLEGAL_CONTENT"\nlegal_ground = "Article 1"\n'
    table = mapping_of(f"{head}[[ground]]\n{illegal}\n[[ground]]{tail}", mapping().version)
    given = decided("ban", platform="platform-zero-tolerance", codes=("2.9",), subject_type="account")
    statement = statement_of(table, given)
    assert not isinstance(statement, Unstated)
    assert faults(statement) == ()
    assert statement["category"] == "STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY"
    assert statement["illegal_content_legal_ground"] == "Article 1"
    assert "incompatible_content_ground" not in statement


def test_a_restriction_of_payments_in_other_words_has_them() -> None:
    text = mapping_text().replace(
        'monetary = "DECISION_MONETARY_SUSPENSION"',
        'monetary = "DECISION_MONETARY_OTHER"\nmonetary_other = "Settlement held back"',
    )
    statement = statement_of(mapping_of(text, mapping().version), decided("freeze_permissions"))
    assert not isinstance(statement, Unstated)
    assert faults(statement) == ()
    assert statement["decision_monetary_other"] == "Settlement held back"


def test_every_measure_chosen_counts_whatever_its_role() -> None:
    given = decided()
    (mute,) = choice("mute:P7D").also
    for role in ("content_measures", "also", "added"):
        chosen = choice().model_copy(update={role: (mute,)})
        assert made(replace(given, decided=given.decided.model_copy(update={"choice": chosen})))
    chosen = choice().model_copy(update={"party_measure": mute})
    assert made(replace(given, decided=given.decided.model_copy(update={"choice": chosen})))
