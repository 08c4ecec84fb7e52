"""What of an event may be shown to an auditor: everything but the personal fields, as JSON; and why it happened."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from types import UnionType
from typing import Final, Literal, Union, cast, get_args, get_origin
from uuid import UUID

from pydantic import BaseModel

from domain.cases.events import CaseDecided
from domain.events import Event
from domain.personal import PersonalMark
from domain.values import PackRef

Excluded = dict[str, "Excluded | Literal[True]"]
"""Fields left out, in the shape that pydantic takes: True for a whole field, a mapping for parts of one."""

_EVERY_ITEM: Final = "__all__"
_SHOWN_ELSEWHERE: Final = ("occurred_at", "cause")
_LEFT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "policy.published.v1": ("text",),
}
"""Whole texts that are too long for a line of an audit trail; their digest stays."""

_CODES_OF_REASONS: Final = ("reason", "explanation", "note")
"""Fields that say why in a code, where they are not personal texts."""

_UNLINKED: Final = frozenset({"reporter_digest", "identity_digest"})
"""Keyed digests of persons: no name, but nothing that a trail is read for either."""

Why = tuple[str | None, str | None]
"""The rule that led to an event, and the code of the reason or explanation."""


@dataclass(frozen=True)
class Shape:
    """How to read what an audit trail shows out of the events of one class; None where the class has no such field.

    `facts` gives everything that is not shown elsewhere as JSON, without what is personal and without nulls.
    """

    case: Callable[[Event], UUID | None]
    account: Callable[[Event], str | None]
    operation: Callable[[Event], str | None]
    policy: Callable[[Event], PackRef | None]
    why: Callable[[Event], Why]
    facts: Callable[[Event], str]


@cache
def shape_of(kind: type[Event]) -> Shape:
    """The shape of the events of this class."""
    return Shape(
        case=cast("Callable[[Event], UUID | None]", _reader(kind, "case")),
        account=cast("Callable[[Event], str | None]", _reader(kind, "account")),
        operation=cast("Callable[[Event], str | None]", _reader(kind, "operation")),
        policy=cast("Callable[[Event], PackRef | None]", _reader(kind, "policy")),
        why=_why(kind),
        facts=_facts(kind),
    )


def _why(kind: type[Event]) -> Callable[[Event], Why]:
    if "ruling" in kind.model_fields:
        return _why_ruled
    code = next((name for name in _CODES_OF_REASONS if name in kind.model_fields), None)
    rule = _reader(kind, "rule")
    explanation = _reader(kind, code) if code is not None and _excluded(kind).get(code) is not True else _nothing
    if rule is _nothing and explanation is _nothing:
        return _no_reason
    return lambda event: (cast("str | None", rule(event)), cast("str | None", explanation(event)))


def _why_ruled(event: Event) -> Why:
    ruling = cast("CaseDecided", event).ruling
    return (None, None) if ruling is None else (ruling.rule, ruling.explanation)


def _no_reason(_: Event) -> Why:
    return None, None


def _facts(kind: type[Event]) -> Callable[[Event], str]:
    excluded = _excluded(kind)
    for name in (*_SHOWN_ELSEWHERE, *_LEFT_OUT.get(kind.TYPE, ())):
        excluded[name] = True
    to_json = kind.__pydantic_serializer__.to_json
    return lambda event: to_json(event, exclude=excluded, exclude_none=True).decode()


def _reader(kind: type[Event], field: str) -> Callable[[Event], object]:
    return attrgetter(field) if field in kind.model_fields else _nothing


def _nothing(_: Event) -> None:
    return None


def _excluded(model: type[BaseModel]) -> Excluded:
    excluded: Excluded = {}
    for name, field in model.model_fields.items():
        if name in _UNLINKED or any(isinstance(mark, PersonalMark) for mark in field.metadata):
            excluded[name] = True
            continue
        inner = _excluded_in(field.annotation)
        if inner:
            excluded[name] = inner
    return excluded


def _excluded_in(annotation: object) -> Excluded | Literal[True]:
    """What to leave out of a value of this type: all of it where any alternative is personal."""
    if any(isinstance(mark, PersonalMark) for mark in getattr(annotation, "__metadata__", ())):
        return True
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _excluded(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return _merged([_excluded_in(alternative) for alternative in get_args(annotation)])
    if get_origin(annotation) is tuple:
        inner = _merged([_excluded_in(item) for item in get_args(annotation) if item is not Ellipsis])
        return {_EVERY_ITEM: inner} if inner else {}
    return _merged([_excluded_in(argument) for argument in get_args(annotation)])


def _merged(parts: list[Excluded | Literal[True]]) -> Excluded | Literal[True]:
    merged: Excluded = {}
    for part in parts:
        if part is True:
            return True
        merged |= part
    return merged
