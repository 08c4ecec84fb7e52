"""Each reporter's standing, accuracy and rewards, under the id of their stream: who they are is not known here."""

import json
from collections.abc import Iterable
from typing import Final, cast
from uuid import UUID

from domain.policies.events import PolicyPublished
from domain.reporters.events import (
    Amount,
    ReporterCreditWithdrawn,
    ReporterEvent,
    ReporterMaliciousReportFound,
    ReporterReportDismissed,
    ReporterReportUpheld,
    ReporterRewarded,
    ReporterRewardReversed,
)
from projections.fact import Fact
from projections.instants import id_text
from projections.packs import PackFacts, canonical, pack_for, policies_table, remember
from projections.read_model import Handlers, ReadModel
from projections.rows import Rows
from projections.tables import Row, Table, Value, boolean, instant, integer, json_text, text, text_id

NAME: Final = "reporters"
"""Permanent: checkpoints are kept under it."""

VERSION: Final = 2

UPHELD: Final = "upheld"
DISMISSED: Final = "dismissed"
WITHDRAWN: Final = "withdrawn"
OPEN: Final = "open"

_REPORTER: Final = text_id("reporter", "Id of the reporter's stream; it stands for the reporter, whose id is not kept.")

REPORTERS: Final = Table(
    "reporters",
    "One row per reporter about whom something was established.",
    ("reporter",),
    (
        _REPORTER,
        text("standing", "`good`, or `malicious` once a report of theirs was found to be malicious."),
        integer("upheld", "Reports that were upheld and still are.", "reports"),
        integer("dismissed", "Reports that were dismissed and still are.", "reports"),
        integer("withdrawn", "Reports whose decision was taken back: they count neither way.", "reports"),
        integer("malicious", "Reports that were found to be malicious.", "reports"),
        integer(
            "accuracy_permille",
            "`upheld` of `upheld` + `dismissed`, rounded down; null while both are 0.",
            "thousandths",
            nullable=True,
        ),
        integer("perks", "Rewards without a number that were given and still stand.", "rewards"),
        instant("first_at", "When something was first established."),
        instant("last_at", "When something was last established."),
    ),
    indexes=(("standing", "reporter"),),
)

REPORTS: Final = Table(
    "reporter_reports",
    "One row per report that was decided on or found to be malicious.",
    ("reporter", "report"),
    (
        _REPORTER,
        text_id("report", "Id of the report's stream."),
        text("result", "`upheld`, `dismissed`, `withdrawn` (the decision was taken back) or `open`."),
        boolean("malicious", "Whether it was found to be malicious."),
        text_id("case_id", "Case it was last decided in.", nullable=True),
        instant("changed_at", "When this last changed."),
    ),
    indexes=(("report",),),
)

REWARDS: Final = Table(
    "reporter_rewards",
    "What a reporter earned in a calendar month, by currency.",
    ("reporter", "month", "currency"),
    (
        _REPORTER,
        text("month", "Month of the rewards in the policy's zone, `YYYY-MM`."),
        text("currency", "Currency of the platform, such as `coins`."),
        integer("booked", "What stands: `granted` less `reversed`.", "units of the currency"),
        integer("granted", "What was ever granted.", "units of the currency"),
        integer("reversed", "What was taken back.", "units of the currency"),
        integer("capped", "What the cap cut off the rewards that stand; it lapsed.", "units of the currency"),
        integer("cap", "Cap of the policy last applied; null without one.", "units of the currency", nullable=True),
        integer("room", "What can still be earned under the cap.", "units of the currency", nullable=True),
    ),
    indexes=(("month", "reporter", "currency"),),
)

BOOKINGS: Final = Table(
    "reporter_bookings",
    "One row per reward booked.",
    ("reporter", "report", "case_id", "decision"),
    (
        _REPORTER,
        text_id("report", "Report that earned it."),
        text_id("case_id", "Case of the decision."),
        integer("decision", "Number of that decision in the case, from 1.", "ordinal"),
        text_id("content", "Content the report was about.", nullable=True),
        text("month", "Month it counts in, in the policy's zone, `YYYY-MM`."),
        json_text("granted", "What was granted, by currency."),
        json_text("capped", "What the cap cut off, by currency."),
        text("perk", "Reward without a number.", nullable=True),
        text("note", "`duplicate`, `not_eligible` or `no_ledger` where nothing was granted.", nullable=True),
        instant("booked_at", "When it was booked."),
        instant("reversed_at", "When it was taken back.", nullable=True),
        integer("position", "Place of the booking in the ledger.", "position"),
    ),
    indexes=(("month", "position"),),
)

POLICIES: Final = policies_table(NAME)


def _uphold(rows: Rows, fact: Fact[ReporterReportUpheld]) -> None:
    _settle(rows, fact, fact.event.report, fact.event.case, UPHELD)


def _dismiss(rows: Rows, fact: Fact[ReporterReportDismissed]) -> None:
    _settle(rows, fact, fact.event.report, fact.event.case, DISMISSED)


def _withdraw(rows: Rows, fact: Fact[ReporterCreditWithdrawn]) -> None:
    """The report counts no way any more; what the same decision found to be malicious is found no longer."""
    event = fact.event
    key = (fact.stream, id_text(event.report))
    before = rows.get(REPORTS, key)
    if before is not None and before["malicious"] is True and before["case_id"] == id_text(event.case):
        rows.put(REPORTS, {**before, "malicious": False})
        figures = dict(_reporter(rows, fact.stream, fact.at))
        left = cast("int", figures["malicious"]) - 1
        _write(rows, figures | {"malicious": left, "standing": "malicious" if left else "good"}, fact.at)
    _settle(rows, fact, event.report, event.case, WITHDRAWN)


def _settle(rows: Rows, fact: Fact[ReporterEvent], report: UUID, case: UUID, result: str) -> None:
    """Give the report this result, and let the reporter's figures follow; the same result twice counts once."""
    reporter, report_id = fact.stream, id_text(report)
    before = rows.get(REPORTS, (reporter, report_id))
    at = fact.at
    rows.put(
        REPORTS,
        {
            "reporter": reporter,
            "report": report_id,
            "result": result,
            "malicious": before is not None and before["malicious"] is True,
            "case_id": id_text(case),
            "changed_at": at,
        },
    )
    figures = dict(_reporter(rows, reporter, at))
    for name, step in ((before["result"] if before else OPEN, -1), (result, 1)):
        if name != OPEN:
            figures[str(name)] = cast("int", figures[str(name)]) + step
    _write(rows, figures, at)


def _find_malicious(rows: Rows, fact: Fact[ReporterMaliciousReportFound]) -> None:
    event = fact.event
    reporter, report = fact.stream, id_text(event.report)
    before = rows.get(REPORTS, (reporter, report))
    if before is not None and before["malicious"] is True:
        return
    at = fact.at
    case = id_text(event.case) if event.case else None
    rows.put(
        REPORTS,
        {
            "reporter": reporter,
            "report": report,
            "result": before["result"] if before else OPEN,
            "malicious": True,
            "case_id": before["case_id"] if before else case,
            "changed_at": at,
        },
    )
    figures = dict(_reporter(rows, reporter, at))
    _write(rows, figures | {"malicious": cast("int", figures["malicious"]) + 1, "standing": "malicious"}, at)


def _reward(rows: Rows, fact: Fact[ReporterRewarded]) -> None:
    event = fact.event
    reporter, at = fact.stream, fact.at
    rows.put(
        BOOKINGS,
        {
            "reporter": reporter,
            "report": id_text(event.report),
            "case_id": id_text(event.case),
            "decision": event.decision,
            "content": event.content,
            "month": event.month,
            "granted": canonical(_sums(event.granted)),
            "capped": canonical(_sums(event.capped)),
            "perk": event.perk,
            "note": event.note,
            "booked_at": at,
            "reversed_at": None,
            "position": fact.position,
        },
    )
    pack = pack_for(rows, POLICIES, event.policy.version, event.occurred_at)
    for amount in event.granted:
        _book(rows, (reporter, event.month, amount.currency), {"granted": amount.amount}, pack)
    for amount in event.capped:
        _book(rows, (reporter, event.month, amount.currency), {"capped": amount.amount}, pack)
    figures = dict(_reporter(rows, reporter, at))
    given = 0 if event.perk is None else 1
    _write(rows, figures | {"perks": cast("int", figures["perks"]) + given}, at)


def _reverse(rows: Rows, fact: Fact[ReporterRewardReversed]) -> None:
    """Take a booking back. What its cap cut off no longer counts either; a second reversal of it changes nothing."""
    event = fact.event
    reporter, at = fact.stream, fact.at
    key = (reporter, id_text(event.report), id_text(event.case), event.decision)
    booking = rows.get(BOOKINGS, key)
    if booking is None or booking["reversed_at"] is not None:
        return
    rows.put(BOOKINGS, {**booking, "reversed_at": at})
    for amount in event.reversed:
        _book(rows, (reporter, event.month, amount.currency), {"reversed": amount.amount}, None)
    for currency, cut_off in _amounts(booking["capped"]):
        _book(rows, (reporter, event.month, currency), {"capped": -cut_off}, None)
    figures = dict(_reporter(rows, reporter, at))
    given = 0 if booking["perk"] is None else 1
    _write(rows, figures | {"perks": cast("int", figures["perks"]) - given}, at)


def _publish(rows: Rows, fact: Fact[PolicyPublished]) -> None:
    remember(rows, POLICIES, fact)


def read_model() -> ReadModel:
    """The read model `reporters`."""
    on = (
        Handlers()
        .on(PolicyPublished, _publish)
        .on(ReporterReportUpheld, _uphold)
        .on(ReporterReportDismissed, _dismiss)
        .on(ReporterCreditWithdrawn, _withdraw)
        .on(ReporterMaliciousReportFound, _find_malicious)
        .on(ReporterRewarded, _reward)
        .on(ReporterRewardReversed, _reverse)
    )
    meaning = "Reporters' standing, accuracy, and rewards by month with their caps."
    return ReadModel(NAME, VERSION, meaning, (REPORTERS, REPORTS, REWARDS, BOOKINGS, POLICIES), on.handlers, on.ahead)


def _reporter(rows: Rows, reporter: str, at: str) -> Row:
    row = rows.get(REPORTERS, (reporter,))
    if row is not None:
        return row
    zeros: dict[str, Value] = dict.fromkeys((UPHELD, DISMISSED, WITHDRAWN, "malicious", "perks"), 0)
    return {"reporter": reporter, "standing": "good", **zeros, "first_at": at, "last_at": at}


def _write(rows: Rows, figures: dict[str, Value], at: str) -> None:
    upheld, dismissed = cast("int", figures[UPHELD]), cast("int", figures[DISMISSED])
    decided = upheld + dismissed
    figures["accuracy_permille"] = 1000 * upheld // decided if decided else None
    figures["first_at"] = min(cast("str", figures["first_at"]), at)
    figures["last_at"] = max(cast("str", figures["last_at"]), at)
    rows.put(REPORTERS, figures)


def _book(rows: Rows, key: tuple[str, str, str], steps: dict[str, int], pack: PackFacts | None) -> None:
    """Add `steps` to the month's figures; with a pack, its cap is the one that applies from now on."""
    reporter, month, currency = key
    zeros: dict[str, Value] = {"booked": 0, "granted": 0, "reversed": 0, "capped": 0, "cap": None, "room": None}
    row = dict(rows.get(REWARDS, key) or {"reporter": reporter, "month": month, "currency": currency, **zeros})
    for name, step in steps.items():
        row[name] = cast("int", row[name]) + step
    booked = cast("int", row["granted"]) - cast("int", row["reversed"])
    row["booked"] = booked
    if pack is not None:
        row["cap"] = pack.caps.get(currency)
    cap = cast("int | None", row["cap"])
    row["room"] = None if cap is None else max(0, cap - booked)
    rows.put(REWARDS, row)


def _sums(amounts: Iterable[Amount]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for each in amounts:
        sums[each.currency] = sums.get(each.currency, 0) + each.amount
    return sums


def _amounts(stored: Value) -> list[tuple[str, int]]:
    return list(cast("dict[str, int]", json.loads(cast("str", stored))).items())
