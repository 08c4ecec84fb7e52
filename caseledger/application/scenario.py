"""Lines run in order: each takes effect, had taken effect before, or is refused by name, as it was expected to.

A line is a request (see `lines`). Three things are understood beside: the command `keep_time`, which gives every
command that is due by then; `expect`, what should become of the line; and for `publish_policy` a `pack`, the version of
a policy that ships, in place of its whole text.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from caseledger.application.gateway import PlatformUnknown
from caseledger.application.lines import LINE_BYTES_MAX, LineFault, LineRefused, faults_of, request_of
from caseledger.application.requests import IN_LINES_ONLY, KeepTime, Request
from caseledger.application.service import Answer
from consumers.lines import Line
from domain.cases.events import CaseDecided, CaseDecisionProposed
from domain.cases.values import MeasureTaken
from domain.commands import COMMAND_TYPES, PublishPolicy
from domain.errors import Refused

_KNOWN = (*COMMAND_TYPES, *IN_LINES_ONLY)
"""What a line may ask for."""


class Outcome(StrEnum):
    """What became of a line."""

    TOOK_EFFECT = "took_effect"
    REPEATED = "repeated"
    REFUSED = "refused"
    MALFORMED = "malformed"
    SKIPPED = "skipped"
    KEPT_TIME = "kept_time"


class Expectation(BaseModel):
    """What a line should do: be refused with a code, or write these events, none for a line that repeats another.

    `rule` and `measures` are those of the decision it proposes or makes. `again` is the code of the refusal where the
    lines run a second time: what was refused left no trace, so it is decided anew, on a ledger that has moved on.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    refused: str | None = None
    again: str | None = None
    events: tuple[str, ...] | None = None
    rule: str | None = None
    measures: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.refused is None) == (self.events is None):
            raise ValueError("name either the code of a refusal, or events")
        if self.events is None and (self.rule is not None or self.measures is not None):
            raise ValueError("rule and measures belong to events")
        if self.refused is None and self.again is not None:
            raise ValueError("again belongs to a refusal")
        return self


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a line; `request` and `answer` where there is one, `faults` where it was refused.

    `expected` says that it was checked and did what was expected, `mismatch` how it differed.
    """

    line: int
    outcome: Outcome
    request: Request | None = None
    answer: Answer | None = None
    faults: tuple[LineFault, ...] = ()
    expected: bool = False
    mismatch: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How lines are run: the platform of those that name none, the last moment that is run, whether to check, and
    whether time is kept up to the moment of each line before it is run.
    """

    platform: str | None = None
    until: datetime | None = None
    check: bool = False
    keep_time: bool = False


PackText = Callable[[str, str], str | None]
"""The text of the pack that ships for a platform under a version, or none."""


Handle = Callable[[Request], Answer]
"""Decides a request and writes what it causes."""


class Scenario:
    """Runs lines through `handle`; what it raises beside `Refused` ends the run, at line `reached`."""

    def __init__(self, handle: Handle, keep: Handle, pack_text: PackText, rules: Rules) -> None:
        """Bind where requests go, `keep_time` to `keep`, where packs come from, and how to run."""
        self.reached = 0
        self._handle = handle
        self._keep = keep
        self._kept: dict[str, datetime] = {}
        self._pack_text = pack_text
        self._rules = rules
        self._begun_before = False
        self._wrote = False

    def run(self, lines: Iterable[Line]) -> Iterator[Result]:
        """The result of every line that is neither blank nor a comment, in order and as it comes."""
        for line in lines:
            if not line.blank:
                self.reached = line.number
                yield from self._results(line)

    def _results(self, line: Line) -> Iterator[Result]:
        expected: Expectation | None = None
        try:
            data, expected = self._prepared(line)
            request = request_of(data, platform=self._rules.platform, known=_KNOWN)
        except LineRefused as refusal:
            yield self._checked(Result(line.number, Outcome.MALFORMED, faults=refusal.faults), expected)
            return
        if self._rules.until is not None and request.at > self._rules.until:
            yield Result(line.number, Outcome.SKIPPED, request)
            return
        if self._rules.keep_time:
            yield from self._time_kept(line, request)
        yield self._one(line, request, expected)

    def _time_kept(self, line: Line, request: Request) -> Iterator[Result]:
        """What became due since the line before, in a result of its own; nothing on a platform that begins here."""
        kept_until = self._kept.get(request.platform)
        if kept_until is not None and request.at <= kept_until:
            return
        self._kept[request.platform] = request.at
        keeping = Request(request.platform, request.at, KeepTime())
        try:
            answer = self._keep(keeping)
        except PlatformUnknown:
            return
        if answer.events:
            self._wrote = True
            yield Result(line.number, Outcome.KEPT_TIME, keeping, answer)

    def _one(self, line: Line, request: Request, expected: Expectation | None) -> Result:
        handle = self._keep if isinstance(request.command, KeepTime) else self._handle
        try:
            answer = handle(request)
        except Refused as refusal:
            fault = LineFault("", refusal.code, refusal.reason)
            return self._checked(Result(line.number, Outcome.REFUSED, request, faults=(fault,)), expected)
        outcome = Outcome.TOOK_EFFECT if answer.events else Outcome.REPEATED
        return self._checked(Result(line.number, outcome, request, answer), expected)

    def _prepared(self, line: Line) -> tuple[bytes, Expectation | None]:
        """The line as a request alone, and what is expected of it. What cannot be read stays as it is, to be told."""
        if line.data is None:
            reason = f"{line.length} bytes; a line has at most {LINE_BYTES_MAX}"
            raise LineRefused(LineFault("", "line_too_long", reason))
        if b'"expect"' not in line.data and b'"pack"' not in line.data:
            return line.data, None
        try:
            body = json.loads(line.data, object_pairs_hook=_without_repeats)
        except (ValueError, RecursionError):
            return line.data, None
        if not isinstance(body, dict):
            return line.data, None
        expected = _expectation(body.pop("expect")) if "expect" in body else None
        self._fill_in_pack(body)
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"), expected

    def _fill_in_pack(self, body: dict[str, object]) -> None:
        version, platform = body.get("pack"), body.get("platform", self._rules.platform)
        if body.get("command") != PublishPolicy.NAME or "text" in body:
            return
        if isinstance(version, str) and isinstance(platform, str):
            text = self._pack_text(platform, version)
            if text is None:
                raise LineRefused(LineFault("pack", "unknown_value", "no pack of this platform ships in this version"))
            del body["pack"]
            body["text"] = text

    def _checked(self, result: Result, expected: Expectation | None) -> Result:
        """The result with its mismatch. Where the run begins with lines that took effect before, it was run before."""
        self._wrote = self._wrote or result.outcome is Outcome.TOOK_EFFECT
        if expected is None:
            return result
        if result.outcome is Outcome.REPEATED and expected.events:
            self._begun_before = True
        if not self._rules.check:
            return result
        mismatch = _mismatch(expected, result, again=self._begun_before and not self._wrote)
        return replace(result, expected=mismatch is None, mismatch=mismatch)


def decision_of(answer: Answer) -> CaseDecided | CaseDecisionProposed | None:
    """The decision an answer made, else the one it proposed."""
    events = [fact.event for fact in answer.events]
    made = (event for event in events if isinstance(event, CaseDecided))
    proposed = (event for event in events if isinstance(event, CaseDecisionProposed))
    return next(made, None) or next(proposed, None)


def measures_of(decision: CaseDecided | CaseDecisionProposed) -> tuple[str, ...]:
    """The measures chosen, in a pack's notation: on the content, on the party, and what comes beside."""
    choice = decision.choice
    if choice is None:
        return ()
    party = () if choice.party_measure is None else (choice.party_measure,)
    return tuple(_notation(measure) for measure in (*choice.content_measures, *party, *choice.also, *choice.added))


def _notation(measure: MeasureTaken) -> str:
    return measure.kind if measure.duration is None else f"{measure.kind}:{measure.duration}"


def _expectation(given: object) -> Expectation:
    try:
        return Expectation.model_validate_json(json.dumps(given), strict=True)
    except ValidationError as error:
        faults = (
            LineFault(".".join(filter(None, ("expect", fault.field))), fault.code, fault.reason)
            for fault in faults_of(error)
        )
        raise LineRefused(*faults) from None


def _mismatch(expected: Expectation, result: Result, *, again: bool) -> str | None:
    if expected.refused is not None:
        codes = (expected.refused, expected.again) if again else (expected.refused,)
        if result.answer is None and result.faults[0].code in codes:
            return None
        return f"expected to be refused as {expected.refused}, but {_told(result)}"
    if result.answer is None:
        return f"expected {_listed(expected.events)}, but {_told(result)}"
    if not result.answer.events and again:
        return None
    types = tuple(fact.event.TYPE for fact in result.answer.events)
    if types != expected.events:
        return f"expected {_listed(expected.events)}, but {_told(result)}"
    return _other_decision(expected, result.answer)


def _other_decision(expected: Expectation, answer: Answer) -> str | None:
    decision = decision_of(answer)
    rule = decision and decision.ruling and decision.ruling.rule
    if expected.rule not in (None, rule):
        return f"expected rule {expected.rule}, but {rule or 'none'} was applied"
    measures = () if decision is None else measures_of(decision)
    if expected.measures not in (None, measures):
        return f"expected measures {_listed(expected.measures)}, but it was {_listed(measures)}"
    return None


def _told(result: Result) -> str:
    if result.answer is None:
        return "it was refused as " + ", ".join(fault.code for fault in result.faults)
    return "it wrote " + _listed(tuple(fact.event.TYPE for fact in result.answer.events))


def _listed(words: tuple[str, ...] | None) -> str:
    return ", ".join(words or ()) or "nothing"


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose names differ; else the line is left as it is, for the fault to be told where lines are read."""
    body = dict(pairs)
    if len(body) < len(pairs):
        raise ValueError
    return body
