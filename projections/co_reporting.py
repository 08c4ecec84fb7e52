"""Accounts that report together: who reported one item or one respondent, and how often they had done so before."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, NamedTuple, cast

from domain.events import Event
from domain.policies.events import PolicyPublished
from domain.policy.durations import EARLIEST, LATEST
from domain.reports.events import ReportAdmitted, ReportReceived, ReportRefused
from domain.streams import reporter_stream
from projections.co_reporting_tables import (
    ACCOUNTS_MAX,
    CO_REPORTING,
    EARLIER_MIN,
    ITEM,
    MEMORY,
    PAIRED_MAX,
    PAIRS,
    PENDING,
    PLATFORM_NAME,
    RESPONDENT,
    SIGNAL_ACCOUNTS_MIN,
    TOGETHER_WITHIN,
    WINDOW,
)
from projections.fact import Fact
from projections.instants import id_text, instant_text
from projections.packs import canonical
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Key, Value

NAME: Final = "co_reporting"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

_SCOPE: Final = "published"

_REPORTERS_REMEMBERED_MAX: Final = 4_096
_DAYS_REMEMBERED_MAX: Final = 4_096
_ROWS_REMEMBERED_MAX: Final = 4_096

Account = tuple[str, str, int]
"""When an account last reported the target, the reporter, and the most earlier occasions shared with another."""

Target = tuple[str, str]
"""What was reported: a kind and an id."""


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    rows.put(PLATFORM_NAME, {"scope": _SCOPE, "name": fact.event.platform})


def _receive(rows: Rows, fact: Fact[ReportReceived]) -> None:
    """Whose report it is, as the id of their stream: the reporter's own id goes no further."""
    event = fact.event
    platform = rows.get(PLATFORM_NAME, (_SCOPE,))
    if event.reporter is None or platform is None:
        return
    reporter = _reporter(str(platform["name"]), event.reporter)
    rows.put(PENDING, {"report": fact.stream, "reporter": reporter, "respondent": event.respondent})


@lru_cache(maxsize=_REPORTERS_REMEMBERED_MAX)
def _reporter(platform: str, reporter: str) -> str:
    return id_text(reporter_stream(platform, reporter).uuid)


def _refuse(rows: Rows, fact: Fact[ReportRefused]) -> None:
    rows.delete(PENDING, (fact.stream,))


def _admit(rows: Rows, fact: Fact[ReportAdmitted]) -> None:
    """The report counts for its item and for its respondent."""
    pending = rows.get(PENDING, (fact.stream,))
    if pending is None:
        return
    rows.delete(PENDING, (fact.stream,))
    for target in _targets(fact, cast("str | None", pending["respondent"])):
        _report(rows, target, str(pending["reporter"]), fact)


def read_model() -> ReadModel:
    """The read model `co_reporting`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(ReportReceived, _receive)
        .on(ReportAdmitted, _admit)
        .on(ReportRefused, _refuse)
        .owns(ReportReceived, PENDING)
        .owns(ReportAdmitted, PENDING)
        .owns(ReportRefused, PENDING)
        .reads(ReportReceived, CO_REPORTING, _respondents)
        .reads(ReportAdmitted, CO_REPORTING, lambda fact: [(ITEM, id_text(fact.event.case))])
    )
    meaning = "Whether the accounts that report one item or one respondent report together: a signal, never a decision."
    tables = (CO_REPORTING, PAIRS, PENDING, PLATFORM_NAME)
    return ReadModel(NAME, VERSION, meaning, tables, on.handlers, on.ahead, look_ahead=_look_ahead)


def _respondents(fact: Fact[ReportReceived]) -> list[Key]:
    event = fact.event
    return [] if event.respondent is None or event.reporter is None else [(RESPONDENT, event.respondent)]


def _targets(fact: Fact[ReportAdmitted], respondent: str | None) -> list[Target]:
    item = (ITEM, id_text(fact.event.case))
    return [item] if respondent is None else [item, (RESPONDENT, respondent)]


def _look_ahead(rows: Rows, facts: Sequence[Fact[Event]]) -> None:
    """Read the pairs that the reports of a batch will be compared in, as far as they can be told beforehand."""
    received = {fact.stream: fact.event for fact in facts if isinstance(fact.event, ReportReceived)}
    platform = rows.get(PLATFORM_NAME, (_SCOPE,))
    near: dict[Target, list[tuple[str, str]]] = {}
    keys: list[Key] = []
    for fact in facts:
        if not isinstance(fact.event, ReportAdmitted):
            continue
        report = received.get(fact.stream)
        if report is None:
            pending = rows.get(PENDING, (fact.stream,))
            reporter, respondent = (str(pending["reporter"]), pending["respondent"]) if pending else (None, None)
        elif report.reporter is not None and platform is not None:
            reporter, respondent = _reporter(str(platform["name"]), report.reporter), report.respondent
        else:
            continue
        if reporter is None:
            continue
        for target in _targets(cast("Fact[ReportAdmitted]", fact), cast("str | None", respondent)):
            before = near.get(target)
            if before is None:
                before = near[target] = [(at, account) for at, account, _ in _accounts(rows, target)]
            if before:
                since = _Moment.of(fact.event.occurred_at).since
                others = [account for at, account in before if at >= since and account != reporter][:PAIRED_MAX]
                keys += [_pair(reporter, other) for other in others]
            before.insert(0, (fact.at, reporter))
    rows.prefetch(PAIRS, keys)


class _Moment(NamedTuple):
    """A moment, and how far what belongs together lies from it, as texts; made where there is something to compare."""

    at: str
    since: str
    until: str
    forgotten: str

    @staticmethod
    @lru_cache(maxsize=_DAYS_REMEMBERED_MAX)
    def of(at: datetime) -> "_Moment":
        """The moment of a report."""
        since, until = _moved(at, -TOGETHER_WITHIN), _moved(at, TOGETHER_WITHIN)
        return _Moment(*map(instant_text, (at, since, until, _moved(at, -MEMORY))))


def _accounts(rows: Rows, target: Target) -> tuple[Account, ...]:
    """The accounts of the target as they are now, the last first."""
    draft = rows.draft(CO_REPORTING, target)
    if draft is not None:
        return cast("tuple[Account, ...]", draft)
    row = rows.get(CO_REPORTING, target)
    return () if row is None else _read(str(row["accounts"]))


@lru_cache(maxsize=_ROWS_REMEMBERED_MAX)
def _read(accounts: str) -> tuple[Account, ...]:
    """What a row keeps of its accounts; asked for when reading ahead, and again when the report is counted."""
    return tuple((at, who, earlier) for at, who, earlier in json.loads(accounts))


def _report(rows: Rows, target: Target, reporter: str, fact: Fact[ReportAdmitted]) -> None:
    """Put the account among those of the target, and compare it with the last ones before it."""
    last, most = fact.at, 0
    others = list(_accounts(rows, target))
    if not others:
        rows.work_on(CO_REPORTING, target, ((last, reporter, most),), _row)
        return
    moment = _Moment.of(fact.event.occurred_at)
    for place, (before, account, earlier) in enumerate(others):
        if account == reporter:
            last, most = max(last, before), earlier
            del others[place]
            break
    near = [account for before, account, _ in others if moment.since <= before <= moment.until][:PAIRED_MAX]
    shared = _occasions_before(rows, reporter, near, moment)
    if shared:
        most = max(most, *shared.values())
        others = [(before, account, max(earlier, shared.get(account, 0))) for before, account, earlier in others]
    rows.work_on(CO_REPORTING, target, _kept([(last, reporter, most), *others]), _row)


def _occasions_before(rows: Rows, reporter: str, others: list[str], moment: _Moment) -> dict[str, int]:
    """On how many occasions before this one the account reported together with each of the others; this one is noted.
    Fewer than `EARLIER_MIN` are taken for chance, and told as none.
    """
    if not others:
        return {}
    keys = {other: _pair(reporter, other) for other in others}
    rows.prefetch(PAIRS, keys.values())
    found = {other: _occasion(rows, key, moment) for other, key in keys.items()}
    return {other: earlier for other, earlier in found.items() if earlier >= EARLIER_MIN}


def _pair(one: str, other: str) -> Key:
    return (one, other) if one < other else (other, one)


def _occasion(rows: Rows, key: Key, moment: _Moment) -> int:
    """Note that two accounts reported together; the occasions before this one."""
    row = rows.get(PAIRS, key)
    occasions = 0
    if row is not None:
        last, occasions = str(row["occasion_at"]), cast("int", row["occasions"])
        if moment.at <= last or moment.at <= _a_day_after(last):
            return occasions - 1
        if last < moment.forgotten:
            occasions = 0
    rows.put(PAIRS, {"reporter": key[0], "other": key[1], "occasions": occasions + 1, "occasion_at": moment.at})
    return occasions


@lru_cache(maxsize=_DAYS_REMEMBERED_MAX)
def _a_day_after(moment: str) -> str:
    return instant_text(_moved(datetime.fromisoformat(moment), TOGETHER_WITHIN))


def _kept(accounts: list[Account]) -> tuple[Account, ...]:
    """The accounts that are looked at: the last ones, within the window."""
    if len(accounts) == 1:
        return (accounts[0],)
    kept = sorted(accounts, reverse=True)[:ACCOUNTS_MAX]
    since = instant_text(_moved(datetime.fromisoformat(kept[0][0]), -WINDOW))
    if kept[-1][0] < since:
        kept = [account for account in kept if account[0] >= since]
    return tuple(kept)


def _row(target: Key, kept: tuple[Account, ...]) -> dict[str, Value]:
    """The figures follow from the accounts that are looked at."""
    together = sum(earlier > 0 for _, _, earlier in kept)
    return {
        "target_kind": target[0],
        "target": target[1],
        "reporters": len(kept),
        "together": together,
        "earlier_max": max(earlier for _, _, earlier in kept),
        "signal": together >= SIGNAL_ACCOUNTS_MIN,
        "first_at": kept[-1][0],
        "last_at": kept[0][0],
        "accounts": canonical(kept),
    }


def _moved(moment: datetime, by: timedelta) -> datetime:
    """`moment` and `by`, up to the ends of the calendar."""
    try:
        return moment + by
    except OverflowError:
        return EARLIEST if by < timedelta(0) else LATEST
