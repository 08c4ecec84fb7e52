"""Pages over several platforms: nothing twice, nothing left out, and no cursor of another list."""

import base64
import json
from collections.abc import Iterator

import pytest

from caseledger.queries.errors import NotAQuestion
from caseledger.queries.lists import Listing, figures, page
from caseledger.queries.ports import Page, Question, Reading, Row
from tests.support.fakes import MemoryLedger


class Numbers:
    """A table of numbers."""

    def __init__(self, numbers: list[int]) -> None:
        self._numbers = numbers

    def rows(self, question: Question) -> Iterator[Row]:
        return iter(self.page(question).rows)

    def page(self, question: Question) -> Page:
        if question.after is not None and len(question.after) != 1:
            raise ValueError
        after = -1 if question.after is None else question.after[0]
        left = [number for number in self._numbers if number > after]
        shown = left[: question.limit]
        rows = [
            {"number": number, "figure": "f", "day": f"2021-01-{number + 1:02}", "ever": 1, "standing": 1}
            for number in shown
        ]
        return Page(rows, (shown[-1],) if shown and len(left) > len(shown) else None)


def readings() -> list[Reading]:
    return [
        Reading(name, MemoryLedger(), Numbers(numbers), 0)
        for name, numbers in (("a", [0, 1, 2]), ("b", []), ("c", [3, 4]))
    ]


LISTING = Listing("numbers", {}, ("number",))


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6])
def test_pages_of_any_size_give_every_row_once(limit: int) -> None:
    seen, after = [], None
    for _ in range(10):
        found = page(readings(), LISTING, limit, after)
        assert len(found.rows) <= limit
        seen += [(row["platform"], row["number"]) for row in found.rows]
        after = found.next
        if after is None:
            break
    assert seen == [("a", 0), ("a", 1), ("a", 2), ("c", 3), ("c", 4)]


def test_a_cursor_says_which_list_it_belongs_to() -> None:
    cursor = page(readings(), LISTING, 1, None).next
    for other in (Listing("letters", {}, ("number",)), Listing("numbers", {}, ("-number",))):
        with pytest.raises(NotAQuestion):
            page(readings(), other, 1, cursor)
    with pytest.raises(NotAQuestion):
        page(readings()[1:], LISTING, 1, cursor)


@pytest.mark.parametrize(
    "told",
    [
        None,
        5,
        [],
        ["numbers"],
        ["numbers", ["number"], "a", [[]]],
        ["numbers", ["number"], "a", [1, 2]],
        ["numbers", ["number"], "a", "x"],
    ],
)
def test_a_forged_cursor_is_no_question(told: object) -> None:
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    with pytest.raises(NotAQuestion):
        page(readings(), LISTING, 1, forged)


@pytest.mark.parametrize("text", ["", "=", "é", "////", "a" * 100_000])
def test_what_is_no_cursor_is_no_question(text: str) -> None:
    with pytest.raises(NotAQuestion):
        page(readings(), LISTING, 1, text)


def test_figures_are_added_up_by_what_is_asked_for_and_paged() -> None:
    first = figures(readings(), ("month",), {}, 1, None)
    assert first.rows == [{"platform": "a", "month": "2021-01", "ever": 3, "standing": 3}]
    second = figures(readings(), ("month",), {}, 1, first.next)
    assert (second.rows[0]["platform"], second.next) == ("c", None)
