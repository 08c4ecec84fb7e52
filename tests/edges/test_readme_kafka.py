"""The README's lines for the service on Kafka are run as they stand, by a shell, on brokers that they start."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
REPORT = {
    "platform": "36kr-jiangsu",
    "at": "2021-07-10T12:00:00+08:00",
    "report": "readme-kafka-1",
    "source": "user",
    "place": "weibo",
    "subject": {"type": "news_item", "id": "n-1"},
    "codes": ["4.2.1"],
}
TIMEOUT_S = 240


def test_the_lines_for_kafka_run_from_the_first_to_the_last(tmp_path: Path) -> None:
    block = re.search(r"```sh\n(.*?)```", README, re.DOTALL)
    assert block is not None
    (tmp_path / "reports.jsonl").write_text(json.dumps(REPORT) + "\n", encoding="utf-8")
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    shell = shutil.which("bash")
    assert shell is not None
    try:
        done = subprocess.run(
            (shell, "-eu", "-c", block[1]),
            cwd=tmp_path,
            env={**os.environ, "PATH": path, "COLUMNS": "100"},
            check=False,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
    finally:
        subprocess.run(
            (Path(sys.executable).parent / "caseledger", "kafka", "down"),
            env={**os.environ, "CASELEDGER_DATA": str(tmp_path / "caseledger-data" / "on-kafka")},
            check=True,
            capture_output=True,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 messages: 1 admitted" in done.stdout
    assert "Traceback" not in done.stderr
    assert (tmp_path / "played.jsonl").read_text(encoding="utf-8").count('"position"') > 50
