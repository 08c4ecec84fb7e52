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

from caseledger.cli.demo_campaign import show_campaign
from caseledger.cli.demo_contraband import show_contraband
from caseledger.cli.demo_figures import (
    Blacklist,
    Counts,
    Explained,
    Figures,
    Played,
    Queue,
    Trail,
    Waiting,
)
from caseledger.cli.demo_partners import show_partners
from caseledger.cli.demo_rebuilt import Rebuilt, show_rebuilt
from caseledger.cli.demo_requests import show_requests
from caseledger.cli.demo_rewards import show_rewards
from caseledger.cli.demo_words import day, heading, left, listed, note, plain, titled, types_of
from caseledger.cli.output import Cell, grid, moment, screen, table, words
from caseledger.cli.rows import cell
from caseledger.queries.ports import Row
from caseledger.settings import Settings

DIGEST_CHARS: Final = 12
"""Of a digest of a policy."""

SHORT_DIGEST_CHARS: Final = 8
"""Of a digest, where it only has to be recognised."""

STORIES: Final = {
    "36kr-jiangsu": "January to June 2021: posts and news reported, muted, banned, appealed.",
    "cac-campaign": "November and December 2023: a doxing ring of 42 persons, decided about outside.",
    "moji-weather": "June to August 2020: reporters, rewards with two monthly caps, a malicious report.",
    "platform-zero-tolerance": "September to December 2025: a fake shop and its ring; a wrong accusation.",
    "wechat-contraband": "December 2018 to March 2019: sellers, promoters, groups and links.",
}
"""What each scenario is about."""


def show_demo(settings: Settings, played: Sequence[Played], figures: Figures, rebuilt: Sequence[Rebuilt]) -> None:
    """Print everything, in order; no white space at the ends of lines where the output is no terminal."""
    _print(_parts(settings, played, figures, rebuilt))


def show_played(played: Sequence[Played]) -> None:
    """Print what became of the scenarios, where something in them went otherwise."""
    _print(_played(played))


def _print(shown: Iterable[RenderableType]) -> None:
    out = screen()
    for part in shown:
        if out.is_terminal:
            out.print(part)
            continue
        with out.capture() as captured:
            out.print(part)
        out.file.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _parts(
    settings: Settings, played: Sequence[Played], figures: Figures, rebuilt: Sequence[Rebuilt]
) -> Iterator[RenderableType]:
    yield from _played(played)
    for queue in figures.queues:
        yield from _story(queue.platform, figures)
        yield from _queue(queue)
    yield from show_rebuilt(rebuilt)
    yield from _next(settings, figures)


def _story(platform: str, figures: Figures) -> Iterator[RenderableType]:
    """What the months of one platform are about."""
    if platform == figures.account.platform:
        yield from _counts(figures.account)
        yield from _explained(figures.explained)
        yield from _trail(figures.audit)
        yield from _news(figures.news)
    if platform == figures.campaign.platform:
        yield from show_campaign(figures.campaign)
    if platform == figures.rewards.platform:
        yield from show_rewards(figures.rewards)
    if platform == figures.blacklist.platform:
        yield from _blacklist(figures.blacklist)
        yield from show_partners(figures.partners)
        yield from show_requests(figures.requests)
    if platform == figures.contraband.platform:
        yield from show_contraband(figures.contraband)


def _played(played: Sequence[Played]) -> Iterator[RenderableType]:
    yield heading("Simulated months, command by command, into one ledger of facts for each platform", first=True)
    for each in played:
        yield Text(f"{each.platform}, {STORIES.get(each.platform, 'a scenario.')}")
    yield Text()
    columns = ("platform", "#commands", "#took effect", "#repeated", "#refused", "#facts in the ledger")
    rows = [
        (each.platform, each.commands, each.took_effect, each.repeated, each.refused, each.facts) for each in played
    ]
    yield table(None, columns, rows)
    wrong = [(each.platform, mismatch) for each in played for mismatch in each.mismatches]
    if wrong:
        yield Text("NOT every command did what its line expects:", "bold")
        yield table(None, ("platform", "line"), wrong)
        return
    yield note("Each command did what its line expects, refusals included; what is sent again changes nothing.")


def _counts(counts: Counts) -> Iterator[RenderableType]:
    yield heading(f"Violation counts of one account: {counts.account} ({counts.platform})")
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
    yield note("Lifted: taken back on appeal. It counts nowhere any more, and stays visible for ever.")


def _explained(why: Explained) -> Iterator[RenderableType]:
    yield heading(f"One sanction explained: {why.measure} for {why.account}")
    pairs: list[tuple[str, Cell]] = [
        ("found", "\n".join(titled(why.violations))),
        ("rule", f"{why.rule}, clause {why.clause} of the source text"),
        ("that is", f"{why.sentence.en}\n{why.sentence.zh}" if why.sentence else None),
    ]
    for place, counted in enumerate(why.counted):
        told = f"{counted.measure} of {moment(counted.at)} for {words(titled(counted.violations))}"
        pairs.append(("it counted" if place == 0 else " ", told))
    pairs += [
        ("imposed", moment(why.at)),
        ("policy", f"{why.policy_version}, sha256 {why.policy_digest[:DIGEST_CHARS]}…"),
        ("judged again", "from the ledger: the same" if why.judged_again_the_same else "from the ledger: DIFFERENT"),
        ("case", why.case),
        ("sanction", why.sanction),
    ]
    yield grid(pairs)


def _trail(trail: Trail) -> Iterator[RenderableType]:
    yield heading(f"Audit trail of that case, {trail.case}")
    policies = sorted({str(row["policy_version"]) for row in trail.facts if row["policy_version"]})
    columns = ("#place", "!when", "what", "who", "why", "!evidence")
    yield table(None, columns, [_trail_row(row) for row in trail.facts])
    yield note(f"Place in the ledger; why by rule or reason, policy {words(policies)}; evidence by its SHA-256.")


def _trail_row(row: Row) -> tuple[Cell, ...]:
    why = [str(row[name]).replace("_", " ") for name in ("rule", "explanation") if row[name]]
    evidence = row["evidence"] if isinstance(row["evidence"], list) else []
    return (
        cell(row["position"]),
        moment(str(row["occurred_at"])),
        _what(row),
        str(row["actor"]),
        words(why),
        "\n".join(str(digest)[:SHORT_DIGEST_CHARS] for digest in evidence),
    )


def _what(row: Row) -> str:
    """What happened, in the words of the event, with the one fact that says most."""
    happened = str(row["type"]).rpartition(".")[0].replace("_", " ").replace(".", " ")
    facts = row["facts"] if isinstance(row["facts"], dict) else {}
    if "kind" in facts:
        return f"{happened}: {facts['kind']}{':' + facts['duration'] if 'duration' in facts else ''}"
    detail = next((facts[name] for name in ("outcome", "what", "source") if name in facts), None)
    return happened if detail is None else f"{happened}: {detail}"


def _news(items: Sequence[Row]) -> Iterator[RenderableType]:
    yield heading("News items: the duty editor acts on the item, and no account is sanctioned")
    rows = [
        (cell(row["thing"]), "\n".join(types_of(row)), words(map(plain, listed(row["measures"]))), day(row["day"]))
        for row in items
    ]
    yield table(None, ("item", "violation", "done", "!on"), rows)


def _blacklist(blacklist: Blacklist) -> Iterator[RenderableType]:
    yield heading(f"Blacklist of {blacklist.platform}: for its officers")
    internal = [
        (
            str(row["party_type"]),
            cell(row["party"]),
            "\n".join(types_of(row)),
            str(row["state"]),
            day(row["listed_at"]),
            day(row["delisted_at"]) if row["delisted_at"] else None,
        )
        for row in blacklist.internal
    ]
    yield table(None, ("type", "who", "violation", "state", "!since", "!until"), internal)
    yield heading("and for the public: what is listed now, people masked")
    public = [
        (str(row["party_type"]), cell(row["shown_as"]), "\n".join(types_of(row)), day(row["listed_at"]))
        for row in blacklist.public
    ]
    yield table(None, ("type", "who", "violation", "!since"), public)
    labels = sorted({str(row["label"]) for row in blacklist.public})
    yield note(f"Each is labelled: {words(labels)}.")


def _queue(queue: Queue) -> Iterator[RenderableType]:
    yield heading(f"Open queue of {queue.platform} at {moment(queue.at)}, by time to breach")
    columns = ("!time left", "clock", "state", "severity", "#reports", "subject", "officer")
    yield table(None, columns, [_waiting(each) for each in queue.cases])


def _waiting(each: Waiting) -> tuple[Cell, ...]:
    severity = f"{each.severity or ''}{', major' if each.major else ''}"
    return (
        left(each.left_minutes),
        each.clock,
        each.state.replace("_", " "),
        severity,
        each.reports,
        each.subject,
        each.officer,
    )


def _next(settings: Settings, figures: Figures) -> Iterator[RenderableType]:
    yield heading("Try next")
    lines = [f"export CASELEDGER_DATA={shlex.quote(str(settings.data.resolve()))}"]
    if settings.kafka is not None:
        lines.append(
            f"export CASELEDGER_KAFKA={settings.kafka} CASELEDGER_JOURNAL_DURABILITY={settings.journal_durability}"
        )
    if os.environ.get("CASELEDGER_READ_MODELS_URL"):
        lines.append("unset CASELEDGER_READ_MODELS_URL")
    program = _program()
    lines += [f"{program} {line}" for line in commands(figures)]
    yield Text("\n".join(lines), no_wrap=True, overflow="ignore")


def commands(figures: Figures) -> tuple[str, ...]:
    """Commands worth trying on the demo's data, without the program's name."""
    return (
        f"show account {figures.explained.account}",
        f"explain {figures.explained.sanction}",
        f"audit case {figures.audit.case}",
        f"list violations --account {figures.account.account} --by code",
        f"list queue --platform {figures.queues[0].platform}",
        f"list blacklist --platform {figures.blacklist.platform} --view public",
        f"show operation {figures.campaign.ring['operation']}",
        f"list bookings --platform {figures.rewards.platform} --month {figures.rewards.month}",
        f"list notice --platform {figures.contraband.platform} --since {figures.contraband.since}",
        f"blacklist check {next(iter(figures.partners.checked))}",
        f"show evidence-request {figures.requests.requests[0]['document']}",
        "digest",
        "--help",
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
