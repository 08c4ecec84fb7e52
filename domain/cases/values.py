"""The values that a case's decisions are made of, as they are stored."""

from uuid import UUID

from pydantic import AwareDatetime

from domain.values import Value


class MeasureTaken(Value):
    """A measure: its kind and an ISO 8601 duration, `None` where it has no end or is done once."""

    kind: str
    duration: str | None = None


class FindingMade(Value):
    """What was established: codes and severity about one subject and one respondent, at one moment.

    `severity` is what the officer set; `None` leaves it to the hardest default among the codes.
    """

    at: AwareDatetime
    subject_type: str
    subject: str
    respondent: str | None
    content: str | None
    posted_at: AwareDatetime | None
    codes: tuple[str, ...]
    severity: str | None
    flags: tuple[str, ...]
    role: str | None


class RulingMade(Value):
    """What the policy makes of a finding and a record.

    `because` are the ids of the past events that were counted; `severity` is the one that was applied.
    """

    rule: str
    explanation: str
    severity: str
    content_measures: tuple[MeasureTaken, ...]
    options: tuple[MeasureTaken, ...]
    default: MeasureTaken | None
    also: tuple[MeasureTaken, ...]
    because: tuple[str, ...]
    appeal: str
    no_penalty: bool


class Choice(Value):
    """What the officer chose: the measures on the content, the one option, the mandatory extras, what was added."""

    content_measures: tuple[MeasureTaken, ...]
    party_measure: MeasureTaken | None
    also: tuple[MeasureTaken, ...]
    added: tuple[MeasureTaken, ...]


class ReportInCase(Value):
    """A report as its case knows it: the report's stream and the reporter's pseudonym in this case, never an id.

    `reporter_digest` is the keyed digest by which this case recognises a reporter who comes back; `attachments` are the
    digests of the evidence that came with the report.
    """

    report: UUID
    received_at: AwareDatetime
    source: str
    pseudonym: str | None
    reporter_digest: str | None
    reachable: bool
    codes: tuple[str, ...]
    evidence: str
    snapshot_digest: str | None
    attachments: tuple[str, ...]
