"""Prints one case."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain
from typing import Final
from uuid import UUID

from rich.table import Table

from caseledger.cli.finding import on_one
from caseledger.cli.output import Cell, grid, moment, print_json, show, table, words
from caseledger.cli.rows import listing_rows, removal_rows, sanction_rows, signal_rows
from caseledger.cli.session import opened, readings
from caseledger.queries.case_view import CaseView, case_view
from caseledger.queries.decision_view import DecisionView
from caseledger.queries.packs import Title
from caseledger.queries.references import find_case
from caseledger.queries.texts import TextLine, texts_of_case

ROWS_SHOWN_MAX: Final = 50
"""Reports and pieces of evidence in a table for people; `--json` gives all."""

DIGEST_CHARS: Final = 16
"""Of a digest, in a table for people."""


def show_case(case: str, platform: str | None, *, with_texts: bool, as_json: bool) -> None:
    """Find the case and print it."""
    with opened() as caseledger:
        found = on_one(
            readings(caseledger, platform, "queue", "deadlines", "sanctions", "operations", "co_reporting"),
            lambda reading: case_view(reading, find_case(reading.ledger, reading.platform, case)),
        )
        ledger = caseledger.ledger(found.platform)
        texts = texts_of_case(ledger, UUID(found.case), found.by_initial) if with_texts else None
    if as_json:
        document = asdict(found)
        print_json(document if texts is None else {**document, "texts": [asdict(line) for line in texts]})
        return
    show(chain(_parts(found), () if texts is None else [_texts(texts)]))


def _parts(case: CaseView) -> Iterator[Table | str]:
    yield f"Case {case.case}"
    yield grid(_head(case))
    yield _reports(case)
    if case.co_reporting:
        yield signal_rows("Do they report together? A signal, no ground for a decision", case.co_reporting)
    if case.evidence:
        yield _evidence(case)
    if case.deadlines:
        yield _deadlines(case)
    yield from _decisions("Proposal", case.proposals)
    yield from _decisions("Decision", case.decisions)
    if case.steps:
        rows = [
            (moment(step.at), step.what.replace("_", " "), step.decision, step.by, step.detail) for step in case.steps
        ]
        yield table("Further steps", ("!at", "what", "#decision", "by", "detail"), rows)
    if case.sanctions:
        yield sanction_rows("Sanctions", case.sanctions)
    if case.removals:
        yield removal_rows("Content removed", case.removals)
    if case.operations:
        yield listing_rows("Operations", case.operations, ("operation_id", "account", "part", "region", "minor"))


def _head(case: CaseView) -> Iterator[tuple[str, Cell]]:
    yield "platform", case.platform
    yield "state", case.state.replace("_", " ")
    yield "left to do", words(duty.replace("_", " ") for duty in case.open_duties)
    yield "subject", f"{case.subject_type} {case.subject}"
    yield "content", case.content
    yield "respondent", case.respondent
    yield "under age", words(case.minors)
    yield "posted", moment(case.posted_at) if case.posted_at else None
    yield "opened", moment(case.opened_at)
    yield "department", case.department
    yield "decider", case.decider
    yield "assigned to", case.officer
    yield "major", case.major or None
    yield "ledger position", case.position


def _reports(case: CaseView) -> Table:
    rows = [
        (
            line.pseudonym,
            line.report,
            line.source,
            moment(line.received_at),
            words(line.codes),
            "owed" if line.feedback_owed else line.feedback_given_at and moment(line.feedback_given_at),
        )
        for line in case.reports[:ROWS_SHOWN_MAX]
    ]
    title = _title("Reports", len(case.reports))
    return table(title, ("!by", "report", "source", "!received", "codes", "feedback"), rows)


def _evidence(case: CaseView) -> Table:
    rows = [
        (line.sha256[:DIGEST_CHARS], line.came_as, line.media_type, line.size, moment(line.at), line.by)
        for line in case.evidence[:ROWS_SHOWN_MAX]
    ]
    title = _title("Evidence", len(case.evidence))
    return table(title, ("!sha256 …", "as", "media type", "#bytes", "!at", "by"), rows)


def _deadlines(case: CaseView) -> Table:
    names = {line.stream: line.report for line in case.reports}
    rows = [
        (
            str(row["clock"]),
            names.get(str(row["report"]), str(row["report"])),
            str(row["state"]),
            moment(str(row["due_at"])),
            moment(str(row["stopped_at"])) if row["stopped_at"] else None,
        )
        for row in case.deadlines
    ]
    return table("Deadlines", ("clock", "report", "state", "!due", "!stopped"), rows)


def _decisions(name: str, views: tuple[DecisionView, ...]) -> Iterator[Table]:
    """One in full; of several a line each, since they share most."""
    if len(views) <= 1:
        yield from (grid(_decision(each), name) for each in views)
        return
    rows = [
        (
            each.decision,
            each.respondent,
            f"{each.subject_type} {each.subject}" if each.subject else None,
            words(title.code for title in each.codes),
            each.severity,
            each.rule,
            each.chosen,
            "taken back" if each.taken_back else each.outcome,
        )
        for each in views[:ROWS_SHOWN_MAX]
    ]
    columns = ("#number", "respondent", "about", "codes", "severity", "rule", "chosen", "outcome")
    yield table(_title(f"{name}s", len(views)), columns, rows)


def _decision(made: DecisionView) -> Iterator[tuple[str, Cell]]:
    yield "outcome", f"{made.outcome}{' (taken back)' if made.taken_back else ''}"
    yield "number", made.decision
    yield "at", moment(made.at)
    yield "proposed by", made.proposed_by
    yield "confirmed by", made.confirmed_by or ("needed" if made.second_officer_required else None)
    yield "respondent", made.respondent
    yield "found", "\n".join(title_text(title) for title in made.codes)
    yield "severity", made.severity
    yield "flags", words(made.flags)
    yield "role", made.role
    yield "rule", f"{made.rule} ({made.clause})" if made.clause else made.rule
    yield "explanation", made.explanation
    yield "options", words(made.options)
    yield "default", made.default
    yield "chosen", _chosen(made)
    yield "on the content", words(made.content_measures)
    yield "also", words(made.also)
    yield "added", words(made.added)
    yield "counted", "\n".join(made.because)
    yield "policy", f"{made.policy_version}  sha256 {made.policy_digest[:DIGEST_CHARS]}…"
    yield "rests on", f"{len(made.evidence)} pieces of evidence" if made.evidence else None


def _chosen(made: DecisionView) -> str | None:
    if made.chosen is None or made.chosen == made.default:
        return made.chosen
    return f"{made.chosen} (not the default)"


def title_text(title: Title) -> str:
    """A violation as people read it: code and its words in both languages."""
    return "  ".join(part for part in (title.code, title.zh, title.en) if part)


def _texts(lines: tuple[TextLine, ...]) -> Table:
    rows = [(moment(line.at), line.event, line.field, line.by, line.text) for line in lines]
    return table("Texts (personal)", ("!at", "event", "field", "by", "text"), rows)


def _title(name: str, count: int) -> str:
    if count <= ROWS_SHOWN_MAX:
        return f"{name} ({count})"
    return f"{name} (the first {ROWS_SHOWN_MAX} of {count}; --json gives all)"
