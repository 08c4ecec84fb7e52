"""Whether an officer's choice is valid against its ruling, and which part each chosen measure plays."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.policy.errors import ChoiceCode, ChoiceRefused
from domain.policy.finding import Finding, Ruling
from domain.policy.judge import content_rules
from domain.policy.measures import Measure
from domain.policy.pack import Pack


@dataclass(frozen=True, slots=True)
class Parts:
    """The chosen measures by the part they play; `party` holds the options chosen, `beyond` what the ruling lacks."""

    content: tuple[Measure, ...]
    also: tuple[Measure, ...]
    party: tuple[Measure, ...]
    beyond: tuple[Measure, ...]
    missing: tuple[Measure, ...]


def refusals(
    pack: Pack,
    finding: Finding,
    ruling: Ruling,
    measures: Sequence[Measure],
    reason: str | None,
) -> tuple[ChoiceRefused, ...]:
    """Everything that keeps `measures` from being a valid decision on `ruling`; empty when it is one.

    `pack` is the pack that made the ruling on `finding`. `reason` is needed to leave the default.
    """
    parts = parts_of(pack, finding, ruling, measures)
    return tuple(
        ChoiceRefused(code, text)
        for code, text in (
            *_repeated(measures),
            *_missing(parts),
            *_options(parts, ruling),
            *_beyond(pack, ruling, parts),
            *_reason(parts, ruling, reason),
        )
    )


def parts_of(pack: Pack, finding: Finding, ruling: Ruling, measures: Iterable[Measure]) -> Parts:
    """The measures sorted out: content first, where a substitute stands in for what is missing."""
    open_measures = list(dict.fromkeys(measures))
    content: list[Measure] = []
    missing: list[Measure] = []
    for wanted in ruling.content_measures:
        allowed = (wanted, *_substitutes(pack, finding, wanted))
        found = next((measure for measure in allowed if measure in open_measures), None)
        if found is None:
            missing.append(wanted)
        else:
            content.append(found)
            open_measures.remove(found)
    also = tuple(measure for measure in ruling.also if measure in open_measures)
    missing.extend(measure for measure in ruling.also if measure not in open_measures)
    party = tuple(measure for measure in ruling.party_measures.options if measure in open_measures)
    beyond = tuple(measure for measure in open_measures if measure not in also and measure not in party)
    return Parts(tuple(content), also, party, beyond, tuple(missing))


def needs_second_officer(pack: Pack, measures: Iterable[Measure]) -> bool:
    """Whether the pack asks for another officer's confirmation of any of these."""
    return any(measure.kind in pack.second_officer for measure in measures)


def _substitutes(pack: Pack, finding: Finding, wanted: Measure) -> list[Measure]:
    return [
        substitute
        for table in content_rules(pack, finding)
        if wanted in table.measures
        for substitute in table.substitutes
    ]


_Problem = tuple[ChoiceCode, str]


def _repeated(measures: Sequence[Measure]) -> list[_Problem]:
    return [
        (ChoiceCode.MEASURE_REPEATED, f"{measure} is there {times} times")
        for measure, times in Counter(measures).items()
        if times > 1
    ]


def _missing(parts: Parts) -> list[_Problem]:
    return [(ChoiceCode.MEASURE_MISSING, f"{measure} is mandatory under this ruling") for measure in parts.missing]


def _options(parts: Parts, ruling: Ruling) -> list[_Problem]:
    """Exactly one option; none only when the default is none."""
    if len(parts.party) > 1:
        return [(ChoiceCode.SEVERAL_OPTIONS, f"one option is chosen, not {', '.join(map(str, parts.party))}")]
    if not parts.party and ruling.party_measures.default is not None:
        options = ", ".join(map(str, ruling.party_measures.options))
        return [(ChoiceCode.OPTION_MISSING, f"one of {options} has to be chosen")]
    return []


def _beyond(pack: Pack, ruling: Ruling, parts: Parts) -> list[_Problem]:
    """Beyond the ruling there is only what the pack lets an officer add, and nothing where there is no penalty."""
    addable = () if pack.rules[ruling.rule].no_penalty else pack.officer_may_add
    return [
        (ChoiceCode.MEASURE_NOT_IN_OPTIONS, f"{measure} is neither in the ruling nor may it be added")
        for measure in parts.beyond
        if measure not in addable
    ]


def _reason(parts: Parts, ruling: Ruling, reason: str | None) -> list[_Problem]:
    default = ruling.party_measures.default
    chosen = parts.party[0] if parts.party else None
    if chosen == default or (reason is not None and reason.strip()):
        return []
    return [(ChoiceCode.REASON_REQUIRED, f"{chosen or 'no measure'} instead of {default or 'none'} needs a reason")]
