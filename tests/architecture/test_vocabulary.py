"""One vocabulary: whatever a shipped pack names is called something, counted and shown everywhere."""

import json
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from functools import cache

import pytest

from caseledger.queries.exports import names
from caseledger.queries.terms import TERMS, in_both, term
from caseledger.queries.titles import CLASSES, COMMON_CODES, class_term
from caseledger.queries.words import sentence
from domain.cases.events import CaseDecided
from domain.policy import kinds, vocabulary
from domain.policy.kinds import KINDS, Kind
from domain.policy.measures import Measure
from domain.policy.pack import Pack, When
from infra.read_models.query import Query
from tests.support.every_violation import found_everywhere, judged_here
from tests.support.policy_packs import SHIPPED_BY_PLATFORM, VECTORS, shipped
from tests.support.read_model_ledger import PLATFORM, Ledger, built

EVERY_PACK = pytest.mark.parametrize("platform", SHIPPED_BY_PLATFORM)
HAVE_SENTENCES = {vocabulary.Explanation}
NAME_NO_VALUES = {kinds.MeasureRole, kinds.Target, kinds.DurationRule}
"""They sort kinds of measures and are shown to nobody."""

VOCABULARIES = {
    each
    for module in (kinds, vocabulary)
    for each in vars(module).values()
    if isinstance(each, type) and issubclass(each, StrEnum) and each is not StrEnum
}


def pack_of(platform: str) -> Pack:
    return shipped(SHIPPED_BY_PLATFORM[platform])


def stored(name: str) -> dict[str, list[dict[str, object]]]:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


@cache
def tables(platform: str) -> dict[str, list[dict[str, object]]]:
    """Everything that can be exported, after each violation was found on each subject."""
    ledger = Ledger(policy=False)
    for fact in found_everywhere(platform):
        ledger.append(fact.stream, fact.event)
    with built(ledger) as store:
        return {name: list(store.select(PLATFORM, Query(name, {}, ()))) for name, _, _ in names()}


def test_every_value_of_every_vocabulary_is_called_something_in_both_languages() -> None:
    assert set(TERMS) == VOCABULARIES - HAVE_SENTENCES - NAME_NO_VALUES
    for values, terms in TERMS.items():
        assert set(terms) == set(values)
        for value in values:
            found = term(value)
            assert found.en.isascii(), value
            assert found.en.strip(), value
            assert not found.zh.isascii(), value
            assert in_both(value) == f"{found.zh} {found.en}"
    assert all(sentence(each.value) is not None for each in vocabulary.Explanation)


def test_the_kinds_of_measures_are_those_of_the_table() -> None:
    table = {
        row["kind"]: (row["role"], row["target"], row["rank"], row["duration"])
        for row in stored("measures")["measures"]
    }
    assert {kind.value: (*facts[:2], facts.rank, facts.duration) for kind, facts in KINDS.items()} == table


def test_the_shared_codes_are_those_of_the_table_with_its_titles() -> None:
    table = {row["code"]: (row["en"], row["zh"]) for row in stored("common-codes")["common_codes"]}
    assert {code: (found.en, found.zh) for code, found in COMMON_CODES.items()} == table
    assert set(table) == vocabulary.SHARED_CODES


@EVERY_PACK
def test_every_class_has_the_title_of_the_table(platform: str) -> None:
    table = {row["class"]: (row["en"], row["zh"]) for row in stored(f"violations-{platform}")["classes"]}
    assert {class_: (found.en, found.zh) for class_, found in CLASSES[platform].items()} == table
    assert {violation.class_ for violation in pack_of(platform).violations.values()} == set(table)
    assert class_term(platform, "99") is class_term("elsewhere", "1") is None


@EVERY_PACK
def test_every_violation_has_titles_a_shared_code_and_a_category_or_none_on_purpose(platform: str) -> None:
    rows = {row["code"]: row for row in stored(f"violations-{platform}")["violations"]}
    for code, violation in pack_of(platform).violations.items():
        assert violation.zh, code
        assert violation.en, code
        assert violation.common in COMMON_CODES, code
        assert violation.dsa == rows[code]["dsa"], code
        assert violation.dsa is None or violation.dsa in vocabulary.DSA_CATEGORIES, code


@EVERY_PACK
def test_every_word_that_a_pack_uses_is_called_something(platform: str) -> None:
    used = set(words_of(pack_of(platform)))
    assert {Kind.BAN, Kind.DELETE_CONTENT, Kind.BLOCK_LINK} & used
    assert all(term(value).zh for value in used)


@EVERY_PACK
def test_every_violation_is_counted_by_class_and_code(platform: str) -> None:
    pack, pairs = pack_of(platform), judged_here(pack_of(platform))
    by_code: Counter[tuple[object, object]] = Counter()
    for row in tables(platform)["violation_counts_by_code"]:
        by_code[row["class"], row["code"]] += row["in_force"]
    assert by_code == Counter((pack.violations[code].class_, code) for code, _ in pairs)
    by_class = Counter(row["class"] for row in tables(platform)["violation_counts"])
    assert by_class == Counter(pack.violations[code].class_ for code, _ in pairs)


@EVERY_PACK
def test_every_class_and_subject_is_in_the_statistics_of_reports_and_decisions(platform: str) -> None:
    pack = pack_of(platform)
    expected = Counter((pack.violations[code].class_, subject) for code, subject in judged_here(pack))
    for figure in ("reports_received", "reports_admitted", "cases_opened", "decisions"):
        counted: Counter[tuple[object, object]] = Counter()
        for row in tables(platform)["statistics"]:
            if row["figure"] == figure:
                counted[row["class"], row["subject_type"]] += row["ever"]
        assert counted == expected, figure


@EVERY_PACK
def test_every_sanction_is_counted_by_a_measure_that_is_called_something(platform: str) -> None:
    imposed = Counter(row["kind"] for row in tables(platform)["sanctions"])
    counted: Counter[object] = Counter()
    for row in tables(platform)["statistics"]:
        if row["figure"] == "sanctions_imposed":
            counted[row["measure"]] += row["ever"]
    assert counted == imposed
    assert all(term(Kind(str(kind))).zh for kind in imposed)


@EVERY_PACK
def test_every_decision_is_explained_by_a_rule_of_the_pack_in_both_languages(platform: str) -> None:
    pack = pack_of(platform)
    decided = [fact.event for fact in found_everywhere(platform) if isinstance(fact.event, CaseDecided)]
    assert len(decided) == len(judged_here(pack))
    for event in decided:
        rule = pack.rules[event.ruling.rule]
        assert (event.ruling.explanation, rule.source is not None) == (rule.explain.value, True)
        assert sentence(event.ruling.explanation) is not None
    trail = [row for row in tables(platform)["audit_trail"] if row["type"] == CaseDecided.TYPE]
    assert {row["rule"] for row in trail} == {event.ruling.rule for event in decided}


def test_the_public_list_shows_every_violation_with_its_titles() -> None:
    platform = "platform-zero-tolerance"
    shown = {
        (each["code"], each["class"], each["zh"], each["en"])
        for row in tables(platform)["blacklist"]
        for each in row["violation_types"]
    }
    assert shown == {(code, each.class_, each.zh, each.en) for code, each in pack_of(platform).violations.items()}


def words_of(pack: Pack) -> Iterator[StrEnum]:
    """Every value of a closed vocabulary in a pack."""
    yield from (*pack.subjects, *pack.second_officer, *pack.external_outcomes, pack.appeal)
    measures: list[Measure] = [*pack.officer_may_add]
    for rule in pack.ladder:
        measures += rule.options
        yield from words_of_conditions(rule.when)
    for extra in pack.extras:
        measures += extra.measures
        yield from words_of_conditions(extra.when)
    for table in pack.contents:
        measures += (*table.measures, *table.substitutes)
        yield from table.subjects or ()
    yield from (measure.kind for measure in measures)
    for check in pack.admissions:
        yield from (check.check, check.reason, check.by)
    for clock in pack.clocks:
        yield from (*clock.start, *clock.stop)
    yield from (vocabulary.ChannelKind(channel.kind) for channel in pack.channels if channel.kind)
    yield from (vocabulary.SubjectType(subject) for flow in pack.flows for subject in flow.subjects)
    yield from (vocabulary.FeedbackItem(what) for what in (pack.feedback.what if pack.feedback else ()))
    yield from (violation.severity for violation in pack.violations.values())


def words_of_conditions(when: When) -> Iterator[StrEnum]:
    """Every value of a closed vocabulary in conditions."""
    for values in (when.subjects, when.severities, when.any_flags, when.roles):
        yield from values or ()
    for count in when.past:
        yield from count.selection.causes or ()
