"""A second judge, written from the definition, for plainness alone: raw TOML and JSON values, no engine code."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

SEVERITIES = ["minor", "ordinary", "serious", "grave"]
ON_ACCOUNT = [
    "block_feed",
    "warn",
    "refuse_publishing",
    "restrict_functions",
    "suspend_updates",
    "mute",
    "ban",
    "close_account",
    "freeze_permissions",
    "forbid_reregistration",
]


def second_judgement(document: dict, record: list[dict], finding: dict) -> dict:
    """The ruling, or `{"error": code}`, as JSON values."""
    table = {row["code"]: row for row in document["violation"]}
    codes = finding["codes"]
    error = refusal(document, table, codes, finding["subject"]["type"])
    if error is not None:
        return {"error": error}
    severity = finding["severity"]
    if severity is None:
        severity = SEVERITIES[max(SEVERITIES.index(table[code]["severity"]) for code in codes)]
    question = {
        **finding,
        "severity": severity,
        "classes": [table[code]["class"] for code in codes],
        "zone": ZoneInfo(document["zone"]),
        "record": record,
    }
    matching = [rule for rule in document["ladder"] if holds(rule["when"], question)]
    if matching == []:
        return {"error": "no_rule"}
    rule = min(matching, key=lambda one: one["order"])
    content = []
    for part in document.get("content", []):
        if holds({key: part[key] for key in ("subjects", "classes") if key in part}, question):
            content += part["measures"]
    also = []
    for extra in document.get("extra", []):
        if holds(extra.get("when", {}), question):
            also += extra["measures"]
    default = rule["then"].get("default", {}).get(severity, "none")
    shown_default = [] if default == "none" else shown([default], finding)
    counted = [entry for count in rule["when"].get("past", []) for entry in entries(count, question)]
    return {
        "rule": rule["id"],
        "explanation": rule["explain"],
        "content_measures": shown(content, finding),
        "party_measures": {
            "options": shown(rule["then"].get("options", []), finding),
            "default": shown_default[0] if shown_default else None,
        },
        "also": shown(also, finding),
        "because": [entry["id"] for entry in sorted_by_time(without_repeats(counted))],
        "appeal": document["appeal"]["regime"],
    }


def refusal(document: dict, table: dict, codes: list[str], subject: str) -> str | None:
    """Why the finding is not for this pack, None when it is."""
    if codes == []:
        return "no_code"
    if any(code not in table for code in codes):
        return "unknown_code"
    if subject not in document["subjects"]:
        return "subject_not_in_pack"
    if any("procedure" in table[code] for code in codes):
        return "other_procedure"
    return "code_not_for_subject" if any(subject not in table[code]["applies_to"] for code in codes) else None


def holds(when: dict, question: dict) -> bool:
    """Whether each key of `when` holds."""
    answers = []
    for key, wanted in when.items():
        if key == "subjects":
            answers.append(question["subject"]["type"] in wanted)
        if key == "classes":
            answers.append(any(class_ in wanted for class_ in question["classes"]))
        if key == "codes":
            answers.append(any(code in wanted for code in question["codes"]))
        if key == "severities":
            answers.append(question["severity"] in wanted)
        if key == "any_flags":
            answers.append(any(flag in wanted for flag in question["flags"]))
        if key == "roles":
            answers.append(question["role"] in wanted)
        if key == "content_older_than":
            posted, limit = question["posted_at"], back(question["at"], wanted, question["zone"])
            answers.append(posted is not None and moment(posted) < limit)
        if key == "past":
            answers += [meets(count, question) for count in wanted]
    return all(answers)


def meets(count: dict, question: dict) -> bool:
    """Whether one count holds."""
    number = len(entries(count, question)) + (1 if count.get("with_current") else 0)
    if "at_least" in count:
        return number >= count["at_least"]
    return number == count["exactly"] if "exactly" in count else number <= count["at_most"]


def entries(count: dict, question: dict) -> list[dict]:
    """The entries that one count counts."""
    now = moment(question["at"])
    kept = [entry for entry in question["record"] if entry["kind"] in count["kinds"] and moment(entry["at"]) <= now]
    kept = [entry for entry in kept if not entry.get("time_barred", False)]
    kept = [entry for entry in kept if entry.get("lifted_at") is None or moment(entry["lifted_at"]) > now]
    if "causes" in count:
        kept = [entry for entry in kept if entry.get("cause") in count["causes"]]
    if "within" in count:
        start = back(question["at"], count["within"], question["zone"])
        kept = [entry for entry in kept if moment(entry["at"]) >= start]
    if count.get("before_posting"):
        posted = question["posted_at"]
        kept = [entry for entry in kept if posted is not None and moment(entry["at"]) < moment(posted)]
    kept = [entry for entry in kept if entry["kind"] != "content_removal" or entry["content"] != question["content"]]
    return [
        entry
        for entry in kept
        if entry["kind"] != "content_removal"
        or entry["id"] == sorted_by_time([other for other in kept if is_removal_of(other, entry["content"])])[0]["id"]
    ]


def is_removal_of(entry: dict, content: str) -> bool:
    """Whether the entry is the removal of this content."""
    return entry["kind"] == "content_removal" and entry["content"] == content


def sorted_by_time(some: list[dict]) -> list[dict]:
    """Entries by instant, then by id."""
    return sorted(some, key=lambda entry: (moment(entry["at"]), entry["id"]))


def without_repeats(some: list) -> list:
    """The same in the same order, each once."""
    return [one for place, one in enumerate(some) if one not in some[:place]]


def shown(measures: list[str], finding: dict) -> list[dict]:
    """Short forms as JSON, each once, without those on an account when none is known."""
    written = []
    for short in without_repeats(measures):
        kind, _, duration = short.partition(":")
        if finding["respondent"] is not None or kind not in ON_ACCOUNT:
            written.append({"kind": kind, "duration": duration or None})
    return written


@cache
def moment(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text)


@cache
def back(text: str, length: str, zone: ZoneInfo) -> datetime:
    """The instant `length` before the one `text` names."""
    dates, _, times = length.partition("T")
    size = {unit: int(number) for number, unit in re.findall(r"(\d+)([YMWD])", dates)}
    clock = {unit: int(number) for number, unit in re.findall(r"(\d+)([HMS])", times)}
    found = moment(text).astimezone(UTC)
    if size:
        wall = moment(text).astimezone(zone).replace(tzinfo=None)
        for _ in range(12 * size.get("Y", 0) + size.get("M", 0)):
            wall = month_before(wall, moment(text).astimezone(zone).day)
        found = instant_of(wall - timedelta(weeks=size.get("W", 0), days=size.get("D", 0)), zone)
    return found - timedelta(hours=clock.get("H", 0), minutes=clock.get("M", 0), seconds=clock.get("S", 0))


def month_before(wall: datetime, day: int) -> datetime:
    """The same day of the month before, or that month's last."""
    last = wall.replace(day=1) - timedelta(days=1)
    return last.replace(day=min(day, last.day))


def instant_of(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first instant at which clocks of the zone show `wall`; if none does, the one the gap moves it to."""
    around = [wall.replace(tzinfo=UTC) + timedelta(hours=hours) for hours in range(-36, 37)]
    offsets = [one.astimezone(zone).utcoffset() for one in around]
    fitting = [wall.replace(tzinfo=UTC) - offset for offset in offsets]
    fitting = [one for one in fitting if one.astimezone(zone).replace(tzinfo=None) == wall]
    return min(fitting) if fitting else wall.replace(tzinfo=UTC) - offsets[0]
