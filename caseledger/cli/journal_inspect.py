"""Shows what a journal holds, as a whole or record by record; never what an event says."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from rich.table import Table

from caseledger.bootstrap import Caseledger
from caseledger.cli.journal_files import address, readable
from caseledger.cli.output import grid, print_json, show, table
from caseledger.cli.session import opened, platforms_asked, progress
from infra.journal.inspection import Inspection
from infra.journal.inspection import inspect as inspected
from infra.journal.listing import ListedAppend, ListedRecord, listed
from infra.journal.read_only import snapshot

WRITERS_SHOWN: Final = 10
SOURCES_SHOWN: Final = 50
WRITER_CHARS: Final = 12
"""A writer's id is random: its beginning tells it from the others."""

Document = dict[str, Any]


def inspect(platform: str | None, start: int | None, limit: int, *, as_json: bool) -> None:
    """The whole, or the records from an offset on."""
    with opened() as caseledger:
        names = platforms_asked(caseledger, platform)
        if start is None:
            _print([_summary(caseledger, name) for name in names], _summary_parts, as_json=as_json)
        else:
            _print([_page(caseledger, name, start, limit) for name in names], _page_parts, as_json=as_json)


def _print(documents: list[Document], parts: Callable[[Document], Iterator[Table | str]], *, as_json: bool) -> None:
    if as_json:
        print_json(documents)
    else:
        show(part for document in documents for part in parts(document))


def _summary(caseledger: Caseledger, platform: str) -> Document:
    path, kind = readable(caseledger, platform)
    with snapshot(path, kind) as connection:
        (records,) = connection.execute("SELECT count(*) FROM records").fetchone()
        with progress(f"reading {platform}", records) as advance:
            found = inspected(connection, advance)
    return {
        "platform": platform,
        "ledger": address(caseledger, platform),
        "file": str(path),
        "file_bytes": sum(part.stat().st_size for part in (path, path.with_name(f"{path.name}-wal")) if part.exists()),
        **_figures(found),
        "schemas_total": found.schemas_total,
        "schemas": [schema._asdict() for schema in found.schemas],
        "writers_total": found.writers_total,
        "writers": [writer._asdict() for writer in found.writers],
        "sources_total": found.sources_total,
        "sources": [source._asdict() for source in found.sources],
    }


def _figures(found: Inspection) -> Document:
    return {
        "records": found.records,
        "bytes": found.bytes,
        "next_offset": found.next_offset,
        "unreadable": found.unreadable,
        "appends": found.appends,
        "written": found.written,
        "void": found.void,
        "cancelled": found.cancels,
        "positions": found.positions,
        "streams": found.streams,
    }


def _summary_parts(document: Document) -> Iterator[Table | str]:
    yield f"Journal of {document['platform']}"
    yield grid(
        (
            ("ledger", document["ledger"]),
            ("index" if document["ledger"] != document["file"] else "file", _with_size(document)),
            (
                "records",
                f"{document['records']:,} of {document['bytes']:,} bytes; next offset {document['next_offset']:,}",
            ),
            ("unreadable", document["unreadable"] or None),
            ("appends", f"{document['appends']:,}: {document['written']:,} took effect, {document['void']:,} void"),
            ("cancelled", document["cancelled"] or None),
            ("events", f"{document['positions']:,} in {document['streams']:,} streams"),
            ("schemas", f"{document['schemas_total']:,}"),
        )
    )
    rows = [_writer_row(writer) for writer in document["writers"][:WRITERS_SHOWN]]
    if rows:
        title = _some("Writers", len(rows), document["writers_total"], "the last ones")
        yield table(title, ("!writer", "#appends", "!first", "!last", "#offset"), rows)
    sources = [(source["source"], source["position"]) for source in document["sources"][:SOURCES_SHOWN]]
    if sources:
        title = _some("Sources, and how far they were read", len(sources), document["sources_total"], "by name")
        yield table(title, ("source", "#position"), sources)


def _page(caseledger: Caseledger, platform: str, start: int, limit: int) -> Document:
    path, kind = readable(caseledger, platform)
    with snapshot(path, kind) as connection:
        records = [_record(record) for record in listed(connection, start, limit)]
        (end,) = connection.execute("SELECT max(offset) + 1 FROM records").fetchone()
    after = records[-1]["offset"] + 1 if records else None
    return {"platform": platform, "records": records, "next": after if after is not None and after < end else None}


def _record(record: ListedRecord) -> Document:
    told: Document = {"offset": record.offset, "bytes": record.bytes, "kind": record.kind}
    match record.kind:
        case "appends":
            appends = [_append(append) for append in record.appends]
            return told | {"writer": record.writer, "recorded_at": record.recorded_at, "appends": appends}
        case "cancel":
            return told | {"cancelled": list(record.cancelled)}
        case "schema":
            return told | {"schema": record.schema}
        case _:
            return told


def _append(append: ListedAppend) -> Document:
    positions = append.positions
    return {
        "append": append.append_id,
        "written": positions is not None,
        "positions": _ends(positions) if positions else None,
        "events": [event._asdict() for event in append.events],
        "sources": [{"source": source, "position": position} for source, position in append.tracking],
    }


def _ends(positions: range) -> list[int]:
    return [positions.start, positions.stop - 1]


def _page_parts(document: Document) -> Iterator[Table | str]:
    rows = [_record_row(record) for record in document["records"]]
    columns = ("#offset", "!kind", "!recorded", "!writer", "#bytes", "#appends", "#void", "events, or what else")
    yield table(f"Records of {document['platform']}", columns, rows)
    if document["next"] is not None:
        yield f"There is more: --from {document['next']}"


def _record_row(record: Document) -> Sequence[str | int | None]:
    appends = record.get("appends")
    writer = record.get("writer")
    what = ""
    if appends is not None:
        ends = [append["positions"] for append in appends if append["positions"]]
        what = f"{ends[0][0]:,} to {ends[-1][1]:,}" if ends else "none"
    elif "schema" in record:
        what = record["schema"]
    elif "cancelled" in record:
        what = ", ".join(record["cancelled"])
    return (
        record["offset"],
        record["kind"],
        record.get("recorded_at"),
        writer and writer[:WRITER_CHARS],
        record["bytes"],
        None if appends is None else len(appends),
        None if appends is None else sum(not append["written"] for append in appends),
        what,
    )


def _writer_row(writer: Document) -> Sequence[str | int]:
    return (
        writer["writer"][:WRITER_CHARS],
        writer["appends"],
        writer["first_at"],
        writer["last_at"],
        writer["last_offset"],
    )


def _some(title: str, shown: int, total: int, which: str) -> str:
    return title if shown == total else f"{title} ({which} {shown} of {total:,}; --json has more)"


def _with_size(document: Document) -> str:
    return f"{document['file']} ({document['file_bytes']:,} bytes)"
