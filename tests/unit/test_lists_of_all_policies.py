"""Every violation of every policy that ships is known by its class and title in statistics, list and notices."""

from functools import cache

import pytest

from domain.accounts import events as a
from domain.cases import events as e
from domain.values import Outcome, PackRef
from tests.support import read_model_ledger as given
from tests.support.read_model_ledger import Ledger, rows_of
from tests.support.statements import PACKS, choice, pack


@cache
def found(platform: str) -> Ledger:
    """Each violation found once for each type of subject, with a listing."""
    applied = pack(platform)
    ledger = Ledger(policy=False)
    ledger.publish(applied.version, applied.text)
    ref = PackRef(platform=platform, version=applied.version, digest=applied.digest)
    for violation in applied.violations.values():
        for subject in sorted(violation.applies_to):
            name = f"{violation.code}-{subject.value}"
            about = {"subject_type": subject.value, "subject": name}
            finding = given.finding("eve", violation.code).model_copy(update=about)
            made = {"decision": 1, "outcome": Outcome.UPHELD, "finding": finding, "policy": ref}
            ledger.add(name, e.CaseDecided, choice=choice("ban"), subject_type=subject.value, **made)
            listed = {"case": given.case(name), "decision": 1, "codes": (violation.code,), "policy": ref}
            ledger.add(name, a.AccountListedHighRisk, account=name, subject=name, subject_type=subject.value, **listed)
    return ledger


def classes(platform: str) -> dict[str, int]:
    """How many findings of each class there are."""
    counted: dict[str, int] = {}
    for violation in pack(platform).violations.values():
        counted[violation.class_] = counted.get(violation.class_, 0) + len(violation.applies_to)
    return counted


@pytest.mark.parametrize("platform", PACKS)
def test_the_statistics_count_every_violation_under_its_class(platform: str) -> None:
    for figure in ("decisions", "measures_taken", "listings"):
        sums: dict[str, int] = {}
        for row in rows_of(found(platform), "statistics", figure=figure):
            sums[str(row["class"])] = sums.get(str(row["class"]), 0) + int(str(row["ever"]))
        assert sums == classes(platform), figure


@pytest.mark.parametrize("platform", PACKS)
def test_the_list_and_the_notices_name_every_violation(platform: str) -> None:
    violations = pack(platform).violations
    for relation, column in (("blacklist", "types_found"), ("notices", "violation_types")):
        named = {
            each["code"]: (each["class"], each["zh"], each["en"])
            for row in rows_of(found(platform), relation)
            for each in row[column]
        }
        assert named == {each.code: (each.class_, each.zh, each.en) for each in violations.values()}
        assert all(all(words) for words in named.values())
