"""Personal fields are marked in the models, and found wherever they are nested."""

from pydantic import BaseModel

from domain.catalogue import EVENT_TYPES
from domain.personal import Personal, personal_paths


class Inner(BaseModel):
    """Nested."""

    name: Personal[str]
    number: int


class Outer(BaseModel):
    """Every way a field can hold what is personal."""

    plain: str
    direct: Personal[str]
    optional: Personal[str] | None
    listed: tuple[Personal[str], ...]
    one: Inner
    maybe: Inner | None
    many: tuple[Inner, ...]


def test_marked_fields_are_found_through_options_tuples_and_models() -> None:
    assert personal_paths(Outer) == {"direct", "optional", "listed", "one.name", "maybe.name", "many.name"}


def test_a_mark_changes_nothing_about_the_value() -> None:
    assert Inner(name="Li", number=1).model_dump() == {"name": "Li", "number": 1}


def test_who_reported_and_what_they_said_is_marked_in_a_received_report() -> None:
    assert personal_paths(EVENT_TYPES["report.received.v1"]) == {
        "reporter",
        "contact_details",
        "statement",
        "snapshot",
        "attachments.captured_from",
    }


def test_no_event_of_a_reporter_has_anything_personal() -> None:
    names = [name for name in EVENT_TYPES if name.startswith("reporter.")]
    assert names
    assert not any(personal_paths(EVENT_TYPES[name]) for name in names)
