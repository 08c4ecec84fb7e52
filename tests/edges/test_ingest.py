"""`caseledger ingest` as its users run it: whole processes on real files."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from caseledger.bootstrap import Caseledger
from caseledger.settings import Settings
from tests.support.command_line import COMMAND

KR = "36kr-jiangsu"


def report(number: int, **fields: object) -> dict[str, object]:
    return {
        "platform": KR,
        "at": f"2021-03-10T12:{number // 60 % 60:02d}:{number % 60:02d}+08:00",
        "system": "app",
        "report": f"r-{number}",
        "source": "user",
        "reporter": f"rep-{number % 7}",
        "place": "weibo",
        "subject": {"type": "content", "id": f"c-{number // 2}"},
        "content": f"c-{number // 2}",
        "respondent": "acc-1",
        "codes": ["3.2.8"],
    } | fields


class Place:
    """A data folder, a file of reports, and the command run on them."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "reports.jsonl"
        self.data = folder / "data"
        self.environment = {**os.environ, "CASELEDGER_DATA": str(self.data), "CASELEDGER_INGEST_BATCH": "50"}

    def write(self, *lines: Mapping[str, object] | bytes) -> None:
        self.file.write_bytes(b"".join(_encoded(line) for line in lines))

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            (*COMMAND, "ingest", str(self.file)),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def ingest(self, *options: str, stdin: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        source = "-" if stdin is not None else str(self.file)
        return subprocess.run(
            (*COMMAND, "ingest", source, "--json", *options),
            env=self.environment,
            input=stdin,
            capture_output=True,
            check=False,
        )

    def told(self, *options: str, stdin: bytes | None = None, status: int = 0) -> dict[str, object]:
        done = self.ingest(*options, stdin=stdin)
        assert done.returncode == status, done.stderr.decode()
        told: dict[str, object] = json.loads(done.stdout)
        return told

    def facts(self) -> list[str]:
        with Caseledger(Settings(data=self.data)) as caseledger:
            return [fact.event.TYPE for fact in caseledger.facts(KR, 0, 100_000)]

    def read_model_position(self) -> int:
        with Caseledger(Settings(data=self.data)) as caseledger:
            return caseledger.catch_up(KR).position()


def _encoded(line: Mapping[str, object] | bytes) -> bytes:
    return line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode() + b"\n"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    return Place(tmp_path)


def test_every_report_is_filed_and_every_read_model_current(place: Place) -> None:
    place.write(*(report(number) for number in range(120)))
    told = place.told()
    assert (told["lines"], told["admitted"], told["bad"]) == (120, 120, 0)
    facts = place.facts()
    assert (facts.count("report.received.v1"), facts.count("case.opened.v1")) == (120, 60)
    assert place.read_model_position() == len(facts)


def test_a_second_run_passes_over_what_took_effect(place: Place) -> None:
    place.write(*(report(number) for number in range(60)))
    place.told()
    assert place.told()["passed_over"] == 60
    assert place.told("--from-start")["seen_before"] == 60
    assert place.facts().count("report.received.v1") == 60


def test_lines_added_since_are_taken_in(place: Place) -> None:
    place.write(*(report(number) for number in range(60)))
    place.told()
    with place.file.open("ab") as more:
        more.write(_encoded(report(60)))
    told = place.told()
    assert (told["passed_over"], told["admitted"]) == (60, 1)


def test_a_file_with_another_beginning_is_read_from_its_start(place: Place) -> None:
    place.write(*(report(number) for number in range(60)))
    place.told()
    place.write(*(report(number) for number in range(1_000, 1_070)))
    told = place.told()
    assert (told["passed_over"], told["admitted"]) == (0, 70)


def test_bad_lines_are_named_and_the_others_go_on(place: Place) -> None:
    place.write(
        report(1),
        b"{\n",
        report(2, codes="3.2.8"),
        report(3, at="2021-03-10T12:00:00"),
        report(4, source="nobody"),
        report(5, extra=1),
        report(6, platform="nowhere"),
        b'{"report": "\xff"}\n',
        report(7, report="r\x00"),
        report(8, statement="x" * 20_001),
        report(9, at="2999-01-01T00:00:00Z"),
        report(1, codes=["3.2.7"]),
        b"x" * 1_100_000 + b"\n",
        report(10, command="add_note"),
        report(11),
    )
    done = place.ingest()
    assert done.returncode == 3
    faults = [json.loads(line) for line in done.stderr.splitlines()]
    assert [(fault["line"], fault["faults"][0]["field"], fault["faults"][0]["code"]) for fault in faults] == [
        (2, "", "invalid_json"),
        (3, "codes", "wrong_type"),
        (4, "at", "invalid_time"),
        (5, "source", "unknown_value"),
        (6, "extra", "unknown_field"),
        (7, "", "platform_unknown"),
        (8, "", "invalid_utf8"),
        (9, "report", "invalid_text"),
        (10, "statement", "too_long"),
        (11, "", "dated_in_the_future"),
        (12, "", "report_conflicts"),
        (13, "", "line_too_long"),
        (14, "command", "unknown_command"),
    ]
    told = json.loads(done.stdout)
    assert (told["admitted"], told["bad"]) == (2, 13)
    assert place.facts().count("report.received.v1") == 2


def test_a_report_the_policy_refuses_is_a_fact_and_no_bad_line(place: Place) -> None:
    place.write(report(1, place="elsewhere"))
    told = place.told()
    assert (told["refused"], told["reasons"]) == (1, {"off_platform": 1})
    assert "report.refused.v1" in place.facts()


def test_standard_input_and_a_default_platform(place: Place) -> None:
    line = report(1)
    del line["platform"]
    told = place.told("--platform", KR, stdin=b"\n# a comment\n" + _encoded(line).rstrip())
    assert (told["lines"], told["admitted"]) == (1, 1)


def test_many_reports_on_one_item_are_one_case(place: Place) -> None:
    place.write(*(report(number, content="c", subject={"type": "content", "id": "c"}) for number in range(120)))
    place.told()
    facts = place.facts()
    assert (facts.count("case.opened.v1"), facts.count("case.report_joined.v1")) == (1, 119)


@pytest.mark.parametrize("checkpoints", [1, 8])
def test_a_killed_ingestion_goes_on_and_nothing_is_lost_or_doubled(place: Place, checkpoints: int) -> None:
    place.environment["CASELEDGER_INGEST_BATCH"] = "5"
    place.write(*(report(number) for number in range(400)))
    process = place.start()
    while process.poll() is None and _lines_kept(place) < 5 * checkpoints:
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert place.told()["bad"] == 0
    facts = place.facts()
    assert (facts.count("report.received.v1"), facts.count("report.admitted.v1")) == (400, 400)
    assert place.read_model_position() == len(facts)


def test_two_ingestions_at_once_lose_and_double_nothing(place: Place) -> None:
    place.environment["CASELEDGER_INGEST_BATCH"] = "20"
    place.write(*(report(number) for number in range(300)))
    first = place.start()
    assert place.told()["bad"] == 0
    assert first.wait() == 0
    facts = place.facts()
    assert (facts.count("report.received.v1"), facts.count("case.opened.v1")) == (300, 150)
    assert facts.count("case.report_joined.v1") == 150


def _lines_kept(place: Place) -> int:
    kept = list((place.data / "ingest").glob("*.json"))
    return json.loads(kept[0].read_text())["lines"] if kept else 0
