"""No personal value ever reaches a log line, in either form, whatever becomes of the command."""

import io
from collections.abc import Sequence

import pytest
import structlog
from eventsourcing.persistence import StoredEvent

from caseledger.application.ports import AppendConflicts, LedgerUnavailable
from domain.errors import Refused
from infra.logs import configure_logs
from tests.support.canaries import life
from tests.support.fakes import MemoryLedger
from tests.support.spec import fresh_service, service_over


class Down(MemoryLedger):
    """Takes nothing any more."""

    down = False

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        if self.down:
            raise LedgerUnavailable("down")
        return super().append_many(appends)


@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("repeated", [1, 2])
def test_no_log_line_of_a_life_holds_anything_personal(as_json: bool, repeated: int) -> None:  # noqa: FBT001 - a case
    lines = io.StringIO()
    configure_logs(as_json=as_json, level="debug", stream=lines)
    service = fresh_service()
    for request in life() * repeated:
        try:
            service.handle(request)
        except Refused as refusal:
            structlog.get_logger().exception("command_refused", code=refusal.code)
    assert lines.getvalue().count("command_handled") > 20
    assert lines.getvalue().count("command_refused") > 10
    assert "canary" not in lines.getvalue()


@pytest.mark.parametrize("as_json", [True, False])
def test_no_log_line_of_a_failure_holds_anything_personal(as_json: bool) -> None:  # noqa: FBT001 - a case
    lines = io.StringIO()
    configure_logs(as_json=as_json, level="debug", stream=lines)
    ledger = Down()
    fresh_service(ledger=ledger)
    ledger.down = True
    for request in life():
        try:
            service_over(ledger).handle(request)
        except (Refused, LedgerUnavailable):
            structlog.get_logger().exception("command_failed")
    assert "LedgerUnavailable" in lines.getvalue()
    assert "canary" not in lines.getvalue()
