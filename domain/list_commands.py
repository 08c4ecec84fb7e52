"""The commands around the list: who registers under which identities, and which partners were warned."""

from typing import Annotated, ClassVar

from pydantic import Field

from domain.command_values import Command, Identities
from domain.values import PARTNER_CHANNELS_MAX, Id


class RegisterAccount(Command):
    """Register an account under the identities shown, or record that it was refused because one of them is barred."""

    NAME: ClassVar[str] = "register_account"

    account: Id
    identities: Identities


class EstablishIdentity(Command):
    """Record who holds an account, as an investigation found; a bar on the account bars these identities too."""

    NAME: ClassVar[str] = "establish_identity"

    account: Id
    identities: Identities


class WarnPartner(Command):
    """Record that a partner was warned of a listed site, over all channels of the policy unless some are named.

    `listing` is the id of the event that listed the account; it may be left out where one listing stands.
    """

    NAME: ClassVar[str] = "warn_partner"

    account: Id
    listing: Id | None = None
    partner: Id
    channels: Annotated[tuple[Id, ...], Field(max_length=PARTNER_CHANNELS_MAX)] = ()


LIST_COMMANDS: tuple[type[Command], ...] = (RegisterAccount, EstablishIdentity, WarnPartner)
"""In the order of the documentation."""
