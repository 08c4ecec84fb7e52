"""All benchmarks, one after the other, in one run: `python -m benchmarks [NAME…] [WORD…]`.

A name may leave out `_bench`; words that name no benchmark are handed to those that are named, such as the parts and
options of `kafka`: `python -m benchmarks kafka --quick appends`.
"""

import platform
import sqlite3
import sys
from collections.abc import Callable
from importlib import import_module

NAMES = (
    "journal_bench",
    "ingest_bench",
    "rebuild_bench",
    "command_bench",
    "record_bench",
    "judge_bench",
    "kafka_bench",
)


ONLY_NAMED = ("rewards_bench", "failover_bench")
"""Run when asked for."""


def main() -> None:
    """Run those named, or all."""
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.machine()}")
    known = {word: name for name in NAMES + ONLY_NAMED for word in (name, name.removesuffix("_bench"))}
    asked = [known[word] for word in sys.argv[1:] if word in known]
    if sys.argv[1:] and not asked:
        sys.exit(f"no benchmark is named {' '.join(sys.argv[1:])}; there are: {' '.join(NAMES + ONLY_NAMED)}")
    sys.argv[1:] = [word for word in sys.argv[1:] if word not in known]
    for name in asked or NAMES:
        print()
        bench: Callable[[], None] = import_module(f"benchmarks.{name}").main
        bench()


if __name__ == "__main__":
    main()
