"""`caseledger show`: what is shown of one case, account, reporter and operation, and how they are named."""

from pathlib import Path

import pytest

from domain.streams import reporter_stream
from tests.support.cli_folder import KR, RAW_REPORTER, document, error, filled, run, text


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


def test_a_case_shows_reports_by_pseudonym_and_the_decision_with_its_ruling(data: Path) -> None:
    case = document(data, "show", "case", "report:r2")
    assert [(line["pseudonym"], line["report"]) for line in case["reports"]] == [
        ("R1", "direct/r2"),
        ("R2", "direct/r2b"),
    ]
    decision = case["decision"]
    assert (decision["outcome"], decision["rule"], decision["clause"], decision["chosen"]) == (
        "upheld",
        "two-mutes-3m",
        "五(b).1(4)",
        "ban",
    )
    assert (decision["proposed_by"], decision["confirmed_by"], decision["taken_back"]) == ("ann", "bob", True)
    assert decision["codes"] == [{"code": "3.2.8", "zh": "威胁", "en": "Threat"}]
    assert [step["what"] for step in case["steps"]] == ["appeal_lodged", "appeal_upheld"]
    assert [row["state"] for row in case["sanctions"]] == ["lifted"]


@pytest.mark.parametrize("name", ["report:r1", "report:direct/r1", "report:r1b", "item:content/c1/c1"])
def test_a_case_is_found_by_its_reports_and_by_its_item(data: Path, name: str) -> None:
    case = document(data, "show", "case", name)
    assert (case["platform"], case["content"]) == (KR, "c1")
    assert document(data, "show", "case", case["case"])["content"] == "c1"


def test_an_open_case_has_its_deadline_and_no_decision(data: Path) -> None:
    case = document(data, "show", "case", "report:open1")
    assert (case["state"], case["decision"]) == ("new", None)
    assert [(row["clock"], row["state"]) for row in case["deadlines"]] == [("decision", "running")]


def test_texts_are_shown_only_where_they_are_asked_for(data: Path) -> None:
    assert "texts" not in document(data, "show", "case", "report:r2")
    texts = document(data, "show", "case", "report:r2", "--with-texts")["texts"]
    assert {(line["field"], line["by"]) for line in texts} >= {("statement", "R1"), ("snapshot", "R2"), ("text", "ann")}
    assert RAW_REPORTER not in text(data, "show", "case", "report:r2", "--with-texts")


def test_an_account_shows_counts_sanctions_and_what_is_lifted(data: Path) -> None:
    account = document(data, "show", "account", "acc-1")
    counts = account["violation_counts"]
    assert [(row["class"], row["ever"], row["in_force"], row["lifted"]) for row in counts] == [("3.2", 3, 2, 1)]
    assert [(row["kind"], row["state"]) for row in account["sanctions"]] == [
        ("mute", "ended"),
        ("mute", "ended"),
        ("ban", "lifted"),
    ]
    assert [row["content"] for row in account["removals"]] == ["c0", "c1", "c2"]
    assert len(account["cases"]) == 3


def test_a_listed_account_shows_its_listing_and_its_bar(data: Path) -> None:
    shown = text(data, "show", "account", "acme")
    assert "High-Risk Illegal" in shown or "Suspected of Illegal Activities" in shown
    assert "barred" in shown
    assert "zhang san" not in shown


def test_a_reporter_is_found_by_their_own_id_and_by_the_id_of_their_stream(data: Path) -> None:
    stream = str(reporter_stream(KR, RAW_REPORTER).uuid)
    by_id = document(data, "show", "reporter", RAW_REPORTER, "--platform", KR)
    assert by_id["reporter"] == stream
    assert by_id == document(data, "show", "reporter", stream)
    assert (by_id["standing"]["upheld"], by_id["standing"]["withdrawn"]) == (2, 1)


def test_a_reporters_own_id_is_never_printed(data: Path) -> None:
    assert RAW_REPORTER not in run(data, "show", "reporter", RAW_REPORTER, "--platform", KR).output
    assert "no-such-reporter" not in run(data, "show", "reporter", "no-such-reporter").output


def test_an_operation_shows_persons_regions_and_outcomes_without_names(data: Path) -> None:
    operation = document(data, "show", "operation", "op-1")
    assert operation["regions"] == {"Jiangsu": 1}
    assert [(row["account"], row["outcome"]) for row in operation["persons"]] == [("acme", "upheld")]
    assert "zhang san" not in text(data, "show", "operation", "op-1")


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("case", "report:nothing"), 1, "case_not_found"),
        (("case", "report:off1"), 1, "case_not_found"),
        (("case", "00000000-0000-0000-0000-000000000000"), 1, "case_not_found"),
        (("case", "r1"), 2, "usage"),
        (("case", "item:content/c1"), 2, "usage"),
        (("case", "item:planet/c1/c1"), 2, "usage"),
        (("case", "x" * 5_000), 2, "usage"),
        (("account", "nobody"), 1, "account_not_found"),
        (("reporter", "nobody"), 1, "reporter_not_found"),
        (("operation", "nothing"), 1, "operation_not_found"),
        (("case", "report:r1", "--platform", "Not A Name"), 2, "usage"),
        (("case", "report:r1", "--platform", "moji-weather"), 1, "platform_unknown"),
    ],
)
def test_what_is_not_there_is_told_by_code(data: Path, arguments: tuple[str, ...], status: int, code: str) -> None:
    assert error(data, "show", *arguments)[:2] == (status, code)


def test_the_id_of_another_stream_is_no_case(data: Path) -> None:
    report = document(data, "show", "case", "report:r1")["reports"][0]["stream"]
    status, code, reason = error(data, "show", "case", report, "--platform", KR)
    assert (status, code) == (1, "case_not_found")
    assert "report" in reason


def test_an_id_that_several_platforms_know_is_not_guessed(data: Path) -> None:
    status, code, reason = error(data, "show", "reporter", RAW_REPORTER)
    assert (status, code) == (2, "usage")
    assert "--platform" in reason


def test_a_refused_report_is_told_to_have_no_case(data: Path) -> None:
    assert "refused" in error(data, "show", "case", "report:off1", "--platform", KR)[2]
