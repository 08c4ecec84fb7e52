"""All benchmarks, one after the other, in one run: `python -m benchmarks [NAME…]`."""

import platform
import sqlite3
import sys
from collections.abc import Callable
from importlib import import_module

NAMES = ("journal_bench", "ingest_bench", "rebuild_bench", "command_bench", "record_bench", "judge_bench")


def main() -> None:
    """Run those named, or all."""
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}")
    asked, sys.argv[1:] = sys.argv[1:] or list(NAMES), []
    for name in asked:
        print()
        bench: Callable[[], None] = import_module(f"benchmarks.{name}").main
        bench()


if __name__ == "__main__":
    main()
