"""What the measures of a decision restrict, in the words of the database, and until when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from caseledger.statements.mapping import Mapping, MeasureLine
from domain.cases.events import CaseDecided
from domain.cases.values import Choice, MeasureTaken
from domain.policy.durations import NotADuration, later, parse_duration

LAST_DAY: Final = date(2038, 1, 1)
"""The last day that the database takes."""

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class Restriction:
    """One measure that restricts something; `ends_on` is None where it lasts until it is lifted."""

    line: MeasureLine
    ends_on: date | None


def measures_of(choice: Choice) -> tuple[MeasureTaken, ...]:
    """Every measure that was chosen."""
    party = () if choice.party_measure is None else (choice.party_measure,)
    return (*choice.content_measures, *party, *choice.also, *choice.added)


def restrictions(mapping: Mapping, decided: CaseDecided, zone: tzinfo) -> tuple[Restriction, ...]:
    """The measures of the decision that restrict a recipient of the service."""
    finding, choice = decided.finding, decided.choice
    if finding is None or choice is None:
        return ()
    found: list[Restriction] = []
    for measure in measures_of(choice):
        line = _line(mapping, measure.kind, finding.subject_type)
        if line is not None and line.nothing is None and (finding.respondent is not None or not line.of_recipient):
            found.append(Restriction(line, ends_on(measure, decided.occurred_at, zone)))
    return tuple(found)


def fields_of(mapping: Mapping, found: Iterable[Restriction]) -> Fields:
    """The fields of the statement that say what is restricted and until when."""
    found = tuple(found)
    visible = [each for each in found if each.line.visibility is not None]
    fields: Fields = {}
    if visible:
        fields["decision_visibility"] = list(dict.fromkeys(each.line.visibility for each in visible))
        other = [each.line.visibility_other for each in visible if each.line.visibility_other]
        fields["decision_visibility_other"] = "; ".join(dict.fromkeys(other)) or None
        fields["end_date_visibility_restriction"] = _last(visible)
    hardness = mapping.hardness
    for name, ends, order in (
        ("monetary", "end_date_monetary_restriction", hardness.monetary),
        ("provision", "end_date_service_restriction", hardness.provision),
        ("account", "end_date_account_restriction", hardness.account),
    ):
        of_field = [each for each in found if getattr(each.line, name) is not None]
        if of_field:
            hardest = max((str(getattr(each.line, name)) for each in of_field), key=order.index)
            ruling = [each for each in of_field if getattr(each.line, name) == hardest]
            fields[f"decision_{name}"] = hardest
            fields[ends] = _last(ruling)
            if name == "monetary":
                fields["decision_monetary_other"] = ruling[0].line.monetary_other
    return fields


def ends_on(measure: MeasureTaken, starts_at: datetime, zone: tzinfo) -> date | None:
    """The day on which the measure runs out in the zone of the policy; None without end."""
    if measure.duration is None:
        return None
    try:
        return later(starts_at, parse_duration(measure.duration), zone).astimezone(zone).date()
    except (NotADuration, OverflowError, ValueError):
        return None


def _line(mapping: Mapping, kind: str, subject_type: str) -> MeasureLine | None:
    for line in mapping.measure:
        if line.kind == kind and (not line.subjects or subject_type in line.subjects):
            return line
    return None


def _last(found: Iterable[Restriction]) -> str | None:
    """The last of the ends as the database takes it, None where one has no end."""
    ends = [each.ends_on for each in found]
    known = [end for end in ends if end is not None]
    return min(max(known), LAST_DAY).isoformat() if len(known) == len(ends) else None
