"""Whatever bytes are called a pack, the loader answers with a pack or with faults, never with another error."""

import copy
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest

from domain.policy.faults import FaultCode
from domain.policy.structure import PACK_BYTES_MAX
from tests.support.policy_packs import BASE, KR36, faults_in, pack_text
from tests.support.policy_random import cases, seeded

WEIRD = [
    True,
    -1,
    0,
    2**80,
    1.5,
    float("nan"),
    "",
    "\0",
    "none",
    "P1D",
    [],
    [[]],
    [{}],
    {},
    {"a": {"b": 1}},
    date(2020, 1, 1),
    datetime(2020, 1, 1, tzinfo=UTC),
    time(1, 2),
]
RULE = b'[[ladder]]\nid = "a"\norder = 1\nexplain = "graded"\n[ladder.when]\n[ladder.then]\noptions = []\n'


def places(value: object, place: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    """Every key and index of nested data."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*place, key)
        yield from places(item, (*place, key))


def replaced(place: tuple[int | str, ...], value: object) -> dict[str, object]:
    data = copy.deepcopy(BASE)
    spot = data
    for part in place[:-1]:
        spot = spot[part]
    spot[place[-1]] = value
    return data


def test_any_value_at_any_place_is_taken_or_named() -> None:
    rng = seeded("any value at any place")
    every = [(place, weird) for place in places(BASE) for weird in WEIRD]
    for place, weird in rng.sample(every, min(cases(1_000), len(every))):
        for code, path in faults_in(pack_text(base=replaced(place, weird)).encode()):
            assert code in set(FaultCode)
            assert path.split(".")[0].split("[")[0] in BASE, (place, weird, path)


def test_a_file_with_flipped_bytes_is_taken_or_refused() -> None:
    rng = seeded("flipped bytes")
    whole = KR36.read_bytes()
    for _ in range(cases(300)):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 4)):
            start = rng.randrange(len(data))
            data[start : start + rng.choice([0, 1, 1, 5])] = bytes(
                rng.choices(b'\x00\xff\n"[]{}=.#', k=rng.randint(0, 3))
            )
        assert all(code in set(FaultCode) for code, _ in faults_in(bytes(data)))


def test_a_file_cut_off_anywhere_is_refused() -> None:
    whole = pack_text().encode()
    for end in range(0, len(whole) - 2, 29):
        assert faults_in(whole[:end]), end


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xfe",
        b"\xef\xbb\xbfformat = 1",
        b"format = ",
        b"format = 1\nformat = 1",
        b"a = " + b"[" * 5_000,
        b"a = " + b"[" * 100_000 + b"]" * 100_000,
        b'a = "\x00"',
        b"\x00",
        b"format = " + b"9" * 5_000,
        b"a = 2020-13-45",
        b"a = 2020-01-01T00:00:00+99:00",
        b"# " + b"x" * PACK_BYTES_MAX,
    ],
)
def test_what_is_no_toml_in_utf8_is_a_fault_of_the_file(data: bytes) -> None:
    assert faults_in(data) == [("wrong_type", "")]


def test_an_empty_file_lacks_every_required_key() -> None:
    needed = ["format", "platform", "version", "zone", "seed", "subjects", "officer_may_add", "second_officer"]
    needed += ["appeal", "violation", "ladder"]
    assert sorted(faults_in(b"")) == sorted(("missing_key", key) for key in needed)


def test_a_number_too_large_for_python_to_print_is_named() -> None:
    assert ("wrong_type", "format") in faults_in(b"format = 0x" + b"f" * 20_000)


def test_a_duration_too_large_for_python_to_print_is_no_duration() -> None:
    clock = b'{id = "a", start = [], stop = [], due = 0x' + b"f" * 20_000 + b"}"
    assert faults_in(pack_text({"clock": []}).encode().replace(b'"clock" = []', b'"clock" = [' + clock + b"]")) == [
        ("bad_duration", "clock[0].due"),
    ]


def test_dotted_and_repeated_tables_are_read_as_toml_says() -> None:
    head = pack_text({"ladder": []}).encode().replace(b'"ladder" = []\n', b"")
    assert faults_in(head + RULE) == []
    assert faults_in(head + RULE + RULE.replace(b'"a"', b'"b"').replace(b"= 1", b"= 2")) == [
        ("unreachable_rule", "ladder[1]"),
    ]
    assert faults_in(head + RULE.replace(b"[[ladder]]", b"[ladder]")) == [("wrong_type", "ladder")]


def test_a_name_of_the_file_does_not_matter() -> None:
    assert faults_in(pack_text().encode("utf-16")) == [("wrong_type", "")]
