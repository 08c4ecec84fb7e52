"""Time kept over the example platform in memory, with its read models in a scratch database."""

from collections.abc import Sequence
from dataclasses import replace

from caseledger.application.keeping import READ_MODELS, Kept, TimeKeeper
from caseledger.application.service import Service
from caseledger.event_codec import from_stored
from domain.events import Event
from domain.recorded import Recorded
from infra.read_models.store import ReadModelStore
from projections import catalogue
from projections.catch_up import CatchUp
from projections.queries import Page, Query
from tests.support.example_pack import PLATFORM
from tests.support.examples import minute
from tests.support.spec import service_over

FEW = 2
"""Rows of a page: so few that every test turns pages."""


class ScratchTables:
    """The read models by which time is kept, in a database of their own."""

    def __init__(self, service: Service) -> None:
        self._store = ReadModelStore.scratch()
        models = [catalogue.by_name(name) for name in READ_MODELS]
        self._store.prepare(models)

        def source(after_position: int, limit: int) -> Sequence[Recorded[Event]]:
            return [from_stored(stored) for stored in service.ledger.since(after_position, limit)]

        self._work = CatchUp(PLATFORM, models, source, self._store)

    def bring_up(self) -> None:
        """To the ledger's end."""
        self._work.run()

    def page(self, question: Query) -> Page:
        """A short page."""
        return self._store.page(PLATFORM, replace(question, limit=FEW))


def keeper(service: Service) -> TimeKeeper:
    """A process that keeps time, with nothing in memory: its states come from the ledger."""
    own = service_over(service.ledger)
    return TimeKeeper(own, ScratchTables(own))


def kept(service: Service, minutes: float) -> list[Kept]:
    """What time gives by this minute."""
    return list(keeper(service).keep(minute(minutes)))


def events_kept(service: Service, minutes: float) -> list[Event]:
    """The events that time writes by this minute; it is given nothing that is refused."""
    given = kept(service, minutes)
    assert [each.refusal for each in given] == [None] * len(given)
    return [fact.event for each in given if each.answer for fact in each.answer.events]
