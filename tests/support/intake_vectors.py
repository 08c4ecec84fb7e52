"""Vectors of admission and of clocks as commands through the whole service, on a journal and read models of its own."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from re import MULTILINE, sub

from caseledger.application.requests import Request
from caseledger.application.service import Answer
from caseledger.bootstrap import Caseledger, start
from caseledger.settings import LogLevel, Settings
from domain import commands as c
from domain.cases.events import CaseDecided
from domain.policy.instants import utc_text
from domain.policy.pack import Pack
from domain.reports.events import ReportAdmitted, ReportRefused
from projections.queries import Query
from tests.support.policy_packs import SHIPPED_BY_PLATFORM

OFFICER, SECOND = "officer-ann", "officer-bob"
ITEM = {"type": "content", "id": "item-1"}
OPERATION = "op-1"
JUST_AFTER = timedelta(microseconds=1)
ADMITTED: Mapping[str, object] = {"reporter": "rep-1", "reporter_verified": True, "evidence": "sufficient"}
"""What no policy refuses a report for."""

Line = Mapping[str, object]


class NotProducible(Exception):  # noqa: N818 - named as the sentence it says
    """No commands lead to what this vector takes as given; the reason says why."""


class Town:
    """One platform under one pack, which is valid whenever the vector happens."""

    def __init__(self, caseledger: Caseledger, pack: Pack) -> None:
        self.caseledger = caseledger
        self.pack = pack
        self.place = min(pack.places, default=None)

    def do(self, at: datetime, name: str, actor: str = OFFICER, **fields: object) -> Answer:
        """One command."""
        command = c.COMMAND_TYPES[name].model_validate(fields)
        request = Request(platform=self.pack.platform, at=at, command=command, actor=actor)
        return self.caseledger.gateway.handle(request)

    def report(self, at: datetime, report: str, **fields: object) -> Answer:
        """A report that is admitted unless its fields say otherwise."""
        given = {"source": "user", "subject": ITEM, "place": self.place, "snapshot": "seen", **ADMITTED, **fields}
        return self.do(at, "file_report", report=report, **given)

    def decide(self, at: datetime, report: str, outcome: str, **fields: object) -> None:
        """A decision that stands, by two officers where it takes two."""
        case = {"report": report}
        made = self.do(at, "propose_decision", case=case, outcome=outcome, reason="as the vector has it", **fields)
        if not any(isinstance(fact.event, CaseDecided) for fact in made.events):
            self.do(at, "confirm_decision", SECOND, case=case)


@contextmanager
def town(folder: Path, pack: Pack) -> Iterator[Town]:
    """A platform with nothing in it."""
    policies = folder / "policies" / pack.platform
    policies.mkdir(parents=True)
    text = SHIPPED_BY_PLATFORM[pack.platform].read_text(encoding="utf-8")
    (policies / f"{pack.version}.toml").write_text(sub(r"^valid_from = .*\n", "", text, flags=MULTILINE))
    settings = Settings(data=folder / "data", policies=policies.parent, log_level=LogLevel.ERROR)
    with start(settings) as caseledger:
        yield Town(caseledger, pack)


def admission(place: Town, vector: Line) -> dict[str, object]:
    """What becomes of the report of `when` after the reports of `given`, as its events tell it."""
    acts = [act for past in _lines(vector["given"]) for act in _past(place, past)]
    for _, act, fields in sorted(acts, key=lambda each: each[0]):
        act(**fields)
    when: Line = vector["when"]  # type: ignore[assignment] - vectors are JSON
    answer = place.do(
        _at(when["at"]),
        "file_report",
        report="of-the-vector",
        subject={"type": when["subject_type"], "id": when["content"] or "item-1"},
        **{name: value for name, value in when.items() if name not in ("at", "subject_type")},
    )
    (told,) = [fact.event for fact in answer.events if isinstance(fact.event, ReportAdmitted | ReportRefused)]
    if isinstance(told, ReportRefused):
        return _admission("refused", told.reasons, told.redirect, None, None, told.feedback_owed)
    return _admission("admitted", (), None, told.department, told.decider, told.feedback_owed)


def clocks(place: Town, vector: Line) -> dict[str, object]:
    """The clocks that started, as the read model has them once time was kept up to `now`."""
    happened = {str(line["type"]): _at(line["at"]) for line in reversed(_in_order(vector["given"]))}
    now = _at(vector["when"]["now"])  # type: ignore[index] - vectors are JSON
    seen = [line for line in _in_order(vector["given"]) if _at(line["at"]) <= now]
    for line in seen:
        _happen(place, str(line["type"]), _at(line["at"]), happened)
    platform, caseledger = place.pack.platform, place.caseledger
    list(caseledger.keeper(platform).keep(now))
    caseledger.catch_up(platform).run()
    rows = {str(row["clock"]): row for row in caseledger.read_models.select(platform, Query("deadlines"))}
    return {"clocks": [_clock(rows[clock.id]) for clock in place.pack.clocks if clock.id in rows]}


def _past(place: Town, past: Line) -> Iterator[tuple[datetime, object, dict[str, object]]]:
    """A past report, and the moment in which it was handled."""
    at, report, state = _at(past["at"]), str(past["report"]), past["state"]
    content = past["content"]
    fields: dict[str, object] = {"reporter": past["reporter"], "content": content}
    fields["subject"] = {"type": "content", "id": content or report}
    if state == "refused":
        fields |= _refused(place.pack)
    yield at, place.report, {"at": at, "report": report, **fields}
    if state == "handled":
        handled = _at(past["handled_at"])
        yield handled, place.decide, {"at": handled, "report": report, "outcome": "dismissed"}


def _refused(pack: Pack) -> dict[str, object]:
    checks = {rule.check for rule in pack.admissions}
    if "in_scope" in checks:
        return {"place": "elsewhere"}
    raise NotProducible(f"{pack.platform} refuses no report")


def _happen(place: Town, kind: str, at: datetime, happened: Mapping[str, datetime]) -> None:
    if kind == "preliminary_result" and happened.get("verification_started", at + JUST_AFTER) > at:
        raise NotProducible("a preliminary result comes after the begin of the verification")
    if kind == "authority_package_sent" and happened.get("authority_request_received", at + JUST_AFTER) > at:
        raise NotProducible("a package is sent on a request")
    if kind in _SIMPLE:
        command, fields = _SIMPLE[kind]
        place.do(at, command, **fields)
        return
    match kind:
        case "report_received":
            refused = happened.get("report_refused") == at
            place.report(at, "r-1", **(_refused(place.pack) if refused else {}))
        case "report_refused":
            if happened.get("report_received") != at:
                raise NotProducible("a report is refused in the moment in which it is received")
        case "decided":
            if happened.get("authority_notice_due") != at:
                place.decide(at, "r-1", "dismissed")
        case "authority_notice_due":
            place.decide(at, "r-1", "upheld", finding=_grave(place.pack))


_CASE: Line = {"case": {"report": "r-1"}}
_DOCUMENT: Line = {"authority": "police", "document": "doc-1", "accounts": ["acc-1"], "classes": ["registration"]}

_SIMPLE: Mapping[str, tuple[str, Line]] = {
    "verification_started": ("start_verification", _CASE),
    "preliminary_result": ("give_preliminary_result", {**_CASE, "result": "so far"}),
    "marked_major": ("mark_major", {**_CASE, "reason": "as the vector has it"}),
    "authority_notified": ("notify_authority", {**_CASE, "authority": "the police"}),
    "authority_request_received": ("receive_evidence_request", {**_DOCUMENT, "legal_basis": "a law"}),
    "authority_package_sent": ("record_package_sent", {**_DOCUMENT, "sha256": "ab" * 32, "sent_to": "the police"}),
    "campaign_started": ("open_operation", {"operation": OPERATION, "title": "a campaign", "campaign": True}),
    "campaign_closed": ("close_operation", {"operation": OPERATION}),
}
"""What one command makes happen."""


def _grave(pack: Pack) -> dict[str, object]:
    """A finding of which the authority has to be told."""
    code = next(each.code for each in pack.violations.values() if "content" in each.applies_to)
    return {"codes": [code], "severity": "grave", "flags": ["major_crime"], "respondent": "acc-1"}


def _admission(
    verdict: str,
    reasons: Sequence[str],
    to: str | None,
    department: str | None,
    decider: str | None,
    feedback: bool,  # noqa: FBT001 - a column of the answer
) -> dict[str, object]:
    told = {"verdict": verdict, "reasons": list(reasons), "to": to, "department": department, "decider": decider}
    return {**told, "feedback": feedback}


def _clock(row: Line) -> dict[str, object]:
    moments = {name: utc_text(_at(row[name])) for name in ("started_at", "due_at")}
    return {"clock": row["clock"], **moments, "state": row["state"]}


def _in_order(given: object) -> list[Line]:
    """By time; of one moment, what starts comes before what it may lead to."""
    order = (
        "report_received",
        "campaign_started",
        "authority_request_received",
        "marked_major",
        "verification_started",
        "preliminary_result",
    )
    rank = {kind: place for place, kind in enumerate(order)}
    return sorted(_lines(given), key=lambda line: (_at(line["at"]), rank.get(str(line["type"]), len(order))))


def _lines(given: object) -> list[Line]:
    return list(given)  # type: ignore[call-overload,no-any-return] - vectors are JSON


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text))
