"""Checks what the tables of a pack say to each other: ids, orders, options, defaults, conditions, rewards."""

from collections.abc import Collection, Iterable
from itertools import pairwise
from typing import Final

from domain.policy.check_values import ValueChecks
from domain.policy.faults import FaultCode, FaultList, listed, show
from domain.policy.kinds import MeasureRole
from domain.policy.shape import LadderTable, PackFile, RewardsTable, WhenTable
from domain.policy.vocabulary import NO_MEASURE, Explanation, RewardKind, Severity

_KEYS_OF_REWARDS: Final = {
    RewardKind.LEDGER: {"kind", "per", "amounts", "caps", "period", "labels"},
    RewardKind.PERKS: {"kind", "perks", "amount"},
}


def check_rules(file: PackFile, checks: ValueChecks, faults: FaultList) -> None:
    """Ladder rules and extras with their conditions, and everything that has to be unique or to fit together."""
    _check_unique(file, faults)
    for place, rule in enumerate(file.ladder):
        path = f"ladder[{place}]"
        checks.value(f"{path}.explain", rule.explain, tuple(Explanation))
        checks.when(f"{path}.when", rule.when)
        _check_can_hold(f"{path}.when", rule.when, file, faults)
        _check_then(path, rule, checks, faults)
    for place, extra in enumerate(file.extra):
        path = f"extra[{place}]"
        checks.when(f"{path}.when", extra.when)
        _check_can_hold(f"{path}.when", extra.when, file, faults)
        checks.measures(f"{path}.measures", extra.measures, MeasureRole.EXTRA)
    for place, table in enumerate(file.content):
        when = WhenTable(subjects=table.subjects, classes=table.classes)
        _check_can_hold(f"content[{place}]", when, file, faults)
    if file.rewards is not None:
        _check_rewards(file.rewards, faults)


def _check_unique(file: PackFile, faults: FaultList) -> None:
    _note_repeats("violation", "code", [row.code for row in file.violation], FaultCode.DUPLICATE_CODE, faults)
    ids_of: dict[str, list[str | None]] = {
        "ladder": [rule.id for rule in file.ladder],
        "extra": [extra.id for extra in file.extra],
        "clock": [clock.id for clock in file.clock],
        "channel": [channel.id for channel in file.channel],
        "flow": [flow.id for flow in file.flow],
    }
    for name, ids in ids_of.items():
        _note_repeats(name, "id", ids, FaultCode.DUPLICATE_ID, faults)
    _note_repeats("ladder", "order", [rule.order for rule in file.ladder], FaultCode.DUPLICATE_ORDER, faults)


def _note_repeats(
    table: str,
    key: str,
    values: Iterable[str | int | None],
    code: FaultCode,
    faults: FaultList,
) -> None:
    first: dict[str | int, int] = {}
    for place, value in enumerate(values):
        if value is not None and first.setdefault(value, place) != place:
            reason = f"{show(value)} is already the {key} of {table}[{first[value]}]; each has its own"
            faults.add(f"{table}[{place}].{key}", code, reason)


def _check_can_hold(path: str, when: WhenTable, file: PackFile, faults: FaultList) -> None:
    """A list that names nothing, and codes or classes that no finding with the named subjects or classes can have."""
    lists: dict[str, Collection[object] | None] = {
        "subjects": when.subjects,
        "classes": when.classes,
        "codes": when.codes,
        "severities": when.severities,
        "any_flags": when.any_flags,
        "roles": when.roles,
        "past": when.past,
    }
    for place, count in enumerate(when.past or ()):
        lists[f"past[{place}].kinds"] = count.kinds
        lists[f"past[{place}].causes"] = count.causes
    for name, values in lists.items():
        if values is not None and not values:
            faults.add(f"{path}.{name}", FaultCode.EMPTY_RULE, "an empty list holds for nothing; leave the key out")
    if when.codes:
        _check_codes_fit(f"{path}.codes", when, file, faults)
    elif when.classes and when.subjects:
        named = [row for row in file.violation if row.class_ in when.classes]
        if named and not any(set(row.applies_to) & set(when.subjects) for row in named):
            reason = f"no violation of {listed(when.classes)} applies to {listed(when.subjects)}"
            faults.add(f"{path}.classes", FaultCode.EMPTY_RULE, reason)


def _check_codes_fit(path: str, when: WhenTable, file: PackFile, faults: FaultList) -> None:
    """Codes that the table lacks are another fault, so only known ones are looked at."""
    named = [row for row in file.violation if row.code in (when.codes or ())]
    if not named:
        return
    if when.classes and not any(row.class_ in when.classes for row in named):
        reason = f"none of {listed(row.code for row in named)} is of class {listed(when.classes)}"
        faults.add(path, FaultCode.EMPTY_RULE, reason)
    elif when.subjects and not any(set(row.applies_to) & set(when.subjects) for row in named):
        reason = f"none of {listed(row.code for row in named)} applies to {listed(when.subjects)}"
        faults.add(path, FaultCode.EMPTY_RULE, reason)


def _check_then(path: str, rule: LadderTable, checks: ValueChecks, faults: FaultList) -> None:
    then = rule.then
    path = f"{path}.then"
    if then.options is None and not then.no_penalty:
        faults.add(f"{path}.options", FaultCode.MISSING_KEY, "a rule has options or no_penalty = true")
    options = then.options or ()
    if options and then.no_penalty:
        faults.add(f"{path}.options", FaultCode.UNKNOWN_KEY, "a rule with no_penalty = true has no options")
    measures = checks.measures(f"{path}.options", options, MeasureRole.PARTY)
    known = [measure for measure in measures if measure is not None]
    if len(known) == len(options):
        for milder, harder in pairwise(known):
            if not milder.hardness < harder.hardness:
                reason = f"{milder} is not milder than {harder}; options go strictly from mildest to hardest"
                faults.add(f"{path}.options", FaultCode.OPTIONS_ORDER, reason)
                break
    _check_defaults(path, rule, (checks, faults), options_known=len(known) == len(options))


def _check_defaults(
    path: str,
    rule: LadderTable,
    noted: tuple[ValueChecks, FaultList],
    *,
    options_known: bool,
) -> None:
    """Defaults for exactly the severities the rule can see, each an option or none."""
    checks, faults = noted
    options = rule.then.options or ()
    given = {} if rule.then.default is None else rule.then.default.given()
    for severity, default in given.items():
        spot = f"{path}.default.{severity}"
        if default in options or default == NO_MEASURE or checks.measure(spot, default) is None:
            continue
        if options_known:
            reason = f"{show(default)} is no option; allowed: {listed((*options, NO_MEASURE))}"
            faults.add(spot, FaultCode.DEFAULT_NOT_OPTION, reason)
    seen = set(Severity) if rule.when.severities is None else set(rule.when.severities)
    expected = seen if options else set()
    unclear = not seen or not seen <= set(Severity)
    if (set(given) != expected and not unclear) or (not options and rule.then.default is not None):
        reason = f"given for {listed(given)}; needed for {listed(s.value for s in Severity if s in expected)}"
        faults.add(f"{path}.default", FaultCode.DEFAULT_SEVERITIES, reason)


def _check_rewards(rewards: RewardsTable, faults: FaultList) -> None:
    if rewards.kind in _KEYS_OF_REWARDS:
        kind = RewardKind(rewards.kind)
        for name in sorted(rewards.model_fields_set - _KEYS_OF_REWARDS[kind]):
            faults.add(f"rewards.{name}", FaultCode.UNKNOWN_KEY, f"rewards of kind {kind.value} have no such key")
    caps = rewards.caps
    if caps is not None and set(caps) != set(rewards.amounts or {}):
        reason = f"caps name {listed(caps)}, amounts name {listed(rewards.amounts or ())}; both name the same"
        faults.add("rewards.caps", FaultCode.CAP_WITHOUT_AMOUNT, reason)
