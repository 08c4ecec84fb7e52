"""The stored vectors pass, results are plain JSON, and a vector that cannot be read is refused by field."""

import copy
import json
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from domain.policy.errors import VectorRefused
from domain.policy.vectors import Now, answer
from tests.support.policy_packs import KR36, SHIPPED_BY_PLATFORM, ZERO, pack_of, shipped, stored_vectors
from tests.support.policy_shapes import GRADED

STORED = [vector for name in ("judge", "admission", "deadlines", "rewards") for vector in stored_vectors(name)]
JUDGE, ADMISSION, DEADLINES = (
    {v["kind"]: v for v in STORED[::-1]}[kind] for kind in ("judge", "admission", "deadlines")
)
REWARDS = {
    "name": "the sixth upheld report of the month",
    "pack": "graded",
    "kind": "rewards",
    "given": [
        {
            "report": f"p{number}",
            "reporter": "rep-1",
            "content": f"c-{number}",
            "at": f"2020-05-0{number}T10:00:00+08:00",
            "granted": {"coins": 10, "points": 2},
        }
        for number in range(1, 6)
    ],
    "when": {
        "upheld": [
            {"report": "a", "reporter": "rep-1", "content": "x-a", "at": "2020-05-20T10:00:00+08:00", "source": "user"},
        ],
    },
}


def changed(vector: dict[str, object], part: str, key: str, value: object) -> dict[str, object]:
    vector = copy.deepcopy(vector)
    target = vector[part][0] if isinstance(vector[part], list) else vector[part]
    target[key] = value
    return vector


def answered(vector: dict[str, object]) -> dict[str, object]:
    pack = pack_of(base=GRADED) if vector["pack"] == "graded" else shipped(SHIPPED_BY_PLATFORM[vector["pack"]])
    result = answer(pack, vector)
    assert json.loads(json.dumps(result)) == result
    return result


def refused_fields(vector: dict[str, object], pack: Path | None = None) -> list[str]:
    own = SHIPPED_BY_PLATFORM.get(str(vector.get("pack")), KR36)
    with pytest.raises(VectorRefused) as refused:
        answer(pack_of(base=GRADED) if vector.get("pack") == "graded" else shipped(pack or own), vector)
    assert refused.value.field == refused.value.problems[0][0]
    assert refused.value.reason == refused.value.problems[0][1]
    assert f"{refused.value.field}: {refused.value.reason}" in str(refused.value)
    return [field for field, _ in refused.value.problems]


@pytest.mark.parametrize("vector", STORED, ids=[vector["name"] for vector in STORED])
def test_a_stored_vector_passes(vector: dict[str, object]) -> None:
    asked = {key: value for key, value in vector.items() if key != "then"}
    assert answered(asked) == vector["then"]


def test_a_vector_may_bring_its_expected_result() -> None:
    assert answered(JUDGE) == JUDGE["then"]


def test_the_rewards_of_a_month_are_answered_as_a_ledger() -> None:
    assert answered(REWARDS) == {
        "ledger": [
            {
                "report": "a",
                "month": "2020-05",
                "granted": {"coins": 10, "points": 0},
                "capped": {"coins": 0, "points": 2},
                "note": None,
            },
        ],
        "totals": {"rep-1": {"2020-05": {"coins": 60, "points": 10}}},
    }


def test_a_note_is_written_as_its_word() -> None:
    assert answered(changed(REWARDS, "when", "upheld", [REWARDS["when"]["upheld"][0] | {"source": "regulator"}]))[
        "ledger"
    ][0]["note"] == ("not_eligible")


def test_a_finding_that_cannot_be_judged_is_answered_with_its_code() -> None:
    assert answered(changed(JUDGE, "when", "codes", [])) == {"error": "no_code"}
    assert answered(changed(JUDGE, "when", "codes", ["9.9"])) == {"error": "unknown_code"}
    assert answered(changed(JUDGE, "when", "subject", {"type": "group", "id": "g"})) == {"error": "subject_not_in_pack"}


def test_instants_are_written_in_utc_without_an_empty_fraction() -> None:
    clock = answered(changed(DEADLINES, "given", "at", "2021-03-10T12:00:00.5+08:00"))["clocks"][0]
    assert (clock["started_at"], clock["due_at"]) == ("2021-03-10T04:00:00.500000Z", "2021-03-11T04:00:00.500000Z")
    clock = answered(changed(DEADLINES, "given", "at", "2021-03-10T12:00:00.000+08:00"))["clocks"][0]
    assert (clock["started_at"], clock["due_at"]) == ("2021-03-10T04:00:00Z", "2021-03-11T04:00:00Z")


@pytest.mark.parametrize(
    "text", ["2021-03-10T04:00:00Z", "2021-03-10t04:00:00z", "2021-03-10 12:00:00+08:00", "2021-03-10T12:00+08:00"]
)
def test_the_usual_ways_to_write_an_instant_are_read(text: str) -> None:
    assert answered(changed(DEADLINES, "given", "at", text))["clocks"][0]["started_at"] == "2021-03-10T04:00:00Z"


@pytest.mark.parametrize(
    "wrong",
    [
        "2021-03-10T12:00:00",
        "2021-03-10",
        "20210310T120000Z",
        "2021-03-10T12:00:00.1234567Z",
        "2021-02-30T12:00:00Z",
        "2021-03-10T25:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "yesterday",
        "",
        1615348800,
        True,
        None,
        ["2021-03-10T12:00:00Z"],
    ],
)
def test_what_is_no_instant_with_its_offset_is_refused(wrong: object) -> None:
    assert refused_fields(changed(JUDGE, "when", "at", wrong)) == ["when.at"]


def test_an_instant_made_in_code_needs_its_offset_too() -> None:
    with pytest.raises(ValidationError, match="offset"):
        Now(now=datetime(2021, 3, 10))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("colour", "red", "when.colour"),
        ("subject", "content", "when.subject"),
        ("subject", {"type": "planet", "id": "x"}, "when.subject.type"),
        ("subject", {"type": "content"}, "when.subject.id"),
        ("subject", {"type": "content", "id": "x", "name": "y"}, "when.subject.name"),
        ("respondent", 7, "when.respondent"),
        ("respondent", "", "when.respondent"),
        ("codes", "3.2.1", "when.codes"),
        ("codes", [3.2], "when.codes[0]"),
        ("codes", ["3.2.1"] * 201, "when.codes"),
        ("severity", "mild", "when.severity"),
        ("flags", ["sad"], "when.flags[0]"),
        ("flags", None, "when.flags"),
        ("role", "buyer", "when.role"),
    ],
)
def test_a_finding_is_read_strictly(key: str, value: object, field: str) -> None:
    assert refused_fields(changed(JUDGE, "when", key, value)) == [field]


WITH_RECORD = next(vector for vector in STORED if vector["kind"] == "judge" and vector["given"])


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("colour", "red", "given[0].colour"),
        ("id", 1, "given[0].id"),
        ("at", "2021-01-01", "given[0].at"),
        ("cause", "bad_luck", "given[0].cause"),
        ("time_barred", 1, "given[0].time_barred"),
        ("time_barred", "true", "given[0].time_barred"),
        ("kind", "delete_content", "given[0]"),
        ("kind", 5, "given[0].kind"),
        ("duration", "3", "given[0]"),
        ("content", None, "given[0]"),
        ("lifted_at", "never", "given[0].lifted_at"),
    ],
)
def test_a_record_entry_is_read_strictly(key: str, value: object, field: str) -> None:
    assert refused_fields(changed(WITH_RECORD, "given", key, value)) == [field]


def test_entries_with_one_id_are_refused() -> None:
    assert refused_fields({**WITH_RECORD, "given": WITH_RECORD["given"] * 2}) == ["given"]


@pytest.mark.parametrize(
    ("vector", "part", "key", "value", "field"),
    [
        (ADMISSION, "when", "evidence", "some", "when.evidence"),
        (ADMISSION, "when", "contact", "yes", "when.contact"),
        (ADMISSION, "when", "reporter_verified", 1, "when.reporter_verified"),
        (ADMISSION, "when", "source", "friend", "when.source"),
        (ADMISSION, "when", "colour", "red", "when.colour"),
        (DEADLINES, "given", "type", "sunrise", "given[0].type"),
        (DEADLINES, "given", "who", "me", "given[0].who"),
        (DEADLINES, "when", "now", "late", "when.now"),
        (DEADLINES, "when", "then", "late", "when.then"),
        (REWARDS, "given", "granted", {"coins": -1}, "given[0].granted.coins"),
        (REWARDS, "given", "granted", {"coins": True}, "given[0].granted.coins"),
        (REWARDS, "given", "granted", {"coins": 1e3}, "given[0].granted.coins"),
        (REWARDS, "given", "reporter", None, "given[0].reporter"),
        (REWARDS, "when", "upheld", {}, "when.upheld"),
        (REWARDS, "when", "upheld", [{}], "when.upheld[0].report"),
    ],
)
def test_the_other_kinds_are_read_strictly(
    vector: dict[str, object], part: str, key: str, value: object, field: str
) -> None:
    assert refused_fields(changed(vector, part, key, value))[0] == field


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("kind", "oracle"),
        ("kind", None),
        ("given", {}),
        ("given", [1]),
        ("when", []),
        ("when", None),
        ("pack", 5),
        ("format", 1),
    ],
)
def test_the_frame_of_a_vector_is_read_strictly(key: str, value: object) -> None:
    assert refused_fields({**JUDGE, key: value})[0].startswith(key)


@pytest.mark.parametrize("key", ["pack", "kind", "given", "when"])
def test_a_vector_needs_its_parts(key: str) -> None:
    assert refused_fields({name: value for name, value in JUDGE.items() if name != key}) == [key]


@pytest.mark.parametrize("value", [None, 7, "judge", [], [["kind", "judge"]]])
def test_what_is_no_table_is_no_vector(value: object) -> None:
    with pytest.raises(VectorRefused):
        answer(shipped(KR36), value)


def test_a_vector_is_for_the_pack_it_names() -> None:
    assert refused_fields(JUDGE, pack=ZERO) == ["pack"]


def test_a_past_report_may_be_pending() -> None:
    earlier = {
        "report": "p",
        "reporter": "r",
        "content": "c-1",
        "at": "2020-01-01T00:00:00Z",
        "state": "pending",
        "handled_at": None,
    }
    assert answered({**ADMISSION, "given": [earlier]}) == ADMISSION["then"]
