"""Writes statements of reasons, what a fix of their mapping changes, and what became of them; row by row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import BinaryIO, Final

from caseledger.bootstrap import Caseledger
from caseledger.cli.exporting import Target
from caseledger.cli.failures import not_found, usage
from caseledger.cli.list_views import day_of
from caseledger.cli.session import opened, platforms_asked, progress
from caseledger.queries.exports import STATEMENTS
from caseledger.statements.corrections import corrections
from caseledger.statements.formats import (
    Row,
    archive_rows,
    correction_rows,
    json_rows,
    overturned_rows,
    statement_rows,
)
from caseledger.statements.mapping import Mapping, mapping_of
from caseledger.statements.reading import Statements

NAME: Final = STATEMENTS
"""The name under which statements are exported."""

LINES_MAX: Final = 1_000
"""Lines that are written in one go."""


@dataclass(frozen=True)
class Asked:
    """What is asked of statements only."""

    since: str | None
    version: int | None
    corrections_since: int | None
    overturned: bool


def refuse(asked: Asked, name: str) -> None:
    """Refuse what only statements have, for another table."""
    if asked != Asked(None, None, None, overturned=False):
        raise usage(f"--since, --mapping-version, --corrections-since, --overturned are for {NAME}, not for {name}")


def export(asked: Asked, target: Target, platform: str | None) -> None:
    """Write the statements of one platform, or what is asked about them."""
    if target.kind not in ("csv", "jsonl"):
        raise usage(f"{NAME} are written as csv or jsonl, not as {target.kind}")
    if asked.overturned and asked.corrections_since is not None:
        raise usage("--overturned and --corrections-since are two lists; ask for one of them")
    since = day_of(asked.since, "--since")
    target.check()
    with opened() as caseledger:
        of = platforms_asked(caseledger, platform)
        if len(of) > 1:
            raise usage(f"statements are those of one platform; name one with --platform: {', '.join(of)}")
        table = _mapping(caseledger, asked.version)
        ledger = caseledger.ledger(of[0])
        statements = Statements(of[0], ledger, table, None if since is None else date.fromisoformat(since))
        earlier = None if asked.corrections_since is None else _mapping(caseledger, asked.corrections_since)
        lines = _lines(asked, target.kind, statements, table, earlier)
        with progress("statements", ledger.head()) as advance:
            rows = target.write(writer(lines, lambda: advance(statements.position)))
    told = {"mapping_version": table.version}
    if not asked.overturned and earlier is None:
        target.tell(NAME, rows, **told, without_statement=dict(statements.unstated))
    else:
        target.tell(NAME, rows, **told)


def _mapping(caseledger: Caseledger, version: int | None) -> Mapping:
    """The mapping of this version, or the newest."""
    texts = caseledger.mappings
    chosen = max(texts) if version is None else version
    if chosen not in texts:
        there = ", ".join(map(str, texts))
        raise not_found("mapping_not_found", f"no mapping of version {chosen}; there are: {there}")
    return mapping_of(texts[chosen], chosen)


def _lines(asked: Asked, kind: str, statements: Statements, table: Mapping, earlier: Mapping | None) -> Iterator[Row]:
    """The lines of what is asked."""
    rows: Iterable[Row]
    if asked.overturned:
        rows = json_rows(map(asdict, statements.overturned())) if kind == "jsonl" else overturned_rows(statements)
    elif earlier is not None:
        found = corrections(earlier, table, statements.decisions())
        rows = json_rows(map(asdict, found)) if kind == "jsonl" else correction_rows(found)
    else:
        rows = statement_rows(statements) if kind == "jsonl" else archive_rows(statements)
    return iter(rows)


def writer(lines: Iterator[Row], advanced: Callable[[], None]) -> Callable[[BinaryIO], int]:
    """What writes these lines to a file, some in one go, and gives the number of rows."""

    def write(file: BinaryIO) -> int:
        rows, some = 0, list[str]()
        for line, counts in lines:
            rows += counts
            some.append(line)
            if len(some) == LINES_MAX:
                file.write("".join(some).encode())
                some.clear()
                advanced()
        file.write("".join(some).encode())
        file.flush()
        return rows

    return write
