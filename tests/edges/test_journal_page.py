"""What docs/journal.md shows to applications of the `eventsourcing` library works as it stands."""

import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from infra.journal.factory import JournalFactory
from infra.journal.kafka_guard import EXACT, INSYNC, RECORD_BYTES
from infra.kafka.connection import SECURITY_FIELDS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "journal.md").read_text(encoding="utf-8")
(EXAMPLE,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("log", ["kafka", "sqlite"])
def test_the_example_runs(log: str, kafka_broker: str, tmp_path: Path) -> None:
    urls = {"kafka": f"kafka://{kafka_broker}/kennel-{uuid4().hex}", "sqlite": "sqlite:///kennel.sqlite"}
    assert "kafka://localhost:9092/kennel" in EXAMPLE
    program = EXAMPLE.replace("kafka://localhost:9092/kennel", urls[log])
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_every_setting_of_the_factory_is_told() -> None:
    names = [name for name in vars(JournalFactory) if name.startswith("JOURNAL_") and name != "JOURNAL_SECURITY"]
    assert len(names) == 5
    for name in names:
        assert f"| `{name}` |" in PAGE
    for field in SECURITY_FIELDS:
        assert f"`{field.upper()}`" in PAGE


def test_every_guarded_setting_of_a_topic_is_told() -> None:
    for setting in (*EXACT, INSYNC, RECORD_BYTES):
        assert f"`{setting}`" in PAGE
