"""What the README shows is what happens: its commands run, and its output is the program's."""

import io
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from caseledger.bootstrap import Caseledger
from caseledger.settings import Settings
from tests.support.command_line import COMMAND

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REPORT = {
    "platform": "36kr-jiangsu",
    "at": "2021-07-10T12:00:00+08:00",
    "report": "readme-1",
    "source": "user",
    "place": "weibo",
    "subject": {"type": "news_item", "id": "n-1"},
    "codes": ["4.2.1"],
}


class Newcomer:
    """Somebody who has run the demo, with the files that the README's commands name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {**os.environ, "CASELEDGER_DATA": str(folder / "demo"), "COLUMNS": "100"}
        self.demo = self.call("demo", "--fresh")
        (folder / "reports.jsonl").write_text(json.dumps(REPORT) + "\n", encoding="utf-8")
        vectors = json.loads((ROOT / "tests" / "vectors" / "judge.json").read_text(encoding="utf-8"))
        (folder / "vector.json").write_text(json.dumps(vectors["vectors"][0]), encoding="utf-8")
        (folder / "scenarios").symlink_to(ROOT / "scenarios")

    def call(self, *words: str) -> str:
        done = subprocess.run(
            (*COMMAND, *words), cwd=self.folder, env=self.environment, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    return Newcomer(tmp_path_factory.mktemp("newcomer"))


def test_every_line_of_the_demo_that_is_shown_is_printed(newcomer: Newcomer) -> None:
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)
    assert shown is not None
    printed = {line.rstrip() for line in newcomer.demo.splitlines()}
    assert [line for line in shown[1].splitlines() if line.rstrip() not in printed and line != "…"] == []


def test_every_command_that_is_shown_runs(newcomer: Newcomer) -> None:
    commands = [line.removeprefix("$ ").partition("#")[0] for line in README.splitlines() if line.startswith("$ case")]
    assert len(commands) > 5
    for command in commands:
        newcomer.call(*shlex.split(command)[1:])


def test_every_function_that_is_named_is_there() -> None:
    for path, names in re.findall(r"`([a-z_/]+\.py)`((?: `[A-Za-z_.]+`)+)", README):
        source = (ROOT / path).read_text(encoding="utf-8")
        for name in re.findall(r"`([A-Za-z_.]+)`", names):
            for part in name.split("."):
                assert re.search(rf"\b(def|class) {part}\b", source), f"{path} {name}"


def test_every_verb_of_the_makefile_that_is_named_is_there() -> None:
    verbs = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)`", README)) <= verbs


def test_the_folders_are_those_of_the_checkout() -> None:
    named = re.findall(r"^\| `([a-z]+)/` \|", README, re.MULTILINE)
    assert len(named) > 5
    assert all((ROOT / name).is_dir() for name in named)


def test_a_read_model_store_opens_where_the_readme_says(newcomer: Newcomer) -> None:
    with Caseledger(Settings(data=newcomer.folder / "demo")) as caseledger:
        assert caseledger.platforms() == tuple(sorted(file.stem for file in (ROOT / "scenarios").glob("*.jsonl")))
    assert io.StringIO(newcomer.demo).readline().startswith("Simulated months")
