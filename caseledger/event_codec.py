"""Events to stored bytes and back: validated both ways, of any version ever written, under their stored name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import cast, get_args
from uuid import UUID

from eventsourcing.persistence import Notification, StoredEvent
from pydantic import BaseModel, ValidationError

from domain.catalogue import EVENT_TYPES, stream_kind
from domain.events import Event
from domain.recorded import Recorded
from domain.streams import StreamId
from schemas.errors import SchemaFault
from schemas.registry import Registry, published

Record = dict[str, object]

FAULTS_TOLD_MAX = 5
"""An error names this many faults of an event at most."""


@dataclass(frozen=True, slots=True)
class Upcast:
    """How a record of an old version becomes one of the version `to`.

    `change` is pure and total; it gets what `Registry.decode` gives (UUIDs as text, arrays as lists).
    """

    to: str
    change: Callable[[Record], Record]


UPCASTS: Mapping[str, Upcast] = MappingProxyType({})
"""Old stored name to its upcast; an entry is added with every new version and stays for ever."""


class EventFault(Exception):  # noqa: N818 - a fault is named as the sentence it says
    """An event cannot be written or read. `type_name` is the stored name; the message holds no value of the event."""

    def __init__(self, type_name: str, reason: str) -> None:
        """Keep the name and the reason."""
        super().__init__(f"{type_name}: {reason}")
        self.type_name = type_name


class EventNotWritable(EventFault):
    """The event does not validate or does not fit its schema; nothing may be stored."""


class EventNotReadable(EventFault):
    """The stored bytes are not an event that can be understood."""


class StoredNameDiffers(EventNotReadable):
    """The name beside the bytes and the schema in the bytes do not belong together."""


class EventCodec:
    """Encodes events of the given classes and decodes what was written of them in any version."""

    def __init__(self, registry: Registry, types: Mapping[str, type[Event]], upcasts: Mapping[str, Upcast]) -> None:
        """Bind the schemas, the newest classes by stored name, and the way there from older versions."""
        self._registry = registry
        self._types = types
        self._upcasts = upcasts
        self._validate = {name: kind.__pydantic_validator__.validate_python for name, kind in types.items()}
        self._nested: dict[type[BaseModel], tuple[str, ...]] = {}
        self._written: tuple[BaseModel | None, Record] = None, {}
        self._read_cause: tuple[object, object] = None, None
        self._read_policy: tuple[object, object] = None, None

    def encode(self, event: Event) -> tuple[str, bytes]:
        """The stored name and bytes of an event; raises `EventNotWritable`."""
        name = event.TYPE
        if self._types.get(name) is not event.__class__:
            raise EventNotWritable(name, f"{event.__class__.__name__} is not the newest class of this name")
        record = self._record(event)
        try:
            self._validate[name](record, strict=True)
            return name, self._registry.encode(name, record)
        except ValidationError as error:
            reason = _faults(error)
        except SchemaFault as fault:
            reason = str(fault)
        raise EventNotWritable(name, reason)

    def decode(self, type_name: str, data: bytes) -> Event:
        """The event that was stored under a name; raises `EventNotReadable` or `StoredNameDiffers`."""
        try:
            name, record = self._registry.decode(data)
            if name != type_name:
                raise StoredNameDiffers(type_name, f"the bytes hold {name}")
            validate = self._validate.get(name)
            if validate is None:
                name, record = self._newest(name, record)
                validate = self._validate[name]
            return self._validated(validate, record)
        except ValidationError as error:
            reason = _faults(error)
        except SchemaFault as fault:
            reason = str(fault)
        raise EventNotReadable(type_name, reason)

    def _validated(self, validate: Callable[[Record], object], record: Record) -> Event:
        """The event; what it shares with the one before (the registry gives the same record again) is not made anew."""
        cause, known = record["cause"], self._read_cause
        if cause is known[0]:
            record["cause"] = known[1]
        policy = record.get("policy")
        if policy is None:
            event = cast("Event", validate(record))
        else:
            known = self._read_policy
            if policy is known[0]:
                record["policy"] = known[1]
            event = cast("Event", validate(record))
            self._read_policy = policy, getattr(event, "policy", None)
        self._read_cause = cause, event.cause
        return event

    def _record(self, model: BaseModel) -> Record:
        """The fields as they are, nested models as mappings: cheaper than a dump, and nothing is converted."""
        record = dict(model.__dict__)
        nested = self._nested.get(model.__class__)
        if nested is None:
            nested = self._nested[model.__class__] = nested_fields(model.__class__)
        for name in nested:
            value = record.get(name)
            if isinstance(value, BaseModel):
                record[name] = self._shared(value) if name == "cause" else self._record(value)
            elif isinstance(value, tuple):
                record[name] = tuple(self._record(item) if isinstance(item, BaseModel) else item for item in value)
        return record

    def _shared(self, model: BaseModel) -> Record:
        """The record of a model that several events hold: the same record for the same model."""
        known, record = self._written
        if model is not known:
            record = self._record(model)
            self._written = model, record
        return record

    def _newest(self, name: str, record: Record) -> tuple[str, Record]:
        for _ in range(len(self._upcasts)):
            step = self._upcasts.get(name)
            if step is None:
                break
            name, record = step.to, step.change(record)
            if name in self._types:
                return name, record
        raise EventNotReadable(name, "no class and no upcast leads on from here")


@lru_cache(maxsize=1)
def event_codec() -> EventCodec:
    """The codec of the published schemas and the domain's events."""
    return EventCodec(published(), EVENT_TYPES, UPCASTS)


def encode(event: Event) -> tuple[str, bytes]:
    """The stored name and bytes of an event; raises `EventNotWritable`."""
    return event_codec().encode(event)


def decode(type_name: str, data: bytes) -> Event:
    """The event that was stored under a name; raises `EventNotReadable` or `StoredNameDiffers`."""
    return event_codec().decode(type_name, data)


def to_stored(recorded: Recorded[Event]) -> StoredEvent:
    """The row of an event at its place in its stream; raises `EventNotWritable`."""
    name, state = encode(recorded.event)
    return StoredEvent(recorded.stream.uuid, recorded.version, name, state)


def from_stored(stored: StoredEvent) -> Recorded[Event]:
    """The event of a row, with its position when the row is a notification; raises `EventNotReadable`."""
    event = decode(stored.topic, stored.state)
    originator = stored.originator_id
    stream = StreamId(stream_kind(event.TYPE), originator if isinstance(originator, UUID) else UUID(originator))
    position = stored.id if isinstance(stored, Notification) else 0
    return Recorded(stream, stored.originator_version, event, position)


def nested_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields of a model that hold models, directly, in a tuple or optionally."""
    return tuple(name for name, field in model.model_fields.items() if _holds_model(field.annotation))


def _holds_model(annotation: object) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return True
    return any(_holds_model(argument) for argument in get_args(annotation))


def _faults(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    told = [f"{'.'.join(str(step) for step in fault['loc'])} {fault['type']}" for fault in found[:FAULTS_TOLD_MAX]]
    return "does not validate: " + ", ".join(told)
