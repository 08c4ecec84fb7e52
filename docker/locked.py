"""Prints the part of requirements.lock that the image needs, hashes and all: what runs the service, or what builds it.

    locked.py [--build]

The lock says for each package which others want it; from what pyproject.toml names, that leads to all that is needed.
"""

import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parent.parent
EXTRAS = ("postgres",)
"""Of the project, beside its dependencies: the image needs no local Kafka."""


def main() -> None:
    """Print it."""
    sys.stdout.write(locked(building=sys.argv[1:] == ["--build"]))


def locked(*, building: bool) -> str:
    """The lines of the lock."""
    entries = blocks((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    optional = project["project"]["optional-dependencies"]
    service = [*project["project"]["dependencies"], *(each for extra in EXTRAS for each in optional[extra])]
    wanted = project["build-system"]["requires"] if building else service
    return "".join(entries[name] for name in sorted(closure(entries, map(name_of, wanted))))


def blocks(lock: str) -> dict[str, str]:
    """Each package's lines."""
    parts = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE | re.IGNORECASE)
    return {name_of(part): part for part in parts if part[:1].isalnum()}


def closure(entries: dict[str, str], wanted: Iterable[str]) -> set[str]:
    """The packages wanted, those that they want, and so on."""
    needed: set[str] = set()
    new = set(wanted)
    while new:
        needed |= new
        new = {name for name, block in entries.items() if wanted_by(block) & new} - needed
    return needed


def wanted_by(block: str) -> set[str]:
    """Who wants a package, by the comments of the lock."""
    comments = (line.strip().removeprefix("#").strip() for line in block.splitlines() if line.lstrip().startswith("#"))
    return {name_of(comment.removeprefix("via").strip()) for comment in comments if comment != "via"}


def name_of(requirement: str) -> str:
    """The package's name as the lock spells it."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return "" if found is None else re.sub(r"[-_.]+", "-", found[0]).lower()


if __name__ == "__main__":
    main()
