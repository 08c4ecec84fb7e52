"""The judge: what a pack makes of a finding and a record. It reads nothing but its arguments."""

from collections.abc import Iterable

from domain.policy.conditions import Facts, entries_counted
from domain.policy.errors import JudgeCode, JudgeRefused
from domain.policy.finding import Finding, PartyMeasures, Ruling
from domain.policy.measures import Measure
from domain.policy.pack import ContentRule, Pack, Rule, Violation
from domain.policy.record import Record, RecordEntry
from domain.policy.vocabulary import Severity

_HARDNESS = {severity: place for place, severity in enumerate(Severity)}


def judge(pack: Pack, record: Record, finding: Finding) -> Ruling:
    """The ruling of `pack` on `finding`, with `record` as the past of its respondent.

    Raises `JudgeRefused` with the first reason of `JudgeCode` that applies. Takes time linear in the record.
    """
    facts = facts_of(pack, record, finding)
    rule, counted = _deciding_rule(facts)
    return Ruling(
        rule=rule.id,
        explanation=rule.explain,
        content_measures=_imposable(finding, (m for table in content_rules(pack, finding) for m in table.measures)),
        party_measures=_party_measures(finding, rule, facts.severity),
        also=_imposable(finding, _extra_measures(facts)),
        because=_ids(counted),
        appeal=pack.appeal,
    )


def facts_of(pack: Pack, record: Record, finding: Finding) -> Facts:
    """What the conditions of `pack` are asked about; raises `JudgeRefused` when the finding is not for this pack."""
    violations = _admissible(pack, finding)
    return Facts(
        pack=pack,
        record=record,
        finding=finding,
        severity=finding.severity or max((v.severity for v in violations), key=_HARDNESS.__getitem__),
        codes=frozenset(finding.codes),
        classes=frozenset(violation.class_ for violation in violations),
    )


def content_rules(pack: Pack, finding: Finding) -> list[ContentRule]:
    """The content tables that match the finding, in file order. Its codes are known to the pack."""
    classes = {pack.violations[code].class_ for code in finding.codes}
    return [
        table
        for table in pack.contents
        if (table.subjects is None or finding.subject.type in table.subjects)
        and (table.classes is None or not table.classes.isdisjoint(classes))
    ]


def _admissible(pack: Pack, finding: Finding) -> list[Violation]:
    """The violations of the finding, once it is sure that this pack may judge them for this subject."""
    if not finding.codes:
        raise JudgeRefused(JudgeCode.NO_CODE, "a finding names at least one violation code")
    for code in finding.codes:
        if code not in pack.violations:
            raise JudgeRefused(JudgeCode.UNKNOWN_CODE, f"{code!r} is no violation of {pack.platform} {pack.version}")
    if finding.subject.type not in pack.subjects:
        raise JudgeRefused(JudgeCode.SUBJECT_NOT_IN_PACK, f"{pack.platform} judges no {finding.subject.type.value}")
    violations = [pack.violations[code] for code in finding.codes]
    for violation in violations:
        if violation.procedure is not None:
            raise JudgeRefused(JudgeCode.OTHER_PROCEDURE, f"{violation.code!r} belongs to {violation.procedure!r}")
    for violation in violations:
        if finding.subject.type not in violation.applies_to:
            reason = f"{violation.code!r} is no violation of a {finding.subject.type.value}"
            raise JudgeRefused(JudgeCode.CODE_NOT_FOR_SUBJECT, reason)
    return violations


def _deciding_rule(facts: Facts) -> tuple[Rule, tuple[RecordEntry, ...]]:
    for rule in facts.pack.ladder:
        counted = entries_counted(rule.when, facts)
        if counted is not None:
            return rule, counted
    raise JudgeRefused(JudgeCode.NO_RULE, "no rule of the ladder holds for this finding and this record")


def _extra_measures(facts: Facts) -> Iterable[Measure]:
    for extra in facts.pack.extras:
        if entries_counted(extra.when, facts) is not None:
            yield from extra.measures


def _party_measures(finding: Finding, rule: Rule, severity: Severity) -> PartyMeasures:
    default = rule.default.get(severity)
    if finding.respondent is not None:
        return PartyMeasures(options=rule.options, default=default)
    return PartyMeasures(
        options=_imposable(finding, rule.options),
        default=None if default is None or default.acts_on_account else default,
    )


def _imposable(finding: Finding, measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The measures without repeats, and without those that act on an account when none is known."""
    return tuple(
        measure for measure in dict.fromkeys(measures) if finding.respondent is not None or not measure.acts_on_account
    )


def _ids(entries: Iterable[RecordEntry]) -> tuple[str, ...]:
    ordered = sorted({(entry.at, entry.id) for entry in entries})
    return tuple(entry_id for _, entry_id in ordered)
