"""What the codec writes and reads, what it refuses, and that no error tells a value."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import Notification, StoredEvent

from caseledger.event_codec import (
    EventCodec,
    EventFault,
    EventNotReadable,
    EventNotWritable,
    StoredNameDiffers,
    Upcast,
    decode,
    encode,
    from_stored,
    to_stored,
)
from caseledger.schema_generator import apply, plan
from domain.cases.events import CaseAssigned
from domain.catalogue import EVENT_TYPES, stream_kind
from domain.events import Event
from domain.recorded import Recorded
from domain.reports.events import ReportReceived
from domain.streams import StreamId, StreamKind
from schemas.registry import Registry, published
from tests.support.event_samples import sample

PERSON = "person-4711"


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("name", EVENT_TYPES)
def test_an_event_comes_back(name: str, full: bool) -> None:  # noqa: FBT001 - pytest passes by name
    event = sample(name, full=full)
    assert encode(event)[0] == name
    assert decode(*encode(event)) == event


def test_no_module_path_is_stored() -> None:
    for name in EVENT_TYPES:
        stored_name, data = encode(sample(name))
        assert stored_name == name
        assert EVENT_TYPES[name].__module__.encode() not in data
        assert EVENT_TYPES[name].__name__.encode() not in data


def test_an_event_under_another_name_is_refused() -> None:
    _, data = encode(sample("case.assigned.v1"))
    with pytest.raises(StoredNameDiffers, match=r"^case\.released\.v1: the bytes hold case\.assigned\.v1$") as refused:
        decode("case.released.v1", data)
    assert refused.value.type_name == "case.released.v1"


def test_bytes_of_nothing_are_refused_under_their_name() -> None:
    with pytest.raises(EventNotReadable, match=r"^case\.assigned\.v1: does not begin with C3 01"):
        decode("case.assigned.v1", b"")


def test_an_event_that_was_made_without_validation_is_not_written() -> None:
    event = CaseAssigned.model_construct(
        occurred_at=datetime.now(UTC), cause=sample("case.assigned.v1").cause, officer=5
    )
    with pytest.raises(EventNotWritable, match="officer string_type"):
        encode(event)


def test_a_nested_value_that_was_made_without_validation_is_not_written() -> None:
    event = sample("case.assigned.v1")
    forged = event.model_copy(update={"cause": event.cause.model_copy(update={"role": PERSON})})
    with pytest.raises(EventNotWritable, match=r"cause\.role is_instance_of|cause\.role enum") as refused:
        encode(forged)
    assert PERSON not in repr(refused.value)
    assert refused.value.__context__ is None


def test_a_missing_field_is_not_written() -> None:
    event = CaseAssigned.model_construct(occurred_at=datetime.now(UTC), cause=sample("case.assigned.v1").cause)
    with pytest.raises(EventNotWritable, match="officer missing"):
        encode(event)


def test_a_field_that_the_class_does_not_know_is_not_written() -> None:
    event = sample("case.assigned.v1")
    event.__dict__["more"] = PERSON
    with pytest.raises(EventNotWritable, match="more extra_forbidden"):
        encode(event)


def test_a_number_beyond_64_bits_is_not_written() -> None:
    event = sample("case.appeal_lodged.v1").model_copy(update={"appeal": 1 << 63})
    with pytest.raises(EventNotWritable, match="appeal is not a whole number of 64 bits"):
        encode(event)


def test_a_moment_that_utc_cannot_show_is_not_written() -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))
    event = sample("case.assigned.v1").model_copy(update={"occurred_at": early})
    with pytest.raises(EventNotWritable, match="occurred_at is not an aware time"):
        encode(event)


def test_stored_values_that_the_class_refuses_are_not_read() -> None:
    record = {**sample("report.received.v1").model_dump(), "evidence": PERSON}
    data = published().encode("report.received.v1", record)
    with pytest.raises(EventNotReadable, match=r"^report\.received\.v1: does not validate: evidence enum$") as refused:
        decode("report.received.v1", data)
    assert PERSON not in repr(refused.value)
    assert refused.value.__context__ is None


def test_an_error_names_at_most_five_faults() -> None:
    bare = ReportReceived.model_construct(occurred_at=datetime.now(UTC))
    with pytest.raises(EventNotWritable) as refused:
        encode(bare)
    assert str(refused.value).count("missing") == 5


def test_another_class_under_a_known_name_is_not_written() -> None:
    class Impostor(Event):
        """Not the catalogue's class."""

        TYPE: ClassVar[str] = "case.assigned.v1"

        officer: str

    with pytest.raises(EventNotWritable, match="Impostor is not the newest class"):
        encode(Impostor(**sample("case.assigned.v1").model_dump()))


def test_a_row_holds_stream_version_name_and_bytes() -> None:
    event = sample("case.assigned.v1")
    stream = StreamId(StreamKind.CASE, uuid4())
    stored = to_stored(Recorded(stream, 7, event))
    assert stored == StoredEvent(stream.uuid, 7, "case.assigned.v1", encode(event)[1])
    assert from_stored(stored) == Recorded(stream, 7, event, 0)


@pytest.mark.parametrize("name", EVENT_TYPES)
def test_a_notification_gives_the_position_too(name: str) -> None:
    event = sample(name)
    originator = uuid4()
    row = Notification(originator, 3, name, encode(event)[1], 41)
    assert from_stored(row) == Recorded(StreamId(stream_kind(name), originator), 3, event, 41)


def test_a_row_with_the_stream_as_text_is_read_too() -> None:
    event = sample("case.assigned.v1")
    originator = uuid4()
    assert from_stored(StoredEvent(str(originator), 1, *encode(event))).stream.uuid == originator


class PlanMade(Event):
    """A plan, as it is told today."""

    TYPE: ClassVar[str] = "plan.made.v3"

    title: str
    pages: int = 0
    author: UUID | None = None


class PlanMadeBefore(Event):
    """A plan, as it was told before."""

    TYPE: ClassVar[str] = "plan.made.v2"

    title: str
    pages: int = 0


class PlanMadeFirst(Event):
    """A plan, as it was told at first."""

    TYPE: ClassVar[str] = "plan.made.v1"

    title: str


AUTHOR = UUID("5f0e0f6c-5f0b-5d3e-9b43-6f1d7a1f6a10")
UPCASTS = {
    "plan.made.v1": Upcast("plan.made.v2", lambda record: {**record, "pages": 1}),
    "plan.made.v2": Upcast("plan.made.v3", lambda record: {**record, "author": str(AUTHOR)}),
}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    types = {kind.TYPE: kind for kind in (PlanMadeFirst, PlanMadeBefore, PlanMade)}
    apply(tmp_path, plan(tmp_path, types, frozenset()))
    return Registry(tmp_path)


def old_bytes(registry: Registry, kind: type[Event], **fields: object) -> tuple[str, bytes]:
    event = kind(**{**sample("case.verification_started.v1").model_dump(), **fields})
    return EventCodec(registry, {kind.TYPE: kind}, {}).encode(event)


def test_an_old_version_is_read_as_the_newest(registry: Registry) -> None:
    codec = EventCodec(registry, {PlanMade.TYPE: PlanMade}, UPCASTS)
    event = codec.decode(*old_bytes(registry, PlanMadeBefore, title="计划", pages=9))
    assert isinstance(event, PlanMade)
    assert (event.title, event.pages, event.author) == ("计划", 9, AUTHOR)


def test_upcasts_follow_one_another_to_the_newest(registry: Registry) -> None:
    codec = EventCodec(registry, {PlanMade.TYPE: PlanMade}, UPCASTS)
    event = codec.decode(*old_bytes(registry, PlanMadeFirst, title="计划"))
    assert (event.title, event.pages, event.author) == ("计划", 1, AUTHOR)


def test_the_newest_version_needs_no_upcast(registry: Registry) -> None:
    codec = EventCodec(registry, {PlanMade.TYPE: PlanMade}, UPCASTS)
    event = codec.decode(*old_bytes(registry, PlanMade, title="t", pages=2))
    assert codec.decode(*codec.encode(event)) == event


def test_an_old_class_is_not_written_any_more(registry: Registry) -> None:
    codec = EventCodec(registry, {PlanMade.TYPE: PlanMade}, UPCASTS)
    event = PlanMadeFirst(**sample("case.verification_started.v1").model_dump(), title="t")
    with pytest.raises(EventNotWritable, match="not the newest class"):
        codec.encode(event)


def test_an_upcast_result_is_validated(registry: Registry) -> None:
    upcasts = {"plan.made.v1": Upcast("plan.made.v3", lambda record: {**record, "pages": PERSON})}
    codec = EventCodec(registry, {PlanMade.TYPE: PlanMade}, upcasts)
    with pytest.raises(EventNotReadable, match="pages int_parsing"):
        codec.decode(*old_bytes(registry, PlanMadeFirst, title="t"))


@pytest.mark.parametrize(
    "upcasts",
    [
        {},
        {"plan.made.v1": Upcast("plan.made.v2", dict)},
        {"plan.made.v1": Upcast("plan.made.v2", dict), "plan.made.v2": Upcast("plan.made.v1", dict)},
    ],
)
def test_an_old_version_that_leads_nowhere_is_refused(registry: Registry, upcasts: dict[str, Upcast]) -> None:
    codec = EventCodec(registry, {PlanMade.TYPE: PlanMade}, upcasts)
    with pytest.raises(EventNotReadable, match="no class and no upcast"):
        codec.decode(*old_bytes(registry, PlanMadeFirst, title="t"))


def test_every_fault_of_the_codec_is_an_event_fault() -> None:
    assert issubclass(EventNotWritable, EventFault)
    assert issubclass(StoredNameDiffers, EventNotReadable)
    assert issubclass(EventNotReadable, EventFault)
