"""The small values that commands, events and states are made of, with the bounds on what may come in."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from domain.personal import Personal
from domain.policy.instants import Instant

ID_CHARS_MAX = 200
SHORT_TEXT_CHARS_MAX = 500
LONG_TEXT_CHARS_MAX = 20_000
SNAPSHOT_CHARS_MAX = 65_536
PACK_CHARS_MAX = 1_000_000
CODES_MAX = 50
EVIDENCE_PER_REPORT_MAX = 50
PARTIES_MAX = 500
IDENTITIES_MAX = 20
PARTNER_CHANNELS_MAX = 10
SIZE_BYTES_MAX = 1 << 50

_ID_PATTERN = r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$"
_TEXT_PATTERN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"


Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_CHARS_MAX, pattern=_ID_PATTERN)]
"""An id from outside: no control characters, no white space at its ends."""

ShortText = Annotated[str, StringConstraints(min_length=1, max_length=SHORT_TEXT_CHARS_MAX, pattern=_TEXT_PATTERN)]
LongText = Annotated[str, StringConstraints(min_length=1, max_length=LONG_TEXT_CHARS_MAX, pattern=_TEXT_PATTERN)]
SnapshotText = Annotated[str, StringConstraints(max_length=SNAPSHOT_CHARS_MAX, pattern=_TEXT_PATTERN)]
PackText = Annotated[str, StringConstraints(min_length=1, max_length=PACK_CHARS_MAX)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""

Codes = Annotated[tuple[Id, ...], Field(max_length=CODES_MAX)]


class Outcome(StrEnum):
    """How a case was decided."""

    UPHELD = "upheld"
    DISMISSED = "dismissed"


class FeedbackKind(StrEnum):
    """What a reporter was told about."""

    OUTCOME = "outcome"
    REFUSAL = "refusal"
    PRELIMINARY_RESULT = "preliminary_result"


class PartyType(StrEnum):
    """What is listed or associated beside an account."""

    SITE = "site"
    ENTERPRISE = "enterprise"
    INDIVIDUAL = "individual"


class IdentityKind(StrEnum):
    """By what a person or enterprise is recognised. Names are not among them: too many share one."""

    NATIONAL_ID = "national_id"
    PASSPORT = "passport"
    BUSINESS_LICENCE = "business_licence"
    PHONE = "phone"
    EMAIL = "email"
    BANK_ACCOUNT = "bank_account"
    DEVICE = "device"


class Value(BaseModel):
    """A small value: frozen, and closed to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Evidence(Value):
    """A reference to bytes kept under their SHA-256.

    `size` is in bytes; `captured_at`, `captured_from` and `captured_how` say when, where and how they were taken.
    """

    sha256: Sha256
    media_type: Id
    size: Annotated[int, Field(ge=0, le=SIZE_BYTES_MAX)]
    captured_at: Instant
    captured_from: Personal[ShortText] | None = None
    captured_how: ShortText


class AssociatedParty(Value):
    """A site, enterprise or individual that an investigation tied to the respondent."""

    type: PartyType
    id: Id
    name: Personal[ShortText] | None = None


class IdentityDigest(Value):
    """An identity as the ledger knows it: its kind and its keyed digest under the platform's secret, never itself."""

    kind: str
    identity_digest: str


class PackRef(Value):
    """Which policy text was applied: platform, version and the SHA-256 of the file's bytes."""

    platform: str
    version: str
    digest: str
