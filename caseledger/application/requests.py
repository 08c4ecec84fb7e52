"""A command with its envelope: for which platform, when, by whom; the one JSON shape that every interface carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType, new_class
from typing import ClassVar, Final, Literal, cast
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict

from domain.command_values import Command
from domain.commands import COMMAND_TYPES, FileReport
from domain.list_commands import EstablishIdentity, RegisterAccount
from domain.policy.instants import Instant
from domain.recorded import Role
from domain.values import Id

REQUEST_NAMESPACE: Final = UUID("0b9d6a44-3a0e-5a53-9a37-4b1f2f2f9f53")
"""Permanent: the namespace of command ids that are made from a command's content."""


class Envelope(BaseModel):
    """What surrounds a command in JSON: platform and time, and by whom. Ids follow from the content if not given."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: Id
    at: Instant
    actor: Id | None = None
    actor_role: Role | None = None
    command_id: UUID | None = None
    correlation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A command with its envelope."""

    platform: str
    at: datetime
    command: Command
    actor: str | None = None
    role: Role | None = None
    command_id: UUID | None = None
    correlation_id: UUID | None = None


ENVELOPE: Final = frozenset(Envelope.model_fields)


class KeepTime(Command):
    """Everything that is due by the moment of the line: what `caseledger keep-time` would have done by then."""

    NAME: ClassVar[str] = "keep_time"


IN_LINES_ONLY: Final[Mapping[str, type[Command]]] = MappingProxyType({KeepTime.NAME: KeepTime})
"""What a line of a scenario may ask for beside the commands; it is no command of a ledger, and gives several."""

ROLE_OF: Final[dict[str, Role]] = {
    "file_report": Role.INTAKE,
    "decide_appeal": Role.APPEALS_OFFICER,
    "correct_decision": Role.SENIOR_REVIEWER,
    "confirm_decision": Role.SENIOR_REVIEWER,
    "return_decision": Role.SENIOR_REVIEWER,
    "lodge_appeal": Role.RESPONDENT,
    "publish_policy": Role.POLICY_OFFICER,
    "register_account": Role.INTAKE,
    "receive_evidence_request": Role.EVIDENCE_OFFICER,
    "record_package_sent": Role.EVIDENCE_OFFICER,
    "end_sanction": Role.CLOCK,
    "miss_deadline": Role.CLOCK,
    "miss_operation_deadline": Role.CLOCK,
    "miss_evidence_request_deadline": Role.CLOCK,
}
"""The capacity in which a command is given unless the request says another; a reviewer's otherwise."""


OF_IDENTITIES: Final = (RegisterAccount, EstablishIdentity)
"""Commands that show identities."""


def parse_request(name: str, data: bytes | str) -> Request:
    """The request in JSON text, envelope and fields side by side; strict: nothing is coerced, nothing is ignored.

    Raises `KeyError` for an unknown command, pydantic's `ValidationError` for anything else.
    """
    line = request_model(name).model_validate_json(data, strict=True)
    return Request(
        platform=line.platform,
        at=line.at,
        command=cast("Command", line),
        actor=line.actor,
        role=line.actor_role,
        command_id=line.command_id,
        correlation_id=line.correlation_id,
    )


@lru_cache(maxsize=64)
def request_model(name: str) -> type[Envelope]:
    """The JSON shape of one command with its envelope; `KeyError` for an unknown command."""
    command = IN_LINES_ONLY[name] if name in IN_LINES_ONLY else COMMAND_TYPES[name]
    body: dict[str, object] = {
        "__module__": __name__,
        "__doc__": command.__doc__,
        "__annotations__": {"command": Literal[name]},
        "command": name,
    }
    made = new_class(f"{command.__name__}Request", (command, Envelope), {}, lambda space: space.update(body))
    return cast("type[Envelope]", made)


def command_id_of(request: Request) -> UUID:
    """The id given, or one that follows from platform, time, actor and content: the same request, the same id.

    A report's follows from its own id: that is what tells reports apart. An identity never goes in: an id that is a
    plain hash of it would give it away to whoever tries all of them.
    """
    if request.command_id is not None:
        return request.command_id
    name = request.command.NAME
    if isinstance(request.command, FileReport):
        key = (request.platform, str(request.at), name, request.command.system, request.command.report)
        return uuid5(REQUEST_NAMESPACE, "\n".join(key))
    if isinstance(request.command, OF_IDENTITIES):
        return uuid5(REQUEST_NAMESPACE, "\n".join((request.platform, str(request.at), name, request.command.account)))
    content = request.command.model_dump_json(include=_fields(name), exclude_defaults=True)
    return uuid5(REQUEST_NAMESPACE, "\n".join((request.platform, str(request.at), str(request.actor), name, content)))


@lru_cache(maxsize=64)
def _fields(name: str) -> set[str]:
    return set(COMMAND_TYPES[name].model_fields)
