"""The read models by which time is kept on one platform: brought up, and asked for what is due."""

from infra.read_models.store import ReadModelStore
from projections.catch_up import CatchUp
from projections.queries import Page, Query


class DueTables:
    """Rows of what falls due, for the keeper of a platform's time."""

    def __init__(self, platform: str, store: ReadModelStore, work: CatchUp) -> None:
        """Bind the platform, where its read models are, and what brings them up."""
        self._platform = platform
        self._store = store
        self._work = work

    def bring_up(self) -> None:
        """Bring them up to the ledger's end."""
        self._work.run()

    def page(self, question: Query) -> Page:
        """Rows of one of their tables, and the cursor of those that follow."""
        return self._store.page(self._platform, question)
