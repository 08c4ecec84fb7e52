"""The end of the demo: every read model dropped and rebuilt, its digest beside the one before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from caseledger.cli.demo_words import heading, note
from caseledger.cli.output import table

COMPARED_CHARS: Final = 5
"""Of two digests side by side, five times in a line."""

COLUMN_CHARS: Final = 13
"""What two of them take."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """A read model before and after it was dropped and replayed from `facts` facts."""

    platform: str
    read_model: str
    facts: int
    live: str
    rebuilt: str

    @property
    def same(self) -> bool:
        """Whether both are equal to the last byte."""
        return self.live == self.rebuilt


def show_rebuilt(rebuilt: Sequence[Rebuilt]) -> Iterator[RenderableType]:
    """Read models by platform, each digest live and rebuilt."""
    yield heading("Every read model: live, then dropped and rebuilt from the first fact")
    platforms = list(dict.fromkeys(each.platform for each in rebuilt))
    digests = {(each.read_model, each.platform): each for each in rebuilt}
    names = dict.fromkeys(each.read_model for each in rebuilt)
    rows = [(name, *(_compared(digests.get((name, platform))) for platform in platforms)) for name in names]
    yield table(None, ("!read model", *(f"!{_in_two_lines(platform)}" for platform in platforms)), rows)
    wrong = sum(not each.same for each in rebuilt)
    if wrong:
        yield Text(f"{wrong} of {len(rebuilt)} are NOT what was there before: do not trust these read models.", "bold")
        return
    yield note(f"All {len(rebuilt)} are the same to the last byte: SHA-256 over every row, live and rebuilt.")


def _in_two_lines(platform: str) -> str:
    """A long name broken at its last hyphen."""
    head, _, tail = platform.rpartition("-")
    return platform if len(platform) <= COLUMN_CHARS else f"{head}-\n{tail}"


def _compared(each: Rebuilt | None) -> str | None:
    if each is None:
        return None
    return f"{each.live[:COMPARED_CHARS]} {'=' if each.same else '≠'} {each.rebuilt[:COMPARED_CHARS]}"
