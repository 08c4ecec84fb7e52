"""The demo's campaign: a ring of many persons as one operation, and what was decided about them outside."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from rich.console import RenderableType

from caseledger.cli.demo_words import day, heading, note, number_of, plain
from caseledger.cli.output import Cell, grid, moment, table, words
from caseledger.queries.case_view import case_view
from caseledger.queries.operation_view import OperationView, is_external, measures_of, operation_view
from caseledger.queries.ports import Reading, Row
from caseledger.queries.texts import texts_of_case
from projections.operations_tables import EXTERNAL

PLATFORM: Final = "cac-campaign"
RING: Final = "op-doxing-ring"
CAMPAIGN: Final = "op-month-2023"

OUTCOMES: Final = ("administrative_detention", "criticise_and_educate", "legal_accountability", "personal_file_record")
"""What the policy knows to be decided outside, in the order of the table."""


@dataclass(frozen=True, slots=True)
class RoleInRing:
    """The persons of one role: how many, under age, from how many regions; by what was decided outside, and waiting."""

    role: str
    persons: int
    minors: int
    regions: int
    outcomes: dict[str, int]
    waiting: int


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign and the ring that is part of it. `decided` persons have an outcome from outside, `waiting` have none.

    `names` are those of persons under age, as the policy lets them be shown.
    """

    platform: str
    campaign: Row
    clock: Row
    ring: Row
    regions: dict[str, int]
    roles: tuple[RoleInRing, ...]
    decided: int
    waiting: int
    authorities: int
    names: tuple[str, ...]


def campaign_of(reading: Reading) -> Campaign:
    """The campaign of the demo and its ring."""
    ring, campaign = operation_view(reading, RING), operation_view(reading, CAMPAIGN)
    counted = [person for person in ring.persons if person["counted"]]
    outside = {(row["case_id"], row["account"]): row for row in ring.outcomes if row["type"] == EXTERNAL}
    return Campaign(
        platform=reading.platform,
        campaign=campaign.standing,
        clock=campaign.deadlines[0],
        ring=ring.standing,
        regions=ring.regions,
        roles=tuple(_role(role, [each for each in counted if each["part"] == role]) for role in _roles(counted)),
        decided=ring.decided_outside,
        waiting=len(counted) - ring.decided_outside,
        authorities=len({row["authority"] for row in outside.values()}),
        names=tuple(sorted(set(_names(reading, ring)))),
    )


def _roles(persons: list[Row]) -> list[str]:
    """In the order in which they came in."""
    return list(dict.fromkeys(str(person["part"]) for person in persons))


def _role(role: str, persons: list[Row]) -> RoleInRing:
    outcomes = Counter(kind for person in persons for kind in set(_kinds(person)))
    return RoleInRing(
        role=role,
        persons=len(persons),
        minors=sum(bool(person["minor"]) for person in persons),
        regions=len({person["region"] for person in persons}),
        outcomes={kind: outcomes[kind] for kind in OUTCOMES},
        waiting=sum(not any(map(is_external, measures_of(person))) for person in persons),
    )


def _kinds(person: Row) -> list[str]:
    return [measure.partition(":")[0] for measure in measures_of(person)]


def _names(reading: Reading, ring: OperationView) -> Iterator[str]:
    """The names that the cases of the ring hold, in the form in which they may be shown."""
    for case in ring.cases:
        uuid = UUID(str(case["case_id"]))
        by_initial = case_view(reading, uuid).by_initial
        texts = texts_of_case(reading.ledger, uuid, by_initial)
        yield from (text.text for text in texts if text.field == "person")


def show_campaign(shown: Campaign) -> Iterator[RenderableType]:
    """The campaign with its clock, the ring with its progress, and the ring by role and outcome."""
    ring, campaign, clock = shown.ring, shown.campaign, shown.clock
    yield heading(f"One operation of a month-long campaign: {ring['operation']} ({shown.platform})")
    persons, minors = number_of(ring["persons"]), number_of(ring["minors"])
    yield grid(
        (
            ("campaign", f"{campaign['operation']}, {campaign['title']}"),
            ("its clock", f"{clock['clock']} due {moment(str(clock['due_at']))}, {_ended(campaign, clock)}"),
            ("operation", f"{ring['title']}, {ring['state']} since {day(ring['opened_at'])}"),
            ("persons", f"{persons} in {ring['cases']} cases, {minors} of them under age"),
            ("regions", f"{len(shown.regions)}: {words(f'{name} {count}' for name, count in shown.regions.items())}"),
            ("progress", f"{shown.decided} of {persons} decided outside by {shown.authorities} authorities"),
            ("names", f"{words(shown.names)}: under age, so the policy shows initials only"),
        )
    )
    yield heading(f"Who is in {ring['operation']} and what was decided outside, a finding for each person")
    columns = ("role", "#persons", "#minors", "#regions", *(f"#{SHORT[kind]}" for kind in OUTCOMES), "#waiting")
    yield table(None, columns, [*(_role_row(role) for role in shown.roles), _total(shown)])
    yield note("The platform removes content and passes the matter on; an authority decides about persons.")


SHORT: Final = {
    "administrative_detention": "detained",
    "criticise_and_educate": "criticised",
    "legal_accountability": "accountable",
    "personal_file_record": "on file",
}
"""What the outcomes are called at the head of a column."""


def _ended(campaign: Row, clock: Row) -> str:
    closed = campaign["closed_at"]
    return plain(clock["state"]) if closed is None else f"{plain(clock['state'])}: closed {moment(str(closed))}"


def _role_row(role: RoleInRing) -> tuple[Cell, ...]:
    return (role.role, role.persons, role.minors, role.regions, *role.outcomes.values(), role.waiting)


def _total(shown: Campaign) -> tuple[Cell, ...]:
    totals = [sum(role.outcomes[kind] for role in shown.roles) for kind in OUTCOMES]
    ring = shown.ring
    persons, minors = number_of(ring["persons"]), number_of(ring["minors"])
    return ("all", persons, minors, len(shown.regions), *totals, shown.waiting)
