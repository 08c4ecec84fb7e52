"""Whatever JSON is called a vector, the answer is a result or a refusal that names its fields."""

import copy
import json
from collections.abc import Iterator

from domain.policy.errors import VectorRefused
from domain.policy.vectors import answer
from tests.support.policy_packs import SHIPPED, pack_of, shipped, stored_vectors
from tests.support.policy_random import cases, seeded
from tests.support.policy_shapes import GRADED

WEIRD = [
    None,
    True,
    0,
    -1,
    2**80,
    1.5,
    "",
    "\0",
    "\ud800",
    "none",
    "9999-12-31T23:59:59-12:00",
    [],
    [[]],
    [{}],
    {},
    {"a": 1},
]
REWARDS = {
    "pack": "graded",
    "kind": "rewards",
    "given": [{"report": "p", "reporter": "r", "content": "c", "at": "2020-05-02T10:00:00Z", "granted": {"coins": 1}}],
    "when": {
        "upheld": [{"report": "a", "reporter": "r", "content": "d", "at": "2020-05-02T10:00:00Z", "source": "user"}]
    },
}
PAST = {"report": "p", "reporter": "r", "content": "c", "at": "2020-05-02T10:00:00Z", "state": "handled"}


def places(value: object, place: tuple[int | str, ...] = ()) -> Iterator[tuple[int | str, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield (*place, key)
        yield from places(item, (*place, key))


def test_any_value_at_any_place_of_a_vector_is_answered_or_refused() -> None:
    rng = seeded("any value in a vector")
    packs = {pack.platform: pack for pack in (*map(shipped, SHIPPED), pack_of(base=GRADED))}
    vectors = [REWARDS]
    for name in ("judge", "admission", "deadlines", "rewards"):
        vectors += [{key: part for key, part in vector.items() if key != "then"} for vector in stored_vectors(name)]
    vectors += [{**vector, "given": [PAST]} for vector in vectors if vector["kind"] == "admission"]
    for _ in range(cases(3_000)):
        vector = copy.deepcopy(rng.choice(vectors))
        pack = packs[vector["pack"]]
        place = rng.choice(list(places(vector)))
        spot = vector
        for part in place[:-1]:
            spot = spot[part]
        spot[place[-1]] = rng.choice(WEIRD)
        try:
            assert json.dumps(answer(pack, vector)), vector
        except VectorRefused as refused:
            if not str(refused):
                raise
