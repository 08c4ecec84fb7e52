"""How long it took to verify, to decide and to tell the reporter: figures for each platform, month and step."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple, cast

from caseledger.queries.ports import Question, Range, Reading, Row

READ_MODELS: Final = ("deadlines", "feedback")
"""What the figures come from."""


class Step(NamedTuple):
    """A step that is measured: the table, and its columns with the month it was taken in and the seconds it took."""

    name: str
    relation: str
    month: str
    seconds: str


STEPS: Final = (
    Step("verify", "case_times", "verification_month", "to_verification_s"),
    Step("decide", "case_times", "decision_month", "to_decision_s"),
    Step("feedback", "feedback", "given_month", "taken_s"),
)
"""From the first report of a case to its verification and to its decision; from a report to its feedback."""

_FIRST: Final = "0000-00"


def times(readings: Sequence[Reading], since: str | None, until: str | None) -> list[Row]:
    """One row for each platform, month and step in which something was measured, in that order; months `YYYY-MM`.

    `count`, `mean_s` (rounded down), `median_s`, `p90_s` and `longest_s`; the median and the ninetieth percentile are
    the smallest measured time that half, or nine tenths, of all times do not exceed. A step counts in the month in
    which it was taken: when the month is over, its figures are final.
    """
    span = Range(at_least=since or _FIRST, at_most=until)
    found = [row for reading in readings for step in STEPS for row in _months(reading, step, span)]
    order = [step.name for step in STEPS]
    return sorted(found, key=lambda row: (str(row["platform"]), str(row["month"]), order.index(str(row["step"]))))


def _months(reading: Reading, step: Step, span: Range) -> Iterator[Row]:
    """The rows come in order of month and time; of one month, eight bytes of each are in memory."""
    rows = reading.tables.rows(Question(step.relation, {step.month: span}, (step.month, step.seconds)))
    for month, measured in groupby(rows, key=lambda row: str(row[step.month])):
        seconds = array("q", (cast("int", row[step.seconds]) for row in measured))
        yield {
            "platform": reading.platform,
            "month": month,
            "step": step.name,
            "count": len(seconds),
            "mean_s": sum(seconds) // len(seconds),
            "median_s": _rank(seconds, 50),
            "p90_s": _rank(seconds, 90),
            "longest_s": seconds[-1],
        }


def _rank(ordered: "array[int]", percent: int) -> int:
    """The nearest rank: no time that was not measured."""
    return ordered[-(-len(ordered) * percent // 100) - 1]
