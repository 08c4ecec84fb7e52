"""What catching up needs from outside: where events come from, and where rows and checkpoints are kept."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from domain.events import Event
from domain.recorded import Recorded
from projections.read_model import ReadModel
from projections.rows import Changes, Fetch


class Source(Protocol):
    """The ledger of one platform, read forward."""

    def __call__(self, after_position: int, limit: int) -> Sequence[Recorded[Event]]:
        """At most `limit` events after this position, in the order of their positions; none at the end."""
        ...


class Look(Fetch, Protocol):
    """The rows of one platform as they are together at one moment."""

    def reached(self, names: Sequence[str]) -> Mapping[str, int]:
        """The checkpoints of these read models, 0 where there is none."""
        ...


class Batch(Fetch, Protocol):
    """One open transaction on the rows of one platform; nobody else writes the same read models meanwhile."""

    def positions(self, names: Sequence[str]) -> Mapping[str, int]:
        """The checkpoints of these read models, 0 where there is none, locked until the transaction ends."""
        ...

    def write(self, changes: Sequence[Changes]) -> None:
        """Write what a batch changed."""
        ...

    def move(self, names: Sequence[str], position: int) -> None:
        """Set the checkpoints of these read models."""
        ...


class Store(Protocol):
    """Where read models are kept."""

    def prepare(self, models: Sequence[ReadModel]) -> None:
        """Make the tables that are missing; those of another version are dropped, and their checkpoints with them."""
        ...

    def positions(self, platform: str) -> Mapping[str, int]:
        """The checkpoints of a platform by the name of the read model."""
        ...

    def look(self, platform: str) -> AbstractContextManager[Look]:
        """The rows as they are, to be read only; it keeps nobody from writing."""
        ...

    def batch(self, platform: str) -> AbstractContextManager[Batch]:
        """A transaction: committed when the block ends, undone when it raises."""
        ...

    def reset(self, platform: str, models: Sequence[ReadModel]) -> None:
        """Drop a platform's rows of these read models and set their checkpoints to 0, in one transaction."""
        ...

    def digest(self, platform: str, model: ReadModel) -> str:
        """SHA-256 over all rows in canonical order, in hexadecimal."""
        ...
