"""Writes exports: rows stream from the database to the file, whose name appears only when all of it is there."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from caseledger.cli.export_formats import WRITERS
from caseledger.cli.failures import Failure, usage
from caseledger.cli.output import print_json, show, table
from caseledger.cli.session import opened, readings
from caseledger.cli.status import ExitStatus
from caseledger.queries.exports import STATEMENTS, exported, names, owner_of

LIST_ALL: Final = "help"
"""In place of a name: list what can be exported."""


@dataclass(frozen=True)
class Target:
    """Where an export goes: in which format, to which file or to standard output, and how it is told."""

    kind: str
    output: Path | None
    force: bool
    as_json: bool

    def check(self) -> None:
        """Refuse what cannot be written before anything is read."""
        output = self.output
        if output is None and self.as_json:
            raise usage("--json tells what was written to a file; name one with --output, or use --format jsonl")
        if output is not None and (output.is_symlink() or (output.exists() and not output.is_file())):
            raise usage(f"{output} is no plain file; leave --output out for standard output")
        if output is not None and output.exists() and not self.force:
            raise _taken(output)

    def write(self, write: Callable[[BinaryIO], int]) -> int:
        """Let this be written, whole or not at all where it is a file; gives the number of rows."""
        if self.output is None:
            sys.stdout.flush()
            return write(sys.stdout.buffer)
        with _whole_file(self.output, force=self.force) as file:
            return write(file)

    def tell(self, name: str, rows: int, **more: object) -> None:
        """Say what was written to a file; nothing where the rows themselves were printed."""
        if self.output is None:
            return
        if self.as_json:
            print_json({"name": name, "format": self.kind, "file": str(self.output), "rows": rows, **more})
        else:
            sys.stderr.write(f"{rows} rows of {name} in {self.output}\n")


def export(name: str, kind: str, output: Path | None, platform: str | None, *, force: bool, as_json: bool) -> None:
    """Write one table or view."""
    if name == LIST_ALL:
        _tell_names(as_json=as_json)
        return
    model = owner_of(name)
    target = Target(kind, output, force, as_json)
    target.check()
    if output is None and kind == "parquet" and sys.stdout.isatty():
        raise usage("parquet is not for a terminal; name a file with --output")
    with opened() as caseledger:
        there = readings(caseledger, platform, model)
        rows = target.write(lambda file: WRITERS[kind](exported(name), there, file))
    target.tell(name, rows)


@contextmanager
def _whole_file(output: Path, *, force: bool) -> Iterator[BinaryIO]:
    """A file beside `output` that takes its name when the block ends well; else it is gone."""
    try:
        descriptor, partial = tempfile.mkstemp(prefix=f".{output.name[:100]}.", dir=output.parent)
    except OSError as fault:
        raise _failed(output, fault) from fault
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if force:
            os.replace(partial, output)  # noqa: PTH105 - a pair of names, not a path object
            return
        try:
            os.link(partial, output)
        except FileExistsError:
            raise _taken(output) from None
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise _failed(output, fault) from fault
    finally:
        Path(partial).unlink(missing_ok=True)


def _tell_names(*, as_json: bool) -> None:
    meaning = "Statements of reasons for the DSA Transparency Database, from the ledger itself; see docs/statements.md."
    found = sorted([*names(), (STATEMENTS, "", meaning)])
    if as_json:
        print_json([{"name": name, "read_model": model, "meaning": meaning} for name, model, meaning in found])
        return
    show([table(None, ("!name", "meaning"), [(name, meaning) for name, _, meaning in found])])


def _taken(output: Path) -> Failure:
    return Failure(
        ExitStatus.OUTPUT_FAILED, "file_exists", f"{output} is there and was left as it is; --force replaces"
    )


def _failed(output: Path, fault: OSError) -> Failure:
    reason = fault.strerror or str(fault)
    return Failure(ExitStatus.OUTPUT_FAILED, "output_failed", f"{output}: {reason}; nothing was left behind")
