"""The stored bytes of every event version ever written: where they are, and how a missing example is added."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from caseledger.event_codec import encode
from domain.catalogue import EVENT_TYPES
from schemas.registry import Registry
from tests.support.event_samples import sample

FOLDER = Path(__file__).resolve().parent / "golden"
LOCK = "digests.lock"
VARIANTS = {"full": True, "bare": False}


def examples(folder: Path = FOLDER) -> list[str]:
    """The examples, `<stored name>.<variant>`."""
    return sorted(path.stem for path in folder.glob("*.hex"))


def stored_bytes(example: str, folder: Path = FOLDER) -> bytes:
    """The bytes of an example."""
    return bytes.fromhex((folder / f"{example}.hex").read_text(encoding="ascii"))


def expected(example: str, folder: Path = FOLDER) -> dict[str, object]:
    """The stored name and values that an example holds."""
    return json.loads((folder / f"{example}.json").read_text(encoding="utf-8"))


def as_json(value: object) -> object:
    """Values as they stand in the JSON beside the bytes, whichever library read them."""
    match value:
        case dict():
            return {key: as_json(item) for key, item in value.items()}
        case list() | tuple():
            return [as_json(item) for item in value]
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case UUID():
            return str(value)
    return value


def digests(folder: Path = FOLDER) -> dict[str, str]:
    """The SHA-256 of every example file."""
    files = (path for path in sorted(folder.iterdir()) if path.name != LOCK)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def locked(folder: Path = FOLDER) -> dict[str, str]:
    """The SHA-256 that every example file had when it was added."""
    lines = (folder / LOCK).read_text(encoding="ascii").splitlines()
    return dict(line.split(" ") for line in lines)


def add_missing(registry: Registry, folder: Path = FOLDER) -> list[str]:
    """Write the examples that are not there yet; what is there stays. Returns the names of those added."""
    folder.mkdir(exist_ok=True)
    added = []
    for name in EVENT_TYPES:
        for variant, full in VARIANTS.items():
            example = f"{name}.{variant}"
            if not (folder / f"{example}.hex").exists():
                _write(registry, folder, example, sample(name, full=full))
                added.append(example)
    lines = (f"{name} {digest}\n" for name, digest in digests(folder).items())
    (folder / LOCK).write_text("".join(lines), encoding="ascii")
    return added


def _write(registry: Registry, folder: Path, example: str, event: object) -> None:
    name, data = encode(event)
    text = data.hex()
    lines = [text[at : at + 120] for at in range(0, len(text), 120)]
    (folder / f"{example}.hex").write_text("\n".join(lines) + "\n", encoding="ascii")
    _, record = registry.decode(data)
    page = {"name": name, "values": as_json(record)}
    (folder / f"{example}.json").write_text(json.dumps(page, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
