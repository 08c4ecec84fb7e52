"""The formats of exports: CSV for spreadsheets, JSON lines, Parquet; each with a bounded number of rows in memory."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, Final

from caseledger.queries.exports import Exported, rows
from caseledger.queries.ports import Reading, Row
from projections.tables import ColumnKind

ROWS_MAX: Final = 10_000
"""Rows that are in memory at a time."""

FORMULA: Final = frozenset("=+-@\t\r")
"""What text begins with that a spreadsheet takes for a formula (OWASP, CSV injection)."""

Writer = Callable[[Exported, Sequence[Reading], BinaryIO], int]
"""Writes all rows; gives their number."""


def write_csv(of: Exported, readings: Sequence[Reading], file: BinaryIO) -> int:
    """RFC 4180, UTF-8, a header line; empty fields are missing values, JSON is compact, formulas are defused."""
    names = [column.name for column in of.columns]
    texts = [column.kind is not ColumnKind.INTEGER for column in of.columns]
    written = 0
    for batch in _batches(of, readings):
        text = io.StringIO()
        out = csv.writer(text)
        if not written:
            out.writerow(names)
        out.writerows(
            [_field(row[name], is_text=is_text) for name, is_text in zip(names, texts, strict=True)] for row in batch
        )
        file.write(text.getvalue().encode())
        written += len(batch)
    if not written:
        file.write((",".join(names) + "\r\n").encode())
    file.flush()
    return written


def write_jsonl(of: Exported, readings: Sequence[Reading], file: BinaryIO) -> int:
    """One JSON object a line, fields in the order of the columns."""
    names = [column.name for column in of.columns]
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    written = 0
    for batch in _batches(of, readings):
        file.write("".join(f"{encode({name: row[name] for name in names})}\n" for row in batch).encode())
        written += len(batch)
    file.flush()
    return written


def write_parquet(of: Exported, readings: Sequence[Reading], file: BinaryIO) -> int:
    """Typed columns, with their meanings in the metadata; a row group for each batch."""
    import pyarrow as pa  # noqa: PLC0415 - large, and for this format only
    from pyarrow import parquet  # noqa: PLC0415 - the same

    types: Mapping[ColumnKind, pa.DataType] = {
        ColumnKind.INTEGER: pa.int64(),
        ColumnKind.BOOLEAN: pa.bool_(),
        ColumnKind.INSTANT: pa.timestamp("us", tz="UTC"),
        ColumnKind.DAY: pa.date32(),
    }
    schema = pa.schema(
        [
            pa.field(column.name, types.get(column.kind, pa.string()), column.nullable, {"meaning": column.meaning})
            for column in of.columns
        ]
    )
    written = 0
    with parquet.ParquetWriter(file, schema, compression="zstd") as out:
        for batch in _batches(of, readings):
            columns = [
                pa.array([_typed(row[column.name], column.kind) for row in batch], schema.field(at).type)
                for at, column in enumerate(of.columns)
            ]
            out.write_table(pa.Table.from_arrays(columns, schema=schema))
            written += len(batch)
    return written


WRITERS: Final[Mapping[str, Writer]] = {"csv": write_csv, "jsonl": write_jsonl, "parquet": write_parquet}
"""The writers by the names of their formats."""


def _batches(of: Exported, readings: Sequence[Reading]) -> Iterator[list[Row]]:
    found = rows(of, readings)
    while batch := list(islice(found, ROWS_MAX)):
        yield batch


def _field(value: object, *, is_text: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else _compact(value) if isinstance(value, list | dict) else str(value)
    return f"'{text}" if is_text and text[:1] in FORMULA else text


def _typed(value: object, kind: ColumnKind) -> object:
    if value is None:
        return None
    if kind is ColumnKind.INSTANT:
        return datetime.fromisoformat(str(value))
    if kind is ColumnKind.DAY:
        return date.fromisoformat(str(value))
    return _compact(value) if kind is ColumnKind.JSON else value


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
