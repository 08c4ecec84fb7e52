"""The run behind `caseledger run`: lines in, one line of JSON out for each, and what it comes to."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from caseledger.application.gateway import PlatformUnknown
from caseledger.application.lines import LINE_BYTES_MAX
from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
from caseledger.application.requests import Request
from caseledger.application.scenario import Outcome, Result, Rules, Scenario, decision_of, measures_of
from caseledger.application.service import Answer
from caseledger.bootstrap import Caseledger, start
from caseledger.cli.failures import Failure, failure_of, usage
from caseledger.cli.output import json_text
from caseledger.cli.status import ExitStatus
from consumers.lines import Line, lines_of
from domain.policy.load import load


def run_lines(source: str, rules: Rules, *, quiet: bool) -> ExitStatus:
    """Run the lines of a file, or of standard input for `-`, and print what became of them; what it comes to."""
    expect = rules.check
    with start(terminal=sys.stderr.isatty()) as caseledger, _opened(source) as stream:
        rules = replace(rules, platform=rules.platform or caseledger.settings.platform)
        told = Told(quiet=quiet, expect=expect)
        tell_all(scenario_of(caseledger, rules), _lines(stream, quiet=quiet), told)
    return told.finish()


def scenario_of(caseledger: Caseledger, rules: Rules) -> Scenario:
    """A scenario on this caseledger, with the packs that ship."""
    packs: dict[str, dict[str, str]] = {}

    def text(platform: str, version: str) -> str | None:
        if platform not in packs:
            shipped = caseledger.shipped.get(platform, ())
            packs[platform] = {load(each.encode(), f"{platform} pack").version: each for each in shipped}
        return packs[platform].get(version)

    def keep(request: Request) -> Answer:
        if not caseledger.has_journal(request.platform):
            raise PlatformUnknown(
                f"no journal of {request.platform!r}; there is no time to keep before its first command"
            )
        return caseledger.keeper(request.platform).answer(request.at)

    return Scenario(caseledger.gateway.handle, keep, text, rules)


def tell_all(scenario: Scenario, lines: Iterator[Line], told: "Told") -> None:
    """Run and tell every line; raises `Failure`, naming the line, when the ledger fails."""
    try:
        for result in scenario.run(lines):
            told.tell(result)
    except (LedgerUnavailable, OutcomeUnknown) as error:
        failure = failure_of(error) or Failure(ExitStatus.UNAVAILABLE, "ledger_unavailable", str(error))
        reason = f"line {scenario.reached}: {failure.reason}; the lines before took effect, run the file again"
        raise Failure(failure.status, failure.code, reason) from error


def result_document(result: Result) -> dict[str, object]:
    """What became of a line, as it is printed."""
    told: dict[str, object] = {"line": result.line}
    if result.request is not None:
        told |= {"command": result.request.command.NAME, "platform": result.request.platform}
    if result.outcome is Outcome.SKIPPED:
        told["skipped"] = "later than --until"
    elif result.answer is not None:
        told |= _answered(result.answer)
    else:
        told["refused"] = _refused(result)
    if result.mismatch is not None:
        told["mismatch"] = result.mismatch
    return told


class Told:
    """What was printed, and what it comes to."""

    def __init__(self, *, quiet: bool, expect: bool) -> None:
        """Print what was refused or differs only, where `quiet`; count mismatches, where `expect`."""
        self.counts: Counter[Outcome] = Counter()
        self.mismatches = 0
        self._unexpected: Counter[Outcome] = Counter()
        self._quiet = quiet
        self._expect = expect

    def tell(self, result: Result) -> None:
        """Count a result, and print it unless it is not worth a line."""
        self.counts[result.outcome] += 1
        self.mismatches += result.mismatch is not None
        refused = result.outcome in (Outcome.REFUSED, Outcome.MALFORMED)
        surprising = result.mismatch is not None or (refused and not result.expected)
        self._unexpected[result.outcome] += surprising
        if surprising or not self._quiet:
            _print(json_text(result_document(result)), f"line {result.line} was run, and so were those before")

    def finish(self) -> ExitStatus:
        """Print the summary; what the command ends with."""
        counts: dict[str, int] = {outcome.value: self.counts[outcome] for outcome in Outcome}
        if not counts[Outcome.KEPT_TIME]:
            del counts[Outcome.KEPT_TIME]
        if self._expect:
            counts["mismatches"] = self.mismatches
        total = self.counts.total() - self.counts[Outcome.KEPT_TIME]
        if self._quiet:
            _print(json_text({"summary": {"lines": total, **counts}}), "every line was run")
        else:
            words = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items() if count)
            sys.stderr.write(f"{total} lines: {words or 'nothing to do'}\n")
        if self.mismatches:
            return ExitStatus.REFUSED
        if self._unexpected[Outcome.MALFORMED]:
            return ExitStatus.BAD_LINES
        return ExitStatus.REFUSED if self._unexpected[Outcome.REFUSED] else ExitStatus.DONE


def _print(text: str, done: str) -> None:
    """One line, out at once: who waits for it may be waiting with the next command."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = f"{error.strerror}; {done}, run the file again to see what became of them"
        raise Failure(ExitStatus.OUTPUT_FAILED, "output_failed", reason) from error


def _answered(answer: Answer) -> dict[str, object]:
    told: dict[str, object] = {
        "position": answer.position,
        "events": [
            {
                "id": fact.event_id,
                "type": fact.event.TYPE,
                "stream": str(fact.stream.uuid),
                "version": fact.version,
                "position": fact.position,
            }
            for fact in answer.events
        ],
    }
    report = answer.report
    if report is not None:
        told |= {"report": report.received.report, "case": report.case}
        told["outcome"] = "admitted" if report.refused is None else "refused"
        if report.refused is not None:
            told |= {"reason": report.refused.reason, "reasons": list(report.refused.reasons)}
    decision = decision_of(answer)
    if decision is not None:
        ruling = decision.ruling
        told["decision"] = {
            "outcome": decision.outcome,
            "rule": ruling and ruling.rule,
            "explanation": ruling and ruling.explanation,
            "measures": list(measures_of(decision)),
        }
    return told if answer.events else {**told, "repeated": True}


def _refused(result: Result) -> dict[str, object]:
    first = result.faults[0]
    faults = [] if result.outcome is Outcome.REFUSED else result.faults
    return {
        "code": first.code,
        "reason": f"{first.field}: {first.reason}" if first.field else first.reason,
        "faults": [{"field": fault.field, "code": fault.code, "reason": fault.reason} for fault in faults],
    }


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below, while only opening it is a matter of usage
    except (OSError, ValueError) as error:
        raise usage(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    with stream:
        yield stream


def _lines(stream: BinaryIO, *, quiet: bool) -> Iterator[Line]:
    """The lines, with a bar on standard error where one can be seen and nothing else is printed beside it."""
    seen = sys.stderr.isatty() and (quiet or not sys.stdout.isatty()) and stream.seekable()
    if not seen:
        yield from lines_of(stream, LINE_BYTES_MAX)
        return
    size = Path(stream.name).stat().st_size if isinstance(stream.name, str) else None
    columns = (TextColumn("commands"), BarColumn(), TaskProgressColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("commands", total=size)
        for line in lines_of(stream, LINE_BYTES_MAX):
            yield line
            bar.update(task, completed=line.end)
