"""What was published of every event version ever written: examples beside the stored ones, nothing personal."""

import json

from schemas.publication import public, publication
from tests.history import golden

FOLDER = golden.FOLDER.parent / "golden_public"


def wanted() -> dict[str, str]:
    """The stored name of every example of a published event, by example."""
    names = {example: example.rpartition(".")[0] for example in golden.examples()}
    return {example: name for example, name in names.items() if name in public().names()}


def add_missing() -> list[str]:
    """Write the examples that are not there yet; what is there stays. Returns the names of those added."""
    FOLDER.mkdir(exist_ok=True)
    added = [example for example in wanted() if not (FOLDER / f"{example}.hex").exists()]
    for example in added:
        name = wanted()[example]
        data = publication().data(name, golden.stored_bytes(example))
        lines = [data.hex()[at : at + 120] for at in range(0, 2 * len(data), 120)]
        (FOLDER / f"{example}.hex").write_text("\n".join(lines) + "\n", encoding="ascii")
        page = {"name": name, "values": golden.as_json(public().decode(data)[1])}
        text = json.dumps(page, ensure_ascii=False, indent=2) + "\n"
        (FOLDER / f"{example}.json").write_text(text, encoding="utf-8")
    lines = [f"{name} {digest}\n" for name, digest in golden.digests(FOLDER).items()]
    (FOLDER / golden.LOCK).write_text("".join(lines), encoding="ascii")
    return added
