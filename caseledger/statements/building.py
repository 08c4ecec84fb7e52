"""One decision to one statement of reasons, or the reason why it needs none; pure, and without personal data.

A statement names no account, no subject and no content: its `puid` is the id of the event that decided. Its texts are
made of codes and of the words of the policy and this project, never of what officers, reporters or respondents wrote.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Final

from caseledger.queries.words import sentence
from caseledger.statements.mapping import GroundLine, Mapping
from caseledger.statements.restrictions import LAST_DAY, Restriction, fields_of, measures_of, restrictions
from domain.cases.events import CaseDecided, CaseOpened
from domain.cases.values import FindingMade, RulingMade
from domain.policy.pack import Pack, Violation
from domain.values import Outcome
from schemas.dsa.vocabulary import allowed, field_rules

FIRST_APPLICATION: Final = date(2020, 1, 1)
FIRST_CONTENT: Final = date(2000, 1, 1)

Statement = dict[str, object]
"""A statement by field, in the order of the database's rules; fields that say nothing are left out."""


class Unstated(StrEnum):
    """Why a decision has no statement."""

    DISMISSED = "dismissed"
    RESTRICTS_NOTHING = "restricts_nothing"
    OUTSIDE_THE_DATES = "outside_the_dates"


@dataclass(frozen=True, slots=True)
class Given:
    """A decision with what its statement is made of; `opened` and `pack` are None where the ledger has none."""

    platform: str
    event_id: str
    decided: CaseDecided
    opened: CaseOpened | None
    pack: Pack | None

    @property
    def zone(self) -> tzinfo:
        """The zone of the policy."""
        return UTC if self.pack is None else self.pack.zone


def puid_of(event_id: str) -> str:
    """The platform's unique id of a statement: the id of the deciding event, in the characters that are allowed."""
    return event_id.replace(".", "-")


def statement_of(mapping: Mapping, given: Given) -> Statement | Unstated:
    """The statement of a decision under this mapping."""
    decided = given.decided
    finding, ruling = decided.finding, decided.ruling
    if decided.outcome is not Outcome.UPHELD:
        return Unstated.DISMISSED
    found = restrictions(mapping, decided, given.zone)
    if finding is None or ruling is None or not found:
        return Unstated.RESTRICTS_NOTHING
    applied = day_of(decided.occurred_at, given.zone)
    if not FIRST_APPLICATION <= applied <= LAST_DAY:
        return Unstated.OUTSIDE_THE_DATES
    fields = {
        **fields_of(mapping, found),
        **_about_the_subject(mapping, given, finding),
        **_categories(mapping, given, finding),
        **_ground(mapping, given, finding, ruling),
        **_source(mapping, given),
        "content_date": _content_date(given, finding, applied).isoformat(),
        "application_date": applied.isoformat(),
        "decision_facts": _fit("decision_facts", " ".join(_facts(given, finding, ruling, found))),
        "automated_decision": mapping.automated_decision,
        "puid": puid_of(given.event_id),
    }
    return {name: fields[name] for name in field_rules() if fields.get(name)}


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The calendar day in the zone of the policy; at the ends of the calendar the day in UTC."""
    try:
        return moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def _about_the_subject(mapping: Mapping, given: Given, finding: FindingMade) -> Statement:
    lines = [line for line in mapping.subject if line.type == finding.subject_type]
    own = [line for line in lines if line.platform == given.platform]
    line = next(iter(own or [line for line in lines if line.platform is None]), None)
    if line is None:
        return {"content_type": ["CONTENT_TYPE_OTHER"], "content_type_other": _fit("content_type_other", "Other")}
    return {
        "content_type": [line.content_type],
        "content_type_other": line.content_type_other,
        "account_type": line.account_type,
    }


def _categories(mapping: Mapping, given: Given, finding: FindingMade) -> Statement:
    """The category of the first violation, those of the others besides, and keywords."""
    categories = list(dict.fromkeys(_category(mapping, given, code) for code in finding.codes))
    first, *others = categories or [mapping.category_otherwise]
    common = [_common(given, code) for code in finding.codes]
    keywords = [line.keyword for line in mapping.keyword if any(each.startswith(line.common) for each in common)]
    return {
        "category": first,
        "category_addition": others,
        "category_specification": list(dict.fromkeys(keywords)),
    }


def _category(mapping: Mapping, given: Given, code: str) -> str:
    violation = _violation(given, code)
    if violation is not None and violation.dsa in allowed("statement_categories"):
        return str(violation.dsa)
    for line in mapping.category:
        of_class = violation is not None and line.class_ == violation.class_
        if line.platform == given.platform and (line.code == code or of_class):
            return line.category
    return mapping.category_otherwise


def _ground(mapping: Mapping, given: Given, finding: FindingMade, ruling: RulingMade) -> Statement:
    line = _ground_line(mapping, given, finding)
    rule = None if given.pack is None else given.pack.rules.get(ruling.rule)
    clause = f", clause {rule.source}" if rule is not None and rule.source else ""
    applied = given.decided.policy
    terms = f"Rules of {applied.platform}, version {applied.version}{clause}: {'; '.join(_titles(given, finding))}"
    said = sentence(ruling.explanation)
    why = f"{terms}. {said.en}" if said is not None else f"{terms}. Rule {ruling.rule}."
    if line.legal_ground is not None:
        return {
            "decision_ground": line.ground,
            "illegal_content_legal_ground": line.legal_ground,
            "illegal_content_explanation": _fit("illegal_content_explanation", why),
        }
    return {
        "decision_ground": line.ground,
        "incompatible_content_ground": _fit("incompatible_content_ground", terms),
        "incompatible_content_explanation": _fit("incompatible_content_explanation", why),
        "incompatible_content_illegal": line.illegal,
    }


def _ground_line(mapping: Mapping, given: Given, finding: FindingMade) -> GroundLine:
    common = _common(given, finding.codes[0]) if finding.codes else ""
    return next(line for line in mapping.ground if common.startswith(line.common))


def _source(mapping: Mapping, given: Given) -> Statement:
    """Who gave notice first; of a case whose beginning is not known, the platform itself."""
    source = given.opened.joined.source if given.opened else ""
    line = next((line for line in mapping.source if line.source == source), None)
    if line is None:
        return {"source_type": "SOURCE_VOLUNTARY", "automated_detection": "No"}
    return {"source_type": line.source_type, "automated_detection": line.automated_detection}


def _content_date(given: Given, finding: FindingMade, applied: date) -> date:
    """The day of posting; where none is known, of the first report; within what the database takes."""
    opened = given.opened
    posted_at = finding.posted_at or (opened.joined.received_at if opened else None)
    day = applied if posted_at is None else day_of(posted_at, given.zone)
    return min(max(day, FIRST_CONTENT), LAST_DAY)


def _facts(given: Given, finding: FindingMade, ruling: RulingMade, found: Sequence[Restriction]) -> Iterator[str]:
    decided = given.decided
    source = f", the first by {given.opened.joined.source.replace('_', ' ')}" if given.opened else ""
    yield f"{_number(len(decided.reports), 'report')}{source}; {_number(len(decided.evidence), 'piece')} of evidence."
    flags = f" ({', '.join(flag.replace('_', ' ') for flag in finding.flags)})" if finding.flags else ""
    yield f"An officer found, with severity {ruling.severity}{flags}: {'; '.join(_titles(given, finding))}."
    if ruling.because:
        yield f"{_number(len(ruling.because), 'earlier event')} on the record counted under rule {ruling.rule}."
    choice = decided.choice
    measures = [] if choice is None else [_measure(each.kind, each.duration) for each in measures_of(choice)]
    yield f"Measures: {', '.join(measures)}."
    ends = sorted({each.ends_on for each in found if each.ends_on is not None and each.ends_on > LAST_DAY})
    yield from (f"One of them ends on {end.isoformat()}." for end in ends)
    if decided.confirmed_by is not None:
        yield "A second officer confirmed the decision."
    if finding.posted_at is not None and day_of(finding.posted_at, given.zone) < FIRST_CONTENT:
        yield f"Posted on {day_of(finding.posted_at, given.zone).isoformat()}."


def _measure(kind: str, duration: str | None) -> str:
    return kind.replace("_", " ") if duration is None else f"{kind.replace('_', ' ')} for {duration}"


def _number(many: int, what: str) -> str:
    return f"{many} {what}{'' if many == 1 else 's'}"


def _titles(given: Given, finding: FindingMade) -> list[str]:
    return [_title(code, _violation(given, code)) for code in finding.codes]


def _title(code: str, violation: Violation | None) -> str:
    words = "" if violation is None else violation.en or violation.zh or ""
    return f"{code} {words}".rstrip()


def _violation(given: Given, code: str) -> Violation | None:
    return None if given.pack is None else given.pack.violations.get(code)


def _common(given: Given, code: str) -> str:
    violation = _violation(given, code)
    return (violation and violation.common) or ""


def _fit(field: str, text: str) -> str:
    """The text within what the field takes."""
    most = int(str(field_rules()[field]["max"]))
    return text if len(text) <= most else f"{text[: most - 1]}…"
