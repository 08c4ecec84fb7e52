"""What a fix of the mapping changes: the statements that differ from those an earlier version gave."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from caseledger.statements.building import Given, Statement, Unstated, puid_of, statement_of
from caseledger.statements.mapping import Mapping as Table

CHANGED = "changed"
ADDED = "added"
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Correction:
    """A statement that comes out otherwise: `before` is empty where there was none, `after` where there is none now.

    `fields` are the names of those that differ, in the order of the database's rules.
    """

    puid: str
    change: str
    fields: tuple[str, ...]
    before: Mapping[str, object]
    after: Mapping[str, object]


def corrections(earlier: Table, now: Table, decisions: Iterator[Given]) -> Iterator[Correction]:
    """The corrections that the mapping of today makes to statements under the earlier one, decision by decision."""
    for given in decisions:
        before, after = _made(earlier, given), _made(now, given)
        if before != after:
            change = CHANGED if before and after else ADDED if after else WITHDRAWN
            names = dict.fromkeys((*before, *after))
            fields = tuple(name for name in names if before.get(name) != after.get(name))
            yield Correction(puid_of(given.event_id), change, fields, before, after)


def _made(table: Table, given: Given) -> Statement:
    made = statement_of(table, given)
    return {} if isinstance(made, Unstated) else made
