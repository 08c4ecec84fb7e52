"""One account as it stands: its counts, sanctions, removals, listings, bars, and the cases against it."""

from dataclasses import dataclass

from caseledger.queries.cases_about import rows_of_cases
from caseledger.queries.errors import NotFound
from caseledger.queries.ports import Reading, Row
from caseledger.queries.streams import kind_of, stream_events
from domain.streams import account_stream

READ_MODELS = ("violation_counts", "sanctions", "blacklist", "queue")
"""What an account is shown from."""


@dataclass(frozen=True, slots=True)
class AccountView:
    """The whole of one account. The lists of rows are those of the read models of the same names."""

    platform: str
    account: str
    stream: str
    position: int
    violation_counts: list[Row]
    violation_windows: list[Row]
    sanctions: list[Row]
    removals: list[Row]
    bars: list[Row]
    listings: list[Row]
    cases: list[Row]


def account_view(reading: Reading, account: str) -> AccountView:
    """The account as it stands; raises `NotFound` for one that nothing is recorded about."""
    stream = account_stream(reading.platform, account)
    view = AccountView(
        platform=reading.platform,
        account=account,
        stream=str(stream.uuid),
        position=reading.position,
        violation_counts=reading.all("violation_counts", "class", account=account),
        violation_windows=reading.all("violation_counts_by_window", "class", "-starts_at", account=account),
        sanctions=reading.all("sanctions", "position", account=account),
        removals=reading.all("content_removals", "position", account=account),
        bars=reading.all("registration_bars", "barred_at", account=account),
        listings=reading.all("blacklist", "position", account=account),
        cases=rows_of_cases(reading, account),
    )
    known = view.cases or view.violation_counts or view.sanctions or view.removals or view.listings
    if not known and kind_of(stream_events(reading.ledger, stream.uuid)) is None:
        raise NotFound("account_not_found", f"nothing is recorded about account {account!r} on {reading.platform}")
    return view
