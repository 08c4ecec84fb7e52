"""What a journal tells of itself while it works: counts and durations, to whoever measures; never what is in it."""

from typing import Final, Protocol


class Observer(Protocol):
    """Told from the journal's own threads, so a call must neither wait nor raise."""

    def group(self, appends: int, seconds: float) -> None:
        """A group of so many appends was answered, so long after it was taken up, whatever the answers are."""

    def voided(self, appends: int) -> None:
        """So many appends of a group took no effect, because of a conflict."""

    def in_doubt(self, appends: int) -> None:
        """It is not known of so many appends whether they are in the log; they are being settled."""

    def settled(self, appends: int) -> None:
        """It is known now of so many that were in doubt, one way or the other."""

    def tail(self, offsets_behind: int) -> None:
        """The log has answered, and holds so many records that are not folded yet.

        Told after every answer, 0 included, and not while the log is silent: how old the last one is says for how long
        the log has not been reached. Never told by a journal whose log and index are one file.
        """


class Unobserved:
    """Nobody measures."""

    def group(self, appends: int, seconds: float) -> None:
        """Do nothing."""

    def voided(self, appends: int) -> None:
        """Do nothing."""

    def in_doubt(self, appends: int) -> None:
        """Do nothing."""

    def settled(self, appends: int) -> None:
        """Do nothing."""

    def tail(self, offsets_behind: int) -> None:
        """Do nothing."""


UNOBSERVED: Final = Unobserved()
"""For a journal that nobody measures."""
