"""Writes the generated pages of the documentation, or says which differ: `python -m caseledger.docs [--check]`."""

import sys
from pathlib import Path

from caseledger import asyncapi, cli_docs, command_docs, event_docs, operating_docs, read_model_docs
from caseledger.settings import settings_table

_SETTINGS = """# Settings

Settings come from the environment, and from nowhere else. This page is generated from `caseledger/settings.py`.

{table}

Data lives in one folder: `platforms/<platform>/journal.sqlite` is the ledger, `secrets/<platform>.key` the key under
which cases recognise returning reporters, `read-models.sqlite` the tables for analysts, which can be rebuilt, and
`ingest/` how far files were read. Back up journals and secrets; everything else follows from them. With
`CASELEDGER_KAFKA` the ledger is a topic, and `platforms/<platform>/index` what the processes here folded of it:
[operating.md](operating.md#backup-and-restore) says what to back up then. Folders are made with mode 0700, and files
with mode 0600.
"""


_ROOT = Path(__file__).parent.parent


def pages() -> dict[str, str]:
    """Every generated page by its path in the checkout."""
    return {
        "docs/cli.md": cli_docs.render(),
        "docs/commands.md": command_docs.render(),
        "docs/events.md": event_docs.render(),
        operating_docs.PAGE: operating_docs.text(_ROOT),
        "docs/read-models.md": read_model_docs.render(),
        "schemas/asyncapi.json": asyncapi.render(),
        "docs/settings.md": _SETTINGS.format(table=settings_table()),
    }


def main() -> int:
    """Write the pages, or with `--check` name those that differ and give 1."""
    check = "--check" in sys.argv[1:]
    differing = [name for name, text in pages().items() if _text(_ROOT / name) != text]
    for name in differing:
        sys.stdout.write(f"{name}: {'differs, run make docs' if check else 'written'}\n")
        if not check:
            (_ROOT / name).write_text(pages()[name], encoding="utf-8")
    return 1 if check and differing else 0


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
