"""A published event as one Kafka record: CloudEvents 1.0 in the binary mode of its Kafka protocol binding.

Sources: CloudEvents 1.0.2 and its Kafka Protocol Binding 1.0.2. Attributes are headers `ce_<name>` whose values are
text in UTF-8; the data is the record's value, and its media type the header `content-type`.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from schemas.publication import Publication
from schemas.registry import HEADER_BYTES
from schemas.wire import read_moment

SPEC_VERSION: Final = "1.0"
CONTENT_TYPE: Final = "application/avro"
SOURCE: Final = "urn:caseledger:{platform}"
DATA_SCHEMA: Final = "urn:caseledger:event:{name}"
"""Permanent, as is `SOURCE`: readers tell events and their schemas by them."""

ID: Final = "ce_id"
POSITION: Final = "ce_position"
VERSION: Final = "ce_version"
HEADERS: Final = (
    "ce_specversion", "ce_source", "ce_type", "content-type", "ce_dataschema", ID, "ce_time", "ce_subject", POSITION,
    VERSION,
)  # fmt: skip
"""Every header of a record, in the order in which they are written; the first five are the same for all of a type."""

ENVELOPE_BYTES_MAX: Final = 768
"""More than the key, the headers and Kafka's own lengths take of any record."""

Headers = list[tuple[str, bytes]]
Frame = Callable[[str, bytes], bytes]
"""From the stored name and the data in Avro's single-object encoding to the value of the record."""


class Stored(NamedTuple):
    """An event as the ledger has it: its place, its stored name and bytes."""

    position: int
    stream: UUID
    version: int
    name: str
    state: bytes


class Outgoing(NamedTuple):
    """One record of the events topic."""

    position: int
    key: bytes
    value: bytes
    headers: Headers

    @property
    def size(self) -> int:
        """At least its bytes in a batch."""
        return len(self.value) + ENVELOPE_BYTES_MAX


def as_they_are(_name: str, data: bytes) -> bytes:
    """The frame of nothing: Avro's single-object encoding itself."""
    return data


class CloudEvents:
    """Makes the records of one platform's events."""

    def __init__(self, platform: str, publication: Publication, frame: Frame = as_they_are) -> None:
        """Bind what leaves personal fields out, and how data is framed."""
        self._source = SOURCE.format(platform=platform).encode()
        self._publication = publication
        self._frame = frame
        self._constant: dict[str, Headers] = {}

    def record(self, event: Stored) -> Outgoing:
        """The record of one event; raises what `Publication.data` raises, and what the frame does."""
        name, stream = event.name, str(event.stream)
        data = self._publication.data(name, event.state)
        occurred_at, _ = read_moment(data, HEADER_BYTES)
        headers = [
            *(self._constant.get(name) or self._of_type(name)),
            (ID, f"{stream}.{event.version}".encode()),
            ("ce_time", _text(occurred_at)),
            ("ce_subject", f"{name.partition('.')[0]}/{stream}".encode()),
            (POSITION, b"%d" % event.position),
            (VERSION, b"%d" % event.version),
        ]
        return Outgoing(event.position, stream.encode(), self._frame(name, data), headers)

    def _of_type(self, name: str) -> Headers:
        found: Headers = [
            ("ce_specversion", SPEC_VERSION.encode()),
            ("ce_source", self._source),
            ("ce_type", name.encode()),
            ("content-type", CONTENT_TYPE.encode()),
            ("ce_dataschema", DATA_SCHEMA.format(name=name).encode()),
        ]
        self._constant[name] = found
        return found


@lru_cache(maxsize=256)
def _text(moment: datetime) -> bytes:
    """A time in UTC as RFC 3339 has it."""
    return f"{moment.isoformat().removesuffix('+00:00')}Z".encode()
