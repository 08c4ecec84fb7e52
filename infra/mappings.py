"""Mappings of statements on disk: `<version>.toml`, from a folder or from what ships with the program."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

MAPPINGS_MAX: Final = 1_000
MAPPING_BYTES_MAX: Final = 1_000_000


class MappingsUnusable(Exception):  # noqa: N818 - named as the sentence it says
    """The folder of mappings cannot be read; the reason names what is wrong."""


def mappings_in(folder: Path | None) -> dict[int, str]:
    """The texts of all mappings by version, the oldest first; what ships when no folder is named."""
    place: Traversable = files("caseledger") / "statements" / "mappings" if folder is None else folder
    if not place.is_dir():
        raise MappingsUnusable(f"{place} is no folder of mappings")
    found = {_version(file): file for file in place.iterdir() if file.name.endswith(".toml")}
    if not 0 < len(found) <= MAPPINGS_MAX:
        raise MappingsUnusable(f"{place} holds {len(found)} mappings; 1 to {MAPPINGS_MAX} are needed")
    return {version: _text(found[version]) for version in sorted(found)}


def _version(file: Traversable) -> int:
    name = file.name.removesuffix(".toml")
    if not (name.isascii() and name.isdecimal() and not name.startswith("0")):
        raise MappingsUnusable(f"{file.name} is named by no version; a mapping is <version>.toml, such as 1.toml")
    return int(name)


def _text(file: Traversable) -> str:
    data = file.read_bytes()
    if len(data) > MAPPING_BYTES_MAX:
        raise MappingsUnusable(f"{file.name} has {len(data)} bytes; a mapping has at most {MAPPING_BYTES_MAX}")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MappingsUnusable(f"{file.name} is not UTF-8 at byte {error.start}") from None
