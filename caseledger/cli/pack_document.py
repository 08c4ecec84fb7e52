"""A pack as one JSON document, for programs."""

from collections.abc import Mapping

from pydantic import BaseModel

from caseledger.cli.pack_text import count_text, when_text
from caseledger.queries.titles import class_term
from domain.policy.measures import Measure
from domain.policy.pack import AdmissionRule, ClockRule, ContentRule, Extra, Pack, Rule, Violation

Document = Mapping[str, object]


def pack_document(pack: Pack) -> Document:
    """All that a pack says, with its whole text."""
    return {
        "platform": pack.platform,
        "version": pack.version,
        "valid_from": pack.valid_from.isoformat() if pack.valid_from else None,
        "zone": str(pack.zone),
        "digest": pack.digest,
        "seed": pack.seed,
        "subjects": sorted(pack.subjects),
        "appeal": pack.appeal.value,
        "appeal_source": pack.appeal_source,
        "second_officer": sorted(pack.second_officer),
        "officer_may_add": _shorts(pack.officer_may_add),
        "places": sorted(pack.places),
        "ladder": [_rule(rule) for rule in pack.ladder],
        "content": [_content(table) for table in pack.contents],
        "extra": [_extra(extra) for extra in pack.extras],
        "clocks": [_clock(clock) for clock in pack.clocks],
        "admission": [_admission(rule) for rule in pack.admissions],
        "channels": [_plain(channel) for channel in pack.channels],
        "flows": [_plain(flow) for flow in pack.flows],
        "external_outcomes": sorted(pack.external_outcomes),
        **_single_tables(pack),
        "classes": [_class(pack, class_) for class_ in dict.fromkeys(each.class_ for each in pack.violations.values())],
        "violations": [_violation(each) for each in pack.violations.values()],
        "text": pack.text,
    }


def _single_tables(pack: Pack) -> Document:
    tables: dict[str, BaseModel | None] = {
        "rewards": pack.rewards,
        "feedback": pack.feedback,
        "blacklist": pack.blacklist,
        "public_notice": pack.public_notice,
        "freeze": pack.freeze,
        "records": pack.records,
        "confidentiality": pack.confidentiality,
        "malicious_reports": pack.malicious_reports,
        "campaign": pack.campaign,
    }
    return {name: None if table is None else _plain(table) for name, table in tables.items()}


def _rule(rule: Rule) -> Document:
    return {
        "id": rule.id,
        "order": rule.order,
        "source": rule.source,
        "explain": rule.explain.value,
        "when": when_text(rule.when),
        "counts": [count_text(count) for count in rule.when.past],
        "options": _shorts(rule.options),
        "default": {key.value: None if value is None else str(value) for key, value in rule.default.items()},
        "no_penalty": rule.no_penalty,
    }


def _content(table: ContentRule) -> Document:
    return {
        "subjects": None if table.subjects is None else sorted(table.subjects),
        "classes": None if table.classes is None else sorted(table.classes),
        "measures": _shorts(table.measures),
        "substitutes": _shorts(table.substitutes),
    }


def _clock(clock: ClockRule) -> Document:
    return {
        "id": clock.id,
        "start": sorted(clock.start),
        "stop": sorted(clock.stop),
        "due": clock.due.text,
        "goes_first": clock.goes_first,
    }


def _admission(rule: AdmissionRule) -> Document:
    return {
        "check": rule.check.value,
        "reason": rule.reason.value,
        "redirect": rule.redirect,
        "by": rule.by.value,
        "source": rule.source,
    }


def _extra(extra: Extra) -> Document:
    return {
        "id": extra.id,
        "source": extra.source,
        "when": when_text(extra.when),
        "measures": _shorts(extra.measures),
    }


def _class(pack: Pack, class_: str) -> Document:
    title = class_term(pack.platform, class_)
    return {"class": class_, "zh": title.zh if title else None, "en": title.en if title else None}


def _violation(violation: Violation) -> Document:
    return {
        "code": violation.code,
        "class": violation.class_,
        "zh": violation.zh,
        "en": violation.en,
        "severity": violation.severity.value,
        "common": violation.common,
        "dsa": violation.dsa,
        "applies_to": sorted(violation.applies_to),
        "procedure": violation.procedure,
    }


def _plain(table: BaseModel) -> Document:
    return table.model_dump(mode="json", by_alias=True)


def _shorts(measures: tuple[Measure, ...]) -> list[str]:
    return [str(measure) for measure in measures]
