"""Answers test vectors: one given/when/then case of any of the four kinds, checked strictly before it is run."""

from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from domain.policy.admission import PastReport, Report, admit
from domain.policy.clocks import TimedEvent, started_clocks
from domain.policy.errors import JudgeRefused, VectorRefused
from domain.policy.faults import key_path
from domain.policy.finding import Closed, Finding, Id
from domain.policy.instants import Instant, utc_text
from domain.policy.judge import judge
from domain.policy.pack import Pack
from domain.policy.record import Record, RecordEntry
from domain.policy.rewards import Booking, Upheld, book, totals
from domain.policy.vocabulary import EntryCause

GIVEN_MAX: Final = 200_000

Answer = dict[str, object]
T = TypeVar("T")


class VectorKind(StrEnum):
    """What a vector asks."""

    JUDGE = "judge"
    ADMISSION = "admission"
    DEADLINES = "deadlines"
    REWARDS = "rewards"


class Vector(Closed):
    """A vector as far as all kinds share it; `then` is allowed and not looked at."""

    name: str = ""
    pack: str
    kind: VectorKind
    given: Annotated[tuple[dict[str, object], ...], Field(max_length=GIVEN_MAX)]
    when: dict[str, object]
    then: dict[str, object] | None = None


class GivenEntry(Closed):
    """A record entry as a vector writes it."""

    id: Id
    kind: str
    at: Instant
    duration: str | None = None
    case: Id | None = None
    cause: EntryCause | None = None
    content: Id | None = None
    lifted_at: Instant | None = None
    time_barred: Annotated[bool, Field(strict=True)] = False


class Now(Closed):
    """The moment at which deadlines are looked at."""

    now: Instant


class Run(Closed):
    """The reports upheld in one run of the reward ledger."""

    upheld: Annotated[tuple[Upheld, ...], Field(max_length=GIVEN_MAX)]


_VECTOR: Final = TypeAdapter(Vector)
_ENTRIES: Final = TypeAdapter(tuple[GivenEntry, ...])
_FINDING: Final = TypeAdapter(Finding)
_PAST_REPORTS: Final = TypeAdapter(tuple[PastReport, ...])
_REPORT: Final = TypeAdapter(Report)
_EVENTS: Final = TypeAdapter(tuple[TimedEvent, ...])
_NOW: Final = TypeAdapter(Now)
_BOOKINGS: Final = TypeAdapter(tuple[Booking, ...])
_RUN: Final = TypeAdapter(Run)


def answer(pack: Pack, vector: object) -> Answer:
    """What the vector's `then` is compared with, as plain JSON values; `{"error": code}` where the judge refuses.

    Raises `VectorRefused` with every field that cannot be read.
    """
    asked = _read(_VECTOR, vector)
    if asked.pack != pack.platform:
        raise VectorRefused((("pack", f"{asked.pack!r} is not the platform of this pack, {pack.platform!r}"),))
    answers = {
        VectorKind.JUDGE: _judge,
        VectorKind.ADMISSION: _admission,
        VectorKind.DEADLINES: _deadlines,
        VectorKind.REWARDS: _rewards,
    }
    return answers[asked.kind](pack, asked)


def _judge(pack: Pack, asked: Vector) -> Answer:
    entries = _read(_ENTRIES, asked.given, "given")
    finding = _read(_FINDING, asked.when, "when")
    try:
        return judge(pack, _record(entries), finding).model_dump(mode="json")
    except JudgeRefused as refused:
        return {"error": str(refused.code)}


def _record(entries: tuple[GivenEntry, ...]) -> Record:
    built: list[RecordEntry] = []
    for place, entry in enumerate(entries):
        try:
            built.append(RecordEntry(**dict(entry)))
        except ValueError as problem:
            raise VectorRefused(((f"given[{place}]", str(problem)),)) from None
    try:
        return Record.of(built)
    except ValueError as problem:
        raise VectorRefused((("given", str(problem)),)) from None


def _admission(pack: Pack, asked: Vector) -> Answer:
    past = _read(_PAST_REPORTS, asked.given, "given")
    outcome = admit(pack, past, _read(_REPORT, asked.when, "when"))
    return {
        "verdict": outcome.verdict.value,
        "reasons": [reason.value for reason in outcome.reasons],
        "to": outcome.to,
        "department": outcome.department,
        "decider": outcome.decider,
        "feedback": outcome.feedback,
    }


def _deadlines(pack: Pack, asked: Vector) -> Answer:
    events = _read(_EVENTS, asked.given, "given")
    now = _read(_NOW, asked.when, "when").now
    return {
        "clocks": [
            {
                "clock": clock.clock,
                "started_at": utc_text(clock.started_at),
                "due_at": utc_text(clock.due_at),
                "state": clock.state.value,
            }
            for clock in started_clocks(pack, events, now)
        ],
    }


def _rewards(pack: Pack, asked: Vector) -> Answer:
    bookings = _read(_BOOKINGS, asked.given, "given")
    rows = book(pack, bookings, _read(_RUN, asked.when, "when").upheld)
    return {
        "ledger": [
            {
                "report": row.report,
                "month": row.month,
                "granted": dict(row.granted),
                "capped": dict(row.capped),
                "note": None if row.note is None else row.note.value,
            }
            for row in rows
        ],
        "totals": totals(pack, bookings, rows),
    }


def _read(shape: TypeAdapter[T], value: object, *place: str) -> T:
    try:
        return shape.validate_python(value)
    except ValidationError as problems:
        raise VectorRefused(
            tuple(
                (key_path((*place, *problem["loc"])), problem["msg"])
                for problem in problems.errors(include_url=False, include_context=False, include_input=False)
            ),
        ) from None
