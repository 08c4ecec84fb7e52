"""Who of a case is under age, and whether the policy lets their names be shown by more than an initial."""

from collections.abc import Iterable

from caseledger.queries.packs import loaded, published
from caseledger.queries.ports import Reading, Row
from domain.cases.state import Case
from domain.policy.vocabulary import Flag


def minors_of(case: Case, operations: Iterable[Row]) -> tuple[str, ...]:
    """The accounts of the persons under age: by a finding of the case, or by their place in an operation."""
    made = (decision.made.finding for decision in case.decisions.values())
    findings = (*made, *(proposal.finding for proposal in case.pending))
    found = [finding.respondent for finding in findings if finding is not None and Flag.MINOR in finding.flags]
    found += [str(row["account"]) for row in operations if row["minor"] and row["account"] is not None]
    return tuple(dict.fromkeys(account for account in found if account is not None))


def names_minors_by_initial(reading: Reading) -> bool:
    """Whether any policy of the platform, past or present, gives no more of a minor's name than the initial."""
    packs = (loaded(fact.event.text, fact.event.version) for fact in published(reading.ledger, reading.platform))
    return any(pack is not None and pack.confidentiality is not None and pack.confidentiality.minor for pack in packs)
