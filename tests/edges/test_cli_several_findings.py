"""A case with several findings on the command line: each shown, explained, judged again and undone by itself."""

from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import KR, Folder, document, rows, run, text
from tests.support.policy_packs import KR36

DAY = "2021-03-10"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two posts of one author and one of another, in one case; the second author's appeal is upheld."""
    data = tmp_path_factory.mktemp("several")
    with start(Settings(data=data, log_level=LogLevel.ERROR)) as caseledger:
        folder = Folder(caseledger)
        folder.report("r1", DAY, "c1")
        case = {"report": "r1"}
        findings = [
            {"codes": ["3.2.6"], "measure": "mute:P1D", "reason": "the tone"},
            _about("c2", "acc-1"),
            _about("c3", "acc-2"),
        ]
        folder.do("propose_decision", f"{DAY}T12:00:00+08:00", case=case, outcome="upheld", findings=findings)
        folder.do("lodge_appeal", f"{DAY}T13:00:00+08:00", actor="acc-2", case=case, account="acc-2", text="never mine")
        answer = {"account": "acc-2", "outcome": "upheld", "reason": "the officer erred"}
        folder.do("decide_appeal", f"{DAY}T14:00:00+08:00", actor="cat", case=case, **answer)
    return data


def _about(content: str, account: str) -> dict[str, object]:
    return {
        "codes": ["3.2.6"],
        "respondent": account,
        "subject": {"type": "content", "id": content},
        "content": content,
        "posted_at": f"{DAY}T09:30:00+08:00",
    }


def test_the_case_lists_its_decisions_and_which_were_taken_back(data: Path) -> None:
    case = document(data, "show", "case", "report:r1")
    told = [(made["respondent"], made["content"], made["chosen"], made["taken_back"]) for made in case["decisions"]]
    assert told == [
        ("acc-1", "c1", "mute:P1D", False),
        ("acc-1", "c2", "mute:P7D", False),
        ("acc-2", "c3", "warn", True),
    ]
    assert case["decision"] == case["decisions"][0]
    assert "taken back" in text(data, "show", "case", "report:r1")


def test_a_sanction_is_explained_by_its_own_finding_which_saw_the_one_before(data: Path) -> None:
    sanctions = {row["duration"]: row for row in rows(data, "list", "sanctions", "--account", "acc-1")}
    explained = document(data, "explain", sanctions["P7D"]["sanction"])
    assert (explained["decision"]["rule"], explained["decision"]["decision"]) == ("several-1d", 2)
    assert [counted["what"] for counted in explained["counted"]] == ["content removed: c1"]
    assert explained["judged_again"]["same"] is True


def test_the_second_author_has_nothing_left_and_the_first_has_all(data: Path) -> None:
    first, second = (document(data, "show", "account", account) for account in ("acc-1", "acc-2"))
    assert [row["state"] for row in first["sanctions"]] == ["in_force", "in_force"]
    assert [row["state"] for row in second["sanctions"]] == ["lifted"]
    assert [row["in_force"] for row in second["violation_counts"]] == [0]


def test_the_trail_of_the_case_holds_each_of_them(data: Path) -> None:
    audit = document(data, "audit", "case", "report:r1", "--platform", KR)
    assert (audit["state"]["stage"], audit["state"]["decisions"], audit["state"]["decisions_taken_back"]) == (
        "decided",
        3,
        1,
    )
    assert audit["state"]["appeal"] == "upheld"


def test_under_the_same_policy_no_finding_of_the_case_would_come_out_otherwise(data: Path) -> None:
    totals = document(data, "policy", "what-if", "--pack", str(KR36))["totals"]
    assert (totals["judged"], totals["different"]) == (3, 0)


def test_its_read_models_rebuild_to_the_same_digest(data: Path) -> None:
    assert run(data, "rebuild", "--check").exit_code == 0
