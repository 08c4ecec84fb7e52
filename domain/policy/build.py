"""Turns a checked pack file into the pack the engine reads. It checks nothing: every value is known to be good."""

import hashlib
from collections.abc import Iterable
from types import MappingProxyType
from zoneinfo import ZoneInfo

from domain.policy import pack as built
from domain.policy import shape
from domain.policy.check_values import BOUNDS, bounds_of
from domain.policy.durations import AT_ONCE, Duration, parse_duration
from domain.policy.kinds import Kind
from domain.policy.measures import Measure, parse_measure
from domain.policy.vocabulary import (
    NO_MEASURE,
    REASON_OF_CHECK,
    AppealRegime,
    Check,
    ClockEvent,
    DealRole,
    EntryCause,
    Explanation,
    Flag,
    HandledBy,
    RefusalReason,
    Severity,
    SubjectType,
)


def build(file: shape.PackFile, text: str, data: bytes) -> built.Pack:
    """The pack of a file; `data` are its bytes, `text` the same as text."""
    return built.Pack(
        platform=file.platform,
        version=file.version,
        digest=hashlib.sha256(data).hexdigest(),
        text=text,
        valid_from=file.valid_from,
        zone=ZoneInfo(file.zone),
        seed=file.seed,
        subjects=frozenset(map(SubjectType, file.subjects)),
        officer_may_add=_measures(file.officer_may_add),
        second_officer=frozenset(map(Kind, file.second_officer)),
        appeal=AppealRegime(file.appeal.regime),
        appeal_source=file.appeal.source,
        violations=MappingProxyType({row.code: _violation(row) for row in file.violation}),
        ladder=tuple(sorted((_rule(*placed) for placed in enumerate(file.ladder)), key=lambda rule: rule.order)),
        contents=tuple(map(_content, file.content)),
        extras=tuple(_extra(extra) for extra in file.extra),
        places=frozenset(file.scope.places) if file.scope else frozenset(),
        admissions=tuple(map(_admission, file.admission)),
        clocks=tuple(map(_clock, file.clock)),
        channels=file.channel,
        flows=file.flow,
        external_outcomes=frozenset(Kind(outcome.kind) for outcome in file.external_outcome),
        rewards=file.rewards,
        feedback=file.feedback,
        blacklist=file.blacklist,
        public_notice=file.public_notice,
        freeze=file.freeze,
        records=file.records,
        confidentiality=file.confidentiality,
        malicious_reports=file.malicious_reports,
        campaign=file.campaign,
    )


def _violation(row: shape.ViolationTable) -> built.Violation:
    return built.Violation(
        code=row.code,
        class_=row.class_,
        zh=row.zh,
        en=row.en,
        severity=Severity(row.severity),
        common=row.common,
        dsa=row.dsa,
        applies_to=frozenset(map(SubjectType, row.applies_to)),
        procedure=row.procedure,
    )


def _rule(place: int, rule: shape.LadderTable) -> built.Rule:
    defaults = rule.then.default.given() if rule.then.default else {}
    return built.Rule(
        id=rule.id,
        place=place,
        order=rule.order,
        source=rule.source,
        explain=Explanation(rule.explain),
        when=_when(rule.when),
        options=_measures(rule.then.options or ()),
        default=MappingProxyType(
            {
                Severity(severity): None if default == NO_MEASURE else parse_measure(default)
                for severity, default in defaults.items()
            },
        ),
        no_penalty=rule.then.no_penalty,
    )


def _when(when: shape.WhenTable) -> built.When:
    return built.When(
        subjects=None if when.subjects is None else frozenset(map(SubjectType, when.subjects)),
        classes=None if when.classes is None else frozenset(when.classes),
        codes=None if when.codes is None else frozenset(when.codes),
        severities=None if when.severities is None else frozenset(map(Severity, when.severities)),
        any_flags=None if when.any_flags is None else frozenset(map(Flag, when.any_flags)),
        roles=None if when.roles is None else frozenset(map(DealRole, when.roles)),
        content_older_than=_duration(when.content_older_than),
        past=tuple(map(_count, when.past or ())),
    )


def _count(count: shape.CountTable) -> built.Count:
    bounds = zip(BOUNDS, bounds_of(count), strict=True)
    bound, number = next((name, number) for name, number in bounds if number is not None)
    return built.Count(
        selection=built.Selection(
            kinds=frozenset(count.kinds),
            causes=None if count.causes is None else frozenset(map(EntryCause, count.causes)),
            within=_duration(count.within),
            before_posting=count.before_posting,
        ),
        with_current=count.with_current,
        bound=built.Bound(bound),
        number=number,
    )


def _content(table: shape.ContentTable) -> built.ContentRule:
    return built.ContentRule(
        subjects=None if table.subjects is None else frozenset(map(SubjectType, table.subjects)),
        classes=None if table.classes is None else frozenset(table.classes),
        measures=_measures(table.measures),
        substitutes=_measures(table.substitutes),
    )


def _extra(extra: shape.ExtraTable) -> built.Extra:
    return built.Extra(extra.id, extra.source, _when(extra.when), _measures(extra.measures))


def _admission(rule: shape.AdmissionTable) -> built.AdmissionRule:
    check = Check(rule.check)
    return built.AdmissionRule(
        check=check,
        reason=REASON_OF_CHECK[check] if rule.reason is None else RefusalReason(rule.reason),
        redirect=rule.redirect,
        by=HandledBy(rule.by),
        source=rule.source,
    )


def _clock(clock: shape.ClockTable) -> built.ClockRule:
    return built.ClockRule(
        id=clock.id,
        start=frozenset(map(ClockEvent, clock.start)),
        stop=frozenset(map(ClockEvent, clock.stop)),
        due=parse_duration(clock.due),
        urgent=clock.urgent,
        goes_first=clock.urgent or clock.due == AT_ONCE,
    )


def _duration(text: str | None) -> Duration | None:
    return None if text is None else parse_duration(text)


def _measures(texts: Iterable[str]) -> tuple[Measure, ...]:
    return tuple(map(parse_measure, texts))
