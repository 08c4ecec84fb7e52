"""A broker that stops answering: callers are told in time, reads go on, and `journal outcome` settles it later."""

import json
import time
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent

from infra.journal import Append, Durability, KafkaOptions, OutcomeUnknown, Written, open_journal
from infra.ledgers import LIMITS
from tests.support.broker import faulty_cluster
from tests.support.cli_folder import run

APPEND_WAIT_S = 1.0
BOUND_S = 20.0
"""One wait for the append and one for its cancellation, and what a busy machine adds."""


def _append(number: int) -> Append:
    return Append([StoredEvent(UUID(int=number), 1, "case.opened.v1", b"")])


def test_an_append_in_doubt_is_settled_by_asking(tmp_path: Path) -> None:
    with faulty_cluster(1) as cluster:
        options = KafkaOptions(None, Durability.SINGLE, create=True, append_wait_s=APPEND_WAIT_S)
        url = f"kafka://{cluster.bootstrap}/wechat.ledger"
        with closing(open_journal(url, limits=LIMITS, kafka=options)) as journal:
            journal.append(_append(1))
            cluster.brokers[0].pause()
            doubtful = _append(2)
            started = time.monotonic()
            with pytest.raises(OutcomeUnknown, match=doubtful.append_id.hex()):
                journal.append(doubtful)
            with pytest.raises(OperationalError):
                journal.append(_append(3))
            assert time.monotonic() - started < BOUND_S
            assert [event.originator_version for event in journal.reader.events(UUID(int=1))] == [1]
            cluster.brokers[0].resume()
            result = run(
                tmp_path,
                *("journal", "outcome", doubtful.append_id.hex(), "--json"),
                CASELEDGER_KAFKA=cluster.bootstrap,
                CASELEDGER_JOURNAL_DURABILITY="single",
                CASELEDGER_PLATFORM="wechat",
            )
            assert result.exit_code in {0, 1}, result.stderr
            told = json.loads(result.stdout)
            journal.append(_append(4))
            settled = journal.reader.outcome(doubtful.append_id)
    written = isinstance(settled, Written)
    assert (told["outcome"], result.exit_code) == (("written", 0) if written else ("not written", 1))
    assert told["positions"] == ([2, 2] if written else None)
