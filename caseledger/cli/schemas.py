"""Prints JSON Schemas, and the names there are."""

from collections.abc import Mapping
from inspect import cleandoc
from typing import Final

from pydantic import BaseModel

from caseledger.application.requests import request_model
from caseledger.cli.failures import not_found
from caseledger.cli.output import print_json, show, table
from caseledger.event_docs import event_json_schema, titled_json_schema
from domain.catalogue import EVENT_TYPES
from domain.commands import COMMAND_TYPES

LIKE_MAX: Final = 5


def command(name: str | None, *, as_json: bool) -> None:
    """One command, or the names of all."""
    if name is None:
        _names(COMMAND_TYPES, as_json=as_json)
        return
    _known(name, COMMAND_TYPES, "command")
    print_json(titled_json_schema(request_model(name), name))


def event(name: str | None, *, as_json: bool) -> None:
    """One event, or the names of all."""
    if name is None:
        _names(EVENT_TYPES, as_json=as_json)
        return
    _known(name, EVENT_TYPES, "event")
    print_json(event_json_schema(name))


def _names(known: Mapping[str, type[BaseModel]], *, as_json: bool) -> None:
    found = [(name, cleandoc(model.__doc__ or "").partition("\n")[0]) for name, model in known.items()]
    if as_json:
        print_json([{"name": name, "summary": summary} for name, summary in found])
        return
    show([table(None, ("!name", "what"), found)])


def _known(name: str, known: Mapping[str, object], kind: str) -> None:
    if name in known:
        return
    like = [each for each in known if name.partition(".")[0].partition("_")[0] in each][:LIKE_MAX]
    hint = f"did you mean {' or '.join(like)}?" if like else f"`caseledger schema {kind}` lists them"
    raise not_found(f"{kind}_unknown", f"no {kind} {name!r}; {hint}")
