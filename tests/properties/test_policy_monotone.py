"""No pack answers more with less, and no judgement depends on the order of the record.

A worse record or a higher severity never leads to a milder default or a milder hardest option; the limitation and the
fixed ban after two mutes of 36kr-jiangsu stand aside.
"""

import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from domain.policy.errors import JudgeRefused
from domain.policy.finding import Finding, Ruling
from domain.policy.judge import judge
from domain.policy.measures import Measure
from domain.policy.record import Record, RecordEntry
from domain.policy.vectors import GivenEntry
from tests.support.policy_packs import SHIPPED, shipped
from tests.support.policy_random import cases, random_entry, random_finding, random_record, seeded
from tests.support.policy_second_judge import SEVERITIES

ASIDE = {"limitation-6m", "two-mutes-3m"}
KINDS, CAUSES = ["mute", "warn", "content_removal"], ["content_removal", "content_removal", "conduct"]
NO_MEASURE = (-1, 0.0)
EVERY_PACK = pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.parent.name)

Case = tuple[Random, dict[str, object], list[dict[str, object]], Ruling]


def entry_of(written: dict[str, object]) -> RecordEntry:
    return RecordEntry(**dict(GivenEntry.model_validate(written)))


def ruling(file: Path, entries: list[dict[str, object]], finding: dict[str, object], **changes: object) -> Ruling:
    asked = Finding.model_validate({**finding, **changes})
    return judge(shipped(file), Record.of(map(entry_of, entries)), asked)


def hardness(measure: Measure | None) -> tuple[int, float]:
    return NO_MEASURE if measure is None else measure.hardness


def hardest(found: Ruling) -> Measure | None:
    return found.party_measures.options[-1] if found.party_measures.options else None


def never_milder(before: Ruling, after: Ruling) -> bool:
    """Whether the default and the hardest option of `after` are at least those of `before`."""
    if {before.rule, after.rule} & ASIDE:
        return True
    return hardness(before.party_measures.default) <= hardness(after.party_measures.default) and hardness(
        hardest(before)
    ) <= hardness(hardest(after))


def judged(file: Path, name: str, count: int) -> Iterator[Case]:
    """Random findings with a known respondent, each with a record, for which there is a ruling."""
    rng = seeded(f"{name}, {file.parent.name}")
    data = tomllib.loads(file.read_text())
    for _ in range(count):
        finding = {**random_finding(rng, data), "respondent": "acc"}
        record = random_record(rng, data, finding, KINDS, CAUSES)
        try:
            yield rng, finding, record, ruling(file, record, finding)
        except JudgeRefused:
            continue


@EVERY_PACK
def test_a_higher_severity_is_never_answered_more_mildly(file: Path) -> None:
    for _, finding, record, _ in judged(file, "higher severity", cases(1_500)):
        rulings = [ruling(file, record, finding, severity=severity) for severity in SEVERITIES]
        for before, after in pairwise(rulings):
            assert never_milder(before, after), (finding, record, before, after)


@EVERY_PACK
def test_a_longer_record_is_never_answered_more_mildly(file: Path) -> None:
    data = tomllib.loads(file.read_text())
    for rng, finding, record, before in judged(file, "longer record", cases(3_000)):
        more = [
            random_entry(rng, data, finding, f"x{n}", (rng.choice(KINDS), CAUSES)) for n in range(rng.randint(1, 3))
        ]
        after = ruling(file, [*record, *more], finding)
        assert never_milder(before, after), (finding, record, more, before, after)


@EVERY_PACK
def test_an_entry_that_stands_is_never_answered_more_mildly_than_a_lifted_one(file: Path) -> None:
    for _, finding, record, before in judged(file, "standing record", cases(3_000)):
        standing = [{**entry, "lifted_at": None, "time_barred": False} for entry in record]
        after = ruling(file, standing, finding)
        assert never_milder(before, after), (finding, record, before, after)


@EVERY_PACK
def test_the_order_of_the_record_does_not_matter(file: Path) -> None:
    for rng, finding, record, before in judged(file, "order of the record", cases(3_000)):
        shuffled = rng.sample(record, len(record))
        one_by_one = Record()
        for entry in rng.sample(record, len(record)):
            one_by_one = one_by_one.plus(entry_of(entry))
        asked = Finding.model_validate(finding)
        assert ruling(file, shuffled, finding) == before == judge(shipped(file), one_by_one, asked), (finding, record)
