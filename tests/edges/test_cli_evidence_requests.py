"""Evidence requests on the command line: listed with their clocks, shown, replayed, and missed by keeping time."""

from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import ZERO, Folder, document, error, rows, run, text

CASE = {"report": "z1"}
CLASSES = ["registration", "transaction"]
DAY = "2025-09-11T"
PERSONAL = ("the case of zhang san", "sergeant xu")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("requests")
    with start(Settings(data=folder, log_level=LogLevel.ERROR)) as caseledger:
        _requests(Folder(caseledger))
    run(folder, "keep-time", "--once", "--until", "2025-09-13T00:00:00+08:00")
    return folder


def _requests(folder: Folder) -> None:
    def do(command: str, at: str, **fields: object) -> None:
        folder.do(command, f"{DAY}{at}:00+08:00", platform=ZERO, **fields)

    def receive(authority: str, number: str, at: str, **fields: object) -> None:
        given = {"authority": authority, "document": number, "legal_basis": "article 54", "classes": CLASSES}
        do("receive_evidence_request", at, case_name=PERSONAL[0], **given, **fields)

    subject = {"type": "site", "id": "bad.example"}
    report = {"source": "platform_monitoring", "subject": subject, "codes": ["1.1"], "snapshot": "what it showed"}
    do("file_report", "08:00", report="z1", respondent="acme", **report)
    receive("police", "no-1", "09:00", case=CASE, period_from="2025-01-01T00:00:00+08:00")
    receive("police", "no-2", "10:00", accounts=["acme", "other"], period_to="2025-09-01T00:00:00+08:00")
    receive("court", "no-2", "11:00", accounts=["other"])
    sent = {"sha256": "ab" * 32, "accounts": ["acme"], "classes": ["registration"], "sent_to": PERSONAL[1]}
    do("record_package_sent", "12:00", authority="police", document="no-1", **sent)


def test_requests_are_listed_with_their_clocks(data: Path) -> None:
    found = rows(data, "list", "evidence-requests")
    assert [(row["authority"], row["document"], row["state"]) for row in found] == [
        ("police", "no-1", "sent"),
        ("police", "no-2", "received"),
        ("court", "no-2", "received"),
    ]
    assert [[clock["state"] for clock in row["deadlines"]] for row in found] == [["met"], ["breached"], ["breached"]]
    assert [row["document"] for row in rows(data, "list", "evidence-requests", "--state", "sent")] == ["no-1"]
    assert max(map(len, text(data, "list", "evidence-requests").splitlines())) <= 100


def test_pages_of_one_give_what_one_page_gives(data: Path) -> None:
    first = document(data, "list", "evidence-requests", "--limit", "1")
    rest = rows(data, "list", "evidence-requests", "--after", first["next"])
    assert [*first["rows"], *rest] == rows(data, "list", "evidence-requests")


def test_deadlines_name_the_request(data: Path) -> None:
    found = rows(data, "list", "deadlines", "--clock", "authority-package")
    assert {row["stream_kind"] for row in found} == {"evidence_request"}
    assert [row["due_at"] for row in found] == [f"2025-09-12T0{hour}:00:00.000000Z" for hour in (1, 2, 3)]


def test_a_request_is_shown_with_what_was_asked_for_and_sent(data: Path) -> None:
    view = document(data, "show", "evidence-request", "no-1")
    assert (view["standing"]["classes_asked"], view["standing"]["classes_sent"]) == (CLASSES, ["registration"])
    assert [(row["account"], row["asked"], row["sent"]) for row in view["accounts"]] == [("acme", False, True)]
    assert [row["clock"] for row in view["deadlines"]] == ["authority-package"]
    assert view == document(data, "show", "evidence-request", view["request"])
    assert "registration, transaction" in text(data, "show", "evidence-request", "no-1")
    other = text(data, "show", "evidence-request", "no-2", "--authority", "police")
    assert "to 2025-08-31 16:00Z" in other


def test_a_number_that_two_authorities_use_is_not_guessed(data: Path) -> None:
    status, code, reason = error(data, "show", "evidence-request", "no-2")
    assert (status, code) == (2, "usage")
    assert "--authority" in reason
    assert (
        document(data, "show", "evidence-request", "no-2", "--authority", "court")["accounts"][0]["account"] == "other"
    )


def test_what_is_not_there_is_told_by_code(data: Path) -> None:
    assert error(data, "show", "evidence-request", "no-3")[:2] == (1, "evidence_request_not_found")
    assert error(data, "audit", "evidence-request", "no-1", "--authority", "court")[:2] == (
        1,
        "evidence_request_not_found",
    )


def test_a_request_is_replayed(data: Path) -> None:
    audit = document(data, "audit", "evidence-request", "no-1")
    assert [entry["type"] for entry in audit["entries"]] == [
        "evidence_request.received.v1",
        "evidence_request.package_sent.v1",
    ]
    assert [entry["role"] for entry in audit["entries"]] == ["evidence_officer"] * 2
    assert audit["state"] == {
        "stage": "sent",
        "classes_sent": ["registration"],
        "accounts_sent": ["acme"],
        "deadlines_missed": [],
    }
    before = document(data, "audit", "evidence-request", "no-1", "--as-of", f"{DAY}08:59:00+08:00")
    assert (before["entries"], before["state"]["stage"]) == ([], None)
    missed = document(data, "audit", "evidence-request", "no-2", "--authority", "police")
    assert (missed["state"]["stage"], missed["state"]["deadlines_missed"]) == ("received", ["authority-package"])
    assert "no-2" in text(data, "audit", "evidence-request", "no-2", "--authority", "police")


def test_the_replay_of_a_case_has_the_requests_about_it(data: Path) -> None:
    types = [entry["type"] for entry in document(data, "audit", "case", "report:z1")["entries"]]
    asked = [name for name in types if name.startswith("evidence_request.")]
    assert asked == ["evidence_request.received.v1", "evidence_request.package_sent.v1"]


def test_the_replay_of_an_account_has_the_requests_about_it_and_its_cases(data: Path) -> None:
    types = [entry["type"] for entry in document(data, "audit", "account", "acme")["entries"]]
    assert types.count("evidence_request.received.v1") == 2
    assert types.count("evidence_request.package_sent.v1") == 1
    only = [entry["type"] for entry in document(data, "audit", "account", "other")["entries"]]
    assert only.count("evidence_request.received.v1") == only.count("evidence_request.deadline_missed.v1") == 2


def test_a_miss_is_told_as_it_is_kept(data: Path) -> None:
    (entry,) = [
        entry
        for entry in document(data, "audit", "evidence-request", "no-2", "--authority", "court")["entries"]
        if entry["type"] == "evidence_request.deadline_missed.v1"
    ]
    assert (entry["actor"], entry["role"], entry["occurred_at"]) == ("clock", "clock", "2025-09-12T03:00:00.000001Z")


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "evidence-requests"),
        ("show", "evidence-request", "no-1"),
        ("audit", "evidence-request", "no-1"),
        ("audit", "case", "report:z1"),
        ("audit", "account", "acme"),
        ("export", "evidence_requests", "--format", "csv"),
    ],
)
def test_no_persons_name_is_printed(data: Path, arguments: tuple[str, ...]) -> None:
    for form in ((), ("--json",)) if arguments[0] != "export" else ((),):
        shown = run(data, *arguments, *form).output
        assert all(name not in shown for name in PERSONAL)
        assert "no-1" in shown or "evidence_request" in shown
