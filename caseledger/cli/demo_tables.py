"""The demo for people: what happened, what the ledger says of it, and what to try next."""

import os
import shlex
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from caseledger.cli.demo_figures import (
    Blacklist,
    Counts,
    Explained,
    Figures,
    Played,
    Queue,
    Rebuilt,
    Trail,
    Waiting,
)
from caseledger.cli.output import Cell, grid, moment, table, words
from caseledger.cli.rows import cell
from caseledger.queries.packs import Title
from caseledger.queries.ports import Row
from caseledger.settings import Settings

DIGEST_CHARS: Final = 12
"""Of a digest, where people compare two."""

SHORT_DIGEST_CHARS: Final = 8
"""Of a digest, where it only has to be recognised."""

STORIES: Final = {
    "36kr-jiangsu": "36Kr Jiangsu, January to June 2021, under its rules of 18 December 2020",
    "platform-zero-tolerance": "a zero-tolerance platform, September to December 2025: a fake shop and its ring",
}
"""What each scenario is about."""


def parts(
    settings: Settings, played: Sequence[Played], figures: Figures, rebuilt: Sequence[Rebuilt]
) -> Iterator[RenderableType]:
    """Everything the demo prints, in order."""
    yield from _played(played)
    yield from _counts(figures.account)
    yield from _explained(figures.explained)
    yield from _trail(figures.audit)
    yield from _blacklist(figures.blacklist)
    for queue in figures.queues:
        yield from _queue(queue)
    yield from _rebuilt(rebuilt)
    yield from _next(settings, figures)


def _played(played: Sequence[Played]) -> Iterator[RenderableType]:
    yield _heading("caseledger: every report, decision, sanction and appeal is a fact in a ledger; here are two.")
    for each in played:
        yield Text(f"  {each.platform}: {STORIES.get(each.platform, 'a scenario')}.")
    columns = ("platform", "#commands", "#took effect", "#repeated", "#refused", "#facts in the ledger")
    rows = [
        (each.platform, each.commands, each.took_effect, each.repeated, each.refused, each.facts) for each in played
    ]
    yield table(None, columns, rows)
    wrong = [(each.platform, mismatch) for each in played for mismatch in each.mismatches]
    if wrong:
        yield table("NOT as the scenario expects", ("platform", "line"), wrong)
    else:
        yield Text("Each command did what its line expects, refusals included; one sent twice changed nothing.")


def _counts(counts: Counts) -> Iterator[RenderableType]:
    yield _heading(f"Violation counts of {counts.account} ({counts.platform})")
    columns = ("code", "violation", "#ever", "#in force", "#lifted", "!last in force")
    rows = [
        (
            each.code,
            f"{each.zh}  {each.en}",
            each.ever,
            each.in_force,
            each.lifted,
            moment(each.last_at) if each.last_at else None,
        )
        for each in counts.violations
    ]
    yield table(None, columns, rows)
    yield Text("What an appeal takes back stops counting everywhere, and stays visible for ever.")


def _explained(why: Explained) -> Iterator[RenderableType]:
    yield _heading(f"Why was {why.account} given: {why.measure}?")
    pairs: list[tuple[str, Cell]] = [
        ("found", "\n".join(_titled(why.violations))),
        ("rule", f"{why.rule}, clause {why.clause}: {why.explanation.replace('_', ' ')}"),
    ]
    for place, counted in enumerate(why.counted):
        told = f"{counted.measure} of {moment(counted.at)} for {words(_titled(counted.violations))}"
        pairs.append(("it counted" if place == 0 else " ", told))
    pairs += [
        ("at", moment(why.at)),
        ("policy", f"{why.policy_version}, sha256 {why.policy_digest[:DIGEST_CHARS]}…"),
        ("case", why.case),
        ("sanction", why.sanction),
    ]
    yield grid(pairs)


def _trail(trail: Trail) -> Iterator[RenderableType]:
    yield _heading(f"Audit trail of case {trail.case} ({trail.platform})")
    policies = sorted({str(row["policy_version"]) for row in trail.facts if row["policy_version"]})
    columns = ("#", "!when", "what", "who", "why: rule or reason", "evidence")
    yield table(None, columns, [_trail_row(row) for row in trail.facts])
    yield Text(f"# is the position in the ledger. Policy version applied: {words(policies)}. Evidence by its SHA-256.")


def _trail_row(row: Row) -> tuple[Cell, ...]:
    why = [str(row[name]) for name in ("rule", "explanation") if row[name]]
    evidence = row["evidence"] if isinstance(row["evidence"], list) else []
    return (
        cell(row["position"]),
        _minute(row["occurred_at"]),
        str(row["type"]).rpartition(".")[0].replace("_", " ").replace(".", " "),
        f"{row['actor']}",
        words(why),
        words(str(digest)[:SHORT_DIGEST_CHARS] for digest in evidence),
    )


def _blacklist(blacklist: Blacklist) -> Iterator[RenderableType]:
    yield _heading(f"Blacklist of {blacklist.platform}, for its officers")
    internal = [
        (
            str(row["party_type"]),
            cell(row["party"]),
            words(_titles_of(row)),
            str(row["state"]),
            _minute(row["listed_at"]),
            _minute(row["delisted_at"]) if row["delisted_at"] else None,
        )
        for row in blacklist.internal
    ]
    yield table(None, ("type", "who", "violations", "state", "!since", "!until"), internal)
    yield _heading("The same, as the public sees it: what is listed now, people masked")
    public = [
        (
            str(row["party_type"]),
            cell(row["shown_as"]),
            cell(row["label"]),
            words(_titles_of(row)),
            _minute(row["listed_at"]),
        )
        for row in blacklist.public
    ]
    yield table(None, ("type", "who", "label", "violations", "!since"), public)


def _queue(queue: Queue) -> Iterator[RenderableType]:
    yield _heading(f"Open queue of {queue.platform} at {_minute(queue.at)}, by time to breach")
    columns = ("!time left", "clock", "state", "severity", "#reports", "subject", "officer")
    yield table(None, columns, [_waiting(each) for each in queue.cases])


def _waiting(each: Waiting) -> tuple[Cell, ...]:
    severity = f"{each.severity or ''}{' major' if each.major else ''}".strip()
    return (
        _left(each.left_minutes),
        each.clock,
        each.state.replace("_", " "),
        severity,
        each.reports,
        each.subject,
        each.officer,
    )


def _rebuilt(rebuilt: Sequence[Rebuilt]) -> Iterator[RenderableType]:
    yield _heading("Every read model dropped, rebuilt from the ledger's first fact, and compared")
    rows = [
        (
            each.read_model,
            each.platform,
            each.facts,
            each.live[:DIGEST_CHARS],
            each.rebuilt[:DIGEST_CHARS],
            "same" if each.same else "DIFFERENT",
        )
        for each in rebuilt
    ]
    yield table(None, ("read model", "platform", "#facts", "!live", "!rebuilt", ""), rows)
    wrong = sum(not each.same for each in rebuilt)
    if wrong:
        yield Text(f"{wrong} of {len(rebuilt)} differ from what was there before: the read models are wrong.", "bold")
    else:
        yield Text(f"All {len(rebuilt)} are the same to the last byte (SHA-256 of their rows).")


def _next(settings: Settings, figures: Figures) -> Iterator[RenderableType]:
    yield _heading("Try next")
    lines = [f"export CASELEDGER_DATA={shlex.quote(str(settings.data.resolve()))}"]
    if os.environ.get("CASELEDGER_READ_MODELS_URL"):
        lines.append("unset CASELEDGER_READ_MODELS_URL")
    program = _program()
    lines += [f"{program} {line}" for line in commands(figures)]
    yield Text("\n".join(lines), no_wrap=True, overflow="ignore")


def commands(figures: Figures) -> tuple[str, ...]:
    """Commands worth trying on the demo's data, without the program's name."""
    return (
        f"show account {figures.explained.account}",
        f"show case {figures.audit.case}",
        "show operation op-flash-sale",
        "run --help",
    )


def _program() -> str:
    """How this program is called from where the user is."""
    called = Path(sys.argv[0])
    found = shutil.which("caseledger")
    if called.name != "caseledger" or (found and Path(found).resolve() == called.resolve()):
        return "caseledger"
    here = Path.cwd()
    absolute = called.absolute()
    return shlex.quote(str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute))


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _minute(value: object) -> str:
    """A moment in UTC to the minute."""
    return f"{str(value)[:16].replace('T', ' ')}Z"


def _left(minutes: int | None) -> str | None:
    if minutes is None:
        return None
    hours, rest = divmod(abs(minutes), 60)
    return f"{hours} h {rest:02} {'late' if minutes < 0 else 'left'}"


def _titled(found: Iterable[Title]) -> list[str]:
    return ["  ".join(part for part in (title.code, title.zh, title.en) if part) for title in found]


def _titles_of(row: Row) -> list[str]:
    found = row["violation_types"]
    return [f"{each['zh']} {each['en']}" for each in found] if isinstance(found, list) else []
