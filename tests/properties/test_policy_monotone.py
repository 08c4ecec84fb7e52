"""36kr-jiangsu never answers more with less, and no judgement depends on the order of the record.

A worse record or a higher severity never leads to a milder default or a milder hardest option; the limitation and the
fixed ban after two mutes stand aside.
"""

import tomllib
from collections.abc import Iterator
from itertools import pairwise
from random import Random

from domain.policy.errors import JudgeRefused
from domain.policy.finding import Finding, Ruling
from domain.policy.judge import judge
from domain.policy.record import Record, RecordEntry
from domain.policy.vectors import GivenEntry
from tests.support.policy_packs import KR36, shipped
from tests.support.policy_random import cases, random_entry, random_finding, random_record, seeded
from tests.support.policy_second_judge import SEVERITIES

ASIDE = {"limitation-6m", "two-mutes-3m"}
KINDS, CAUSES = ["mute", "content_removal"], ["content_removal", "content_removal", "conduct"]
DATA = tomllib.loads(KR36.read_text())


def entry_of(written: dict[str, object]) -> RecordEntry:
    return RecordEntry(**dict(GivenEntry.model_validate(written)))


def ruling(entries: list[dict[str, object]], finding: dict[str, object], **changes: object) -> Ruling:
    asked = Finding.model_validate({**finding, **changes})
    return judge(shipped(KR36), Record.of(map(entry_of, entries)), asked)


def never_milder(before: Ruling, after: Ruling) -> bool:
    """Whether the default and the hardest option of `after` are at least those of `before`."""
    if {before.rule, after.rule} & ASIDE:
        return True
    one, other = before.party_measures, after.party_measures
    return one.default.hardness <= other.default.hardness and one.options[-1].hardness <= other.options[-1].hardness


def judged(name: str, count: int) -> Iterator[tuple[Random, dict[str, object], list[dict[str, object]], Ruling]]:
    """Random findings with a known respondent, each with a record, for which there is a ruling."""
    rng = seeded(name)
    for _ in range(count):
        finding = {**random_finding(rng, DATA), "respondent": "acc"}
        record = random_record(rng, DATA, finding, KINDS, CAUSES)
        try:
            yield rng, finding, record, ruling(record, finding)
        except JudgeRefused:
            continue


def test_a_higher_severity_is_never_answered_more_mildly() -> None:
    for _, finding, record, _ in judged("higher severity", cases(1_500)):
        rulings = [ruling(record, finding, severity=severity) for severity in SEVERITIES]
        for before, after in pairwise(rulings):
            assert never_milder(before, after), (finding, record, before, after)


def test_a_longer_record_is_never_answered_more_mildly() -> None:
    for rng, finding, record, before in judged("longer record", cases(3_000)):
        more = [
            random_entry(rng, DATA, finding, f"x{n}", (rng.choice(KINDS), CAUSES)) for n in range(rng.randint(1, 3))
        ]
        after = ruling([*record, *more], finding)
        assert never_milder(before, after), (finding, record, more, before, after)


def test_an_entry_that_stands_is_never_answered_more_mildly_than_a_lifted_one() -> None:
    for _, finding, record, before in judged("standing record", cases(3_000)):
        standing = [{**entry, "lifted_at": None, "time_barred": False} for entry in record]
        after = ruling(standing, finding)
        assert never_milder(before, after), (finding, record, before, after)


def test_the_order_of_the_record_does_not_matter() -> None:
    for rng, finding, record, before in judged("order of the record", cases(3_000)):
        shuffled = rng.sample(record, len(record))
        one_by_one = Record()
        for entry in rng.sample(record, len(record)):
            one_by_one = one_by_one.plus(entry_of(entry))
        asked = Finding.model_validate(finding)
        assert ruling(shuffled, finding) == before == judge(shipped(KR36), one_by_one, asked), (finding, record)
