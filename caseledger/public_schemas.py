"""Writes the schema of every published event, made from the stored one; never changes one that was published.

`python -m caseledger.public_schemas` adds what is missing after `python -m caseledger.schema_generator` did.
"""

import json
import sys
from pathlib import Path

from caseledger.schema_generator import carry_out, options_of, plan_texts, rendered
from schemas.publication import FOLDER, LEFT_OUT, public_schema
from schemas.registry import Registry

NOBODY: frozenset[str] = frozenset()


def public_texts(stored: Registry) -> dict[str, str]:
    """The text of every published event's schema, by stored name, in the order of the stored ones."""
    trees = ((name, json.loads(stored.schema(name).text)) for name in stored.names())
    return {name: rendered(public_schema(tree, LEFT_OUT.get(name, NOBODY))) for name, tree in trees if "event" in tree}


def main(arguments: list[str] | None = None, directory: Path | None = None) -> int:
    """Run the command; `directory` is where the stored schemas are. Returns the exit code."""
    options = options_of("python -m caseledger.public_schemas", __doc__, arguments)
    where = directory or Path(__file__).resolve().parent.parent / "schemas"
    changes = plan_texts(where / FOLDER, public_texts(Registry(where)), NOBODY)
    return carry_out(where / FOLDER, changes, options, twins=True)


if __name__ == "__main__":
    sys.exit(main())
