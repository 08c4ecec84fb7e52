"""Evidence requests under any commands: received once, one package within scope, a clock missed once or never."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from domain.clock_commands import MissEvidenceRequestDeadline
from domain.evidence_requests.events import EvidenceRequestDeadlineMissed, EvidenceRequestPackageSent
from domain.request_commands import ReceiveEvidenceRequest, RecordPackageSent
from tests.support.examples import ACCOUNT, DAY, POLICE, filed, item, package_sent, request_of, requested
from tests.support.machines import Machine

DOCUMENTS = st.sampled_from(["doc-1", "doc-2"])
ACCOUNTS = st.sets(st.sampled_from([ACCOUNT, "acc-2", "acc-3"]))
CLASSES = st.sets(st.sampled_from(["registration", "transaction", "communication"]), min_size=1)


@dataclass
class Told:
    """What the machine knows of a request: as it was received, and the package as it was sent."""

    asked: tuple[frozenset[str], frozenset[str], bool]
    at: datetime
    sent: tuple[frozenset[str], frozenset[str], str] | None = None
    sent_at: datetime | None = None
    missed: list[datetime] = field(default_factory=list)


class EvidenceRequestMachine(Machine):
    """Requests beside plain dictionaries."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: dict[str, Told] = {}

    @initialize()
    def a_case(self) -> None:
        """There is one, against the account."""
        self.given(filed().command, None)

    @rule(hours=st.sampled_from([1, 12, 24, 30]))
    def time_passes(self, hours: int) -> None:
        """Nothing else happens."""
        self.wait(60 * hours)

    @rule(document=DOCUMENTS, accounts=ACCOUNTS, classes=CLASSES, about_case=st.booleans())
    def receive(self, document: str, accounts: set[str], classes: set[str], *, about_case: bool) -> None:
        """A document arrives."""
        command = requested(
            document=document,
            accounts=tuple(accounts),
            classes=tuple(classes),
            case=item() if about_case else None,
        ).command
        assert isinstance(command, ReceiveEvidenceRequest)
        told = self.given(command)
        asked = (frozenset(accounts), frozenset(classes), about_case)
        if not accounts and not about_case:
            assert told == "evidence_request_without_scope"
        elif document not in self.requests:
            assert told == ["evidence_request.received.v1"]
            self.requests[document] = Told(asked, self.now)
        else:
            assert told == ([] if self.requests[document].asked == asked else "evidence_request_conflicts")

    @rule(
        document=DOCUMENTS,
        accounts=ACCOUNTS,
        classes=CLASSES,
        digest=st.sampled_from(["ab" * 32, "cd" * 32]),
        back=st.sampled_from([0, 0, 0, 60, 3 * DAY]),
    )
    def send(self, document: str, accounts: set[str], classes: set[str], digest: str, back: float) -> None:
        """A package is recorded as sent, now or as of some time ago."""
        command = package_sent(
            document=document, accounts=tuple(accounts), classes=tuple(classes), sha256=digest
        ).command
        assert isinstance(command, RecordPackageSent)
        told = self.given(command, back=back)
        at = self.now - timedelta(minutes=back)
        request = self.requests.get(document)
        package = (frozenset(accounts), frozenset(classes), digest)
        if request is None:
            assert told == "evidence_request_not_found"
        elif request.sent is not None:
            assert told == ([] if request.sent == package else "package_already_sent")
        elif at < request.at:
            assert told == "out_of_order"
        elif not _in_scope(request, package):
            assert told == "outside_asked_scope"
        else:
            assert told == ["evidence_request.package_sent.v1"]
            request.sent, request.sent_at = package, at

    @rule(document=DOCUMENTS)
    def miss(self, document: str) -> None:
        """The clock looks."""
        told = self.given(MissEvidenceRequestDeadline(authority=POLICE, document=document, clock="package"), None)
        request = self.requests.get(document)
        if request is None:
            assert told == "evidence_request_not_found"
        elif (request.sent_at or self.now) <= request.at + timedelta(hours=24):
            assert told == "deadline_not_missed"
        elif request.missed:
            assert told == []
        else:
            assert told == ["evidence_request.deadline_missed.v1"]
            request.missed.append(request.at + timedelta(hours=24))

    @invariant()
    def streams_hold_what_was_told(self) -> None:
        """One package at most, and one miss at most, due a day after the receipt."""
        for document, request in self.requests.items():
            events = [fact.event for fact in self.facts if fact.stream == request_of(document)]
            sent = [event for event in events if isinstance(event, EvidenceRequestPackageSent)]
            assert [event.sha256 for event in sent] == ([] if request.sent is None else [request.sent[2]])
            missed = [event.due_at for event in events if isinstance(event, EvidenceRequestDeadlineMissed)]
            assert missed == request.missed


def _in_scope(request: Told, package: tuple[frozenset[str], frozenset[str], str]) -> bool:
    accounts, classes, about_case = request.asked
    allowed = accounts | {ACCOUNT} if about_case else accounts
    return package[0] <= allowed and package[1] <= classes and (about_case or bool(package[0]))


TestEvidenceRequests = EvidenceRequestMachine.TestCase
