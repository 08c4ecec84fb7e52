"""The command line itself: statuses, errors in one line, quiet broken pipes, a fast help, no colour in pipes."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from caseledger import cli_docs
from caseledger.cli.status import MEANINGS, ExitStatus
from tests.support.cli_folder import KR, PERSONAL, copied, error, filled, run, text

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; sys.argv[0] = 'caseledger'; from caseledger.cli import main; main()"


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


def program(data: Path, arguments: Sequence[str], **options: object) -> "subprocess.Popen[bytes]":
    env = {**os.environ, "CASELEDGER_DATA": str(data), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,  # type: ignore[call-overload]
    )


def test_every_status_has_a_meaning_in_the_help_and_in_the_page(data: Path) -> None:
    helped = " ".join(run(data, "--help").output.split())
    for status in ExitStatus:
        assert MEANINGS[status] in helped
        assert f"| {status.value} | `{status.name}` | {MEANINGS[status]} |" in cli_docs.render()


def test_an_error_is_one_line_with_its_code(data: Path) -> None:
    result = run(data, "show", "account", "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("caseledger: account_not_found: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("nothing",), ("show", "case"), ("list", "queue", "--nothing"), ("list", "queue", "--limit", "x")]
)
def test_wrong_usage_is_one_line_and_status_two(data: Path, arguments: tuple[str, ...]) -> None:
    result = run(data, *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("caseledger: usage: ")
    assert result.stderr.count("\n") == 1
    assert error(data, *arguments)[:2] == (2, "usage")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("CASELEDGER_LOG_LEVEL", "loud"),
        ("CASELEDGER_KAFKA", "canary"),
        ("CASELEDGER_KAFKA_SECURITY_PROTOCOL", "TLS"),
        ("CASELEDGER_SCHEMA_REGISTRY_URL", "https://somebody:canary@registry"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(data: Path, setting: str, value: str) -> None:
    result = run(data, "list", "queue", **{setting: value})
    assert result.exit_code == 2
    assert f"setting_invalid: {setting}: " in result.stderr


def test_an_empty_folder_is_told_and_left_empty(tmp_path: Path) -> None:
    for arguments in (("list", "queue"), ("show", "account", "a"), ("rebuild",), ("digest",), ("export", "queue")):
        result = run(tmp_path / "none", *arguments)
        assert (result.exit_code, result.stderr.partition(": ")[2].partition(":")[0]) == (1, "no_ledger")
    assert not (tmp_path / "none").exists()


def test_the_platform_of_the_environment_is_used(data: Path) -> None:
    assert KR in text(data, "list", "queue")
    assert run(data, "list", "queue", CASELEDGER_PLATFORM="nobody").exit_code == 1
    found = run(data, "list", "queue", "--json", CASELEDGER_PLATFORM=KR)
    assert {row["platform"] for row in json.loads(found.stdout)["rows"]} == {KR}


def test_a_damaged_journal_ends_with_its_own_status(tmp_path: Path) -> None:
    data = copied(tmp_path)
    file = data / "platforms" / KR / "journal.sqlite"
    file.write_bytes(b"hello" * 1000)
    status, code, reason = error(data, "list", "queue", "--platform", KR)
    assert (status, code) == (5, "ledger_damaged")
    assert str(file) in reason
    assert file.read_bytes() == b"hello" * 1000


def test_a_damaged_database_of_read_models_ends_with_its_own_status(tmp_path: Path) -> None:
    data = copied(tmp_path)
    (data / "read-models.sqlite").write_bytes(b"hello" * 1000)
    assert error(data, "list", "queue")[:2] == (5, "read_models_damaged")


def test_nothing_personal_is_printed_by_any_reading_command(data: Path) -> None:
    commands = [
        *(("list", kind) for kind in ("queue", "violations", "sanctions", "blacklist", "deadlines", "reporters")),
        ("list", "operations"),
        ("list", "statistics"),
        *(("show", "case", f"report:{report}") for report in ("r0", "r2", "open1", "z1")),
        ("show", "account", "acc-1"),
        ("show", "account", "acme"),
        ("show", "operation", "op-1"),
        ("audit", "case", "report:r2"),
        ("audit", "case", "report:z1"),
        ("audit", "account", "acme"),
        *(("export", name, "--format", "jsonl") for name in ("audit_trail", "blacklist", "operation_persons")),
        ("export", "reporter_bookings", "--format", "jsonl"),
        ("policy", "list"),
        ("digest",),
        ("doctor",),
    ]
    for command in commands:
        as_json = () if command[0] == "export" else ("--json",)
        output = run(data, *command, *as_json).output.lower()
        for personal in PERSONAL:
            assert personal not in output, (command, personal)


def test_what_is_printed_is_the_same_every_time_and_has_no_colour(data: Path) -> None:
    for command in (("show", "case", "report:r2"), ("list", "queue"), ("audit", "account", "acc-1")):
        first = text(data, *command)
        assert first == text(data, *command)
        assert "\x1b" not in first
        assert not any(line != line.rstrip() for line in first.splitlines())


def test_columns_of_the_environment_set_the_width(data: Path) -> None:
    narrow = run(data, "list", "sanctions", COLUMNS="80").stdout
    assert max(map(len, narrow.splitlines())) <= 80


def test_a_reader_that_goes_away_ends_the_command_quietly(data: Path) -> None:
    process = program(data, ("schema", "event", "case.decided.v1"), bufsize=0)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    stderr = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), stderr) == (ExitStatus.BROKEN_PIPE, b"")


def test_an_output_that_is_full_ends_with_its_own_status(data: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        env = {**os.environ, "CASELEDGER_DATA": str(data), "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", PROGRAM, "schema", "event", "case.decided.v1"]
        done = subprocess.run(command, env=env, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == ExitStatus.OUTPUT_FAILED
    assert done.stderr == b"caseledger: output_failed: the output could not be written: No space left on device\n"


def test_ctrl_c_ends_with_its_own_status_and_one_line(data: Path, tmp_path: Path) -> None:
    fifo = tmp_path / "never"
    os.mkfifo(fifo)
    process = program(data, ("policy", "check", str(fifo)))
    descriptor = os.open(fifo, os.O_WRONLY)  # waits until the command reads
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    os.close(descriptor)
    assert (process.returncode, out) == (ExitStatus.INTERRUPTED, b"")
    assert err.startswith(b"caseledger: interrupted: ")
    assert err.count(b"\n") == 1


def test_an_argument_that_is_no_utf_8_is_wrong_usage(data: Path) -> None:
    process = program(data, ["show", "account", os.fsdecode(b"\xff\xfe")])
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert b"not valid UTF-8" in err


def test_the_help_loads_no_database_and_no_codec() -> None:
    heavy = {"sqlalchemy", "pyarrow", "eventsourcing", "pydantic", "fastavro"}
    code = f"import sys; from caseledger.cli import build; build(); print(sorted({heavy!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=True
    )
    assert done.stdout.strip() == b"[]"


def test_the_page_of_the_command_line_is_what_the_program_says() -> None:
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == cli_docs.render()
