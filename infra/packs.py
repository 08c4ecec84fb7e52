"""Policy packs on disk: `<platform>/<version>.toml`, from a folder or from what ships with the program."""

from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

PACKS_MAX: Final = 1_000
PACK_BYTES_MAX: Final = 1_000_000


class PacksUnusable(Exception):  # noqa: N818 - named as the sentence it says
    """The folder of packs cannot be read; the reason names what is wrong."""


def packs_in(folder: Path | None) -> dict[str, tuple[str, ...]]:
    """The texts of all packs by platform, in the order of their file names; what ships when no folder is named."""
    found: dict[str, tuple[str, ...]] = {}
    for count, (platform, file) in enumerate(_pack_files(shipped("policies") if folder is None else folder)):
        if count >= PACKS_MAX:
            raise PacksUnusable(f"more than {PACKS_MAX} packs in {folder}")
        found[platform] = (*found.get(platform, ()), _text(file))
    return found


def shipped(folder: str) -> Traversable:
    """A folder that ships: inside the installed package, or beside it in a checkout."""
    inside = files("caseledger") / "data" / folder
    return inside if inside.is_dir() else Path(str(files("caseledger"))).parent / folder


def _pack_files(folder: Traversable) -> Iterator[tuple[str, Traversable]]:
    if not folder.is_dir():
        raise PacksUnusable(f"{folder} is no folder of policy packs")
    for platform in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if platform.is_dir():
            for file in sorted(platform.iterdir(), key=lambda entry: entry.name):
                if file.name.endswith(".toml"):
                    yield platform.name, file


def _text(file: Traversable) -> str:
    data = file.read_bytes()
    if len(data) > PACK_BYTES_MAX:
        raise PacksUnusable(f"{file.name} has {len(data)} bytes; a pack has at most {PACK_BYTES_MAX}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise PacksUnusable(f"{file.name} is not UTF-8 at byte {error.start}") from None
