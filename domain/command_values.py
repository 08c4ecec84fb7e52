"""What commands are, and how they name what they are about: subjects, cases, measures, findings, identities."""

from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from domain.identities.canonical import canonical
from domain.personal import Personal
from domain.policy.instants import Instant
from domain.policy.measures import Measure, parse_measure
from domain.policy.vocabulary import DealRole, Flag, Severity, SubjectType
from domain.values import (
    CODES_MAX,
    IDENTITIES_MAX,
    PARTIES_MAX,
    AssociatedParty,
    Codes,
    Id,
    IdentityKind,
    LongText,
    Value,
)

FINDINGS_MAX = 200
"""A decision holds this many findings at most."""


class Command(BaseModel):
    """Something asked of the ledger. `NAME` is how every interface calls it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    NAME: ClassVar[str] = ""


class SubjectRef(Value):
    """What a report or finding is about."""

    type: SubjectType
    id: Id


class ReportRef(Value):
    """A report by its source system and its id there."""

    system: Id = "direct"
    report: Id


class ItemRef(Value):
    """A case by the item it is about."""

    subject: SubjectRef
    content: Id


CaseRef = UUID | ReportRef | ItemRef
"""A case by its id, by a report that joined it, or by its item."""


class OnCase(Command):
    """A command about one case."""

    case: CaseRef


class OnEvidenceRequest(Command):
    """A command about one document of an authority that asks for evidence."""

    authority: Id
    document: Id


class OnDecision(OnCase):
    """A command about one decision of a case: by its respondent or its number where the case has several."""

    account: Id | None = None
    decision: Annotated[int, Field(ge=1)] | None = None


def _measure(value: object) -> object:
    if not isinstance(value, str) or value == "none":
        return value
    return parse_measure(value)


MeasureAsked = Annotated[Measure, BeforeValidator(_measure, json_schema_input_type=Measure | str)]
"""A measure as `{"kind": "mute", "duration": "P3D"}` or in a pack's notation, `"mute:P3D"`."""

MeasureChoice = Annotated[Measure | Literal["none"], BeforeValidator(_measure, json_schema_input_type=Measure | str)]
"""A measure, or `"none"` for none at all."""

Measures = Annotated[tuple[MeasureAsked, ...], Field(max_length=PARTIES_MAX)]


class FindingAsked(Value):
    """What an officer established; what is left out is taken from the case."""

    codes: Codes
    severity: Severity | None = None
    flags: Annotated[tuple[Flag, ...], Field(max_length=CODES_MAX)] = ()
    role: DealRole | None = None
    subject: SubjectRef | None = None
    respondent: Id | None = None
    content: Id | None = None
    posted_at: Instant | None = None


class FindingDecided(FindingAsked):
    """A finding with what was chosen for it, as one of several in a decision; measures as in a single one."""

    measure: MeasureChoice | None = None
    content_measures: Measures | None = None
    add: Measures = ()
    reason: Personal[LongText] | None = None
    associated: Annotated[tuple[AssociatedParty, ...], Field(max_length=PARTIES_MAX)] = ()


Findings = Annotated[tuple[FindingDecided, ...], Field(max_length=FINDINGS_MAX)]


class IdentityShown(Value):
    """A mark by which a person or enterprise is recognised, as it was presented; only its keyed digest is stored."""

    kind: IdentityKind
    value: Personal[Id]

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        """Refuse what is nothing once it is written plainly."""
        if not canonical(self.kind, self.value):
            raise ValueError("nothing is left of the identity once spaces and signs are left out")
        return self


Identities = Annotated[tuple[IdentityShown, ...], Field(min_length=1, max_length=IDENTITIES_MAX)]
"""The identities that are shown together."""
