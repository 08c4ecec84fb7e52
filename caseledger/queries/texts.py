"""The free texts of a case and its reports: personal, and therefore shown only where they are asked for by name."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import BaseModel

from caseledger.application.ports import Ledger
from caseledger.queries.streams import case_state, many, stream_events
from domain.cases.later_events import CaseExternalOutcomeRecorded
from domain.events import Event
from domain.personal import personal_paths
from domain.policy.instants import utc_text
from domain.recorded import Recorded

SHOWN: Final = frozenset(
    {"reason", "text", "result", "explanation", "statement", "snapshot", "summary", "captured_from", "name", "person"}
)
"""The last parts of personal fields that `texts_of_case` gives."""

NEVER_SHOWN: Final = frozenset({"reporter", "contact_details", "case_name", "sent_to"})
"""Who reported stays sealed here, whoever asks; and no text of an authority's request belongs to the case."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One personal text: where it stands, who wrote it down and when."""

    event: str
    field: str
    at: str
    by: str
    text: str


def texts_of_case(ledger: Ledger, case: UUID, by_initial: Collection[str] = ()) -> tuple[TextLine, ...]:
    """The personal texts of the case and of the reports that joined it, in the order in which they were recorded.

    Of a person whose account is in `by_initial` only the initial of the name is given.
    """
    events = stream_events(ledger, case)
    state = case_state(events)
    pseudonyms = {joined.report: joined.pseudonym for joined in state.reports} if state else {}
    found: list[TextLine] = []
    for report, facts in many(ledger, list(pseudonyms)).items():
        found.extend(_texts(facts, pseudonyms[report], ()))
    found.extend(_texts(events, None, by_initial))
    return tuple(sorted(found, key=lambda line: line.at))


def _texts(events: Sequence[Recorded[Event]], pseudonym: str | None, by_initial: Collection[str]) -> Iterator[TextLine]:
    for fact in events:
        event = _named_by_initial(fact.event) if _of(fact.event) in by_initial else fact.event
        for path in sorted(personal_paths(type(event))):
            if path.rpartition(".")[2] in SHOWN:
                for text in _values(event, path.split(".")):
                    by = pseudonym if pseudonym and fact.version == 1 else event.cause.actor
                    yield TextLine(event.TYPE, path, utc_text(event.occurred_at), by, text)


def _of(event: Event) -> str | None:
    return event.account if isinstance(event, CaseExternalOutcomeRecorded) else None


def _named_by_initial(event: Event) -> Event:
    person = getattr(event, "person", None)
    return event.model_copy(update={"person": person and f"{person[0].upper()}."})


def _values(value: object, path: Sequence[str]) -> Iterator[str]:
    """What stands at a path, through nested values and lists of them."""
    if isinstance(value, tuple):
        for item in value:
            yield from _values(item, path)
    elif not path:
        if isinstance(value, str):
            yield value
    elif isinstance(value, BaseModel):
        yield from _values(getattr(value, path[0]), path[1:])
