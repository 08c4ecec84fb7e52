"""Each command's way to its decider: which streams it reads, and what they are handed over as."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from caseledger.application.ports import Digests
from caseledger.application.requests import Request
from caseledger.application.states import States
from domain import command_values as v
from domain import commands as c
from domain import list_commands as lists
from domain import request_commands as r
from domain.accounts.ending import end_sanction
from domain.accounts.warning import applied, warn_partner
from domain.cases import appeals, deciding, handling
from domain.cases.bench import Bench, Book, Credited
from domain.cases.choosing import to_answer, to_appeal, to_correct
from domain.cases.clocks import OtherSide, miss_deadline, settle_counterparty
from domain.cases.events import CaseDecided
from domain.cases.handling import found
from domain.cases.state import Case
from domain.clock_commands import MissEvidenceRequestDeadline, MissOperationDeadline
from domain.errors import CaseNotFound, Refused, ReportNotFound
from domain.events import Stamp
from domain.evidence_requests import state as evidence_requests
from domain.evidence_requests.clocks import miss_evidence_request_deadline
from domain.evidence_requests.state import EvidenceRequest
from domain.facts import Facts, case_id
from domain.identities.canonical import canonical
from domain.identities.following import followed
from domain.identities.registering import Registry, Shown, establish, register
from domain.operations.clocks import miss_operation_deadline
from domain.operations.state import add_case, close_operation, open_operation
from domain.policies.state import Policies, in_force, in_force_then, publish
from domain.policy.pack import Pack
from domain.reports.answering import give_feedback
from domain.reports.filing import Desk, file_report
from domain.streams import (
    StreamId,
    StreamKind,
    account_stream,
    case_stream,
    evidence_request_stream,
    identity_stream,
    operation_stream,
    policy_stream,
    report_stream,
    reporter_stream,
)
from domain.values import IdentityDigest

_HANDLED = (
    c.AssignCase
    | c.ReleaseCase
    | c.StartVerification
    | c.GivePreliminaryResult
    | c.MarkMajor
    | c.ReferCase
    | c.AttachEvidence
    | c.AddNote
    | c.NotifyAuthority
)


_OnOperation = c.OpenOperation | c.AddCaseToOperation | c.CloseOperation | MissOperationDeadline

_Undoing = c.DecideAppeal | c.CorrectDecision | c.LodgeAppeal


class Decisions:
    """The deciders of one platform, fed from its states."""

    def __init__(self, platform: str, states: States, digests: Digests) -> None:
        """Bind the platform's states and the keyed digest of its reporters."""
        self._platform = platform
        self._states = states
        self._digests = digests

    def pack(self, request: Request) -> Pack:
        """The policy in force when the command is given; raises `NoPolicyInForce`."""
        return in_force(self._states.policies(policy_stream(self._platform)), request.at, self._platform)

    def _pack_then(self, at: datetime) -> Pack:
        """The policy that applied at a past moment, as it was known then; raises `NoPolicyInForce`."""
        return in_force_then(self._states.policies(policy_stream(self._platform)), at, self._platform)

    def policy_version(self, request: Request) -> str | None:
        """The version that is applied: that of the decision where one is undone, else the one in force, if any is."""
        policies = self._states.policies(policy_stream(self._platform))
        if policies is None:
            return None
        if isinstance(request.command, _Undoing):
            undone = self._undone(self._states.case(self._case(request.command.case)), request.command)
            if undone is not None:
                return undone.policy.version
        return self.pack(request).version

    def streams_of(self, command: c.FileReport) -> tuple[StreamId, StreamId]:
        """The report's own stream and the stream of its case."""
        stream = report_stream(self._platform, command.system, command.report)
        subject = command.subject
        return stream, case_stream(self._platform, subject.type, subject.id, command.content, stream)

    def decide(self, request: Request, stamp: Stamp) -> Facts:
        """What the command causes; raises `Refused`."""
        command = request.command
        match command:
            case c.FileReport():
                return self._file_report(command, request, stamp)
            case c.GiveFeedback():
                return self._give_feedback(command, stamp)
            case c.EndSanction():
                stream = account_stream(self._platform, command.account)
                return end_sanction(stream, self._states.account(stream), command, stamp)
            case c.OpenOperation() | c.AddCaseToOperation() | c.CloseOperation() | MissOperationDeadline():
                return self._on_operation(command, stamp)
            case c.PublishPolicy():
                stream = policy_stream(self._platform)
                return publish(stream, self._platform, self._states.policies(stream), command, stamp)
            case lists.RegisterAccount():
                return register(self._registry(command), command, stamp)
            case lists.EstablishIdentity():
                return establish(self._registry(command), command, stamp)
            case lists.WarnPartner():
                stream = account_stream(self._platform, command.account)
                packs = (self._states.policies(policy_stream(self._platform)) or Policies()).packs
                return warn_partner(stream, self._states.account(stream), partial(applied, packs), command, stamp)
            case v.OnEvidenceRequest():
                return self._on_evidence_request(command, stamp)
            case v.OnCase():
                return followed(self._on_case(command, request, stamp), self._states.account, self._identity_stream)
        raise TypeError(f"no decider for {type(command).__name__}")

    def _on_case(self, command: v.OnCase, request: Request, stamp: Stamp) -> Facts:
        stream = self._case(command.case)
        case = self._states.case(stream)
        if isinstance(command, _HANDLED):
            return handling.handle(stream, case, command, stamp)
        match command:
            case c.ProposeDecision():
                return deciding.propose(self._bench(stream, case, self.pack(request)), command, stamp)
            case c.ConfirmDecision():
                return deciding.confirm(self._bench(stream, case, self.pack(request)), command, stamp)
            case c.ReturnDecision():
                return deciding.send_back(stream, case, command, stamp)
            case c.LodgeAppeal():
                return appeals.lodge(stream, case, command, stamp)
            case c.DecideAppeal():
                return appeals.decide_appeal(self._undoing_bench(stream, case, command, request), command, stamp)
            case c.CorrectDecision():
                return appeals.correct(self._undoing_bench(stream, case, command, request), command, stamp)
            case c.RecordExternalOutcome():
                return handling.record_external_outcome(stream, case, self.pack(request), command, stamp)
            case c.SettleCounterparty():
                other = None if command.other is None else self._other_side(command.other)
                return settle_counterparty(stream, case, other, command, stamp)
            case c.MissDeadline():
                report = command.report
                report = self._report(report).uuid if isinstance(report, v.ReportRef) else report
                return miss_deadline(stream, case, self._pack_then, report, command, stamp)
        raise TypeError(f"no decider for {type(command).__name__}")

    def _file_report(self, command: c.FileReport, request: Request, stamp: Stamp) -> Facts:
        stream, case = self.streams_of(command)
        desk = Desk(
            stream=stream,
            report=self._states.report(stream),
            case_stream=case,
            case=self._states.case(case),
            reporter=None if command.reporter is None else reporter_stream(self._platform, command.reporter),
            pack=self.pack(request),
            digest_of=lambda of, reporter: self._digests.digest(self._platform, of.uuid, reporter),
        )
        return file_report(desk, command, stamp)

    def _give_feedback(self, command: c.GiveFeedback, stamp: Stamp) -> Facts:
        stream = report_stream(self._platform, command.system, command.report)
        report = self._states.report(stream)
        joined = None if report is None or report.case is None else self._states.case(case_id(report.case))
        return give_feedback(stream, report, joined, command, stamp)

    def _on_operation(self, command: _OnOperation, stamp: Stamp) -> Facts:
        stream = operation_stream(self._platform, command.operation)
        operation = self._states.operation(stream)
        match command:
            case c.OpenOperation():
                return open_operation(stream, operation, command, stamp)
            case c.AddCaseToOperation():
                return add_case(stream, operation, self._existing(command.case), command, stamp)
            case c.CloseOperation():
                return close_operation(stream, operation, command, stamp)
            case MissOperationDeadline():
                return miss_operation_deadline(stream, operation, self._pack_then, command, stamp)

    def _on_evidence_request(self, command: v.OnEvidenceRequest, stamp: Stamp) -> Facts:
        stream = evidence_request_stream(self._platform, command.authority, command.document)
        request = self._states.evidence_request(stream)
        match command:
            case r.ReceiveEvidenceRequest():
                case = None if command.case is None else self._existing(command.case)
                return evidence_requests.receive(stream, request, case, command, stamp)
            case r.RecordPackageSent():
                return evidence_requests.record_package_sent(stream, request, self._persons(request), command, stamp)
            case MissEvidenceRequestDeadline():
                return miss_evidence_request_deadline(stream, request, self._pack_then, command, stamp)
        raise TypeError(f"no decider for {type(command).__name__}")

    def _persons(self, request: EvidenceRequest | None) -> tuple[str, ...]:
        """The accounts of the case that the request is about, as far as they are known by now."""
        asked = None if request is None else request.received.case
        case = None if asked is None else self._states.case(case_id(asked))
        return () if case is None else case.persons

    def _registry(self, command: lists.RegisterAccount | lists.EstablishIdentity) -> Registry:
        """The account and the identities shown, which are forgotten once their digests are made."""
        platform = self._platform
        digests = dict.fromkeys(
            IdentityDigest(
                kind=shown.kind.value,
                identity_digest=self._digests.identity(platform, shown.kind, canonical(shown.kind, shown.value)),
            )
            for shown in command.identities
        )
        streams = {digest: self._identity_stream(digest) for digest in digests}
        self._states.prefetch(streams.values())
        account = account_stream(platform, command.account)
        return Registry(
            account,
            self._states.account(account),
            tuple(Shown(digest, stream, self._states.identity(stream)) for digest, stream in streams.items()),
        )

    def _identity_stream(self, digest: IdentityDigest) -> StreamId:
        return identity_stream(self._platform, digest.kind, digest.identity_digest)

    def _bench(self, stream: StreamId, case: Case | None, pack: Pack) -> Bench:
        return Bench(
            stream=stream,
            case=case,
            book_of=self._book,
            pack=pack,
            reporters=self._reporters(found(case)),
        )

    def _book(self, holder: str) -> Book:
        stream = account_stream(self._platform, holder)
        return Book(holder, stream, self._states.version(stream), self._states.account(stream))

    def _undoing_bench(self, stream: StreamId, case: Case | None, command: _Undoing, request: Request) -> Bench:
        """With the pack that the decision was made under, whatever was published since."""
        undone = self._undone(case, command)
        published = self._states.policies(policy_stream(self._platform))
        packs = published.packs if published and undone else ()
        applied = next((pack for pack in packs if undone and pack.digest == undone.policy.digest), None)
        return self._bench(stream, case, applied or self.pack(request))

    def _undone(self, case: Case | None, command: _Undoing) -> CaseDecided | None:
        """The decision that the command is about, where that can be told."""
        if case is None:
            return None
        try:
            match command:
                case c.LodgeAppeal():
                    return to_appeal(case, command)
                case c.DecideAppeal():
                    return to_answer(case, command)[1]
                case c.CorrectDecision():
                    return to_correct(case, command)
        except Refused:
            return None if case.foremost is None else case.foremost.made

    def _reporters(self, case: Case) -> Mapping[UUID, Credited]:
        """The reporters behind the case's reports: their identity is in the report streams only."""
        reports = [StreamId(StreamKind.REPORT, joined.report) for joined in case.reports if joined.pseudonym]
        self._states.prefetch(reports)
        named: dict[UUID, StreamId] = {}
        for stream in reports:
            report = self._states.report(stream)
            if report is not None and report.received.reporter is not None:
                named[stream.uuid] = reporter_stream(self._platform, report.received.reporter)
        self._states.prefetch(set(named.values()))
        return {report: Credited(stream, self._states.reporter(stream)) for report, stream in named.items()}

    def _case(self, ref: v.CaseRef) -> StreamId:
        if isinstance(ref, UUID):
            return case_id(ref)
        if isinstance(ref, v.ItemRef):
            anything = report_stream(self._platform, "", "")
            return case_stream(self._platform, ref.subject.type, ref.subject.id, ref.content, anything)
        report = self._states.report(self._report(ref))
        if report is None:
            raise ReportNotFound(f"no report {ref.report!r} of {ref.system!r} was received")
        if report.case is None:
            raise CaseNotFound(f"report {ref.report!r} was refused; it has no case")
        return case_id(report.case)

    def _existing(self, ref: v.CaseRef) -> UUID | None:
        stream = self._case(ref)
        return None if self._states.case(stream) is None else stream.uuid

    def _other_side(self, ref: v.CaseRef) -> OtherSide:
        stream = self._case(ref)
        return OtherSide(stream, self._states.case(stream))

    def _report(self, ref: v.ReportRef) -> StreamId:
        return report_stream(self._platform, ref.system, ref.report)
