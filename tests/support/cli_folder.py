"""A data folder filled through the application, and the command line run on it, for tests of what reads it."""

import atexit
import json
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from typer.testing import CliRunner, Result

from caseledger import cli
from caseledger.application.lines import request_of
from caseledger.application.service import Answer
from caseledger.bootstrap import Caseledger, start
from caseledger.settings import LogLevel, Settings

KR = "36kr-jiangsu"
ZERO = "platform-zero-tolerance"
RAW_REPORTER = "rep-7-secret"
PERSONAL = (RAW_REPORTER, "he said it to me", "the words of", "zhang san", "never mine", "the officer erred", "a note")
"""Texts and ids that are personal data in what `fill` writes."""

_APP = cli.build()


class Folder:
    """A data folder that commands are given to."""

    def __init__(self, caseledger: Caseledger) -> None:
        self.caseledger = caseledger

    def do(self, command: str, at: str, *, platform: str = KR, actor: str = "ann", **fields: object) -> Answer:
        """Give one command and take its answer; a refusal is raised."""
        line = json.dumps({"platform": platform, "at": at, "actor": actor, "command": command, **fields})
        return self.caseledger.gateway.handle(request_of(line.encode()))

    def report(self, report: str, day: str, content: str, **fields: object) -> Answer:
        """One report at ten in China about content that was posted there at nine."""
        given = {
            "report": report,
            "source": "user",
            "reporter": RAW_REPORTER,
            "contact": True,
            "contact_details": f"mail of {RAW_REPORTER}",
            "place": "weibo",
            "subject": {"type": "content", "id": content},
            "content": content,
            "respondent": "acc-1",
            "posted_at": f"{day}T09:00:00+08:00",
            "codes": ["3.2.8"],
            "snapshot": f"the words of {content}",
            "statement": "he said it to me",
        }
        return self.do("file_report", f"{day}T10:00:00+08:00", actor="button", **(given | fields))

    def uphold(self, report: str, day: str, *, second: bool = False, **fields: object) -> None:
        """Verify and uphold at noon in China, with a second officer where one is needed."""
        case = {"report": report}
        self.do("start_verification", f"{day}T11:00:00+08:00", case=case)
        finding = {"codes": ["3.2.8"]}
        self.do("propose_decision", f"{day}T12:00:00+08:00", case=case, outcome="upheld", finding=finding, **fields)
        if second:
            self.do("confirm_decision", f"{day}T12:30:00+08:00", actor="bob", case=case)


@cache
def filled() -> Path:
    """The folder that `fill` makes, once for all tests that only read it; it goes when the tests end."""
    data = Path(tempfile.mkdtemp(prefix="cli-folder-"))
    atexit.register(shutil.rmtree, data)
    return fill(data)


def copied(data: Path) -> Path:
    """A folder of the same content, for tests that change it."""
    shutil.copytree(filled(), data, dirs_exist_ok=True)
    return data


def fill(data: Path) -> Path:
    """Two platforms: three upheld cases against one account, the last taken back on appeal; an open one; a listing."""
    with start(Settings(data=data, log_level=LogLevel.ERROR)) as caseledger:
        folder = Folder(caseledger)
        for number, day in enumerate(("2021-01-05", "2021-01-15", "2021-01-25")):
            folder.report(f"r{number}", day, f"c{number}")
            folder.report(f"r{number}b", day, f"c{number}", reporter="rep-8")
            folder.uphold(f"r{number}", day, second=number == 2)
            folder.do("give_feedback", f"{day}T13:00:00+08:00", report=f"r{number}")
            folder.do("end_sanction", f"{day}T23:59:00+08:00", account="acc-1")
        _appeal(folder)
        folder.report("open1", "2021-03-02", "c9", respondent="acc-9", codes=["3.1.2"])
        folder.report("off1", "2021-03-02", "c8", place="elsewhere")
        _zero_tolerance(folder)
    return data


def _appeal(folder: Folder) -> None:
    case = {"report": "r2"}
    folder.do("lodge_appeal", "2021-02-01T12:00:00Z", case=case, text="never mine")
    folder.do(
        "decide_appeal", "2021-02-01T13:10:00Z", actor="cat", case=case, outcome="upheld", reason="the officer erred"
    )


def _zero_tolerance(folder: Folder) -> None:
    case = {"report": "z1"}
    subject = {"type": "site", "id": "bad.example"}
    folder.report("z1", "2021-03-02", "p1", platform=ZERO, subject=subject, respondent="acme", codes=["1.1"])
    folder.do("start_verification", "2021-03-02T11:00:00+08:00", platform=ZERO, case=case)
    folder.do("add_note", "2021-03-02T11:05:00+08:00", platform=ZERO, case=case, text="a note")
    folder.do(
        "propose_decision",
        "2021-03-02T12:00:00+08:00",
        platform=ZERO,
        case=case,
        outcome="upheld",
        finding={"codes": ["1.1"], "flags": ["major_crime"]},
        associated=[{"type": "individual", "id": "p-77", "name": "zhang san"}],
    )
    folder.do("confirm_decision", "2021-03-02T12:30:00+08:00", platform=ZERO, actor="bob", case=case)
    folder.do("open_operation", "2021-03-02T13:00:00+08:00", platform=ZERO, operation="op-1", title="Spring")
    folder.do(
        "add_case_to_operation",
        "2021-03-02T13:10:00+08:00",
        platform=ZERO,
        operation="op-1",
        case=case,
        account="acme",
        person="zhang san",
        region="Jiangsu",
    )


def run(data: Path, *arguments: str, **environment: str | None) -> Result:
    """The command line on this folder, as a program that is no terminal sees it."""
    env = {"CASELEDGER_DATA": str(data), "CASELEDGER_PLATFORM": None, "COLUMNS": None, "CASELEDGER_LOG_LEVEL": None}
    return CliRunner(env=env | environment).invoke(_APP, list(arguments))


def text(data: Path, *arguments: str) -> str:
    """What a command prints that must succeed."""
    result = run(data, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def document(data: Path, *arguments: str) -> dict[str, object]:
    """The JSON document of a command that must succeed."""
    return json.loads(text(data, *arguments, "--json"))


def rows(data: Path, *arguments: str) -> Sequence[dict[str, object]]:
    """The rows of a list."""
    return document(data, *arguments)["rows"]


def error(data: Path, *arguments: str) -> tuple[int, str, str]:
    """Status, code and reason of a command that must fail, from its JSON; it prints nothing else."""
    result = run(data, *arguments, "--json")
    told = json.loads(result.stderr)["error"]
    assert not result.stdout
    return result.exit_code, told["code"], told["reason"]
