"""Writes exports: rows stream from the database to the file, whose name appears only when all of it is there."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from caseledger.bootstrap import Caseledger
from caseledger.cli.export_formats import WRITERS
from caseledger.cli.failures import Failure, usage
from caseledger.cli.output import print_json, show, table
from caseledger.cli.session import opened, readings
from caseledger.cli.status import ExitStatus
from caseledger.queries.exports import Exported, exported, names, owner_of

LIST_ALL: Final = "help"
"""In place of a name: list what can be exported."""


def export(name: str, kind: str, output: Path | None, platform: str | None, *, force: bool, as_json: bool) -> None:
    """Write one table or view."""
    if name == LIST_ALL:
        _tell_names(as_json=as_json)
        return
    model = owner_of(name)
    if output is None and as_json:
        raise usage("--json tells what was written to a file; name one with --output, or use --format jsonl")
    if output is None and kind == "parquet" and sys.stdout.isatty():
        raise usage("parquet is not for a terminal; name a file with --output")
    if output is not None and (output.is_symlink() or (output.exists() and not output.is_file())):
        raise usage(f"{output} is no plain file; leave --output out for standard output")
    if output is not None and output.exists() and not force:
        raise _taken(output)
    with opened() as caseledger:
        rows = _write(caseledger, exported(name), (kind, output, platform), model, force=force)
    if output is None:
        return
    if as_json:
        print_json({"name": name, "format": kind, "file": str(output), "rows": rows})
    else:
        sys.stderr.write(f"{rows} rows of {name} in {output}\n")


def _write(
    caseledger: Caseledger, of: Exported, target: tuple[str, Path | None, str | None], model: str, *, force: bool
) -> int:
    kind, output, platform = target
    there = readings(caseledger, platform, model)
    if output is None:
        sys.stdout.flush()
        return WRITERS[kind](of, there, sys.stdout.buffer)
    with _whole_file(output, force=force) as file:
        return WRITERS[kind](of, there, file)


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
    found = names()
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
