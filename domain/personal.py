"""Marks the fields of a model that identify a person, and finds them again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, TypeVar, get_args

from pydantic import BaseModel

T = TypeVar("T")


@dataclass(frozen=True)
class PersonalMark:
    """The mark itself; it changes nothing about how a value is validated or stored."""


Personal = Annotated[T, PersonalMark()]
"""`Personal[str]` is a `str` that identifies a person or may do so: names, contacts, free text."""


def personal_paths(model: type[BaseModel]) -> frozenset[str]:
    """Dotted paths of every personal field of `model`, through nested models and tuples of models."""
    return frozenset(_paths(model, ""))


def _paths(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}"
        if any(isinstance(mark, PersonalMark) for mark in field.metadata) or _is_marked(field.annotation):
            yield path
            continue
        for nested in _models_in(field.annotation):
            yield from _paths(nested, f"{path}.")


def _is_marked(annotation: object) -> bool:
    if any(isinstance(mark, PersonalMark) for mark in getattr(annotation, "__metadata__", ())):
        return True
    return any(_is_marked(argument) for argument in get_args(annotation))


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for argument in get_args(annotation):
        yield from _models_in(argument)
