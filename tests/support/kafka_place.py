"""A platform on a real broker and a data folder, with the command line run on both."""

import json
import uuid
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent
from typer.testing import Result

from caseledger.bootstrap import Caseledger
from caseledger.settings import Durability, Settings
from infra.journal import Append, Written
from tests.support.cli_folder import run


class Place:
    """A platform of its own on the run's broker, and a data folder on this machine."""

    def __init__(self, brokers: str, data: Path) -> None:
        self.brokers = brokers
        self.data = data
        self.platform = f"p{uuid.uuid4().hex[:12]}"
        self.topic = f"{self.platform}.ledger"
        self.index = data / "platforms" / self.platform / "index" / "1.sqlite"
        self.other = data.parent / "other"

    def run(self, *arguments: str, data: Path | None = None, **environment: str | None) -> Result:
        given = {
            "CASELEDGER_KAFKA": self.brokers,
            "CASELEDGER_JOURNAL_DURABILITY": "single",
            "CASELEDGER_PLATFORM": self.platform,
        }
        return run(data or self.data, *arguments, **(given | environment))

    def document(self, *arguments: str, status: int = 0, **environment: str) -> Any:  # noqa: ANN401 - as JSON is
        result = self.run("journal", *arguments, "--json", **environment)
        assert result.exit_code == status, result.output
        return json.loads(result.stdout)

    def refusal(self, *arguments: str, **environment: str | None) -> tuple[int, str, str]:
        result = self.run(*arguments, "--json", **environment)
        assert not result.stdout
        told = json.loads(result.stderr)["error"]
        return result.exit_code, told["code"], told["reason"]

    def opened(self, data: Path | None = None) -> Caseledger:
        settings = Settings(
            data=data or self.data, kafka=self.brokers, journal_durability=Durability.SINGLE, platform=self.platform
        )
        return Caseledger(settings)

    def write(self, count: int, data: Path | None = None) -> list[Append]:
        """So many appends of two events, each with a stream of its own."""
        appends = [Append(two_events(uuid.uuid4(), b"what it says")) for _ in range(count)]
        with self.opened(data) as caseledger:
            answers = caseledger.journal(self.platform).append_many(appends)
        assert all(isinstance(answer, Written) for answer in answers)
        return appends


def two_events(stream: uuid.UUID, state: bytes) -> list[StoredEvent]:
    """The first two of a stream."""
    return [StoredEvent(stream, version, "case.opened.v1", state) for version in (1, 2)]
