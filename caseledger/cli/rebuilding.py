"""Rebuilds read models, and compares what is live with what the ledger gives."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.table import Table

from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import Failure, usage
from caseledger.cli.output import end_with, print_json, show, table
from caseledger.cli.session import brought_up, opened, platforms_asked, progress
from caseledger.cli.status import ExitStatus
from caseledger.rebuilding import rebuild as replay
from caseledger.throughput import collect_seldom
from infra.read_models.store import ReadModelStore
from projections.catalogue import read_models
from projections.catch_up import CatchUp
from projections.read_model import ReadModel

LOOKS_MAX: Final = 10
"""How often a read model is looked at again because another process moved it while its digest was taken."""

Line = dict[str, object]


def rebuild(names: Sequence[str], platform: str | None, *, as_json: bool) -> None:
    """Drop and replay."""
    collect_seldom()
    models = models_named(names)
    lines: list[Line] = []
    with opened() as caseledger:
        for each in platforms_asked(caseledger, platform):
            head = caseledger.ledger(each).head()
            with progress(f"rebuilding {each}", head) as advance:
                replay(caseledger, each, models, progress=advance)
            lines += _digests(caseledger, each, models)
    _print(lines, as_json=as_json)


def digest(names: Sequence[str], platform: str | None, *, as_json: bool) -> None:
    """Bring up and tell the digests."""
    models = models_named(names)
    lines: list[Line] = []
    with opened() as caseledger:
        for each in platforms_asked(caseledger, platform):
            brought_up(caseledger, each, models)
            lines += _digests(caseledger, each, models)
    _print(lines, as_json=as_json)


def check(names: Sequence[str], platform: str | None, *, as_json: bool) -> None:
    """Build beside what is live, up to the same positions, and compare."""
    collect_seldom()
    models = models_named(names)
    lines: list[Line] = []
    with opened() as caseledger:
        for each in platforms_asked(caseledger, platform):
            lines += _checked(caseledger, each, models)
    if as_json:
        print_json(lines)
    else:
        told = [row for line in lines for row in _compared(line)]
        show(_tables(told, ("name", "position", "verdict", "sha256"), ("!name", "#position", "!", "!sha256")))
    if not all(line["same"] for line in lines):
        end_with(ExitStatus.REFUSED)


def models_named(names: Sequence[str]) -> list[ReadModel]:
    """The read models of these names, all if there is none; raises `Failure` for a name that is of no read model."""
    known = {model.name: model for model in read_models()}
    unknown = sorted(set(names) - known.keys())
    if unknown:
        raise usage(f"no read model {unknown[0]!r}; there are: {', '.join(known)}")
    return [model for name, model in known.items() if not names or name in names]


def _checked(caseledger: Caseledger, platform: str, models: Sequence[ReadModel]) -> Iterable[Line]:
    live = caseledger.read_models
    with ReadModelStore.scratch() as beside:
        beside.prepare(models)
        found = sorted(((*_steady(live, platform, model), model) for model in models), key=lambda each: each[0])
        work = CatchUp(platform, models, caseledger.source(platform, models), beside)
        for position, digest_live, model in found:
            with progress(f"replaying {platform}", position) as advance:
                work.run(up_to=position, progress=advance)
            rebuilt = beside.digest(platform, model)
            yield {
                "platform": platform,
                "name": model.name,
                "version": model.version,
                "position": position,
                "live": digest_live,
                "rebuilt": rebuilt,
                "same": digest_live == rebuilt,
            }


def _steady(store: ReadModelStore, platform: str, model: ReadModel) -> tuple[int, str]:
    """Position and digest that belong together: taken again when another process moved the rows meanwhile."""
    for _ in range(LOOKS_MAX):
        position = store.position(platform, model.name)
        found = store.digest(platform, model)
        if store.position(platform, model.name) == position:
            return position, found
    reason = f"{model.name} of {platform} kept moving while it was read; stop the other process and try again"
    raise Failure(ExitStatus.UNAVAILABLE, "read_models_moving", reason)


def _digests(caseledger: Caseledger, platform: str, models: Sequence[ReadModel]) -> list[Line]:
    lines: list[Line] = []
    for model in models:
        position, found = _steady(caseledger.read_models, platform, model)
        line = {"platform": platform, "name": model.name, "version": model.version, "position": position}
        lines.append({**line, "sha256": found})
    return lines


def _print(lines: Sequence[Line], *, as_json: bool) -> None:
    if as_json:
        print_json(lines)
        return
    show(_tables(lines, ("name", "version", "position", "sha256"), ("name", "#ver", "#position", "!sha256")))


def _compared(line: Line) -> list[Line]:
    """One line where both digests are equal, two where they differ."""
    if line["same"]:
        return [{**line, "verdict": "same", "sha256": line["live"]}]
    return [{**line, "verdict": which, "sha256": line[which]} for which in ("live", "rebuilt")]


def _tables(lines: Sequence[Line], names: Sequence[str], headings: Sequence[str]) -> Iterable[Table]:
    for platform in dict.fromkeys(str(line["platform"]) for line in lines):
        rows = [[str(line[name]) for name in names] for line in lines if line["platform"] == platform]
        yield table(platform, headings, rows)
