"""A pack as tables for people, with its words in English and Chinese."""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from rich.table import Table

from caseledger.cli.output import Cell, grid, table, words
from caseledger.cli.pack_text import when_text
from caseledger.queries.terms import in_both, term
from caseledger.queries.titles import class_term
from caseledger.queries.words import SENTENCES
from domain.policy.kinds import KINDS, Kind
from domain.policy.pack import Pack, Rule
from domain.policy.shape import RewardsTable
from domain.policy.vocabulary import ChannelKind, FeedbackItem, RewardKind, Severity, SubjectType

Part = Table | str


def pack_parts(pack: Pack) -> Iterator[Part]:
    """The tables that have anything in them, in the order in which a report meets them."""
    yield f"{pack.platform} {pack.version}"
    yield grid(_head(pack))
    yield from _intake(pack)
    rules = [(rule.order, rule.id, rule.source, when_text(rule.when), _then(rule)) for rule in pack.ladder]
    yield table("Ladder: the first rule that holds decides", ("#order", "rule", "clause", "when", "then"), rules)
    yield from _beside_the_ladder(pack)
    sentences = [SENTENCES[code] for code in dict.fromkeys(rule.explain for rule in pack.ladder)]
    codes = dict.fromkeys(rule.explain.value for rule in pack.ladder)
    explained = [(code, f"{told.zh}\n{told.en}") for code, told in zip(codes, sentences, strict=True)]
    yield table("What the rules say to whom they meet", ("explanation", "meaning"), explained)
    kinds = sorted(_kinds(pack), key=tuple(KINDS).index)
    measures = [(kind.value, term(kind).zh, term(kind).en, KINDS[kind].role.value) for kind in kinds]
    yield table("Measures", ("!measure", "!zh", "en", "role"), measures)
    yield from _violations(pack)


def _head(pack: Pack) -> Iterator[tuple[str, Cell]]:
    yield "valid from", pack.valid_from.isoformat() if pack.valid_from else "always"
    yield "zone", str(pack.zone)
    yield "sha256", pack.digest
    yield "source text", pack.seed
    yield "subjects", _both(sorted(pack.subjects))
    yield "appeal", f"{in_both(pack.appeal)} ({pack.appeal_source or 'no clause'})"
    yield "second officer for", words(sorted(pack.second_officer))
    yield "officer may add", words(pack.officer_may_add)
    yield "places", words(sorted(pack.places))
    yield "decided outside", _both(sorted(pack.external_outcomes))
    if pack.rewards is not None:
        yield "rewards", _rewards(pack.rewards)
    if pack.feedback is not None:
        told = _both(FeedbackItem(what) for what in pack.feedback.what)
        yield "feedback", f"{told}; to whoever can be reached"
    if pack.malicious_reports is not None and pack.malicious_reports.code is not None:
        yield "malicious reports", f"the reporter is judged under {pack.malicious_reports.code}"
    if pack.blacklist is not None:
        yield "public list", f"{pack.blacklist.name}: {pack.blacklist.label}; {words(pack.blacklist.lists)}"
    if pack.freeze is not None:
        yield "a freeze covers", words(pack.freeze.permissions)
    if pack.public_notice is not None:
        announced = _both(SubjectType(subject) for subject in pack.public_notice.subjects)
        yield "public notice of", f"{announced}; names {pack.public_notice.names}"
    if pack.campaign is not None:
        yield "campaign", f"{pack.campaign.areas_total} areas, by class named: {words(pack.campaign.areas)}"
    if pack.records is not None:
        yield "records", "kept for ever" if pack.records.permanent else None
        yield "evidence", "needed for every sanction" if pack.records.evidence_required else None
    if pack.confidentiality is not None:
        yield "reporters", pack.confidentiality.reporter
        yield "respondents under age", (pack.confidentiality.minor or "").replace("_", " ")


def _intake(pack: Pack) -> Iterator[Part]:
    if pack.channels:
        rows = [
            (each.id, in_both(ChannelKind(each.kind)) if each.kind else None, each.address) for each in pack.channels
        ]
        yield table("Channels", ("channel", "kind", "address"), rows)
    if pack.admissions:
        checks = [
            (in_both(each.check), each.reason.value, term(each.reason).zh, each.source) for each in pack.admissions
        ]
        yield table("Admission: a report is refused for each of these", ("check", "!else", "zh", "clause"), checks)
    if pack.flows:
        flows = [
            (each.id, _both(SubjectType(subject) for subject in each.subjects), each.department, each.decider)
            for each in pack.flows
        ]
        yield table("Who handles it", ("flow", "subject", "department", "decider"), flows)
    if pack.clocks:
        clocks = [
            (each.id, _both(sorted(each.start)), _both(sorted(each.stop)), each.due.text, each.goes_first or None)
            for each in pack.clocks
        ]
        yield table("Clocks", ("clock", "starts with", "stops with", "due", "first"), clocks)


def _beside_the_ladder(pack: Pack) -> Iterator[Part]:
    if pack.contents:
        contents = [
            (
                _both(sorted(each.subjects)) if each.subjects else "any",
                words(sorted(each.classes)) if each.classes else "any",
                words(each.measures),
                words(each.substitutes),
            )
            for each in pack.contents
        ]
        yield table("On the content", ("subject", "class", "measures", "or instead"), contents)
    if pack.extras:
        extras = [(each.id, each.source, when_text(each.when), words(each.measures)) for each in pack.extras]
        yield table("Also", ("rule", "clause", "when", "measures"), extras)


def _violations(pack: Pack) -> Iterator[Part]:
    for class_ in dict.fromkeys(each.class_ for each in pack.violations.values()):
        named = class_term(pack.platform, class_)
        rows = [
            (each.code, each.zh, each.en, in_both(each.severity), _subjects(each.applies_to), each.procedure)
            for each in pack.violations.values()
            if each.class_ == class_
        ]
        title = f"Class {class_}" if named is None else f"Class {class_}  {named.zh}  {named.en}"
        yield table(f"{title} ({len(rows)})", ("!code", "zh", "en", "!severity", "of", "procedure"), rows)


def _then(rule: Rule) -> str:
    if rule.no_penalty:
        return "no penalty"
    if not rule.options:
        return "no measure against the account"
    defaults = [f"{severity.value} {measure or 'none'}" for severity, measure in _by_severity(rule)]
    return f"{words(rule.options)}; default: {words(defaults)}"


def _by_severity(rule: Rule) -> list[tuple[Severity, object]]:
    return [(severity, rule.default[severity]) for severity in Severity if severity in rule.default]


def _rewards(rewards: RewardsTable) -> str:
    if rewards.kind == RewardKind.PERKS:
        return f"{in_both(RewardKind.PERKS)}: {words(rewards.perks or ())}"
    labels, caps = rewards.labels or {}, rewards.caps or {}
    told = [
        f"{amount} {currency} {labels.get(currency, '')}".rstrip()
        + (f", at most {caps[currency]} a month" if currency in caps else "")
        for currency, amount in (rewards.amounts or {}).items()
    ]
    return f"{'; '.join(told)}; for each report that is upheld, in the calendar month of the zone"


def _kinds(pack: Pack) -> set[Kind]:
    measures = [*pack.officer_may_add]
    for rule in pack.ladder:
        measures += rule.options
    for extra in pack.extras:
        measures += extra.measures
    for content in pack.contents:
        measures += (*content.measures, *content.substitutes)
    return {measure.kind for measure in measures} | pack.external_outcomes


def _both(values: Iterable[StrEnum]) -> str:
    return words(in_both(value) for value in values)


def _subjects(subjects: Iterable[SubjectType]) -> str:
    return words(sorted(subjects))
