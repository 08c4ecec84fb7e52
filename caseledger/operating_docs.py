"""The parts of docs/operating.md that follow from the code: topics, ACLs, metrics and bounds, between their marks."""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from caseledger.processes.ending import STOP_S_MAX
from caseledger.processes.hosting import SILENT_S_MAX
from caseledger.processes.lifecycle import PAUSE_FIRST_S, PAUSE_S_MAX, UNAVAILABLE_S_MAX
from infra.health import STUCK_S_MAX
from infra.journal.kafka_guard import INSYNC, INSYNC_MIN, REPLICATION_MIN
from infra.journal.limits import APPEND_WAIT_S, CONNECT_WAIT_S, REQUEST_WAIT_MS, Limits
from infra.kafka.grants import GRANTS, acl_lines
from infra.local_kafka.plan import FAST_FAILOVER
from infra.metrics import Metrics
from infra.read_models.engine import BUSY_TIMEOUT_MS, STILL_MS
from schemas.topics import SETTINGS, TopicKind, topic_name

PAGE: Final = "docs/operating.md"
PLATFORM: Final = "PLATFORM"

WHAT_FOR: Final[Mapping[TopicKind, str]] = {
    TopicKind.LEDGER: "the ledger: every fact, for ever",
    TopicKind.REPORTS: "reports from others; kept for as long as the brokers keep topics",
    TopicKind.REFUSED: "messages that could not be taken, with the reason",
    TopicKind.EVENTS: "what is published, for ever",
}


def render(page: str) -> str:
    """The page with the parts between its marks made anew; the rest is written by hand."""
    for name, part in _PARTS.items():
        marks = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        between = marks.search(page)
        if between is None:
            raise ValueError(f"{PAGE} has no part marked {name}")
        page = f"{page[: between.start()]}{between[1]}{part()}\n{between[2]}{page[between.end() :]}"
    return page


def text(root: Path) -> str:
    """The page as it should be in this checkout."""
    return render((root / PAGE).read_text(encoding="utf-8"))


def _topics() -> str:
    rows = []
    for kind in TopicKind:
        wanted = SETTINGS[kind]
        config = "<br>".join(f"`{name}={value}`" for name, value in wanted.config.items())
        rows.append((f"`{topic_name(PLATFORM, kind)}`", WHAT_FOR[kind], str(wanted.partitions), config))
    table = _table(("topic", "holds", "partitions", "settings"), rows)
    return (
        f"{table}\n\n`replicated`: replication factor {REPLICATION_MIN}, `{INSYNC}={INSYNC_MIN}`. "
        f"`single`: replication factor 1, `{INSYNC}=1`."
    )


def _acls() -> str:
    lines = [line for process in GRANTS for line in acl_lines(process, PLATFORM)]
    return "\n".join(["```", *lines, "```"])


def _metrics() -> str:
    rows = [(f"`{entry.name}`", entry.kind, ", ".join(entry.labels), entry.meaning) for entry in Metrics().entries]
    return _table(("metric", "kind", "labels", "meaning"), rows)


def _bounds() -> str:
    limits = Limits()
    return _table(
        ("bound", "seconds"),
        [
            ("a process that is told to end has ended", f"{STOP_S_MAX:g}"),
            ("pauses between two tries, growing", f"{PAUSE_FIRST_S:g} to {PAUSE_S_MAX:g}"),
            ("tries without one good turn, unless `CASELEDGER_RETRY_S` says otherwise", f"{UNAVAILABLE_S_MAX:g}"),
            ("a silent log makes a process unready", f"{SILENT_S_MAX:g}"),
            ("a loop without a turn does not live", f"{STUCK_S_MAX:g}"),
            ("brokers are looked for when a ledger is opened", f"{CONNECT_WAIT_S:g}"),
            ("one request to a broker, before another broker is asked", f"{REQUEST_WAIT_MS / 1000:g}"),
            ("an append is sent again, until its outcome is asked of the log", f"{APPEND_WAIT_S:g}"),
            ("a caller waits for room in the queue of appends", f"{limits.queue_wait_s:g}"),
            (
                "a caller waits for the outcome of its append, until it is told that it is unknown",
                f"{limits.answer_wait_s:g}",
            ),
            ("a projector that stands still keeps its rows and locks in PostgreSQL", f"{STILL_MS / 1000:g}"),
            ("rows of read models that another process keeps locked are waited for", f"{BUSY_TIMEOUT_MS / 1000:g}"),
        ],
    )


def _failover() -> str:
    return "\n".join(["```", *(f"{name}={value}" for name, value in FAST_FAILOVER.items()), "```"])


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [_row(head), _row("---" for _ in head), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |")


_PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "bounds": _bounds,
    "topics": _topics,
    "acls": _acls,
    "failover": _failover,
    "metrics": _metrics,
}
