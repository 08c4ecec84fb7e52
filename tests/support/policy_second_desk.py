"""Second answers for admission, deadlines and rewards, written from the definition: raw values, no engine code."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.policy_second_judge import instant_of, moment


def second_admission(document: dict, past: list[dict], report: dict) -> dict:
    """The outcome of a report, as JSON values."""
    failed = [rule for rule in document.get("admission", []) if fails(document, rule, past, report)]
    flows = [flow for flow in document.get("flow", []) if report["subject_type"] in flow["subjects"]]
    flow = flows[0] if flows and failed == [] else {}
    feedback = document.get("feedback")
    return {
        "verdict": "refused" if failed else "admitted",
        "reasons": [rule["reason"] for rule in failed],
        "to": ([rule["redirect"] for rule in failed if rule["check"] == "judged_here"] or [None])[0],
        "department": flow.get("department"),
        "decider": flow.get("decider"),
        "feedback": feedback is not None and report["contact"] and (failed == [] or "refusal" in feedback["what"]),
    }


def fails(document: dict, rule: dict, past: list[dict], report: dict) -> bool:
    """Whether a report fails one check."""
    user = report["source"] == "user"
    elsewhere = [row["code"] for row in document["violation"] if "procedure" in row]
    handled = [
        one
        for one in past
        if one["state"] == "handled"
        and report["content"] is not None
        and one["content"] == report["content"]
        and moment(one["handled_at"]) <= moment(report["at"])
        and (rule.get("by") == "anyone" or (one["reporter"] == report["reporter"] and one["reporter"] is not None))
    ]
    return {
        "reporter_verified": user and not report["reporter_verified"],
        "not_malicious": report["malicious_established"],
        "in_scope": report["place"] not in document.get("scope", {}).get("places", []),
        "not_already_handled": user and handled != [],
        "sufficient_evidence": user and report["evidence"] != "sufficient",
        "judged_here": report["codes"] != [] and all(code in elsewhere for code in report["codes"]),
    }[rule["check"]]


def second_deadlines(document: dict, events: list[dict], now: str) -> dict:
    """The started clocks, as JSON values."""
    clocks = []
    for clock in document.get("clock", []):
        seen = [event for event in events if moment(event["at"]) <= moment(now)]
        starts = [moment(event["at"]) for event in seen if event["type"] in clock["start"]]
        if starts == []:
            continue
        start = min(starts)
        stops = [
            moment(event["at"]) for event in seen if event["type"] in clock["stop"] and moment(event["at"]) >= start
        ]
        due = DUE[clock["due"]](start.astimezone(ZoneInfo(document["zone"])))
        in_time = min(stops, default=moment(now)) <= due
        state = {(True, True): "met", (True, False): "late", (False, True): "running", (False, False): "breached"}[
            stops != [], in_time
        ]
        clocks.append({"clock": clock["id"], "started_at": written(start), "due_at": written(due), "state": state})
    return {"clocks": clocks}


def days_later(start: datetime, days: int) -> datetime:
    """The same time of day some days later."""
    return instant_of(start.replace(tzinfo=None) + timedelta(days=days), ZoneInfo(str(start.tzinfo)))


def month_later(start: datetime) -> datetime:
    """The same day of the next month, or its last."""
    wall = start.replace(tzinfo=None)
    first = (wall.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return instant_of(first.replace(day=min(wall.day, last.day)), ZoneInfo(str(start.tzinfo)))


DUE = {
    "PT0S": lambda start: start,
    "PT12H": lambda start: start.astimezone(UTC) + timedelta(hours=12),
    "PT24H": lambda start: start.astimezone(UTC) + timedelta(hours=24),
    "PT48H": lambda start: start.astimezone(UTC) + timedelta(hours=48),
    "P3D": lambda start: days_later(start, 3),
    "P1M": month_later,
}
"""The periods of the clocks that ship, each by itself."""


def written(at: datetime) -> str:
    """An instant as results show it."""
    text = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{at.microsecond:06}Z" if at.microsecond else f"{text}Z"


def second_rewards(document: dict, bookings: list[dict], upheld: list[dict]) -> dict:
    """The ledger rows and totals, as JSON values."""
    table = document.get("rewards", {})
    amounts = table["amounts"] if table.get("kind") == "ledger" else {}
    zone = ZoneInfo(document["zone"])
    book = [{**one, "month": month(one["at"], zone), "earned": True} for one in bookings]
    rows = []
    for report in sorted(upheld, key=lambda one: (moment(one["at"]), one["report"])):
        earned = [one for one in book if one["earned"]]
        row = {**report, "month": month(report["at"], zone), "note": note(report, earned, counted=amounts != {})}
        row["granted"] = {
            currency: 0 if row["note"] else min(amount, room(earned, row, currency, table["caps"][currency]))
            for currency, amount in amounts.items()
        }
        row["capped"] = {
            currency: 0 if row["note"] else amount - row["granted"][currency] for currency, amount in amounts.items()
        }
        row["earned"] = row["note"] is None
        book.append(row)
        rows.append({key: row[key] for key in ("report", "month", "granted", "capped", "note")})
    totals: dict = {}
    for one in book:
        sums = totals.setdefault(one["reporter"], {}).setdefault(one["month"], dict.fromkeys(amounts, 0))
        for currency in amounts:
            sums[currency] += 0 if one.get("reversed_at") else one["granted"].get(currency, 0)
    return {"ledger": rows, "totals": totals}


def note(report: dict, earned: list[dict], *, counted: bool) -> str | None:
    """Why a report earns nothing."""
    if not counted:
        return "no_ledger"
    if report["source"] != "user":
        return "not_eligible"
    same = [
        one
        for one in earned
        if one["report"] == report["report"]
        or (
            report["content"] is not None
            and (one["reporter"], one["content"]) == (report["reporter"], report["content"])
        )
    ]
    return "duplicate" if same else None


def room(earned: list[dict], row: dict, currency: str, cap: int) -> int:
    """What the cap of the month leaves to the reporter."""
    booked = sum(
        one["granted"].get(currency, 0)
        for one in earned
        if (one["reporter"], one["month"]) == (row["reporter"], row["month"])
        and not (one.get("reversed_at") and moment(one["reversed_at"]) <= moment(row["at"]))
    )
    return max(0, cap - booked)


def month(at: str, zone: ZoneInfo) -> str:
    """The calendar month of an instant."""
    return moment(at).astimezone(zone).strftime("%Y-%m")
