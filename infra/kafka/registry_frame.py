"""Puts published events into the frame of a Confluent-compatible schema registry, where each schema is registered."""

import json
from typing import Final

from infra.kafka.registry import SchemaRegistry
from infra.kafka.registry_address import RegistryAddress
from schemas.cloudevents import CloudEvents, Frame
from schemas.confluent import framed
from schemas.publication import public, publication
from schemas.registry import HEADER_BYTES, Registry

SUBJECT: Final = "{namespace}.{name}"
"""Permanent: the record's full name, as the registries' RecordNameStrategy has it. A topic holds many kinds of events,
and all platforms share them; the versions of one event are the versions of one subject.
"""


def cloud_events(platform: str, address: tuple[str, str | None, str | None] | None) -> CloudEvents:
    """What makes records of a platform's events; in a registry's frame, where its URL, user and password are given."""
    if address is None:
        return CloudEvents(platform, publication())
    return CloudEvents(platform, publication(), registry_frame(SchemaRegistry(RegistryAddress(*address)), public()))


def registry_frame(registry: SchemaRegistry, schemas: Registry) -> Frame:
    """A frame that registers each schema before its first use; it raises what `SchemaRegistry.register` raises."""
    ids: dict[str, int] = {}

    def in_frame(name: str, data: bytes) -> bytes:
        schema_id = ids.get(name)
        if schema_id is None:
            text = schemas.schema(name).text
            schema_id = ids[name] = registry.register(SUBJECT.format(**json.loads(text)), text)
        return framed(schema_id, data[HEADER_BYTES:])

    return in_frame
