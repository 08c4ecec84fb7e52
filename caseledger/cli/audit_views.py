"""Prints a replay: one block an event, and the state at the end."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from rich.table import Table

from caseledger.cli.failures import usage
from caseledger.cli.finding import on_one
from caseledger.cli.output import Cell, grid, moment, print_json, show, words
from caseledger.cli.session import opened, readings
from caseledger.cli.times import instant
from caseledger.queries.audit import AsOf, Audit, AuditEntry, audit_account, audit_case
from caseledger.queries.cases_about import READ_MODELS
from caseledger.queries.references import find_case

POSITION_DIGITS_MAX: Final = 18
DIGEST_CHARS: Final = 16
"""Of a digest, in print; `--json` gives all of it."""


def case(case: str, platform: str | None, as_of: str | None, *, as_json: bool) -> None:
    """Replay a case."""
    bound = _bound(as_of)
    with opened() as caseledger:
        found = on_one(
            readings(caseledger, platform, "audit_trail", "operations"),
            lambda reading: audit_case(reading, find_case(reading.ledger, reading.platform, case), bound),
        )
    _print(found, as_json=as_json)


def account(account: str, platform: str | None, as_of: str | None, *, as_json: bool) -> None:
    """Replay an account."""
    bound = _bound(as_of)
    with opened() as caseledger:
        found = on_one(
            readings(caseledger, platform, "audit_trail", *READ_MODELS),
            lambda reading: audit_account(reading, account, bound),
        )
    _print(found, as_json=as_json)


def _bound(text: str | None) -> AsOf:
    if text is None:
        return None
    if text.isascii() and text.isdecimal():
        if len(text) > POSITION_DIGITS_MAX:
            raise usage(f"--as-of: a position has at most {POSITION_DIGITS_MAX} digits")
        return int(text)
    return instant(text, "--as-of")


def _print(found: Audit, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(found))
        return
    show(_parts(found))


def _parts(found: Audit) -> Iterator[Table | str]:
    until = f", as of {found.as_of}" if found.as_of else ""
    yield f"{found.about.capitalize()} {found.id} on {found.platform}, {len(found.entries)} events{until}"
    for entry in found.entries:
        yield grid(_lines(entry), f"#{entry.position}  {moment(entry.occurred_at)}  {entry.type}")
    yield grid(((_name(name), _value(value)) for name, value in found.state.items()), "State at the end")


def _lines(entry: AuditEntry) -> Iterator[tuple[str, Cell]]:
    recorded = f", recorded {moment(entry.recorded_at)}" if entry.recorded_at else ""
    yield "  who", f"{entry.actor} ({entry.role}){recorded}"
    yield "  command", entry.command_id
    yield "  reporter", entry.reporter
    yield "  what", words(_told(entry.facts))
    yield "  why", words(part for part in (entry.rule, entry.explanation) if part)
    digest = f" sha256 {entry.policy_digest[:DIGEST_CHARS]}…" if entry.policy_digest else ""
    yield "  counted", words(_counted(entry.facts))
    yield "  policy", f"{entry.policy_version}{digest}" if entry.policy_version else None
    yield "  evidence", words(f"{digest[:DIGEST_CHARS]}…" for digest in entry.evidence)
    yield "  state", words(f"{_name(name)}: {_value(entry.state[name])}" for name in entry.changed)


def _told(facts: Mapping[str, object]) -> Iterator[str]:
    """The facts that are short; what has parts of its own is in `--json`."""
    hidden = {"rule", "explanation", "reason", "policy", "digest", "snapshot_digest", "evidence", "case", "report"}
    for name, value in facts.items():
        if name not in hidden and not isinstance(value, dict | list):
            yield f"{_name(name)}: {_value(value)}"


def _counted(facts: Mapping[str, object]) -> list[object]:
    """The ids of the past events that a ruling or a sanction counted."""
    ruling = facts.get("ruling")
    because = ruling.get("because") if isinstance(ruling, dict) else facts.get("because")
    return because if isinstance(because, list) else []


def _name(name: str) -> str:
    return name.replace("_", " ")


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return words(value) or "nothing"
    return "-" if value is None else str(value)
