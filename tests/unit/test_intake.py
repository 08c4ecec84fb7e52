"""Reports in bulk: as good as one by one, whatever comes between."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from caseledger.application import intake
from caseledger.application.intake import file_reports
from caseledger.application.ports import AppendConflicts, LedgerUnavailable
from caseledger.application.requests import Request
from caseledger.application.service import Answer, Service
from domain.errors import Refused, ReportConflicts
from tests.support.examples import DAY, filed, upheld
from tests.support.fakes import MemoryLedger
from tests.support.spec import facts_in, fresh_service, nothing_written, service_over


class Rivalled(MemoryLedger):
    """Lets a rival write just before the next appends, and can lose its connection."""

    rival: tuple[Service, Sequence[Request]] | None = None
    reads_left = 1_000_000
    down = False

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        if self.down:
            raise LedgerUnavailable("down")
        if self.rival is not None:
            (service, requests), self.rival = self.rival, None
            for request in requests:
                service.handle(request)
        return super().append_many(appends)

    def read(self, stream: UUID, after: int = 0) -> Sequence[StoredEvent]:
        self.reads_left -= 1
        if self.reads_left < 0:
            raise LedgerUnavailable("the connection is gone")
        return super().read(stream, after)


def start() -> tuple[Rivalled, Service]:
    """An empty platform."""
    ledger = Rivalled()
    return ledger, fresh_service(ledger=ledger)


def crowd(count: int = 6, **fields: object) -> list[Request]:
    """Reports of several people about two posts."""
    return [filed(n, f"post-{n % 2}", report=f"r-{n}", reporter=f"reporter-{n % 3}", **fields) for n in range(count)]


def told(filed_: Sequence[Answer | Refused]) -> list[object]:
    """What each was told, without places in the ledger."""
    return [
        one.code if isinstance(one, Refused) else (one.report, [(fact.stream, fact.event) for fact in one.events])
        for one in filed_
    ]


def one_by_one(service: Service, requests: Sequence[Request]) -> list[Answer | Refused]:
    """The same, by themselves."""
    outcomes: list[Answer | Refused] = []
    for request in requests:
        try:
            outcomes.append(service.handle(request))
        except Refused as refusal:
            outcomes.append(refusal)
    return outcomes


MIXED = [
    *crowd(),
    filed(7, "post-0", report="r-0", reporter="reporter-0"),
    filed(7, "post-9", report="r-1"),
    filed(8, report="r-8", place=None),
    filed(9, report="r-9", malicious_established=True),
    filed(9, "post-0", report="r-10", malicious_established=True),
    filed(4000 * DAY, report="r-11"),
    filed(-4000 * DAY, report="r-12"),
    filed(10, content=None, report="r-13"),
]


def test_a_bulk_is_as_good_as_one_by_one() -> None:
    _, bulk = start()
    _, single = start()
    assert told(file_reports(bulk, MIXED)) == told(one_by_one(single, MIXED))


def test_a_decision_in_a_bulk_is_written_with_all_it_builds_on() -> None:
    requests = [
        filed(0, "post-0", report="r-0", reporter="ming"),
        filed(1, "post-9", report="r-9", reporter="ming", malicious_established=True),
        upheld(5, "post-0"),
    ]
    _, bulk = start()
    _, single = start()
    assert told(file_reports(bulk, requests)) == told(one_by_one(single, requests))
    assert states_agree(bulk)


def test_every_event_is_where_the_answer_says() -> None:
    _, service = start()
    answers = [one for one in file_reports(service, MIXED) if isinstance(one, Answer)]
    found = {fact.position: fact for fact in facts_in(service)}
    assert all(found[fact.position] == fact for answer in answers for fact in answer.events)


def test_the_whole_bulk_again_changes_nothing() -> None:
    _, service = start()
    file_reports(service, MIXED)
    for again in (service, service_over(service.ledger)):
        with nothing_written(service):
            outcomes = file_reports(again, MIXED)
    assert all(one.events == () for one in outcomes if isinstance(one, Answer))


def test_an_empty_bulk_writes_nothing() -> None:
    _, service = start()
    with nothing_written(service):
        assert file_reports(service, []) == []


def test_a_rival_between_costs_nothing_but_another_look() -> None:
    ledger, service = start()
    rival = service_over(ledger)
    rival.handle(filed(0, "post-7", report="x"))
    ledger.rival = (rival, crowd(3))
    outcomes = file_reports(service, crowd())
    assert [len(one.events) for one in outcomes] == [0, 0, 0, 3, 3, 3]
    assert states_agree(service)


def test_a_copy_of_a_report_that_lost_its_race_is_told_what_became_of_it() -> None:
    ledger, service = start()
    rival = service_over(ledger)
    rival.handle(filed(0, "post-7", report="x"))
    ledger.rival = (rival, [filed(0, codes=())])
    outcomes = file_reports(service, [filed(0), filed(0, codes=())])
    assert isinstance(outcomes[0], ReportConflicts)
    assert isinstance(outcomes[1], Answer)


@pytest.mark.parametrize("size", [1, 2_000])
def test_a_large_group_is_written_in_appends_of_bounded_size(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "APPEND_BYTES_MAX", size)
    _, bulk = start()
    _, single = start()
    assert told(file_reports(bulk, MIXED)) == told(one_by_one(single, MIXED))
    assert states_agree(bulk)


def test_where_one_part_loses_its_race_those_that_build_on_it_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "APPEND_BYTES_MAX", 1)
    ledger, service = start()
    rival = service_over(ledger)
    rival.handle(filed(0, "post-7", report="x"))
    ledger.rival = (rival, [filed(0, "post-0", report="rival", reporter="reporter-9")])
    file_reports(service, crowd())
    assert states_agree(service)
    versions = [(fact.stream, fact.version) for fact in facts_in(service)]
    for stream in {stream for stream, _ in versions}:
        assert [version for one, version in versions if one == stream] == list(
            range(1, len([one for one, _ in versions if one == stream]) + 1)
        )


def test_a_bulk_broken_off_while_it_was_decided_loses_no_report() -> None:
    ledger, service = start()
    requests = [filed(n, f"post-{n}", report=f"r-{n}") for n in range(3)]
    malicious = filed(3, "post-3", report="r-3", malicious_established=True, reporter="somebody-new")
    ledger.reads_left = 0
    with nothing_written(service), pytest.raises(LedgerUnavailable):
        file_reports(service, [*requests, malicious])
    ledger.reads_left = 1_000_000
    assert [len(one.events) for one in file_reports(service, [*requests, malicious])] == [3, 3, 3, 3]


def test_a_ledger_that_is_down_loses_no_report() -> None:
    ledger, service = start()
    ledger.down = True
    with nothing_written(service), pytest.raises(LedgerUnavailable):
        file_reports(service, crowd())
    ledger.down = False
    assert all(one.events for one in file_reports(service, crowd()))


def states_agree(service: Service) -> bool:
    """What the service keeps is what the ledger holds."""
    fresh = service_over(service.ledger)
    streams = {fact.stream for fact in facts_in(service)}
    return all(service.states.load(stream) == fresh.states.load(stream) for stream in streams)
