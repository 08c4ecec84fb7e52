"""The judge agrees with a second one that was written apart from it, over random packs, records and findings."""

import tomllib
from pathlib import Path
from random import Random

import pytest

from domain.policy.faults import PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack
from domain.policy.vectors import answer
from tests.support.policy_packs import SHIPPED, pack_text, shipped
from tests.support.policy_random import cases, random_finding, random_pack, random_record, seeded
from tests.support.policy_second_judge import second_judgement

FINDINGS_PER_PACK = 40
REPAIRS_MAX = 10
CASES_OF_A_PACK = 16_000
ALL_RULES_MET_FROM = 8_000  # cases of a pack, so that a short run does not fail by chance
KINDS = ["mute", "warn", "content_removal"]
MAY_BE_REFUSED = {"unreachable_rule", "empty_rule"}


def loadable(rng: Random) -> tuple[dict[str, object], Pack]:
    """A random pack that loads, as data and loaded: rules that the loader calls dead are taken out."""
    data = random_pack(rng)
    for _ in range(REPAIRS_MAX):
        try:
            return data, load(pack_text(base=data).encode(), "random.toml")
        except PackRefused as refused:
            if not {fault.code for fault in refused.faults} <= MAY_BE_REFUSED:
                raise
            dead = {fault.path.split(".")[0] for fault in refused.faults}
            for table in ("ladder", "extra", "content"):
                data[table] = [row for place, row in enumerate(data[table]) if f"{table}[{place}]" not in dead]
    raise AssertionError("the pack could not be repaired")


def compare(rng: Random, data: dict[str, object], pack: Pack, *drawn: list[str]) -> dict[str, object]:
    finding = random_finding(rng, data)
    record = random_record(rng, data, finding, *drawn)
    vector = {"pack": pack.platform, "kind": "judge", "given": record, "when": finding}
    expected = second_judgement(data, record, finding)
    assert answer(pack, vector) == expected, f"{vector}\n{data}"
    return expected


def test_both_judges_agree_on_random_packs() -> None:
    rng = seeded("second judge, random packs")
    seen = set()
    for _ in range(cases(20_000) // FINDINGS_PER_PACK):
        data, pack = loadable(rng)
        for _ in range(FINDINGS_PER_PACK):
            ruling = compare(rng, data, pack)
            seen.add(ruling.get("error") or ("judged", bool(ruling["because"])))
    assert seen >= {("judged", True), ("judged", False), "no_code", "unknown_code", "other_procedure"}


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)
def test_both_judges_agree_on_the_shipped_packs(file: Path) -> None:
    """With the random packs these are 100,000 cases."""
    rng = seeded(f"second judge, {file.parent.name}")
    data, pack = tomllib.loads(file.read_text()), shipped(file)
    count = cases(CASES_OF_A_PACK)
    met = {compare(rng, data, pack, KINDS, ["content_removal"]).get("rule") for _ in range(count)}
    assert met >= set(pack.rules) or count < ALL_RULES_MET_FROM
