"""Events to test with: fixed samples of every class, and a strategy that makes any event there can be.

Both are built from the classes themselves, so a new event or field needs nothing here.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Union, get_args, get_origin
from uuid import UUID, uuid5

from annotated_types import Ge, Le
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from domain.catalogue import EVENT_TYPES
from domain.events import Event
from domain.personal import PersonalMark

NAMESPACE = UUID("0c9d6e0e-2f6b-5d55-9d6f-0a4f8e5a7c11")
START = datetime(2021, 3, 10, 4, 0, 0, 123456, tzinfo=UTC)
LONG_MAX = (1 << 63) - 1
MANY = 300

_WORDS = {
    "actor": "officer-ann",
    "authority": "网信办",
    "cause_of_entry": "decision",
    "channel": "button",
    "clock": "decide",
    "codes": "rumour",
    "currency": "coins",
    "department": "对外部",
    "duration": "P7D",
    "explanation": "第三次违规,依据规则加重处理。",
    "flags": "first_poster",
    "kind": "mute",
    "media_type": "image/png",
    "month": "2021-03",
    "officer": "officer-ann",
    "place": "山东",
    "platform": "weibo",
    "policy_version": "2021.1",
    "reason": "与原文核对后,内容属实性不足。",
    "region": "江苏",
    "rule": "article-12",
    "severity": "serious",
    "source": "user",
    "statement": "该内容捏造事实,请核查。",
    "subject_type": "post",
    "system": "intake",
    "version": "2021.1",
}

_CHINESE = st.text(alphabet="举报内容不实谣言处理结果账号平台第一二三条,。", max_size=30)
_AT_THE_ENDS = st.sampled_from(
    [
        datetime.min.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1978, 12, 1, 19, 48, 56, 710656, tzinfo=UTC) - timedelta(microseconds=1),
        datetime(1978, 12, 1, 19, 48, 56, 710656, tzinfo=UTC),
    ]
)
_OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=_OFFSETS)  # noqa: DTZ001 - zones are drawn


def sample(event_type: str, *, full: bool = True) -> Event:
    """The same event every time; `full` has everything that may be absent, two of what may be many."""
    kind = EVENT_TYPES[event_type]
    return kind(**_values(kind, event_type, full=full))


def events(*event_types: str) -> st.SearchStrategy[Event]:
    """Any event of the named types, or of all."""
    return st.sampled_from(event_types or tuple(EVENT_TYPES)).flatmap(lambda name: _models(EVENT_TYPES[name]))


def _values(model: type[BaseModel], path: str, *, full: bool) -> dict[str, object]:
    return {
        name: _value(Annotated[field.annotation, *field.metadata, None], f"{path}.{name}", full=full)
        for name, field in model.model_fields.items()
    }


def _value(annotation: object, path: str, *, full: bool) -> object:
    base, marks = _unwrapped(annotation)
    arms = get_args(base)
    if get_origin(base) in (Union, UnionType):
        return _value(arms[0], path, full=full) if full else None
    if get_origin(base) is tuple:
        return tuple(_value(arms[0], f"{path}.{at}", full=full) for at in range(2)) if full else ()
    assert isinstance(base, type)
    if issubclass(base, BaseModel):
        return base(**_values(base, path, full=full))
    if issubclass(base, StrEnum):
        return list(base)[_number(path) % len(base)]
    plain: dict[type, Callable[[], list[object]]] = {
        bool: lambda: [full],
        int: lambda: [1 + _number(path) % 1000],
        UUID: lambda: [uuid5(NAMESPACE, path)],
        str: lambda: [_text(path, marks), hashlib.sha256(path.encode()).hexdigest()],
    }
    candidates = plain[base]() if base in plain else [START + timedelta(seconds=_number(path), microseconds=1)]
    return next(candidate for candidate in candidates if _fits(annotation, candidate))


def _text(path: str, marks: tuple[object, ...]) -> str:
    words = [word for word in path.split(".") if not word.isdecimal()]
    if words[-1] in _WORDS:
        return _WORDS[words[-1]]
    if words[-1].endswith("digest"):
        return hashlib.sha256(path.encode()).hexdigest()
    prefix = "某" if any(isinstance(mark, PersonalMark) for mark in marks) else ""
    return f"{prefix}{words[-1]}-{1 + _number(path) % 100_000}"


def _number(path: str) -> int:
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:3], "big")


@cache
def _models(model: type[BaseModel]) -> st.SearchStrategy[BaseModel]:
    fields = {
        name: _any(Annotated[field.annotation, *field.metadata, None]) for name, field in model.model_fields.items()
    }
    return st.builds(model, **fields)


def _any(annotation: object) -> st.SearchStrategy[object]:
    base, marks = _unwrapped(annotation)
    arms = get_args(base)
    if get_origin(base) in (Union, UnionType):
        return st.none() | _any(arms[0])
    if get_origin(base) is tuple:
        item = _any(arms[0])
        few = st.lists(item, max_size=3).map(tuple)
        return few | item.map(lambda value: (value,) * MANY)
    assert isinstance(base, type)
    if issubclass(base, BaseModel):
        return _models(base)
    made = _plain(base, marks)
    return made.filter(lambda value: _fits(annotation, value)) if marks else made


def _plain(base: type, marks: tuple[object, ...]) -> st.SearchStrategy[object]:
    if issubclass(base, StrEnum):
        return st.sampled_from(list(base))
    if base is bool:
        return st.booleans()
    if base is int:
        least = next((mark.ge for mark in marks if isinstance(mark, Ge)), -LONG_MAX - 1)
        most = next((mark.le for mark in marks if isinstance(mark, Le)), LONG_MAX)
        return st.integers(least, most)
    if base is UUID:
        return st.uuids()
    if base is not str:
        return _MOMENTS | _AT_THE_ENDS
    if any(_is_digest_pattern(mark) for mark in marks):
        return st.text(alphabet="0123456789abcdef", min_size=64, max_size=64)
    if any(getattr(mark, "pattern", None) for mark in marks):
        return st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)
    return st.text(max_size=40) | _CHINESE


def _is_digest_pattern(mark: object) -> bool:
    return "[0-9a-f]{64}" in str(getattr(mark, "pattern", ""))


def _unwrapped(annotation: object) -> tuple[object, tuple[object, ...]]:
    marks: tuple[object, ...] = ()
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        marks += tuple(mark for mark in more if mark is not None)
    return annotation, marks


def _fits(annotation: object, value: object) -> bool:
    try:
        _adapter(annotation).validate_python(value)
    except ValidationError:
        return False
    return True


@cache
def _adapter(annotation: object) -> TypeAdapter[object]:
    return TypeAdapter(annotation)
