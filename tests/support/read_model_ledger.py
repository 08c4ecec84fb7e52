"""A ledger to test read models with: say what happened, the rest of each event is filled in."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from types import NoneType, UnionType
from typing import Annotated, TypeVar, Union, get_args, get_origin
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from domain.cases.values import Choice, FindingMade, MeasureTaken, ReportInCase, RulingMade
from domain.events import Event
from domain.personal import Personal, PersonalMark
from domain.recorded import Cause, Recorded, Role
from domain.streams import StreamId, StreamKind
from domain.values import PackRef
from infra.read_models.query import Query
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.catch_up import CatchUp

PLATFORM = "moji-weather"
NAMESPACE = UUID("3c1f1d1e-63a5-5b0e-8d5c-0f5c0e7c9a01")
M = TypeVar("M", bound=BaseModel)
START = datetime(2021, 3, 10, 4, 0, 0, tzinfo=UTC)
VERSION = "2020-04-10"
PACK = PackRef(platform=PLATFORM, version=VERSION, digest="d" * 64)
PACK_TEXT = """
zone = "Asia/Shanghai"
[[clock]]
id = "decision"
start = ["report_received"]
stop = ["decided", "report_refused"]
due = "P3D"
[[clock]]
id = "verification"
start = ["report_received"]
stop = ["verification_started", "report_refused"]
due = "PT12H"
[[clock]]
id = "authority-notice"
start = ["authority_notice_due"]
stop = ["authority_notified"]
due = "PT0S"
[[clock]]
id = "campaign-end"
start = ["campaign_started"]
stop = ["campaign_closed"]
due = "P1M"
[[clock]]
id = "authority-package"
start = ["authority_request_received"]
stop = ["authority_package_sent"]
due = "PT24H"
urgent = true
[[violation]]
code = "3.1.1"
class = "3.1"
severity = "grave"
zh = "危害国家安全"
en = "Endangering the state"
[[violation]]
code = "3.1.2"
class = "3.1"
severity = "serious"
[[violation]]
code = "3.2.1"
class = "3.2"
severity = "minor"
[rewards]
kind = "ledger"
caps = { coins = 100, points = 10 }
[blacklist]
label = "High risk"
show_violation_types = true
individual_name = "masked"
warn_partners = ["sms"]
"""


class Ledger:
    """Events in order, each with the next version of its stream and the next position; a source for catching up."""

    def __init__(self, *, policy: bool = True) -> None:
        """Begin with the policy published, or with nothing."""
        self.events: list[Recorded[Event]] = []
        self.at = START
        self._versions: dict[UUID, int] = {}
        if policy:
            self.publish(VERSION, PACK_TEXT)

    def __call__(self, after_position: int, limit: int) -> Sequence[Recorded[Event]]:
        """Read on after this position."""
        return self.events[after_position : after_position + limit]

    def publish(self, version: str, text: str) -> Recorded[Event]:
        """Publish a pack."""
        from domain.policies.events import PolicyPublished  # noqa: PLC0415 - beside its only use

        return self.add("policy", PolicyPublished, platform=PLATFORM, version=version, digest="d" * 64, text=text)

    def wait(self, **length: float) -> None:
        """Let time pass."""
        self.at += timedelta(**length)

    def add(self, name: str, kind: type[Event], /, **fields: object) -> Recorded[Event]:
        """Let this happen now to the stream that is called `name` among those of its kind."""
        stream = stream_of(StreamKind(kind.TYPE.partition(".")[0]), name)
        given = {"occurred_at": self.at, "cause": cause(), **fields}
        return self.append(stream, filled(kind, given, plain))

    def append(self, stream: StreamId, event: Event) -> Recorded[Event]:
        """Let this event happen."""
        version = self._versions[stream.uuid] = self._versions.get(stream.uuid, 0) + 1
        recorded = Recorded(stream, version, event, len(self.events) + 1)
        self.events.append(recorded)
        return recorded

    def without(self, *left_out: Recorded[Event]) -> "Ledger":
        """The same ledger without these events."""
        other = Ledger(policy=False)
        for recorded in self.events:
            if recorded not in left_out:
                other.append(recorded.stream, recorded.event)
        return other

    def until(self, position: int) -> "Ledger":
        """The ledger as it was at this position."""
        return self.without(*self.events[position:])


def stream_of(kind: StreamKind, name: str) -> StreamId:
    """The stream of this kind that tests call `name`."""
    return StreamId(kind, uuid5(NAMESPACE, f"{kind}/{name}"))


def case(name: str) -> UUID:
    """The id of the case that tests call `name`."""
    return stream_of(StreamKind.CASE, name).uuid


def report(name: str) -> UUID:
    """The id of the report that tests call `name`."""
    return stream_of(StreamKind.REPORT, name).uuid


def reporter(name: str) -> UUID:
    """The id of the reporter's stream that tests call `name`."""
    return stream_of(StreamKind.REPORTER, name).uuid


def cause(actor: str = "ann", role: Role = Role.REVIEWER) -> Cause:
    """Who did it, under the published policy."""
    command = uuid5(NAMESPACE, actor)
    return Cause(actor=actor, role=role, command_id=command, correlation_id=command, policy_version=VERSION)


def joined(name: str, at: datetime, *codes: str, source: str = "user") -> ReportInCase:
    """A report as its case knows it."""
    given = {"report": report(name), "received_at": at, "source": source, "codes": codes, "reachable": True}
    return filled(ReportInCase, given, plain)


def finding(respondent: str | None, *codes: str, severity: str | None = None) -> FindingMade:
    """A finding about a piece of content."""
    given = {"at": START, "subject_type": "content", "subject": "c-1", "content": "c-1", "codes": codes}
    return filled(FindingMade, {**given, "respondent": respondent, "severity": severity}, plain)


def ruling(severity: str = "serious") -> RulingMade:
    """A ruling with one option."""
    option = MeasureTaken(kind="mute", duration="P1D")
    given = {"rule": "graded", "explanation": "graded", "severity": severity, "options": (option,), "default": option}
    return filled(RulingMade, given, plain)


def choice(kind: str = "mute", duration: str | None = "P1D") -> Choice:
    """The one option."""
    return filled(Choice, {"party_measure": MeasureTaken(kind=kind, duration=duration)}, plain)


def filled(kind: type[M], given: dict[str, object], make: Callable[[str, object], object]) -> M:
    """A model with the fields given, and the others as `make` makes them from their name and type."""
    missing = {name: field for name, field in kind.model_fields.items() if name not in given}
    return kind(**{name: make(name, _annotation(field)) for name, field in missing.items()}, **given)


def _annotation(field: FieldInfo) -> object:
    """The type of a field, with its mark where pydantic took the mark off."""
    if any(isinstance(mark, PersonalMark) for mark in field.metadata):
        return Personal[field.annotation]
    return field.annotation


def plain(name: str, annotation: object) -> object:
    """The plainest value there is of a type: nothing where nothing may be."""
    if get_origin(annotation) is Annotated:
        return START if annotation is AwareDatetime else plain(name, get_args(annotation)[0])
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    if NoneType in options:
        return None
    first = options[0]
    if get_origin(first) is tuple:
        return ()
    if first in (datetime, AwareDatetime):
        return START
    if first is PackRef:
        return PACK
    if first is UUID:
        return uuid5(NAMESPACE, name)
    if isinstance(first, type) and issubclass(first, BaseModel):
        return filled(first, {}, plain)
    if first is str:
        return name
    return next(iter(first)).value if hasattr(first, "__members__") else first()


def built(ledger: Ledger, **settings: int) -> ReadModelStore:
    """All read models of this ledger, in a scratch database."""
    store = ReadModelStore.scratch()
    store.prepare(read_models())
    CatchUp(PLATFORM, read_models(), ledger, store, **settings).run()
    return store


def rows_of(ledger: Ledger, relation: str, *order_by: str, **where: object) -> list[dict[str, object]]:
    """The rows of one table or view after this ledger."""
    with built(ledger) as store:
        return list(store.select(PLATFORM, Query(relation, where, order_by)))


def row_of(ledger: Ledger, relation: str, **where: object) -> dict[str, object]:
    """The only row of that kind."""
    (row,) = rows_of(ledger, relation, **where)
    return row
