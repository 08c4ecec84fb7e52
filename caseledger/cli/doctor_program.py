"""Checks of the program itself: versions, the schemas it writes with, the packs at hand."""

import platform
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from caseledger.cli.doctor_words import Check, fault, ok
from domain.catalogue import EVENT_TYPES
from domain.policy.faults import PackRefused
from domain.policy.load import load
from infra.packs import PacksUnusable, packs_in
from schemas.errors import SchemaFault
from schemas.registry import published

DISTRIBUTIONS: Final = ("caseledger", "eventsourcing", "fastavro", "pydantic", "sqlalchemy", "pyarrow")


def program() -> Iterator[Check]:
    """Versions, as a report of a fault needs them."""
    sqlite = getattr(sys.modules.get("sqlite3"), "sqlite_version", "not loaded")
    yield ok("program", "python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield ok("program", "sqlite", str(sqlite))
    yield ok("program", "packages", ", ".join(f"{name} {_version(name)}" for name in DISTRIBUTIONS))


def schemas() -> Iterator[Check]:
    """Every event has its published schema, and each is the one that was locked."""
    registry = published()
    wrong = 0
    for name in EVENT_TYPES:
        try:
            registry.schema(name)
        except SchemaFault as problem:
            wrong += 1
            yield fault("schema", name, str(problem))
    if not wrong:
        yield ok("schemas", "avro.lock", f"all {len(EVENT_TYPES)} events have the schema that was locked")


def packs(folder: Path | None) -> Iterator[Check]:
    """Every pack at hand loads."""
    try:
        found = packs_in(folder)
    except PacksUnusable as problem:
        yield fault("packs", folder or "shipped", str(problem))
        return
    for name, texts in found.items():
        for text in texts:
            try:
                pack = load(text.encode(), name)
            except PackRefused as refusal:
                first = refusal.faults[0]
                yield fault("pack", name, f"{len(refusal.faults)} faults, the first: {first.path}: {first.reason}")
            else:
                yield ok("pack", f"{name} {pack.version}", f"loads, sha256 {pack.digest}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
