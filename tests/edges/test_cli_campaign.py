"""A doxing ring of more than forty persons in eighteen regions: one case, one operation, an outcome for each."""

from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import Folder, document, rows, text

CAMPAIGN = "cac-campaign"
PERSONS, REGIONS, MINORS = 43, 18, ("p-1", "p-2")
NAMES = {"p-1": "Li Lei", "p-2": "chen", "p-3": "Wang Fang"}
CASE = {"report": "ring"}
DAY = "2025-07-01T"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign")
    with start(Settings(data=folder, log_level=LogLevel.ERROR)) as caseledger:
        _campaign(Folder(caseledger))
    return folder


def _campaign(folder: Folder) -> None:
    def do(command: str, at: str, **fields: object) -> None:
        folder.do(command, f"{DAY}{at}+08:00", platform=CAMPAIGN, **fields)

    accounts = [f"p-{number}" for number in range(1, PERSONS + 1)]
    do("open_operation", "08:00:00", operation="ring", title="Doxing ring", campaign=True)
    subject = {"type": "group", "id": "box-group"}
    report = {"source": "platform_monitoring", "subject": subject, "codes": ["1.1"], "snapshot": "what it showed"}
    do("file_report", "09:00:00", report="ring", respondent="p-1", **report)
    findings = [
        {
            "codes": ["1.1"],
            "respondent": account,
            "subject": {"type": "account", "id": account},
            "flags": ["organised", *(["minor"] if account in MINORS else [])],
        }
        for account in accounts
    ]
    findings[0].pop("subject")
    do("propose_decision", "10:00:00", case=CASE, outcome="upheld", findings=findings)
    for number, account in enumerate(accounts):
        person = {"account": account, "region": f"region {number % REGIONS}", "minor": account in MINORS}
        do("add_case_to_operation", "11:00:00", operation="ring", case=CASE, role="member", **person)
    outcomes = {"p-1": "administrative_detention:P10D", "p-2": "criticise_and_educate", "p-3": "legal_accountability"}
    for account, measure in outcomes.items():
        authority = {"authority": "police", "decided_at": f"{DAY}11:30:00+08:00", "person": NAMES[account]}
        do("record_external_outcome", "12:00:00", case=CASE, account=account, measure=measure, **authority)


def test_every_person_has_a_finding_and_the_outcomes_that_concern_them(data: Path) -> None:
    operation = document(data, "show", "operation", "ring")
    standing = operation["standing"]
    assert (standing["cases"], standing["persons"], standing["minors"]) == (1, PERSONS, 2)
    assert (standing["upheld"], standing["persons_with_outcome"], operation["open_cases"]) == (1, PERSONS, 0)
    assert len(operation["regions"]) == REGIONS
    persons = {row["account"]: row["measures"] for row in operation["persons"]}
    assert persons["p-1"] == ["administrative_detention:P10D"]
    assert persons["p-3"] == ["legal_accountability"]
    assert persons["p-4"] == []
    assert operation["decided_outside"] == sum(bool(measures) for measures in persons.values())
    assert f"{operation['decided_outside']} decided outside" in text(data, "show", "operation", "ring")


def test_the_case_shows_a_decision_for_each(data: Path) -> None:
    case = document(data, "show", "case", "report:ring")
    assert [decision["decision"] for decision in case["decisions"]] == list(range(1, PERSONS + 1))
    assert {decision["rule"] for decision in case["decisions"]} == {"outside-organised"}
    assert case["decision"] == case["decisions"][0]
    printed = text(data, "show", "case", "report:ring")
    assert f"Decisions ({PERSONS})" in printed


def test_a_person_among_others_has_their_case(data: Path) -> None:
    account = document(data, "show", "account", "p-17")
    assert [row["subject"] for row in account["cases"]] == ["box-group"]
    audit = document(data, "audit", "account", "p-17")
    assert "case.decided.v1" in {event["type"] for event in audit["entries"]}


def test_minors_are_named_by_their_initial_and_nobody_is_named_unasked(data: Path) -> None:
    case = document(data, "show", "case", "report:ring", "--with-texts")
    assert (case["minors"], case["by_initial"]) == (list(MINORS), list(MINORS))
    named = [line["text"] for line in case["texts"] if line["field"] == "person"]
    assert named == ["L.", "C.", "Wang Fang"]
    for shown in (text(data, "show", "case", "report:ring"), text(data, "show", "operation", "ring")):
        assert not any(name in shown for name in NAMES.values())


def test_the_campaign_runs_for_a_month_from_its_start(data: Path) -> None:
    (deadline,) = document(data, "show", "operation", "ring")["deadlines"]
    assert (deadline["clock"], deadline["due_at"]) == ("campaign-end", "2025-08-01T00:00:00.000000Z")
    assert "campaign-end" in text(data, "show", "operation", "ring")


def test_an_operation_is_listed_with_its_progress(data: Path) -> None:
    (row,) = rows(data, "list", "operations")
    assert (row["persons"], row["persons_with_outcome"], row["state"]) == (PERSONS, PERSONS, "open")
