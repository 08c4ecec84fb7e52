"""Notes: at any time, by anybody who works on the case."""

from caseledger.application.requests import Request
from domain.cases.events import CaseNoteAdded
from domain.commands import AddNote, AssignCase
from domain.errors import CaseNotFound, OutOfOrder
from tests.support.examples import BOB, ask, filed, item, upheld, verified
from tests.support.spec import given


def note(minutes: float = 15, text: str = "saw it myself") -> Request:
    """A note."""
    return ask(AddNote(case=item(), text=text), minutes)


def test_a_note_is_added() -> None:
    assert given(filed()).when(note()).then(CaseNoteAdded).event(CaseNoteAdded).text == "saw it myself"


def test_two_notes_at_the_same_moment_are_two_notes() -> None:
    given(filed(), note()).when(note(text="and once more")).then(CaseNoteAdded)


def test_a_note_may_follow_the_decision() -> None:
    given(filed(), verified(), upheld()).when(note(30)).then(CaseNoteAdded)


def test_a_note_may_be_added_to_a_case_another_holds() -> None:
    given(filed(), ask(AssignCase(case=item(), officer=BOB), 11)).when(note()).then(CaseNoteAdded)


def test_no_case_no_note() -> None:
    given().when(note()).then_refused(CaseNotFound)


def test_a_note_dated_before_the_last_step_is_refused() -> None:
    given(filed(), verified(16)).when(note()).then_refused(OutOfOrder)
