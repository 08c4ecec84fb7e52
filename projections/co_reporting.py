"""Accounts that report together: who reported one item or one respondent, and how often they had done so before."""

import json
from datetime import datetime, timedelta
from typing import Final, cast

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
from projections.tables import Key

NAME: Final = "co_reporting"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 1

_SCOPE: Final = "published"


Account = tuple[str, str, int]
"""When an account last reported the target, the reporter, and the most earlier occasions shared with another."""


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    rows.put(PLATFORM_NAME, {"scope": _SCOPE, "name": fact.event.platform})


def _receive(rows: Rows, fact: Fact[ReportReceived]) -> None:
    """Whose report it is, as the id of their stream: the reporter's own id goes no further."""
    event = fact.event
    platform = rows.get(PLATFORM_NAME, (_SCOPE,))
    if event.reporter is None or platform is None:
        return
    reporter = id_text(reporter_stream(str(platform["name"]), event.reporter).uuid)
    rows.put(PENDING, {"report": fact.stream, "reporter": reporter, "respondent": event.respondent})


def _refuse(rows: Rows, fact: Fact[ReportRefused]) -> None:
    rows.delete(PENDING, (fact.stream,))


def _admit(rows: Rows, fact: Fact[ReportAdmitted]) -> None:
    """The report counts for its item and for its respondent."""
    pending = rows.get(PENDING, (fact.stream,))
    if pending is None:
        return
    rows.delete(PENDING, (fact.stream,))
    targets = [(ITEM, id_text(fact.event.case))]
    if pending["respondent"] is not None:
        targets.append((RESPONDENT, str(pending["respondent"])))
    for target in targets:
        _report(rows, target, str(pending["reporter"]), fact.event.occurred_at)


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
    return ReadModel(NAME, VERSION, meaning, (CO_REPORTING, PAIRS, PENDING, PLATFORM_NAME), on.handlers, on.ahead)


def _respondents(fact: Fact[ReportReceived]) -> list[Key]:
    event = fact.event
    return [] if event.respondent is None or event.reporter is None else [(RESPONDENT, event.respondent)]


def _report(rows: Rows, target: tuple[str, str], reporter: str, at: datetime) -> None:
    """Put the account among those of the target, and compare it with the last ones before it."""
    row = rows.get(CO_REPORTING, target)
    moment = instant_text(at)
    if row is None:
        _write(rows, target, [(moment, reporter, 0)])
        return
    last, most, others = moment, 0, cast("list[Account]", json.loads(cast("str", row["accounts"])))
    for place, (before, account, earlier) in enumerate(others):
        if account == reporter:
            last, most = max(moment, before), earlier
            del others[place]
            break
    since, until = instant_text(_moved(at, -TOGETHER_WITHIN)), instant_text(_moved(at, TOGETHER_WITHIN))
    near = [account for before, account, _ in others if since <= before <= until][:PAIRED_MAX]
    shared = _occasions_before(rows, reporter, near, at)
    if shared:
        most = max(most, *shared.values())
        others = [(before, account, max(earlier, shared.get(account, 0))) for before, account, earlier in others]
    _write(rows, target, [(last, reporter, most), *others])


def _occasions_before(rows: Rows, reporter: str, others: list[str], at: datetime) -> dict[str, int]:
    """On how many occasions before this one the account reported together with each of the others; this one is noted.
    Fewer than `EARLIER_MIN` are taken for chance, and told as none.
    """
    if not others:
        return {}
    keys: dict[str, Key] = {other: (min(reporter, other), max(reporter, other)) for other in others}
    rows.prefetch(PAIRS, keys.values())
    found = {other: _occasion(rows, key, at) for other, key in keys.items()}
    return {other: earlier for other, earlier in found.items() if earlier >= EARLIER_MIN}


def _occasion(rows: Rows, key: Key, at: datetime) -> int:
    """Note that two accounts reported together; the occasions before this one."""
    row = rows.get(PAIRS, key)
    moment = instant_text(at)
    occasions = 0
    if row is not None:
        last, occasions = str(row["occasion_at"]), cast("int", row["occasions"])
        if moment <= instant_text(_moved(datetime.fromisoformat(last), TOGETHER_WITHIN)):
            return occasions - 1
        if last < instant_text(_moved(at, -MEMORY)):
            occasions = 0
    rows.put(PAIRS, {"reporter": key[0], "other": key[1], "occasions": occasions + 1, "occasion_at": moment})
    return occasions


def _write(rows: Rows, target: tuple[str, str], accounts: list[Account]) -> None:
    """The figures follow from the accounts that are looked at: the last ones, within the window."""
    kept = accounts
    if len(accounts) > 1:
        kept = sorted(((at, who, earlier) for at, who, earlier in accounts), reverse=True)[:ACCOUNTS_MAX]
        since = instant_text(_moved(datetime.fromisoformat(kept[0][0]), -WINDOW))
        if kept[-1][0] < since:
            kept = [account for account in kept if account[0] >= since]
    together = sum(earlier > 0 for _, _, earlier in kept)
    rows.put(
        CO_REPORTING,
        {
            "target_kind": target[0],
            "target": target[1],
            "reporters": len(kept),
            "together": together,
            "earlier_max": max(earlier for _, _, earlier in kept),
            "signal": together >= SIGNAL_ACCOUNTS_MIN,
            "first_at": kept[-1][0],
            "last_at": kept[0][0],
            "accounts": canonical(kept),
        },
    )


def _moved(moment: datetime, by: timedelta) -> datetime:
    """`moment` and `by`, up to the ends of the calendar."""
    try:
        return moment + by
    except OverflowError:
        return EARLIEST if by < timedelta(0) else LATEST
