"""Each violation of a shipped pack found once on each subject it applies to, through the whole service."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from caseledger.application.gateway import Gateway
from caseledger.application.lines import request_of
from caseledger.application.service import Service
from domain.errors import Refused
from domain.events import Event
from domain.policy.pack import Pack
from domain.recorded import Recorded
from tests.support.fakes import FixedClock, KeyedDigests, MemoryLedger
from tests.support.policy_packs import SHIPPED_BY_PLATFORM, shipped
from tests.support.spec import facts_in

START: Final = datetime.fromisoformat("2021-03-10T10:00:00+08:00")
LATE: Final = START + timedelta(days=3650)
PLACES: Final = {"36kr-jiangsu": "weibo", "moji-weather": "moji_app"}

Pair = tuple[str, str]
"""A violation code and a subject type."""


def judged_here(pack: Pack) -> list[Pair]:
    """Every code with every subject it applies to, where these rules are competent."""
    return [
        (code, subject.value)
        for code, violation in pack.violations.items()
        for subject in sorted(violation.applies_to)
        if violation.procedure is None
    ]


@cache
def found_everywhere(platform: str) -> tuple[Recorded[Event], ...]:
    """What the ledger of a platform holds after all of them were reported, verified and upheld, a day apart."""
    services: dict[str, Service] = {}

    def opened(name: str) -> Service:
        return services.setdefault(name, Service(name, MemoryLedger(), KeyedDigests(), FixedClock(LATE)))

    pack = shipped(SHIPPED_BY_PLATFORM[platform])
    gateway = Gateway(opened, lambda _: False, {platform: (pack.text,)})
    for line in lines(pack):
        request = request_of(json.dumps({"platform": platform, **line}).encode())
        try:
            gateway.handle(request)
        except Refused as refusal:
            if refusal.code != "already_decided":  # where no second officer is asked
                raise
    return tuple(facts_in(services[platform]))


def lines(pack: Pack) -> Iterator[dict[str, object]]:
    """Commands, in order."""
    for day, (code, subject) in enumerate(judged_here(pack)):
        at, name = START + timedelta(days=day), f"{subject}-{code}"
        yield report(pack, at, name) | {"subject": {"type": subject, "id": name}, "codes": [code]}
        case = {"report": name}
        yield {"command": "start_verification", "at": moment(at, 10), "actor": "ann", "case": case}
        finding = {"codes": [code]}
        propose = {"command": "propose_decision", "outcome": "upheld", "finding": finding}
        yield propose | {"at": moment(at, 20), "actor": "ann", "case": case}
        yield {"command": "confirm_decision", "at": moment(at, 30), "actor": "bob", "case": case}


def report(pack: Pack, at: datetime, name: str) -> dict[str, object]:
    """A report that every pack takes up."""
    return {
        "command": "file_report",
        "at": moment(at, 0),
        "actor": "intake",
        "report": name,
        "source": "user",
        "reporter": "rep-1",
        "reporter_verified": True,
        "place": PLACES.get(pack.platform),
        "content": f"c-{name}",
        "respondent": f"acc-{name}",
        "posted_at": moment(at, -60),
        "evidence": "sufficient",
        "snapshot": "what was seen",
    }


def moment(at: datetime, minutes: int) -> str:
    """So many minutes after an instant."""
    return (at + timedelta(minutes=minutes)).isoformat()
