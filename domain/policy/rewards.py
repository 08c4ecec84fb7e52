"""The reward ledger: what an upheld report earns its reporter, under monthly caps, once per reporter and content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated

from pydantic import Field

from domain.policy.finding import Closed, Id
from domain.policy.instants import Instant
from domain.policy.pack import Pack
from domain.policy.shape import RewardsTable
from domain.policy.vocabulary import RewardKind, RewardNote, Source

AMOUNT_MAX = 2**53

Amount = Annotated[int, Field(strict=True, ge=0, le=AMOUNT_MAX)]
Amounts = Mapping[str, int]


class Booking(Closed):
    """An earlier row of the ledger; `at` is the instant its report was upheld."""

    report: Id
    reporter: Id
    content: Id | None = None
    at: Instant
    granted: dict[str, Amount]
    reversed_at: Instant | None = None


class Upheld(Closed):
    """A report that was upheld at `at`."""

    report: Id
    reporter: Id
    content: Id | None = None
    at: Instant
    source: Source


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """What one upheld report earned; `capped` lapses. `month` is that of the upheld instant in the pack's zone."""

    report: str
    reporter: str
    month: str
    granted: Amounts
    capped: Amounts
    note: RewardNote | None


def book(pack: Pack, bookings: Iterable[Booking], upheld: Iterable[Upheld]) -> tuple[LedgerRow, ...]:
    """The rows that `upheld` adds to `bookings`, in the order of instant and report id."""
    account = _Account(pack, bookings)
    return tuple(account.add(report) for report in sorted(upheld, key=lambda one: (one.at, one.report)))


def totals(pack: Pack, bookings: Iterable[Booking], rows: Iterable[LedgerRow]) -> dict[str, dict[str, dict[str, int]]]:
    """Amounts by reporter and month, over what stands of `bookings` and over `rows`."""
    nothing = dict.fromkeys(_amounts(pack), 0)
    sums: dict[str, dict[str, dict[str, int]]] = {}
    for booking in bookings:
        month = sums.setdefault(booking.reporter, {}).setdefault(month_of(booking.at, pack.zone), dict(nothing))
        if booking.reversed_at is None:
            _add(month, booking.granted)
    for row in rows:
        _add(sums.setdefault(row.reporter, {}).setdefault(row.month, dict(nothing)), row.granted)
    return sums


def month_of(at: datetime, zone: tzinfo) -> str:
    """The calendar month of an instant on the wall clock of `zone`, as `YYYY-MM`."""
    local = at.astimezone(zone)
    return f"{local.year:04}-{local.month:02}"


class _Account:
    """What was booked so far, by reporter and month."""

    def __init__(self, pack: Pack, bookings: Iterable[Booking]) -> None:
        self._pack = pack
        self._ledger = _ledger(pack)
        self._reports: set[str] = set()
        self._contents: set[tuple[str, str | None]] = set()
        self._booked: dict[tuple[str, str], dict[str, int]] = {}
        self._reversed: dict[tuple[str, str], list[tuple[datetime, Amounts]]] = {}
        for booking in bookings:
            self._keep(booking, booking.granted, booking.reversed_at)

    def add(self, report: Upheld) -> LedgerRow:
        """Book one upheld report."""
        month = month_of(report.at, self._pack.zone)
        note = self._note(report)
        due = _amounts(self._pack)
        if note is not None:
            nothing = dict.fromkeys(due, 0)
            return LedgerRow(report.report, report.reporter, month, nothing, dict(nothing), note)
        granted = {currency: min(amount, self._room(report, month, currency)) for currency, amount in due.items()}
        capped = {currency: amount - granted[currency] for currency, amount in due.items()}
        self._keep(report, granted, None)
        return LedgerRow(report.report, report.reporter, month, granted, capped, None)

    def _note(self, report: Upheld) -> RewardNote | None:
        if self._ledger is None:
            return RewardNote.NO_LEDGER
        if report.source is not Source.USER:
            return RewardNote.NOT_ELIGIBLE
        same_content = self._ledger.per is not None and (report.reporter, report.content) in self._contents
        if report.report in self._reports or same_content:
            return RewardNote.DUPLICATE
        return None

    def _room(self, report: Upheld, month: str, currency: str) -> int:
        """What the cap leaves: all bookings of the month count, but for those reversed by now."""
        caps = (self._ledger.caps if self._ledger else None) or {}
        if currency not in caps:
            return AMOUNT_MAX
        booked = self._booked.get((report.reporter, month), {}).get(currency, 0)
        freed = sum(
            granted.get(currency, 0)
            for reversed_at, granted in self._reversed.get((report.reporter, month), ())
            if reversed_at <= report.at
        )
        return max(0, caps[currency] - booked + freed)

    def _keep(self, row: Booking | Upheld, granted: Amounts, reversed_at: datetime | None) -> None:
        self._reports.add(row.report)
        if row.content is not None:
            self._contents.add((row.reporter, row.content))
        month = (row.reporter, month_of(row.at, self._pack.zone))
        _add(self._booked.setdefault(month, {}), granted)
        if reversed_at is not None:
            self._reversed.setdefault(month, []).append((reversed_at, granted))


def _ledger(pack: Pack) -> RewardsTable | None:
    return pack.rewards if pack.rewards is not None and pack.rewards.kind == RewardKind.LEDGER else None


def _amounts(pack: Pack) -> Amounts:
    ledger = _ledger(pack)
    return {} if ledger is None or ledger.amounts is None else ledger.amounts


def _add(sums: dict[str, int], amounts: Amounts) -> None:
    for currency, amount in amounts.items():
        sums[currency] = sums.get(currency, 0) + amount
