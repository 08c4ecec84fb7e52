"""Random packs, records and findings from one seed, crowded around the instants at which conditions change."""

import os
import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.support.policy_second_judge import SEVERITIES, back

CASES_VARIABLE = "CASELEDGER_POLICY_CASES"
SEED_VARIABLE = "CASELEDGER_POLICY_SEED"
PERIODS = ["P1D", "PT24H", "P1W", "P1M", "P3M", "P6M", "P1Y", "P1M1DT2H"]
PARTY = [
    "warn",
    "refuse_publishing",
    "restrict_functions:P1M",
    "mute:P1D",
    "mute:P7D",
    "mute:P1M",
    "ban",
    "close_account",
]
CONTENT = ["delete_content", "block_content", "block_feed", "block_feed:P7D", "block_link", "announce_link"]
EXTRA = ["ban_site", "freeze_permissions", "list_high_risk", "notify_authority", "transfer_to_authority"]
KINDS = ["content_removal", "mute", "warn", "ban"]
CAUSES = ["content_removal", "conduct", "malicious_report", "external"]
FLAGS = ["major_crime", "organised", "minor"]
SUBJECTS = ["content", "account", "link", "news_item"]
MOMENTS = [
    "2021-03-10T12:00:00+08:00",
    "2021-05-31T12:00:00+08:00",
    "2020-08-31T23:59:59.999999+08:00",
    "2021-03-29T02:30:00+02:00",
    "2021-10-31T02:30:00+01:00",
    "2021-11-01T02:30:00+01:00",
    "2021-03-15T02:15:00-04:00",
    "2021-11-07T01:30:00-05:00",
]


def cases(default: int) -> int:
    """How many cases to run; the environment may ask for more."""
    return int(os.environ.get(CASES_VARIABLE, default))


def seeded(name: str) -> random.Random:
    """The randomness of one test; prints the seed that `SEED_VARIABLE` replays."""
    seed = int(os.environ.get(SEED_VARIABLE, random.SystemRandom().randrange(2**32)))
    print(f"{name}: {SEED_VARIABLE}={seed}")  # noqa: T201 - pytest shows it when the test fails
    return random.Random(seed)  # noqa: S311 - test data


def some(rng: random.Random, values: list, at_least: int = 1) -> list:
    """Some of the values, in random order."""
    return rng.sample(values, rng.randint(at_least, len(values)))


def random_pack(rng: random.Random) -> dict:
    """A pack as plain data. Its ladder may hold rules that its loader refuses."""
    subjects = some(rng, SUBJECTS, 2)
    violations = [
        {
            "code": f"{class_}.{number}",
            "class": class_,
            "severity": rng.choice(SEVERITIES),
            "applies_to": some(rng, subjects),
            **({"procedure": "elsewhere"} if rng.random() < 0.1 else {}),
        }
        for class_ in ("1", "2", "3")
        for number in range(1, rng.randint(2, 4))
    ]
    codes, classes = [row["code"] for row in violations], ["1", "2", "3"]
    return {
        "format": 1,
        "platform": "random",
        "version": "1",
        "zone": rng.choice(["Asia/Shanghai", "Europe/Berlin", "America/New_York"]),
        "seed": "none",
        "subjects": subjects,
        "officer_may_add": [],
        "second_officer": [],
        "appeal": {"regime": rng.choice(["allowed", "denied_on_receipt"])},
        "violation": violations,
        "ladder": random_ladder(rng, subjects, classes, codes),
        "content": [
            {
                **({"subjects": some(rng, subjects)} if rng.random() < 0.7 else {}),
                **({"classes": some(rng, classes)} if rng.random() < 0.3 else {}),
                "measures": some(rng, CONTENT),
            }
            for _ in range(rng.randint(0, 3))
        ],
        "extra": [
            {"id": f"x{number}", "when": random_when(rng, subjects, classes, codes), "measures": some(rng, EXTRA)}
            for number in range(rng.randint(0, 3))
        ],
    }


def random_ladder(rng: random.Random, subjects: list, classes: list, codes: list) -> list[dict]:
    """Eight rules and one for the rest, in file order that says nothing."""
    orders = rng.sample(range(100), 8)
    ladder = [
        {"id": f"r{order}", "order": order, "explain": "graded", "when": random_when(rng, subjects, classes, codes)}
        for order in orders
    ]
    ladder.append({"id": "rest", "order": 1000, "explain": "graded", "when": {}})
    for rule in ladder:
        rule["then"] = random_then(rng, rule["when"])
    return rng.sample(ladder, len(ladder))


def random_when(rng: random.Random, subjects: list, classes: list, codes: list) -> dict:
    """Conditions, each there with a chance of its own."""
    made = {
        "subjects": (0.4, lambda: some(rng, subjects)),
        "classes": (0.2, lambda: some(rng, classes)),
        "codes": (0.2, lambda: some(rng, codes)),
        "severities": (0.4, lambda: some(rng, SEVERITIES)),
        "any_flags": (0.15, lambda: some(rng, FLAGS)),
        "roles": (0.15, lambda: some(rng, ["seller", "promoter"])),
        "content_older_than": (0.15, lambda: rng.choice(PERIODS)),
        "past": (0.6, lambda: [random_count(rng) for _ in range(rng.randint(1, 2))]),
    }
    return {key: make() for key, (chance, make) in made.items() if rng.random() < chance}


def random_count(rng: random.Random) -> dict:
    """One count."""
    return {
        "kinds": some(rng, KINDS),
        **({"causes": some(rng, CAUSES)} if rng.random() < 0.4 else {}),
        **({"within": rng.choice(PERIODS)} if rng.random() < 0.7 else {}),
        **({"before_posting": rng.random() < 0.8} if rng.random() < 0.4 else {}),
        **({"with_current": rng.random() < 0.8} if rng.random() < 0.4 else {}),
        rng.choice(["at_least", "exactly", "at_most"]): rng.randint(0, 3),
    }


def random_then(rng: random.Random, when: dict) -> dict:
    """Options and defaults, or none."""
    if rng.random() < 0.2:
        return {"no_penalty": True}
    options = sorted(some(rng, PARTY, 0), key=PARTY.index)
    if not options:
        return {"options": []}
    seen = when.get("severities", SEVERITIES)
    return {"options": options, "default": {severity: rng.choice([*options, "none"]) for severity in seen}}


def random_finding(rng: random.Random, pack: dict) -> dict:
    """A finding that mostly can be judged, sometimes not."""
    subject = rng.choice(pack["subjects"] if rng.random() < 0.97 else SUBJECTS)
    fitting = [row["code"] for row in pack["violation"] if subject in row["applies_to"] and "procedure" not in row]
    every = [row["code"] for row in pack["violation"]] + ["9.9"]
    codes = some(rng, fitting) if fitting and rng.random() < 0.93 else some(rng, every, 0)
    at = rng.choice(MOMENTS)
    return {
        "at": at,
        "subject": {"type": subject, "id": "s"},
        "respondent": rng.choice(["acc", "acc", None]),
        "content": rng.choice(["c-1", "c-2", None]),
        "posted_at": rng.choice([None, near(rng, at, pack), near(rng, at, pack), near(rng, at, pack)]),
        "codes": codes[: rng.randint(1, 3)],
        "severity": rng.choice([None, *SEVERITIES]),
        "flags": some(rng, FLAGS, 0) if rng.random() < 0.4 else [],
        "role": rng.choice([None, None, "seller", "promoter"]),
    }


def random_record(
    rng: random.Random, pack: dict, finding: dict, kinds: list = KINDS, causes: list = CAUSES
) -> list[dict]:
    """Up to eight entries around the windows of the finding, many of them sharing contents and instants."""
    numbers = rng.sample(range(100), rng.randint(0, 8))
    return [random_entry(rng, pack, finding, f"e{number}", (rng.choice(kinds), causes)) for number in numbers]


def random_entry(rng: random.Random, pack: dict, finding: dict, name: str, drawn: tuple[str, list]) -> dict:
    """One entry of the kind that was drawn, with a cause out of some."""
    kind, causes = drawn
    return {
        "id": name,
        "kind": kind,
        "at": rng.choice([finding["posted_at"] or finding["at"], *(near(rng, finding["at"], pack) for _ in range(3))]),
        "cause": rng.choice([None, *causes]),
        "content": rng.choice(["c-1", "c-2", "c-3", "c-4"]) if kind == "content_removal" else None,
        "lifted_at": near(rng, finding["at"], pack) if rng.random() < 0.15 else None,
        "time_barred": kind == "content_removal" and rng.random() < 0.1,
    }


def near(rng: random.Random, at: str, pack: dict) -> str:
    """An instant at the edge of a window of `at`, to the microsecond, or somewhere inside."""
    period = rng.choice([*PERIODS, "PT0S", "PT0S"])
    edge = back(at, period, ZoneInfo(pack["zone"])) if period != "PT0S" else datetime.fromisoformat(at)
    drift = rng.choice(
        [timedelta(0), timedelta(microseconds=1), -timedelta(microseconds=1), timedelta(hours=rng.random())]
    )
    return (edge + drift).isoformat()
