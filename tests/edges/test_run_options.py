"""What `run` prints, its options, and the statuses it ends with."""

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
from caseledger.application.requests import Request
from caseledger.application.scenario import Rules, Scenario
from caseledger.application.service import Answer
from caseledger.cli.failures import Failure
from caseledger.cli.running import Told, tell_all
from consumers.lines import lines_of
from tests.support.command_line import ROOT, Ended, all_facts, caseledger, json_lines

KR = "36kr-jiangsu"


def report(number: int, at: str = "2021-01-05T09:00:00+08:00", **changes: object) -> dict[str, object]:
    made = {
        "at": at,
        "command": "file_report",
        "report": f"r-{number}",
        "source": "user",
        "reporter": "reader-1",
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{number}"},
        "content": f"c-{number}",
        "respondent": "u-1",
        "codes": ["3.2.8"],
        "snapshot": "他说要来找我",
    }
    return made | changes


def on_report(number: int, command: str, at: str, **fields: object) -> dict[str, object]:
    return {"at": at, "command": command, "actor": "ann", "case": {"report": f"r-{number}"}, **fields}


def run(data: Path, *lines: object, options: tuple[str, ...] = ("--platform", KR), **environment: str) -> Ended:
    return caseledger("run", "-", *options, data=data, given=json_lines(*lines), **environment)


def test_a_report_is_told_with_its_case_and_every_event(tmp_path: Path) -> None:
    told = run(tmp_path, report(1)).lines[0]
    facts = all_facts(tmp_path)[KR][1:]
    assert told == {
        "line": 1,
        "command": "file_report",
        "platform": KR,
        "position": 4,
        "events": [
            {
                "id": fact.event_id,
                "type": fact.event.TYPE,
                "stream": str(fact.stream.uuid),
                "version": fact.version,
                "position": fact.position,
            }
            for fact in facts
        ],
        "report": "r-1",
        "case": str(facts[2].stream.uuid),
        "outcome": "admitted",
    }


def test_a_refused_report_is_a_fact_and_told_with_its_reasons(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1, place="elsewhere"))
    told = ended.lines[0]
    assert ended.status == 0
    assert (told["outcome"], told["reason"], told["reasons"]) == ("refused", "off_platform", ["off_platform"])
    assert told["case"] is None
    assert [event["type"] for event in told["events"]] == ["report.received.v1", "report.refused.v1"]


def test_a_line_that_took_effect_before_is_repeated_with_the_first_outcome(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1), report(1, at="2021-01-06T09:00:00+08:00"))
    first, second = ended.lines
    assert ended.status == 0
    assert (second["repeated"], second["events"], second["position"]) == (True, [], first["position"])
    assert (second["outcome"], second["case"]) == ("admitted", first["case"])


def test_a_decision_is_told_with_its_rule_and_measures(tmp_path: Path) -> None:
    verify = on_report(1, "start_verification", "2021-01-05T10:00:00+08:00")
    finding = {"codes": ["3.2.8"]}
    decide = on_report(1, "propose_decision", "2021-01-05T11:00:00+08:00", outcome="upheld", finding=finding)
    assert run(tmp_path, report(1), verify, decide).lines[2]["decision"] == {
        "outcome": "upheld",
        "rule": "one-serious-1d",
        "explanation": "single_serious",
        "measures": ["delete_content", "mute:P1D"],
    }


def test_a_dismissal_is_told_without_a_rule(tmp_path: Path) -> None:
    dismiss = on_report(1, "propose_decision", "2021-01-05T11:00:00+08:00", outcome="dismissed")
    assert run(tmp_path, report(1), dismiss).lines[1]["decision"] == {
        "outcome": "dismissed",
        "rule": None,
        "explanation": None,
        "measures": [],
    }


def test_a_refused_line_writes_nothing(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1), on_report(1, "confirm_decision", "2021-01-05T11:00:00+08:00"))
    assert (ended.status, ended.lines[1]["refused"]["code"]) == (1, "nothing_proposed")
    assert len(all_facts(tmp_path)[KR]) == ended.lines[0]["position"]


def test_malformed_goes_before_refused_in_the_status(tmp_path: Path) -> None:
    refused = on_report(1, "confirm_decision", "2021-01-05T11:00:00+08:00")
    assert run(tmp_path, report(1), refused, b"{").status == 3


def test_a_line_names_its_own_platform_before_any_other(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1, platform="platform-zero-tolerance", codes=["1.1"]))
    assert ended.lines[0]["platform"] == "platform-zero-tolerance"


def test_the_environment_names_the_platform_where_nothing_else_does(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1), options=(), CASELEDGER_PLATFORM=KR)
    assert (ended.status, ended.lines[0]["platform"]) == (0, KR)


def test_without_a_platform_a_line_is_malformed(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1), options=())
    fault = ended.lines[0]["refused"]["faults"][0]
    assert (ended.status, fault["field"], fault["code"]) == (3, "platform", "missing_field")


def test_lines_after_until_are_skipped(tmp_path: Path) -> None:
    late = report(2, at="2021-01-05T09:00:01+08:00")
    ended = run(tmp_path, late, report(1), options=("--platform", KR, "--until", "2021-01-05T01:00:00Z"))
    assert ended.status == 0
    assert ended.lines[0] == {"line": 1, "command": "file_report", "platform": KR, "skipped": "later than --until"}
    assert ended.lines[1]["outcome"] == "admitted"


@pytest.mark.parametrize("text", ["tomorrow", "2021-01-05", "2021-01-05T09:00:00", "1609808400"])
def test_until_is_a_time_with_its_offset(tmp_path: Path, text: str) -> None:
    ended = run(tmp_path / "data", report(1), options=("--platform", KR, "--until", text))
    assert (ended.status, ended.out, (tmp_path / "data").exists()) == (2, "", False)
    assert "--until" in ended.err


def test_quiet_prints_refusals_and_a_summary(tmp_path: Path) -> None:
    refused = on_report(9, "confirm_decision", "2021-01-05T11:00:00+08:00")
    lines = (report(1), report(1), refused, b"{", report(2, at="2022-01-01T00:00:00Z"))
    ended = run(tmp_path, *lines, options=("--platform", KR, "--quiet", "--until", "2021-12-31T00:00:00Z"))
    assert [line.get("line") for line in ended.lines] == [3, 4, None]
    assert ended.summary == {
        "lines": 5,
        "took_effect": 1,
        "repeated": 1,
        "refused": 1,
        "malformed": 1,
        "skipped": 1,
    }


def test_the_summary_goes_to_standard_error_otherwise(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1), report(1))
    assert len(ended.lines) == 2
    assert ended.err == "2 lines: 1 took effect, 1 repeated\n"


def test_what_is_expected_is_checked_on_demand(tmp_path: Path) -> None:
    wrong = report(1, expect={"refused": "report_conflicts"})
    ended = run(tmp_path, wrong, report(2), options=("--platform", KR, "--expect", "--quiet"))
    assert ended.status == 1
    assert ended.lines[0]["mismatch"] == (
        "expected to be refused as report_conflicts, but it wrote "
        "report.received.v1, report.admitted.v1, case.opened.v1"
    )
    assert (ended.lines[0]["line"], ended.summary["mismatches"], len(ended.lines)) == (1, 1, 2)


def test_what_is_expected_is_passed_over_otherwise(tmp_path: Path) -> None:
    ended = run(tmp_path, report(1, expect={"refused": "report_conflicts"}))
    assert (ended.status, ended.lines[0]["outcome"]) == (0, "admitted")


def test_an_expected_refusal_is_no_failure(tmp_path: Path) -> None:
    line = on_report(9, "confirm_decision", "2021-01-05T11:00:00+08:00", expect={"refused": "report_not_found"})
    malformed = {"command": "file_report", "expect": {"refused": "missing_field"}}
    ended = run(tmp_path, line, malformed, options=("--platform", KR, "--expect"))
    assert ended.status == 0
    assert [line["refused"]["code"] for line in ended.lines] == ["report_not_found", "missing_field"]


def test_an_expected_refusal_fails_where_it_is_not_checked(tmp_path: Path) -> None:
    line = on_report(9, "confirm_decision", "2021-01-05T11:00:00+08:00", expect={"refused": "report_not_found"})
    assert run(tmp_path, line).status == 1


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    for name in ("missing.jsonl", "."):
        ended = caseledger("run", str(tmp_path / name), data=tmp_path / "data")
        assert (ended.status, ended.out) == (2, "")
        assert "usage" in ended.err
    assert not (tmp_path / "data").exists()


def test_a_file_is_read_as_well_as_standard_input(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(json_lines(report(1)))
    ended = caseledger("run", str(file), "--platform", KR, data=tmp_path / "data")
    assert (ended.status, ended.lines[0]["outcome"]) == (0, "admitted")


def test_each_line_is_answered_before_the_next_one_comes(tmp_path: Path) -> None:
    with started(tmp_path) as process:
        for number in range(3):
            process.stdin.write(json_lines(report(number)))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["report"] == f"r-{number}"
        _, told = process.communicate()
    assert (process.returncode, told) == (0, b"3 lines: 3 took effect\n")


def test_an_output_that_is_full_ends_the_run_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(json_lines(report(1), report(2)))
    command = [sys.executable, "-c", "from caseledger.cli import main; main()", "run", "--platform", KR, str(file)]
    environment = {**os.environ, "CASELEDGER_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT)}
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False)
    assert ended.returncode == 7
    assert b"line 1 was run" in ended.stderr


@pytest.mark.parametrize(
    ("error", "status"), [(LedgerUnavailable("the disk is full"), 4), (OutcomeUnknown("the reply was lost"), 6)]
)
def test_a_ledger_that_fails_ends_the_run_and_names_the_line(error: Exception, status: int) -> None:
    def failing(_request: Request) -> Answer:
        raise error

    scenario = Scenario(failing, failing, lambda _platform, _version: None, Rules(platform=KR))
    lines = lines_of(BytesIO(json_lines(b"# a comment", report(1))), 1 << 20)
    with pytest.raises(Failure) as failure:
        tell_all(scenario, lines, Told(quiet=False, expect=False))
    assert (failure.value.status, failure.value.reason.startswith("line 2: ")) == (status, True)


def test_progress_is_shown_on_a_terminal_beside_what_is_printed(tmp_path: Path) -> None:
    file = tmp_path / "lines.jsonl"
    file.write_bytes(json_lines(report(1), report(2)))
    code = "from caseledger.cli import main; main()"
    command = [sys.executable, "-c", code, "run", "--quiet", "--platform", KR, str(file)]
    environment = {**os.environ, "CASELEDGER_DATA": str(tmp_path / "data"), "PYTHONPATH": str(ROOT), "TERM": "xterm"}
    reader, terminal = os.openpty()
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, env=environment, check=False)
    shown = os.read(reader, 1 << 16)
    os.close(terminal)
    os.close(reader)
    assert (ended.returncode, json.loads(ended.stdout)["summary"]["took_effect"]) == (0, 2)
    assert b"commands" in shown


def started(data: Path) -> "subprocess.Popen[bytes]":
    """The command as a process of its own, on standard input."""
    code = "import sys; from caseledger.application.scenario import Rules; "
    code += "from caseledger.cli.running import run_lines; "
    code += f"sys.exit(run_lines('-', Rules({KR!r}), quiet=False))"
    environment = {**os.environ, "CASELEDGER_DATA": str(data), "PYTHONPATH": str(ROOT)}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe, env=environment)
