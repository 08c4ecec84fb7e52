"""The folder of the demo: made, marked and emptied by it alone; data that it did not write is never touched."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from caseledger.bootstrap import READ_MODELS_FILE
from caseledger.cli.failures import usage
from caseledger.settings import Settings
from infra.platform_secret import OWNER_ONLY

MARKER: Final = ".caseledger-demo"
"""Permanent: the file that says a folder was made by the demo."""

INSIDE_DEFAULT: Final = "demo"
"""The demo's place inside the default data folder, which itself is for real data."""

_MARK: Final = "Made by `caseledger demo`. `caseledger demo --fresh` empties this folder; keep nothing else in it.\n"
_OWN: Final = ("platforms", "secrets", "ingest")
_DATABASE_ENDS: Final = ("", "-journal", "-wal", "-shm", ".locks")


def demo_settings(settings: Settings) -> Settings:
    """The settings of the demo: its own folder, read models in that folder, and the packs that ship."""
    data = settings.data if "data" in settings.model_fields_set else settings.data / INSIDE_DEFAULT
    return settings.model_copy(
        update={"data": data, "read_models_url": None, "policies": None, "platform": None},
    )


def prepare(folder: Path, platforms: frozenset[str], *, fresh: bool) -> None:
    """Make and mark the folder, or empty a marked one; raises `Failure`, with nothing changed, for any other.

    `platforms` are those that the demo writes.
    """
    if not folder.exists():
        folder.mkdir(parents=True, mode=0o700)
    if not folder.is_dir():
        raise usage(f"{folder} is no folder; name one for the demo in CASELEDGER_DATA")
    marked = (folder / MARKER).is_file()
    entries = {entry.name for entry in folder.iterdir()} - {MARKER}
    if entries and not marked:
        raise usage(
            f"{folder} holds data that the demo did not make; nothing was changed. "
            "Name a new or empty folder in CASELEDGER_DATA"
        )
    if not marked:
        (folder / MARKER).write_text(_MARK, encoding="utf-8")
    if fresh:
        _check_own(folder, entries, platforms)
        _empty(folder, entries)


def keep_secrets(folder: Path, platforms: Iterable[str]) -> None:
    """Give each platform of the demo the same secret every time, so that digests made with it can be compared.

    They protect invented people only; whoever has real ones gets a random secret at the first report.
    """
    for platform in platforms:
        file = folder / "secrets" / f"{platform}.key"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            secret = hashlib.sha256(f"caseledger demo {platform}".encode()).digest()
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as new:
                new.write(secret)


def is_new(folder: Path) -> bool:
    """Whether nothing was played in the folder yet."""
    return not (folder / "secrets").exists()


def _check_own(folder: Path, entries: set[str], platforms: frozenset[str]) -> None:
    made = {*_OWN, *(f"{READ_MODELS_FILE}{end}" for end in _DATABASE_ENDS)}
    written = folder / "platforms"
    others = {entry.name for entry in written.iterdir()} - platforms if written.is_dir() else set()
    foreign = sorted((entries - made) | {f"platforms/{name}" for name in others})
    if foreign:
        raise usage(
            f"{folder} is the demo's, but {foreign[0]} in it is not; nothing was changed. "
            "Move it away, or name another folder in CASELEDGER_DATA"
        )


def _empty(folder: Path, entries: set[str]) -> None:
    """All but the mark, so that an interruption leaves a folder that can be emptied again."""
    for name in sorted(entries):
        entry = folder / name
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
