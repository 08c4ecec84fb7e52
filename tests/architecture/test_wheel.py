"""The wheel, installed into an empty environment far from the checkout, works by itself."""

import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PACKAGES = {"domain", "projections", "consumers", "schemas", "infra", "caseledger"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), folder=ROOT)
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_the_listed_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        top = {name.split("/")[0] for name in archive.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == PACKAGES
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
        "packages"
    ]
    assert set(listed) == PACKAGES


def test_every_package_file_of_the_checkout_is_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    tracked = _run("git", "ls-files", *PACKAGES, folder=ROOT).split()
    assert [name for name in tracked if name not in inside] == []
    packs = _run("git", "ls-files", "policies", "scenarios", folder=ROOT).split()
    assert [name for name in packs if f"caseledger/data/{name}" not in inside] == []


def test_it_runs_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    place = tmp_path / "environment"
    _run(sys.executable, "-m", "venv", str(place), folder=tmp_path)
    python = str(place / "bin" / "python")
    quiet = ("--quiet", "--disable-pip-version-check")
    constraints = _constraints(tmp_path)
    _run(python, "-m", "pip", "install", *quiet, "--constraint", constraints, str(wheel), folder=tmp_path)
    caseledger = str(place / "bin" / "caseledger")
    listed = json.loads(_run(caseledger, "policy", "list", "--json", folder=tmp_path))
    assert {pack["platform"] for pack in listed} == {
        "36kr-jiangsu",
        "cac-campaign",
        "moji-weather",
        "platform-zero-tolerance",
        "wechat-contraband",
    }
    line = {"platform": "36kr-jiangsu", "at": "2021-03-10T12:00:00+08:00", "command": "file_report", "report": "r-1"}
    line |= {"source": "user", "place": "weibo", "subject": {"type": "news_item", "id": "n-1"}, "codes": ["4.2.1"]}
    (tmp_path / "one.jsonl").write_text(json.dumps(line) + "\n")
    answer = json.loads(_run(caseledger, "run", "one.jsonl", folder=tmp_path))
    assert [event["type"] for event in answer["events"]] == [
        "report.received.v1",
        "report.admitted.v1",
        "case.opened.v1",
    ]


def _constraints(folder: Path) -> str:
    """The locked versions without hashes, which pip would ask of the wheel itself too, and without extras."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pinned = [re.sub(r"\[.*?\]", "", line.removesuffix("\\").strip()) for line in lines if line[:1].isalpha()]
    (folder / "constraints.txt").write_text("\n".join(pinned) + "\n")
    return str(folder / "constraints.txt")


def _run(*command: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CASELEDGER_", "PYTHON"))}
    done = subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
