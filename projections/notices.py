"""What the public is told: accounts, groups, links and other things that were dealt with, since when, names masked."""

import json
import tomllib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, cast

from domain.cases.events import CaseDecided
from domain.cases.later_events import CaseAppealReduced, CaseAppealUpheld, CaseDecisionCorrected
from domain.cases.values import Choice, FindingMade, MeasureTaken
from domain.events import Event
from domain.policies.events import PolicyPublished
from domain.policy.kinds import KINDS, Kind, Target
from domain.policy.vocabulary import SubjectType
from domain.values import AssociatedParty, Outcome, PartyType
from projections.fact import Fact
from projections.instants import day_text
from projections.packs import PackFacts, canonical, canonical_list, pack_for, policies_table, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Column, ColumnKind, Table, View, instant, integer, json_text, text, text_id

NAME: Final = "notices"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

ANNOUNCED: Final = "announced"
COUNTED: Final = "counted"
TAKEN_BACK: Final = "taken_back"

_RULES_MAX: Final = 256
_ACCOUNTS: Final = frozenset({SubjectType.ACCOUNT, SubjectType.PUBLIC_ACCOUNT, SubjectType.ENTERPRISE})
_MASKED: Final = frozenset({*_ACCOUNTS, SubjectType.GROUP})

Thing = tuple[str, str]
"""Type and id of something that was dealt with."""

_TYPE: Final = text(
    "thing_type", "`account`, `public_account`, `enterprise`, `group`, `link`, `site`, `news_item` or `content`."
)
_DAY: Final = Column("day", ColumnKind.DAY, "Calendar day of the decision in the zone of the policy.")
_MEASURES: Final = json_text("measures", "List of the measures that act on it, such as `mute:P7D`.")
_TYPES: Final = json_text("violation_types", "List of the violations found: code, class, title in Chinese and English.")
_SHOWN_AS: Final = text(
    "shown_as",
    "What the public sees: of an account or group the first character and `**`, of a link its host, else the id.",
)

NOTICES: Final = Table(
    "notices",
    "One row per upheld decision and thing that one of its measures acts on.",
    ("case_id", "decision", "thing_type", "thing"),
    (
        text_id("case_id", "Case that was decided."),
        integer("decision", "Number of the decision in the case, from 1.", "ordinal"),
        _TYPE,
        text_id("thing", "Its id."),
        _SHOWN_AS,
        text("subject_type", "What the case was about."),
        _MEASURES,
        _TYPES,
        _DAY,
        instant("decided_at", "When it was decided."),
        text(
            "state",
            "`announced` where the policy announces things of this type, `counted` where it does not, `taken_back` "
            "once an appeal or a correction undid the decision.",
        ),
        text("policy_version", "Version of the policy that was applied."),
        integer("position", "Place of the decision in the ledger.", "position"),
    ),
    indexes=(("thing_type", "thing", "case_id", "decision"), ("state", "position")),
    prefix=2,
)

RULES: Final = Table(
    "notices_rules",
    "What each published policy announces.",
    ("version",),
    (
        text("version", "Version of the policy."),
        json_text("subjects", "List of the types of things that it announces."),
    ),
    internal=True,
)

POLICIES: Final = policies_table(NAME)

PUBLIC: Final = View(
    "public_notices",
    "What the policy announces and nothing has taken back, names masked.",
    NOTICES,
    ("position", "thing_type", "shown_as", "measures", "violation_types", "day"),
    {"state": ANNOUNCED},
)


def _decide(rows: Rows, fact: Fact[CaseDecided]) -> None:
    event = fact.event
    if event.outcome is not Outcome.UPHELD or event.finding is None or event.choice is None:
        return
    pack = pack_for(rows, POLICIES, event.policy.version, event.occurred_at)
    rules = rows.get(RULES, (event.policy.version,))
    announced = frozenset[str]() if rules is None else _subjects(cast("str", rules["subjects"]))
    day = day_text(event.occurred_at, pack.zone)
    types = canonical([_violation_type(pack, code) for code in event.finding.codes])
    for (thing_type, thing), measures in _things(event.finding, event.choice, event.associated).items():
        rows.put(
            NOTICES,
            {
                "case_id": fact.stream,
                "decision": event.decision,
                "thing_type": thing_type,
                "thing": thing,
                "shown_as": shown_as(thing_type, thing),
                "subject_type": event.finding.subject_type,
                "measures": canonical_list(tuple(measures)),
                "violation_types": types,
                "day": day,
                "decided_at": fact.at,
                "state": ANNOUNCED if thing_type in announced else COUNTED,
                "policy_version": event.policy.version,
                "position": fact.position,
            },
        )


def _take_back(rows: Rows, fact: Fact[Event], decision: int) -> None:
    for row in rows.scan(NOTICES, (fact.stream, decision)):
        rows.put(NOTICES, {**row, "state": TAKEN_BACK})


def _replace(rows: Rows, fact: Fact[Event], decision: int, old: MeasureTaken, new: MeasureTaken) -> None:
    for row in rows.scan(NOTICES, (fact.stream, decision)):
        measures = cast("list[str]", json.loads(cast("str", row["measures"])))
        changed = [_short(new) if each == _short(old) else each for each in measures]
        if changed != measures:
            rows.put(NOTICES, {**row, "measures": canonical(changed)})


def _reduce(rows: Rows, fact: Fact[CaseAppealReduced]) -> None:
    _replace(rows, fact, fact.event.decision, fact.event.replaced, fact.event.measure)


def _correct(rows: Rows, fact: Fact[CaseDecisionCorrected]) -> None:
    event = fact.event
    if event.measure is None:
        _take_back(rows, fact, event.decision)
    elif event.replaced is not None:
        _replace(rows, fact, event.decision, event.replaced, event.measure)


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)
    rows.put(RULES, {"version": fact.event.version, "subjects": canonical(_announced(fact.event.text))})


def read_model() -> ReadModel:
    """The read model `notices`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(CaseDecided, _decide)
        .on(CaseAppealUpheld, lambda rows, fact: _take_back(rows, fact, fact.event.decision))
        .on(CaseAppealReduced, _reduce)
        .on(CaseDecisionCorrected, _correct)
        .scans(CaseDecided, NOTICES, lambda fact: [(fact.stream, fact.event.decision)])
        .scans(CaseAppealUpheld, NOTICES, lambda fact: [(fact.stream, fact.event.decision)])
        .scans(CaseAppealReduced, NOTICES, lambda fact: [(fact.stream, fact.event.decision)])
        .scans(CaseDecisionCorrected, NOTICES, lambda fact: [(fact.stream, fact.event.decision)])
    )
    meaning = "Accounts, groups, links and other things dealt with, for public notices: counts by type, masked names."
    return ReadModel(NAME, VERSION, meaning, (NOTICES, POLICIES, RULES), on.handlers, on.ahead, (PUBLIC,))


def shown_as(thing_type: str, thing: str) -> str:
    """The public form of an id: masked where it may name somebody, without the way to what was blocked for a link."""
    if thing_type in _MASKED:
        return f"{thing[:1]}**"
    if thing_type != SubjectType.LINK:
        return thing
    bare = thing.split("://", 1)[-1]
    host = bare.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0].rsplit("@", 1)[-1]
    return host if host == thing else f"{host}/**"


def _things(finding: FindingMade, choice: Choice, associated: Sequence[AssociatedParty]) -> dict[Thing, list[str]]:
    party = () if choice.party_measure is None else (choice.party_measure,)
    things: dict[Thing, list[str]] = {}
    for measure in (*choice.content_measures, *party, *choice.also, *choice.added):
        for thing in _acted_on(measure, finding, associated):
            things.setdefault(thing, []).append(_short(measure))
    return things


def _acted_on(measure: MeasureTaken, finding: FindingMade, associated: Sequence[AssociatedParty]) -> Iterator[Thing]:
    """What a measure acts on; nothing for a duty, such as to tell an authority, and for a kind nobody knows."""
    target = KINDS[Kind(measure.kind)].target if measure.kind in KINDS else Target.ANY
    if target is Target.CONTENT:
        yield SubjectType.CONTENT.value, finding.content or finding.subject
    elif target in (Target.LINK, Target.GROUP, Target.NEWS_ITEM):
        yield target.value, finding.subject
    elif target is Target.SITE:
        own = [finding.subject] if finding.subject_type == SubjectType.SITE else []
        tied = [party.id for party in associated if party.type is PartyType.SITE]
        yield from ((SubjectType.SITE.value, site) for site in dict.fromkeys((*own, *tied)))
    elif target is Target.ACCOUNT and finding.respondent is not None:
        is_account = finding.subject_type in _ACCOUNTS
        yield finding.subject_type if is_account else SubjectType.ACCOUNT.value, finding.respondent


def _short(measure: MeasureTaken) -> str:
    return measure.kind if measure.duration is None else f"{measure.kind}:{measure.duration}"


def _violation_type(pack: PackFacts, code: str) -> dict[str, str]:
    known = pack.violations.get(code)
    if known is None:
        return {"code": code, "class": "", "zh": "", "en": ""}
    return {"code": code, "class": known.class_, "zh": known.zh, "en": known.en}


def _announced(pack_text: str) -> list[str]:
    """The types of things that a published text announces, read leniently."""
    try:
        table = tomllib.loads(pack_text).get("public_notice")
    except (tomllib.TOMLDecodeError, RecursionError):
        return []
    subjects = table.get("subjects") if isinstance(table, dict) else None
    return sorted({each for each in subjects if isinstance(each, str)}) if isinstance(subjects, list) else []


@lru_cache(maxsize=_RULES_MAX)
def _subjects(listed: str) -> frozenset[str]:
    return frozenset(json.loads(listed))
