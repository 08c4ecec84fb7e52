"""Stream ids: the same report, item or account always meets the same stream, so doing a thing twice collides."""

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID, uuid5

NAMESPACE = UUID("5f0e0f6c-5f0b-5d3e-9b43-6f1d7a1f6a10")
"""Permanent: the namespace under which every platform's namespace is made."""

_SEPARATOR = "\x1f"
"""Between the parts of a natural key; no id may contain it, so keys cannot run into each other."""


class StreamKind(StrEnum):
    """The kinds of streams; the first part of every stored event name."""

    REPORT = "report"
    CASE = "case"
    ACCOUNT = "account"
    REPORTER = "reporter"
    OPERATION = "operation"
    POLICY = "policy"
    IDENTITY = "identity"
    EVIDENCE_REQUEST = "evidence_request"


KNOWN_MAX = 16_384
"""How many stream ids are remembered; making one costs a SHA-1, and a command meets the same few again and again."""


class StreamId(NamedTuple):
    """One stream: what kind it is and the id its natural key gives. A named tuple, as `Recorded` is."""

    kind: StreamKind
    uuid: UUID

    def __hash__(self) -> int:
        """By the id alone, which no two kinds share."""
        return hash(self.uuid.int)


def report_stream(platform: str, system: str, report: str) -> StreamId:
    """The stream of one report of one source system."""
    return _stream(platform, StreamKind.REPORT, system, report)


def case_stream(platform: str, subject_type: str, subject_id: str, content: str | None, report: StreamId) -> StreamId:
    """The stream of the case about one subject and content; without a content id each report is its own case."""
    if content is None:
        return _stream(platform, StreamKind.CASE, "report", str(report.uuid))
    return _stream(platform, StreamKind.CASE, "item", subject_type, subject_id, content)


def account_stream(platform: str, account: str) -> StreamId:
    """The stream of an account's (or enterprise's) record."""
    return _stream(platform, StreamKind.ACCOUNT, account)


def reporter_stream(platform: str, reporter: str) -> StreamId:
    """The stream of one reporter's standing."""
    return _stream(platform, StreamKind.REPORTER, reporter)


def operation_stream(platform: str, operation: str) -> StreamId:
    """The stream of one operation."""
    return _stream(platform, StreamKind.OPERATION, operation)


def policy_stream(platform: str) -> StreamId:
    """The one stream of a platform's published policy versions."""
    return _stream(platform, StreamKind.POLICY)


def identity_stream(platform: str, kind: str, identity_digest: str) -> StreamId:
    """The stream of one identity, by its keyed digest: which accounts it holds, and what bars it."""
    return _stream(platform, StreamKind.IDENTITY, kind, identity_digest)


def evidence_request_stream(platform: str, authority: str, document: str) -> StreamId:
    """The stream of one document by which an authority asks for evidence."""
    return _stream(platform, StreamKind.EVIDENCE_REQUEST, authority, document)


@lru_cache(maxsize=256)
def _namespace(platform: str) -> UUID:
    return uuid5(NAMESPACE, platform)


@lru_cache(maxsize=KNOWN_MAX)
def _stream(platform: str, kind: StreamKind, *key: str) -> StreamId:
    return StreamId(kind, uuid5(_namespace(platform), _SEPARATOR.join((kind, *key))))
