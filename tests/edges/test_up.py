"""`caseledger up`: one process keeps the read models current until it is told to end."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from caseledger.bootstrap import Caseledger
from caseledger.settings import Settings
from tests.support.command_line import COMMAND

KR = "36kr-jiangsu"
NEWS = {
    "platform": KR,
    "at": "2021-03-10T12:00:00+08:00",
    "command": "file_report",
    "report": "r-1",
    "source": "user",
    "place": "weibo",
    "subject": {"type": "news_item", "id": "n-1"},
    "codes": ["4.2.1"],
}


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_follows_what_others_write_and_ends_in_good_order(tmp_path: Path, ending: signal.Signals) -> None:
    environment = {**os.environ, "CASELEDGER_DATA": str(tmp_path / "data")}
    with subprocess.Popen(
        (*COMMAND, "up", "--no-keep-time"), env=environment, stdout=subprocess.PIPE, text=True
    ) as service:
        assert service.stdout is not None
        assert "caseledger is up" in service.stdout.readline()
        written = subprocess.run(
            (*COMMAND, "run", "-"), env=environment, input=json.dumps(NEWS), text=True, check=True, capture_output=True
        )
        service.send_signal(ending)
        last = service.stdout.read()
    assert (service.returncode, json.loads(written.stdout)["position"]) == (0, 4)
    assert "ended; every read model is at its ledger's end" in last
    with Caseledger(Settings(data=tmp_path / "data")) as caseledger:
        assert set(caseledger.read_models.positions(KR).values()) == {4}
