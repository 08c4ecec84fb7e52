"""Which facts start and stop the clocks of a policy, and when a clock is due; shared by the read models about time."""

import json
from collections.abc import Mapping
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Final, cast

from domain.cases.events import (
    CaseAuthorityNoticeDue,
    CaseAuthorityNotified,
    CaseDecided,
    CaseMarkedMajor,
    CasePreliminaryResultGiven,
    CaseVerificationStarted,
)
from domain.events import Event
from domain.policy.durations import later, parse_duration
from projections.instants import instant_text
from projections.packs import Clock, canonical
from projections.tables import Row

REPORT_RECEIVED: Final = "report_received"
REPORT_REFUSED: Final = "report_refused"
CAMPAIGN_STARTED: Final = "campaign_started"
CAMPAIGN_CLOSED: Final = "campaign_closed"
REQUEST_RECEIVED: Final = "authority_request_received"
PACKAGE_SENT: Final = "authority_package_sent"

CASE_WORDS: Final[Mapping[type[Event], str]] = {
    CaseVerificationStarted: "verification_started",
    CasePreliminaryResultGiven: "preliminary_result",
    CaseDecided: "decided",
    CaseMarkedMajor: "marked_major",
    CaseAuthorityNoticeDue: "authority_notice_due",
    CaseAuthorityNotified: "authority_notified",
}
"""What the events of a case are called in the clocks of a pack."""

NOTHING_YET: Final = "{}"
"""The column `moments` of a case to which nothing happened that a clock waits for."""

_REMEMBERED_MAX: Final = 4096
"""Two read models ask for the same due times one after the other."""

NO_REPORT: Final = ""
"""Stands for the report in the key of a clock that runs for the whole case, operation or evidence request."""


def due_text(clock: Clock, started: datetime, zone: tzinfo) -> str:
    """When a clock that started then is due, as instant text; clamped to the end of the calendar."""
    return _due_text(started, clock.due.text, zone)


@lru_cache(maxsize=_REMEMBERED_MAX)
def _due_text(started: datetime, duration: str, zone: tzinfo) -> str:
    return instant_text(later(started, parse_duration(duration), zone))


def moments_of(row: Row | None) -> dict[str, str]:
    """When each thing that clocks wait for first happened to a case, from its row's column `moments`."""
    if row is None or row["moments"] == NOTHING_YET:
        return {}
    return cast("dict[str, str]", json.loads(cast("str", row["moments"])))


def with_moment(row: Row, word: str, at: str) -> str:
    """The column `moments` once this happened too; only its first time counts."""
    return canonical({word: at} | moments_of(row))
