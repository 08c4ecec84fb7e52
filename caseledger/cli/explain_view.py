"""Prints the explanation of a sanction."""

from collections.abc import Iterator
from dataclasses import asdict

from rich.table import Table

from caseledger.cli.finding import on_one
from caseledger.cli.output import Cell, end_with, grid, moment, print_json, show, table, words
from caseledger.cli.session import opened, readings
from caseledger.cli.show_case import title_text
from caseledger.cli.status import ExitStatus
from caseledger.queries.explanation import ExplanationView, explain


def explain_sanction(sanction: str, platform: str | None, *, as_json: bool) -> None:
    """Find the sanction and print why it was imposed."""
    with opened() as caseledger:
        found = on_one(readings(caseledger, platform, "audit_trail"), lambda reading: explain(reading, sanction))
    if as_json:
        print_json(asdict(found))
    else:
        show(_parts(found))
    if not found.judged_again.same:
        end_with(ExitStatus.REFUSED)


def _parts(found: ExplanationView) -> Iterator[Table | str]:
    yield f"Sanction {found.sanction}"
    yield grid(_head(found))
    yield grid(_finding(found), "Finding")
    yield grid(_ruling(found), "Ruling")
    if found.counted:
        rows = [
            (line.id, line.what, moment(line.at) if line.at else None, _since(line.lifted_at)) for line in found.counted
        ]
        yield table("Counted", ("!event", "what", "!when", "!since"), rows)
        cases = [(line.id.rpartition(".")[2], line.case, line.position) for line in found.counted]
        yield table("Where they come from", ("#version", "!case", "#position"), cases)
    yield grid(_choice(found), "Choice")
    yield grid(_again(found), "Judged again from the ledger")


def _head(found: ExplanationView) -> Iterator[tuple[str, Cell]]:
    yield "measure", found.measure
    yield "on", f"account {found.account} of {found.platform}"
    yield "from", moment(found.starts_at)
    yield "until", moment(found.ends_at) if found.ends_at else "lifted"
    yield "state", found.state.replace("_", " ")
    yield "ended", moment(found.ended_at) if found.ended_at else None
    yield "lifted", moment(found.lifted_at) if found.lifted_at else None
    yield "replaces", found.replaces
    yield "because", found.replaced_because
    yield "case", f"{found.case}, decision {found.decision.decision}"
    yield "in the ledger", f"decided at position {found.decided_at_position}, imposed at {found.position}"


def _finding(found: ExplanationView) -> Iterator[tuple[str, Cell]]:
    made = found.decision
    yield "at", moment(found.found_at)
    yield "posted", moment(found.posted_at) if found.posted_at else None
    yield "violations", "\n".join(title_text(title) for title in made.codes)
    yield "severity", made.severity
    yield "flags", words(made.flags)
    yield "role", made.role
    yield "evidence", "\n".join(made.evidence)


def _ruling(found: ExplanationView) -> Iterator[tuple[str, Cell]]:
    made = found.decision
    yield "rule", made.rule
    yield "clause", made.clause
    yield "policy", f"{made.policy_version}, sha256 {made.policy_digest}"
    yield "explanation", made.explanation
    if found.sentence is not None:
        yield "", found.sentence.en
        yield " ", found.sentence.zh
    yield "it counts", "\n".join(count.text for count in found.counts)


def _choice(found: ExplanationView) -> Iterator[tuple[str, Cell]]:
    made = found.decision
    yield "options", words(made.options) or "none"
    yield "default", made.default or "none"
    yield "chosen", f"{made.chosen or 'none'}{'' if made.chosen == made.default else ' (not the default)'}"
    yield "on the content", words(made.content_measures)
    yield "also", words(made.also)
    yield "added", words(made.added)
    yield "decided by", made.proposed_by
    yield "confirmed by", made.confirmed_by


def _again(found: ExplanationView) -> Iterator[tuple[str, Cell]]:
    again = found.judged_again
    yield "record", f"{again.events_of_record} events before the decision"
    yield "ruling", "the same" if again.same else f"differs: {words(again.differences)}"


def _since(lifted_at: str | None) -> str:
    return "stands" if lifted_at is None else f"lifted {moment(lifted_at)}"
