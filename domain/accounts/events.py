"""What can happen to an account's record."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.events import Event
from domain.values import AssociatedParty, IdentityDigest, PackRef, Value


class AccountSanctionImposed(Event):
    """A measure was imposed by a decision. The id of this event is the sanction's id.

    `starts_at` is when it counts from, `ends_at` is `None` where it lasts until lifted; `because` are the ids of the
    past events that the rule counted; `replaces` is the sanction it stands in for after a reduction.
    """

    TYPE: ClassVar[str] = "account.sanction_imposed.v1"

    account: str
    case: UUID
    decision: int
    subject_type: str
    codes: tuple[str, ...]
    severity: str
    kind: str
    duration: str | None
    measure_role: str
    targets: tuple[str, ...]
    cause_of_entry: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime | None
    rule: str
    explanation: str
    because: tuple[str, ...]
    policy: PackRef
    replaces: str | None


class AccountContentRemoved(Event):
    """A decision removed content of the account; `time_barred` removals never count towards a threshold."""

    TYPE: ClassVar[str] = "account.content_removed.v1"

    account: str
    case: UUID
    decision: int
    content: str
    codes: tuple[str, ...]
    severity: str
    time_barred: bool
    rule: str
    policy: PackRef


class AccountSanctionEnded(Event):
    """A sanction ran out."""

    TYPE: ClassVar[str] = "account.sanction_ended.v1"

    account: str
    sanction: str
    kind: str


class AccountSanctionLifted(Event):
    """A sanction was taken back; it stops counting from now on and stays visible for ever."""

    TYPE: ClassVar[str] = "account.sanction_lifted.v1"

    account: str
    sanction: str
    kind: str
    case: UUID
    decision: int


class AccountContentRemovalLifted(Event):
    """A removal was taken back."""

    TYPE: ClassVar[str] = "account.content_removal_lifted.v1"

    account: str
    removal: str
    content: str
    case: UUID
    decision: int


class AccountListedHighRisk(Event):
    """The account, and the sites, enterprises and individuals tied to it, were put on the list."""

    TYPE: ClassVar[str] = "account.listed_high_risk.v1"

    account: str
    case: UUID
    decision: int
    subject_type: str
    subject: str
    codes: tuple[str, ...]
    label: str
    parties: tuple[AssociatedParty, ...]
    ends_at: AwareDatetime | None
    policy: PackRef


class AccountDelisted(Event):
    """A listing was taken back."""

    TYPE: ClassVar[str] = "account.delisted.v1"

    account: str
    listing: str
    case: UUID
    decision: int


class AccountRegistrationBarred(Event):
    """The holder may not register again under any identity; ends when the sanction of the same decision is lifted."""

    TYPE: ClassVar[str] = "account.registration_barred.v1"

    account: str
    case: UUID
    decision: int


class AccountRegistrationBarLifted(Event):
    """The bar on registration was taken back with its decision."""

    TYPE: ClassVar[str] = "account.registration_bar_lifted.v1"

    account: str
    case: UUID
    decision: int


class AccountRegistered(Event):
    """The account was registered under these identities, none of which was barred."""

    TYPE: ClassVar[str] = "account.registered.v1"

    account: str
    identities: tuple[IdentityDigest, ...]


class BarMatched(Value):
    """A bar that an attempt to register met: whose, and of which decision."""

    account: str
    case: UUID
    decision: int


class AccountRegistrationRefused(Event):
    """An attempt to register was refused: an identity that was shown, or the account itself, is barred."""

    TYPE: ClassVar[str] = "account.registration_refused.v1"

    account: str
    identities: tuple[IdentityDigest, ...]
    bars: tuple[BarMatched, ...]


class AccountIdentityEstablished(Event):
    """It was established who holds the account: these identities besides those known before."""

    TYPE: ClassVar[str] = "account.identity_established.v1"

    account: str
    identities: tuple[IdentityDigest, ...]


class AccountPartnerWarned(Event):
    """A partner was warned of the listed sites, over these channels; once for a partner and a listing."""

    TYPE: ClassVar[str] = "account.partner_warned.v1"

    account: str
    listing: str
    case: UUID
    decision: int
    partner: str
    channels: tuple[str, ...]
    sites: tuple[str, ...]
    policy: PackRef


AccountEvent = (
    AccountSanctionImposed
    | AccountContentRemoved
    | AccountSanctionEnded
    | AccountSanctionLifted
    | AccountContentRemovalLifted
    | AccountListedHighRisk
    | AccountDelisted
    | AccountRegistrationBarred
    | AccountRegistrationBarLifted
    | AccountRegistered
    | AccountRegistrationRefused
    | AccountIdentityEstablished
    | AccountPartnerWarned
)
