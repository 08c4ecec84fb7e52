"""The judge agrees with a second one that was written apart from it, over random packs, records and findings."""

import tomllib
from random import Random

from domain.policy.faults import PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack
from domain.policy.vectors import answer
from tests.support.policy_packs import KR36, ZERO, pack_text, shipped
from tests.support.policy_random import cases, random_finding, random_pack, random_record, seeded
from tests.support.policy_second_judge import second_judgement

FINDINGS_PER_PACK = 40
REPAIRS_MAX = 10
RULES_MET_MIN = 12  # of 15, so that a rare rule does not fail a run
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
    for _ in range(cases(12_000) // FINDINGS_PER_PACK):
        data, pack = loadable(rng)
        for _ in range(FINDINGS_PER_PACK):
            ruling = compare(rng, data, pack)
            seen.add(ruling.get("error") or ("judged", bool(ruling["because"])))
    assert seen >= {("judged", True), ("judged", False), "no_code", "unknown_code", "other_procedure"}


def test_both_judges_agree_on_the_shipped_packs() -> None:
    rng = seeded("second judge, shipped packs")
    seen = set()
    for file in (KR36, ZERO):
        data, pack = tomllib.loads(file.read_text()), shipped(file)
        for _ in range(cases(8_000) // 2):
            seen.add(compare(rng, data, pack, ["mute", "content_removal"], ["content_removal"]).get("rule"))
    assert len(seen & {*shipped(KR36).rules, *shipped(ZERO).rules}) >= RULES_MET_MIN
