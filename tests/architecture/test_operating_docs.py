"""docs/operating.md and docs/alerts.yml tell the truth: every command, setting, metric, label and alarm is there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main
from ruamel.yaml import YAML
from typer.core import TyperGroup

from caseledger.cli import build
from caseledger.settings import Settings
from infra.health import STUCK_S_MAX
from infra.metric_families import Entry
from infra.metrics import Metrics

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "operating.md").read_text(encoding="utf-8")
ALERTS = DOCS / "alerts.yml"
OTHERS = {"up": ("job", "instance"), "process_resident_memory_bytes": ("job", "instance")}
"""Metrics that are not ours, with what Prometheus and its client say of them."""

TARGET = ("job", "instance")
FUNCTIONS = re.compile(r"\b(?:increase|rate|sum|max|deriv|time|histogram_quantile|by|and|or|le)\b")


def rules() -> list[dict[str, Any]]:
    loaded = YAML(typ="safe").load(ALERTS)
    return [rule for group in loaded["groups"] for rule in group["rules"]]


def metrics() -> dict[str, Entry]:
    """Ours by every name that a sample has."""
    found = {}
    for entry in Metrics().entries:
        endings = ("_bucket", "_count", "_sum") if entry.kind == "histogram" else ("",)
        found |= {f"{entry.name}{ending}": entry for ending in endings}
    return found


def labels_of(name: str) -> set[str]:
    if name in OTHERS:
        return set(OTHERS[name])
    entry = metrics()[name]
    return {*entry.labels, *TARGET, *(("le",) if entry.kind == "histogram" else ())}


def named(expression: str) -> set[str]:
    """The metrics of an expression: words that are neither functions, labels, strings nor durations."""
    bare = re.sub(r"\{[^}]*\}|\[[^]]*\]|\bby \([^)]*\)", "", expression)
    return set(re.findall(r"\b[a-z][a-z_]+\b", FUNCTIONS.sub("", bare)))


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_an_alarm_watches_metrics_and_labels_that_there_are(rule: dict[str, Any]) -> None:
    expression, summary = rule["expr"], rule["annotations"]["summary"]
    watched = named(expression)
    assert watched
    assert watched <= {*metrics(), *OTHERS}
    there = set.intersection(*map(labels_of, watched))
    grouped = [set(re.split(r",\s*", each)) for each in re.findall(r"\bby \(([^)]*)\)", expression)]
    chosen = set(re.findall(r"(\w+)=~?\"", expression))
    shown = set(re.findall(r"\$labels\.(\w+)", summary))
    assert set().union(*grouped, chosen) <= there
    assert shown <= (set.intersection(*grouped) if grouped else there)
    assert rule["labels"]["severity"] in ("page", "ticket")


def test_every_alarm_is_explained_and_every_explanation_is_of_an_alarm() -> None:
    explained = re.findall(r"^\| `(Caseledger\w+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert [name for name, _, _ in explained] == [rule["alert"] for rule in rules()]


def test_the_alarm_for_a_stuck_loop_has_the_bound_of_the_probe() -> None:
    (stuck,) = [rule["expr"] for rule in rules() if rule["alert"] == "CaseledgerProcessStuck"]
    assert f"> {STUCK_S_MAX:.0f} " in stuck


def code() -> list[str]:
    """What stands in code spans, and each line of code blocks."""
    blocks = re.findall(r"^```\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```\n.*?^```", "", PAGE, flags=re.MULTILINE | re.DOTALL)
    return [*(line for block in blocks for line in block.splitlines()), *re.findall(r"`([^`\n]+)`", prose)]


def test_every_command_of_the_page_is_one() -> None:
    lines = [line for line in code() if line.startswith("caseledger ")]
    assert len(lines) > 10
    for line in lines:
        command = typer.main.get_command(build())
        words = shlex.split(line)[1:]
        while isinstance(command, TyperGroup):
            assert words, line
            assert words[0] in command.commands, line
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_every_setting_of_the_page_is_one() -> None:
    known = {f"CASELEDGER_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"\bCASELEDGER_[A-Z_]+\b", PAGE)) <= known


def test_every_metric_of_the_page_is_one() -> None:
    assert set(re.findall(r"\bcaseledger_[a-z_]+\b", PAGE)) <= set(metrics()) | {
        each.name for each in Metrics().entries
    }


def test_every_anchor_of_the_page_is_a_heading() -> None:
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= headings
