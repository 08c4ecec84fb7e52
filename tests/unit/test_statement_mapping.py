"""The mapping of statements is a table that is refused whole, with every fault by its place."""

import re
from pathlib import Path

import pytest

from caseledger.statements.mapping import MappingRefused, mapping_of
from infra.mappings import MappingsUnusable, mappings_in
from tests.support.statements import mapping, mapping_text

TEXT = mapping_text()


def refused(text: str, version: int = 1) -> str:
    with pytest.raises(MappingRefused) as refusal:
        mapping_of(text, version)
    return str(refusal.value)


def without(table: str, containing: str) -> str:
    """The text without the entries of a table that contain this."""
    parts = re.split(r"(?=^\[\[)", TEXT, flags=re.MULTILINE)
    return "".join(part for part in parts if not (part.startswith(f"[[{table}]]") and containing in part))


def test_the_mapping_that_ships_has_no_fault() -> None:
    assert mapping().version == max(mappings_in(None))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version = 1", "version = 2", "version: the file is named 1, the text says 2"),
        ("version = 1", "version = 0", "version: "),
        ("format = 1", "format = 2", "format: "),
        ("format = 1", "format = 1\nnothing = 3", "nothing: Extra inputs"),
        ("AUTOMATED_DECISION_PARTIALLY", "SOMEHOW", "automated_decision: 'SOMEHOW' is none of the automated_decisions"),
        ("VISIBILITY_CONTENT_REMOVED", "GONE", "measure[0].visibility"),
        ('account = "DECISION_ACCOUNT_SUSPENDED"', 'account = "OUT"', "measure[14].account"),
        ('monetary = "DECISION_MONETARY_SUSPENSION"', 'monetary = "NO"', "measure[18].monetary"),
        ('provision = "DECISION_PROVISION_PARTIAL_SUSPENSION"', 'provision = "NO"', "measure[10].provision"),
        ('nothing = "a warning restricts nothing"', "", "measure[9]: Value error, a measure restricts something"),
        ('kind = "warn"', 'kind = "warn"\naccount = "DECISION_ACCOUNT_SUSPENDED"', "measure[9]: Value error"),
        ('kind = "warn"', 'kind = "scold"', "measure[9].kind"),
        ('kind = "warn"', 'kind = "warn"\nsubjects = ["content"]', "measure: nothing about warn of account, "),
        ("CONTENT_TYPE_TEXT", "TEXT", "subject[0].content_type"),
        ("ACCOUNT_TYPE_BUSINESS", "SHOP", "subject[5].account_type"),
        ('type = "news_item"', 'type = "news_item"\nplatform = "x"', "subject: nothing about news_item"),
        ("SOURCE_ARTICLE_16", "SOMEBODY", "source[0].source_type"),
        ('automated_detection = "No"', 'automated_detection = "Perhaps"', "source[0].automated_detection"),
        ("DECISION_GROUND_INCOMPATIBLE_CONTENT", "BECAUSE", "ground[0].ground"),
        ("DECISION_GROUND_INCOMPATIBLE_CONTENT", "DECISION_GROUND_ILLEGAL_CONTENT", "ground[0]: illegal content has"),
        ('common = [""]', 'common = ["X"]', "ground: no line for all others"),
        ('class = "3"', "", "category[0]: of a code or of a class"),
        ('class = "3"', 'class = "3"\ncode = "3.1"', "category[0]: of a code or of a class"),
        ("STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY", "RISK", "category[0].category"),
        ("KEYWORD_DISCRIMINATION", "KEYWORD", "keyword[0].keyword"),
        ('account = ["DECISION_ACCOUNT_SUSPENDED", ', "account = [", "hardness.account: every value once"),
        ("[hardness]", "[[[", "is no TOML"),
    ],
)
def test_every_fault_is_named_by_its_place(old: str, new: str, told: str) -> None:
    assert old in TEXT
    assert told in refused(TEXT.replace(old, new, 1))


@pytest.mark.parametrize(
    ("table", "containing", "told"),
    [
        ("measure", 'kind = "mute"', "measure: nothing about mute of"),
        ("subject", 'type = "link"', "subject: nothing about link"),
        ("source", 'source = "regulator"', "source: nothing about regulator"),
    ],
)
def test_nothing_may_be_left_out(table: str, containing: str, told: str) -> None:
    assert told in refused(without(table, containing))


def test_mappings_are_found_by_version_in_order(tmp_path: Path) -> None:
    for name in ("10.toml", "2.toml", "readme.md"):
        (tmp_path / name).write_text(name)
    assert list(mappings_in(tmp_path)) == [2, 10]


@pytest.mark.parametrize("name", ["one.toml", "01.toml", "v1.toml"])
def test_a_mapping_is_named_by_its_version(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("")
    with pytest.raises(MappingsUnusable, match="no version"):
        mappings_in(tmp_path)


def test_a_folder_without_mappings_is_of_no_use(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(MappingsUnusable):
            mappings_in(folder)


@pytest.mark.parametrize("data", [b"\xff", b"#" * 1_000_001])
def test_a_mapping_is_text_of_bounded_length(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "1.toml").write_bytes(data)
    with pytest.raises(MappingsUnusable):
        mappings_in(tmp_path)
