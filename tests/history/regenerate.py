"""Brings everything that is made from the event classes up to date: schemas, lock, `docs/events.md`, golden bytes.

`python -m tests.history.regenerate` adds what a new event or version needs and refuses to change what was published.
With `--unpublished-replace`, before 1.0 and while no ledger exists, everything is made anew.
"""

import shutil
import sys
from importlib.resources import files

from caseledger import event_docs, public_schemas, schema_generator
from schemas.registry import Registry
from tests.history import golden_public
from tests.history.golden import FOLDER, add_missing


def main(arguments: list[str]) -> int:
    """Run the command; returns the exit code."""
    refused = schema_generator.main(arguments) or public_schemas.main(arguments)
    if refused:
        return refused
    if "--unpublished-replace" in arguments:
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.rmtree(golden_public.FOLDER, ignore_errors=True)
    sys.stdout.writelines(f"golden: {example}\n" for example in add_missing(Registry(files("schemas"))))
    sys.stdout.writelines(f"golden, published: {example}\n" for example in golden_public.add_missing())
    return event_docs.main([])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
