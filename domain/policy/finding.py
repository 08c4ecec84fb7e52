"""What the judge is asked and what it answers: the finding and the ruling."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.policy.instants import Instant
from domain.policy.measures import Measure
from domain.policy.vocabulary import AppealRegime, DealRole, Explanation, Flag, Severity, SubjectType

ID_CHARS_MAX = 500
CODES_MAX = 200
FLAGS_MAX = 20

Id = Annotated[str, Field(min_length=1, max_length=ID_CHARS_MAX)]


class Closed(BaseModel):
    """A value at the border: frozen, and closed to fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Subject(Closed):
    """What the finding is about."""

    type: SubjectType
    id: Id


class Finding(Closed):
    """What was established about one subject and one respondent.

    `at` is when; `respondent` is None where nobody can answer for it; `severity` is None for the hardest default
    among the codes. An empty `codes` can be asked and is refused by the judge.
    """

    at: Instant
    subject: Subject
    respondent: Id | None = None
    content: Id | None = None
    posted_at: Instant | None = None
    codes: Annotated[tuple[Id, ...], Field(max_length=CODES_MAX)]
    severity: Severity | None = None
    flags: Annotated[tuple[Flag, ...], Field(max_length=FLAGS_MAX)] = ()
    role: DealRole | None = None


class PartyMeasures(Closed):
    """The range the officer chooses from, mildest first, and what is chosen unless there is a reason."""

    options: tuple[Measure, ...]
    default: Measure | None


class Ruling(Closed):
    """What a pack makes of a finding and a record; `because` holds the ids of the entries the rule counted."""

    rule: str
    explanation: Explanation
    content_measures: tuple[Measure, ...]
    party_measures: PartyMeasures
    also: tuple[Measure, ...]
    because: tuple[str, ...]
    appeal: AppealRegime
