"""The demo from start to end: the scenarios, the figures, the rebuilding; printed for people or as one document."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from importlib.resources.abc import Traversable
from typing import Final

from caseledger.application.lines import LINE_BYTES_MAX
from caseledger.application.scenario import Outcome, Result, Rules
from caseledger.bootstrap import Caseledger, start
from caseledger.cli.demo_figures import Figures, Played, figures_of
from caseledger.cli.demo_folder import demo_settings, is_new, keep_secrets, prepare
from caseledger.cli.demo_rebuilt import Rebuilt
from caseledger.cli.demo_tables import show_demo, show_played
from caseledger.cli.failures import usage
from caseledger.cli.output import print_json
from caseledger.cli.running import scenario_of
from caseledger.cli.session import reading
from caseledger.cli.status import ExitStatus
from caseledger.rebuilding import rebuild
from caseledger.settings import Settings
from consumers.lines import lines_of
from infra.packs import shipped
from projections.catalogue import read_models

SUFFIX: Final = ".jsonl"


def run_demo(*, fresh: bool, as_json: bool) -> ExitStatus:
    """Play, show, rebuild, compare; what it comes to."""
    asked = Settings()
    settings = demo_settings(asked)
    files = tuple(_scenario_files())
    platforms = frozenset(map(_platform, files))
    prepare(settings.data, platforms, fresh=fresh)
    with start(settings, terminal=sys.stderr.isatty()) as caseledger:
        if is_new(settings.data):
            _refuse_others(caseledger, platforms)
            keep_secrets(settings.data, platforms)
        played = tuple(_play(caseledger, file) for file in files)
        if any(each.mismatches for each in played):
            _tell_otherwise(settings, played, as_json=as_json)
            return ExitStatus.REFUSED
        figures = figures_of([reading(caseledger, each.platform) for each in played])
        rebuilt = tuple(each for one in played for each in _rebuilt(caseledger, one.platform))
    if as_json:
        print_json(_document(settings, played, figures, rebuilt))
    else:
        show_demo(settings, played, figures, rebuilt)
    return ExitStatus.DONE if all(each.same for each in rebuilt) else ExitStatus.REFUSED


def _refuse_others(caseledger: Caseledger, platforms: frozenset[str]) -> None:
    """On Kafka a new demo writes to no ledger that is there already: it could be anybody's."""
    if caseledger.brokers is None:
        return  # the folder is the demo's own
    there = [platform for platform in sorted(platforms) if caseledger.has_journal(platform)]
    if there:
        raise usage(
            f"{caseledger.where} holds ledgers that this demo did not write, such as that of {there[0]!r}; nothing was "
            "changed. Run it on brokers of its own, as `make demo KAFKA=1` does, or in the folder it was run in before"
        )


def _tell_otherwise(settings: Settings, played: tuple[Played, ...], *, as_json: bool) -> None:
    """The scenarios alone: what did not happen as told cannot be shown."""
    if as_json:
        print_json({"data": str(settings.data), "scenarios": [asdict(each) for each in played]})
    else:
        show_played(played)


def _document(
    settings: Settings, played: tuple[Played, ...], figures: Figures, rebuilt: tuple[Rebuilt, ...]
) -> dict[str, object]:
    return {
        "data": str(settings.data),
        "scenarios": [asdict(each) for each in played],
        **asdict(figures),
        "read_models": [{**asdict(each), "same": each.same} for each in rebuilt],
    }


def _scenario_files() -> Iterator[Traversable]:
    for file in sorted(shipped("scenarios").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(SUFFIX):
            yield file


def _platform(file: Traversable) -> str:
    """Each scenario is played on the platform it is named after."""
    return file.name.removesuffix(SUFFIX)


def _play(caseledger: Caseledger, file: Traversable) -> Played:
    platform = _platform(file)
    scenario = scenario_of(caseledger, Rules(platform=platform, check=True))
    counts: Counter[Outcome] = Counter()
    mismatches: list[str] = []
    with file.open("rb") as stream:
        for result in scenario.run(lines_of(stream, LINE_BYTES_MAX)):
            counts[result.outcome] += 1
            if not result.expected:
                mismatches.append(_told(result))
    return Played(
        platform=platform,
        commands=counts.total(),
        took_effect=counts[Outcome.TOOK_EFFECT],
        repeated=counts[Outcome.REPEATED],
        refused=counts[Outcome.REFUSED] + counts[Outcome.MALFORMED],
        facts=caseledger.ledger(platform).head(),
        mismatches=tuple(mismatches),
    )


def _told(result: Result) -> str:
    return f"line {result.line}: {result.mismatch or 'nothing is expected of it, so it shows nothing'}"


def _rebuilt(caseledger: Caseledger, platform: str) -> Iterator[Rebuilt]:
    """Every read model dropped and replayed from the first fact, its digest compared with the one before."""
    store, models = caseledger.read_models, read_models()
    live = {model.name: store.digest(platform, model) for model in models}
    facts = rebuild(caseledger, platform, models)
    for model in models:
        yield Rebuilt(platform, model.name, facts, live[model.name], store.digest(platform, model))
