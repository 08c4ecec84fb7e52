"""The layout keeps its promises: names, packaging, and nothing of a machine or of Python in what is stored."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

from caseledger.docs import pages
from domain.catalogue import EVENT_TYPES
from domain.commands import COMMAND_TYPES
from domain.refusals import refusal_codes
from domain.streams import StreamKind

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("domain", "projections", "consumers", "schemas", "infra", "caseledger")
LINES_MAX = 330


def sources() -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


def test_no_folder_under_tests_is_named_like_a_package() -> None:
    assert {folder.name for folder in (ROOT / "tests").rglob("*") if folder.is_dir()} & set(PACKAGES) == set()


def test_stored_names_are_streams_and_words_and_a_version_and_no_module_path() -> None:
    kinds = {kind.value for kind in StreamKind}
    for name, event in EVENT_TYPES.items():
        kind, words, version = name.split(".")
        assert kind in kinds
        assert words.replace("_", "").isalpha()
        assert version.startswith("v")
        assert event.__module__ not in name


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        str(file) for file in sources() if file.read_text() and not ast.get_docstring(ast.parse(file.read_text()))
    ]
    assert silent == []


def test_files_stay_short_enough_to_be_read_at_a_sitting() -> None:
    assert [str(file) for file in sources() if len(file.read_text().splitlines()) > LINES_MAX] == []


def test_refusal_codes_and_command_names_are_words() -> None:
    for name in (*refusal_codes(), *COMMAND_TYPES):
        assert name.replace("_", "").isalpha()
        assert name == name.lower()


def test_generated_pages_are_what_the_code_says() -> None:
    for name, text in pages().items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name} differs: make docs"


def test_every_relative_link_of_the_documentation_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in _links(page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_lock_names_no_index_and_pins_every_package_by_hash() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert [line for line in lines if "://" in line or "index" in line] == []
    pinned = [line for line in lines if line[:1].isalpha()]
    assert all("==" in line and line.endswith("\\") for line in pinned)


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    tomllib.loads(text)
    block = text.partition("\ndependencies = [")[2].partition("\n]")[0]
    assert [line for line in block.strip().splitlines() if "#" not in line] == []


def test_nothing_happens_at_import() -> None:
    """Importing every module prints nothing, opens no file of ours and configures nothing."""
    modules = [".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in sources()]
    code = f"import sys, structlog; [__import__(name) for name in {modules!r}]; print(structlog.is_configured())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "False\n", "")


def _links(text: str) -> list[str]:
    found = [part.partition(")")[0] for part in text.split("](")[1:]]
    return [target.partition("#")[0] for target in found if "://" not in target and target.partition("#")[0]]
