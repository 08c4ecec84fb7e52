"""One platform of the service on three brokers and PostgreSQL: what its topics, indexes and read models hold."""

import json
from pathlib import Path

from caseledger.bootstrap import Caseledger
from caseledger.settings import Settings
from consumers.refusals import OFFSET, PARTITION
from infra.journal import JournalProcessRecorder
from schemas.cloudevents import ID, POSITION
from schemas.topics import TopicKind, topic_name
from tests.support.broker import FaultyCluster
from tests.support.command_line import caseledger
from tests.support.faults.journals import opened, read_log, read_topic
from tests.support.history.checking import Digests, History
from tests.support.history.folding import Logged, decoded, fold_from_scratch, fold_of

KR = "36kr-jiangsu"
PREFIX = "CASELEDGER_"


class Deployment:
    """Where everything is, and what it holds."""

    def __init__(self, cluster: FaultyCluster, postgres_url: str, folder: Path) -> None:
        self.cluster = cluster
        self.ledger, self.reports, self._refused, self._events = (topic_name(KR, kind) for kind in TopicKind)
        self._url = f"kafka://{cluster.bootstrap}/{self.ledger}"
        self._data = folder / "data"
        self._brokers = cluster.bootstrap
        self.environment = {
            "CASELEDGER_KAFKA": cluster.bootstrap,
            "CASELEDGER_READ_MODELS_URL": postgres_url,
            "CASELEDGER_DATA": str(self._data),
            "CASELEDGER_PLATFORM": KR,
        }
        self._run("journal", "create")

    def open(self) -> Caseledger:
        """The service as one more process that only reads, with an index of its own."""
        return Caseledger(
            Settings(**{name.removeprefix(PREFIX).lower(): value for name, value in self.environment.items()})
        )

    def taken(self) -> int:
        """How many messages of the topic of reports are in the ledger, by the offsets recorded there."""
        return sum(offset + 1 for offset in fold_from_scratch(read_log(self._url)).tracking.values())

    def published(self) -> list[tuple[int, str]]:
        """Position and id of every published event, as they come in the topic."""
        headers = [dict(record.headers) for record in read_topic(self._brokers, self._events)]
        return [(int(each[POSITION]), each[ID].decode()) for each in headers]

    def refused(self) -> list[tuple[int, int]]:
        """Partition and offset of every message that was set aside, as often as it was."""
        headers = [dict(record.headers) for record in read_topic(self._brokers, self._refused)]
        return [(int(each[PARTITION]), int(each[OFFSET])) for each in headers]

    def history(self) -> History:
        """The log, every index that a process left behind, and every read model beside its rebuild."""
        records = read_log(self._url)
        scratch = fold_from_scratch(records)
        sources = {source for one in decoded(records) if isinstance(one, Logged) for source, _ in one.tracking}
        folds = {}
        for index in sorted((self._data / "platforms" / KR / "index").glob("*.sqlite")):
            with opened(self._url, index) as journal:
                folds[index.name] = fold_of(JournalProcessRecorder(journal), scratch.outcomes, sources)
        compared = json.loads(self._run("rebuild", "--check", "--json"))
        digests = [Digests(each["name"], each["live"], each["rebuilt"]) for each in compared]
        return History(None, records, folds, digests=digests)

    def _run(self, *command: str) -> str:
        ended = caseledger(*command, data=self._data, **self.environment)
        assert ended.status == 0, (command, ended.out[-2000:], ended.err[-2000:])
        return ended.out
