"""A measure as a kind and a duration: read from a pack's short form, ordered from mild to hard, ended on time."""

from datetime import datetime, tzinfo
from math import inf

from pydantic import BaseModel, ConfigDict, model_validator

from domain.policy.durations import NotADuration, later, parse_duration
from domain.policy.kinds import KINDS, DurationRule, Kind, KindFacts, MeasureRole, Target


class Measure(BaseModel):
    """What is done, and for how long: an ISO 8601 duration, or None for done once or until it is lifted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    duration: str | None = None

    @model_validator(mode="after")
    def _duration_fits_the_kind(self) -> "Measure":
        fault = _fault(self.kind, self.duration)
        if fault is not None:
            raise ValueError(fault.reason)
        return self

    @property
    def facts(self) -> KindFacts:
        """Role, target, duration rule and rank of the kind."""
        return KINDS[self.kind]

    @property
    def role(self) -> MeasureRole:
        """Who chooses it."""
        return KINDS[self.kind].role

    @property
    def acts_on_account(self) -> bool:
        """Whether it needs a known respondent."""
        return KINDS[self.kind].target is Target.ACCOUNT

    @property
    def hardness(self) -> tuple[int, float]:
        """Sorts party measures from mildest to hardest; without end is the longest. Other roles have no rank: 0."""
        length = inf if self.duration is None else parse_duration(self.duration).nominal_s
        return KINDS[self.kind].rank or 0, length

    def __str__(self) -> str:
        """The short form that packs use, such as `mute:P7D`."""
        return self.kind if self.duration is None else f"{self.kind}:{self.duration}"


class BadMeasure(ValueError):  # noqa: N818 - named as what it holds
    """A text that spells no measure. `code` is the fault code of a bad pack."""

    def __init__(self, code: str, reason: str) -> None:
        """Keep the fault code and the sentence."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


def parse_measure(text: str) -> Measure:
    """The measure that a pack's short form spells; `BadMeasure` when it spells none."""
    name, colon, duration = text.partition(":")
    if name not in KINDS:
        raise BadMeasure("unknown_value", f"{text[:80]!r} names no kind of measure; allowed: {', '.join(KINDS)}")
    kind = Kind(name)
    fault = _fault(kind, duration if colon else None)
    if fault is not None:
        raise fault
    return Measure(kind=kind, duration=duration if colon else None)


def ends_at(measure: Measure, starts_at: datetime, zone: tzinfo) -> datetime | None:
    """When the measure runs out, in UTC; None when it lasts until it is lifted."""
    return None if measure.duration is None else later(starts_at, parse_duration(measure.duration), zone)


def _fault(kind: Kind, duration: str | None) -> BadMeasure | None:
    rule = KINDS[kind].duration
    if duration is None:
        if rule is DurationRule.REQUIRED:
            return BadMeasure("duration_required", f"{kind.value!r} needs a duration, such as {kind.value}:P7D")
        return None
    if rule is DurationRule.NEVER:
        return BadMeasure("duration_forbidden", f"{kind.value!r} carries no duration, {duration[:80]!r} was given")
    try:
        parsed = parse_duration(duration)
    except NotADuration as problem:
        return BadMeasure("bad_duration", str(problem))
    if not parsed.nominal_s:
        return BadMeasure("bad_duration", f"{duration!r} is no time at all; a measure lasts longer than zero")
    return None
