"""The cases that are about an account: those it answers for, and those with a finding about it among others."""

from typing import Final
from uuid import UUID

from caseledger.queries.ports import OneOf, Question, Reading, Row

READ_MODELS: Final = ("queue", "violation_counts")
"""What the cases are found by."""

CASES_ASKED_MAX: Final = 500
"""This many cases are read at a time."""


def cases_about(reading: Reading, account: str) -> set[UUID]:
    """Their ids."""
    queued = (str(row["case_id"]) for row in reading.all("queue", respondent=account))
    return {UUID(case) for case in (*queued, *_with_findings(reading, account))}


def rows_of_cases(reading: Reading, account: str) -> list[Row]:
    """Their rows in the queue, the oldest first."""
    rows = {str(row["case_id"]): row for row in reading.all("queue", respondent=account)}
    further = [case for case in _with_findings(reading, account) if case not in rows]
    for start in range(0, len(further), CASES_ASKED_MAX):
        asked = OneOf(tuple(further[start : start + CASES_ASKED_MAX]))
        rows |= {str(row["case_id"]): row for row in reading.all("queue", case_id=asked)}
    return sorted(rows.values(), key=lambda row: (str(row["opened_at"]), str(row["case_id"])))


def _with_findings(reading: Reading, account: str) -> list[str]:
    found = reading.tables.rows(Question("violations", {"account": account}, ("position",)))
    return list(dict.fromkeys(str(row["case_id"]) for row in found))
