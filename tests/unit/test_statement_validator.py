"""Every rule of the statement of reasons bites, and what the database takes passes."""

import csv
import io
import json
from typing import Final

import pytest

from schemas.dsa import validator
from schemas.dsa.validator import batch_faults, faults
from schemas.dsa.vocabulary import allowed, archive_columns, archive_header, batch_bounds, field_rules, needed_one_of

GOOD: Final[dict[str, object]] = {
    "puid": "632f6ce5-af77-57ad-8532-6da3e2490eb6-7",
    "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
    "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
    "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
    "incompatible_content_ground": "rule 1",
    "incompatible_content_explanation": "why",
    "content_type": ["CONTENT_TYPE_TEXT"],
    "content_date": "2025-07-01",
    "application_date": "2025-07-02",
    "decision_facts": "what happened",
    "source_type": "SOURCE_ARTICLE_16",
    "automated_detection": "No",
    "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
}
ILLEGAL: Final = {
    "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
    "incompatible_content_ground": None,
    "incompatible_content_explanation": None,
    "illegal_content_legal_ground": "Article 1",
    "illegal_content_explanation": "why",
}


def codes(**fields: object) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in faults(GOOD | fields)]


def test_a_good_statement_has_no_fault() -> None:
    assert codes() == codes(**ILLEGAL) == []


@pytest.mark.parametrize("name", [name for name, rule in field_rules().items() if rule.get("required")])
@pytest.mark.parametrize("nothing", [None, "", []])
def test_every_required_field_is_needed(name: str, nothing: object) -> None:
    assert (name, "missing") in codes(**{name: nothing})


def test_a_restriction_of_some_kind_is_needed() -> None:
    assert codes(decision_visibility=None) == [("", "none_of_them")]
    values = {"decision_monetary": "DECISION_MONETARY_SUSPENSION", "decision_account": "DECISION_ACCOUNT_TERMINATED"}
    values |= {"decision_provision": "DECISION_PROVISION_TOTAL_SUSPENSION"}
    assert set(values) | {"decision_visibility"} == set(needed_one_of())
    for name, value in values.items():
        assert codes(decision_visibility=None, **{name: value}) == []


@pytest.mark.parametrize("name", [name for name, rule in field_rules().items() if "enum" in rule])
def test_every_enumeration_is_closed(name: str) -> None:
    rule = field_rules()[name]
    value = ["NO_SUCH_VALUE"] if rule.get("type") == "list" else "NO_SUCH_VALUE"
    assert (name, "not_allowed") in codes(**{name: value})
    for each in allowed(str(rule["enum"])):
        value = [each] if rule.get("type") == "list" else each
        assert (name, "not_allowed") not in codes(**{name: value})


@pytest.mark.parametrize("name", [name for name, rule in field_rules().items() if rule.get("type") == "list"])
def test_every_list_is_a_list_of_texts(name: str) -> None:
    assert (name, "wrong_type") in codes(**{name: "TEXT"})
    assert (name, "wrong_type") in codes(**{name: [7]})


@pytest.mark.parametrize("name", [name for name, rule in field_rules().items() if rule.get("type") != "list"])
def test_everything_else_is_text(name: str) -> None:
    outer, _, inner = name.partition(".")
    value: object = {inner: 7} if inner else 7
    assert (name, "wrong_type") in codes(**{outer: value})


@pytest.mark.parametrize("name", [name for name, rule in field_rules().items() if "max" in rule])
def test_every_text_has_its_greatest_length(name: str) -> None:
    most = int(str(field_rules()[name]["max"]))
    assert (name, "too_long") in codes(**{name: "字" * (most + 1)})
    assert (name, "too_long") not in codes(**{name: "字" * most})


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("decision_visibility_other", {"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}),
        ("decision_monetary_other", {"decision_monetary": "DECISION_MONETARY_OTHER"}),
        ("content_type_other", {"content_type": ["CONTENT_TYPE_TEXT", "CONTENT_TYPE_OTHER"]}),
        ("illegal_content_legal_ground", ILLEGAL | {"illegal_content_legal_ground": None}),
        ("illegal_content_explanation", ILLEGAL | {"illegal_content_explanation": None}),
        ("incompatible_content_ground", {"incompatible_content_ground": None}),
        ("incompatible_content_explanation", {"incompatible_content_explanation": None}),
    ],
)
def test_what_one_value_requires_is_dropped_without_it(name: str, needed: dict[str, object]) -> None:
    assert field_rules()[name]["required_when"]
    assert codes(**needed) == [(name, "missing")]
    assert codes(**(needed | {name: "text"})) == []
    otherwise = ILLEGAL if name.startswith("incompatible") else {}
    assert codes(**(otherwise | {name: "text"})) == [(name, "dropped")]


def test_every_conditional_field_was_looked_at() -> None:
    assert {name for name, rule in field_rules().items() if "required_when" in rule} == {
        "decision_visibility_other",
        "decision_monetary_other",
        "content_type_other",
        "illegal_content_legal_ground",
        "illegal_content_explanation",
        "incompatible_content_ground",
        "incompatible_content_explanation",
    }
    assert {key for rule in field_rules().values() for key in rule} <= {
        *("type", "enum", "max", "required_when", "dropped_otherwise", "required", "only_when", "values", "format"),
        *("from", "to", "blank_means", "dropped_when", "pattern", "unique"),
    }


def test_whether_it_is_illegal_too_is_said_of_incompatible_content_only() -> None:
    assert codes(incompatible_content_illegal="Yes") == []
    assert codes(**(ILLEGAL | {"incompatible_content_illegal": "Yes"})) == [
        ("incompatible_content_illegal", "not_here")
    ]


def test_who_gave_notice_is_dropped_where_nobody_did() -> None:
    assert codes(source_identity="a trusted flagger") == []
    voluntary = {"source_type": "SOURCE_VOLUNTARY", "source_identity": "somebody"}
    assert codes(**voluntary) == [("source_identity", "dropped")]


@pytest.mark.parametrize("name", [name for name, rule in field_rules().items() if "format" in rule])
@pytest.mark.parametrize("value", ["2025-7-1", "2025-02-30", "20250701", "2025-07-01 00:00:00", "2025-07-01\n", "soon"])
def test_a_day_is_a_day(name: str, value: str) -> None:
    assert (name, "bad_format") in codes(**{name: value})


@pytest.mark.parametrize("name", [name for name, rule in field_rules().items() if "format" in rule])
def test_a_day_lies_in_its_range(name: str) -> None:
    first = field_rules()[name].get("from")
    assert codes(**{name: "2038-01-01"}) == []
    assert codes(**{name: "2038-01-02"}) == [(name, "out_of_range")]
    assert codes(**{name: str(first or "1970-01-01")}) == []
    if first is not None:
        assert codes(**{name: f"{int(str(first)[:4]) - 1}-12-31"}) == [(name, "out_of_range")]


def test_territories_and_languages_are_codes() -> None:
    assert codes(territorial_scope=["DE", "IS"], content_language="ZH") == []
    assert codes(territorial_scope=["DE", "CN"]) == [("territorial_scope", "not_allowed")]
    assert codes(content_language="zh-CN") == [("content_language", "not_allowed")]
    assert codes(automated_detection="yes") == [("automated_detection", "not_allowed")]


@pytest.mark.parametrize("puid", ["a.7", "a 7", "a/7", "a\n", "ä"])
def test_a_puid_is_of_letters_digits_hyphens_and_underscores(puid: str) -> None:
    assert codes(puid=puid) == [("puid", "bad_pattern")]


def test_an_article_number_has_thirteen_digits() -> None:
    assert codes(content_id={"EAN-13": "4006381333931"}) == []
    assert codes(content_id={"EAN-13": "400638133393"}) == [("content_id.EAN-13", "bad_pattern")]
    assert codes(content_id={"ISBN": "1"}) == [("content_id.ISBN", "unknown_field")]


@pytest.mark.parametrize("url", ["example.com", "ftp://example.com", "https://", "https://a b.example", "http://[::1"])
def test_an_address_is_one_of_the_web(url: str) -> None:
    assert codes(decision_ground_reference_url="https://example.com/terms") == []
    assert codes(decision_ground_reference_url=url) == [("decision_ground_reference_url", "bad_format")]


def test_a_field_that_does_not_exist_is_a_fault() -> None:
    assert codes(account_id="u-1") == [("account_id", "unknown_field")]


def test_a_batch_has_its_bounds_and_no_puid_twice() -> None:
    least, most = batch_bounds()
    many = [GOOD | {"puid": f"p-{number}"} for number in range(most + 1)]
    assert (least, most) == (1, 100)
    assert batch_faults(many[:most]) == ()
    assert [fault.code for fault in batch_faults(many)] == [fault.code for fault in batch_faults([])] == ["batch_size"]
    assert [fault.code for fault in batch_faults([GOOD, GOOD])] == ["repeated_puid"]
    assert [fault.code for fault in batch_faults([GOOD], {GOOD["puid"]})] == ["repeated_puid"]
    assert [fault.field for fault in batch_faults([GOOD | {"puid": "a b"}])] == ["puid"]


def test_the_database_s_own_example_passes() -> None:
    example = json.loads(EXAMPLE)
    assert faults({name: value for name, value in example.items() if name not in ("platform_name", "permalink")}) == ()


def test_words_that_were_taken_out_of_the_vocabulary_are_refused() -> None:
    for old in ("STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT", "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"):
        assert codes(category=old) == [("category", "not_allowed")]
    assert codes(category_specification=["KEYWORD_DISINFORMATION"]) == [("category_specification", "not_allowed")]


def test_a_row_of_a_day_archive_passes_as_a_statement() -> None:
    (row,) = csv.DictReader(io.StringIO(archive_header() + ROW))
    assert tuple(row) == archive_columns()
    statement: dict[str, object] = {}
    for name, value in row.items():
        if name not in ("uuid", "platform_name", "platform_uid", "created_at") and value:
            statement[name] = json.loads(value) if value.startswith("[") else value.removesuffix(" 00:00:00")
    assert faults(statement | {"puid": row["platform_uid"]}) == ()


def test_the_validator_says_what_is_wrong() -> None:
    (fault,) = validator.faults(GOOD | {"content_date": "1999-12-31"})
    assert fault.reason == "from 2000-01-01 to 2038-01-01"


EXAMPLE: Final = """{"puid":"8ca7c7ed-d9bc-4509-9fe2-72046a1cTEST","decision_visibility":
["DECISION_VISIBILITY_CONTENT_LABELLED"],"decision_monetary":"DECISION_MONETARY_TERMINATION","decision_provision":
"DECISION_PROVISION_TOTAL_TERMINATION","decision_account":"DECISION_ACCOUNT_TERMINATED","account_type":
"ACCOUNT_TYPE_BUSINESS","decision_ground":"DECISION_GROUND_INCOMPATIBLE_CONTENT","decision_ground_reference_url":
"https://multicolored-sonar.name/","incompatible_content_ground":"Carmen delectatio","incompatible_content_explanation":
"Deserunt vomica","incompatible_content_illegal":"Yes","content_type":["CONTENT_TYPE_AUDIO"],"category":
"STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS","category_specification":[],"territorial_scope":
["NL","GR","RO"],"content_language":"SV","content_date":"2025-12-09","application_date":"2025-12-08",
"end_date_monetary_restriction":"2025-12-09","decision_facts":"Arcus tandem textus.","source_type":
"SOURCE_TRUSTED_FLAGGER","automated_detection":"No","automated_decision":"AUTOMATED_DECISION_PARTIALLY",
"end_date_visibility_restriction":null,"end_date_account_restriction":null,"end_date_service_restriction":null,
"platform_name":"Platform 1","permalink":"https://irresponsible-middle.com/"}"""
"""From the end-to-end tests of digital-services-act/transparency-database, its Latin shortened."""

ROW: Final = (
    '71a159b9-30b4-45ca-a677-a073311c47e5,"[""DECISION_VISIBILITY_CONTENT_REMOVED""]",,,,,,,,,,,'
    "DECISION_GROUND_INCOMPATIBLE_CONTENT,,,,Content incompatible with § 4 of our terms and conditions.,"
    "Placing misleading adviews is not permitted.,,STATEMENT_CATEGORY_SCAMS_AND_FRAUD,,,,"
    '"[""CONTENT_TYPE_OTHER""]",Adview,,2025-07-01 00:00:00,,"[""DE""]",2025-07-01 00:00:00,'
    '"Our decisions are based on various information, including the content.",SOURCE_VOLUNTARY,,Yes,'
    "AUTOMATED_DECISION_FULLY,Some Ads,ad-5f6d8e2f-7fe0-41bb-b75e-ce579d751892,2025-07-01 00:03:33\n"
)
"""In the shape of a row of the day archive of 1 July 2025."""
