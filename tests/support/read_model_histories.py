"""Random ledgers: every event there is, about few things, in sensible and in senseless order, from one number."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Union, get_args, get_origin
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel

from domain.catalogue import EVENT_TYPES
from domain.events import Event
from domain.personal import PersonalMark
from domain.policy.durations import EARLIEST, LATEST
from domain.recorded import Cause, Recorded, Role
from domain.streams import StreamKind
from tests.support.read_model_ledger import NAMESPACE, PACK_TEXT, Ledger, case, filled, report, stream_of

CANARY = "canary-"
"""Every personal field of a random ledger begins with this; no read model may hold it."""

NAMES = ("a", "b", "c", "d")
MANY_MAX = 3
FAR_AWAY = 0.02
OTHER_PACK = """
zone = "Europe/Berlin"
valid_from = 2021-03-11
[[clock]]
id = "decision"
start = ["report_received", "marked_major"]
stop = ["decided"]
due = "PT24H"
urgent = true
[[violation]]
code = "3.1.1"
class = "9"
severity = "ordinary"
"""
PACKS = (PACK_TEXT, OTHER_PACK, "no = [toml", "zone = 'Nowhere/Land'\nclock = 3", "")

_WORDS = {
    "account": NAMES,
    "respondent": NAMES,
    "content": NAMES,
    "subject": NAMES,
    "codes": ("3.1.1", "3.1.2", "3.2.1", "unknown"),
    "severity": ("minor", "ordinary", "serious", "grave", "odd"),
    "kind": ("mute", "ban", "warn", "list_high_risk"),
    "duration": ("P1D", "P1M"),
    "currency": ("coins", "points", "gems"),
    "month": ("2021-03", "2021-04"),
    "clock": ("decision", "verification", "authority-notice"),
    "version": ("2020-04-10", "2", "3"),
    "policy_version": ("2020-04-10", "2", "9"),
    "source": ("user", "regulator"),
    "subject_type": ("content", "site", "account"),
    "procedure": ("infringement",),
    "region": ("Jiangsu", "Shandong"),
    "role": ("organiser", "helper"),
}
_LIKELY = (
    "report.received.v1",
    "report.admitted.v1",
    "case.opened.v1",
    "case.decided.v1",
    "account.sanction_imposed.v1",
)


class History:
    """Makes one random ledger."""

    def __init__(self, seed: int) -> None:
        """The same seed always gives the same ledger."""
        self.random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self.ledger = Ledger(policy=self.random.random() < 0.7)
        self._makers: dict[object, Callable[[str], object]] = {
            str: self._word,
            bool: lambda _: self.random.random() < 0.5,
            int: lambda _: self.random.randint(1, 3),
            UUID: self._id,
            datetime: lambda _: self._moment(),
            AwareDatetime: lambda _: self._moment(),
            Role: lambda _: self.random.choice(list(Role)),
        }

    def grow(self, events: int) -> Ledger:
        """Let so many things happen."""
        names = [*EVENT_TYPES, *_LIKELY * 4]
        for _ in range(events):
            kind = EVENT_TYPES[self.random.choice(names)]
            stream = stream_of(StreamKind(kind.TYPE.partition(".")[0]), self.random.choice(NAMES))
            self.ledger.at += timedelta(seconds=self.random.choice((0, 0, 1, 3600, 90_000)))
            self.ledger.append(stream, self._event(kind))
        return self.ledger

    def _event(self, kind: type[Event]) -> Event:
        given: dict[str, object] = {"occurred_at": self._moment(EARLIEST, LATEST), "cause": self._cause()}
        if kind.TYPE == "policy.published.v1":
            given |= {"text": self.random.choice(PACKS)}
        return filled(kind, given, self.value)

    def _cause(self) -> Cause:
        return filled(Cause, {}, self.value)

    def value(self, name: str, annotation: object) -> object:
        """Any value of a type, drawn from few, so that events meet."""
        if annotation in self._makers:
            return self._makers[annotation](name)
        if get_origin(annotation) is Annotated:
            personal = any(isinstance(mark, PersonalMark) for mark in annotation.__metadata__)
            return f"{CANARY}{name}" if personal else self.value(name, get_args(annotation)[0])
        options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
        if NoneType in options and self.random.random() < 0.3:
            return None
        return self._one(name, options[0])

    def _one(self, name: str, kind: object) -> object:
        if get_origin(kind) is tuple:
            items = self.random.randint(0, MANY_MAX)
            return tuple(self.value(name, get_args(kind)[0]) for _ in range(items))
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not Role:
            return self.random.choice(list(kind))
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return filled(kind, {}, self.value)
        return self.value(name, kind)

    def _word(self, name: str) -> str:
        if name in ("sanction", "removal", "listing", "replaces", "because"):
            return self.random.choice(self.ledger.events).event_id if self.ledger.events else "none.1"
        if name in ("sha256", "digest", "snapshot_digest", "evidence", "attachments"):
            return f"{self.random.randint(0, 9)}" * 64
        return self.random.choice(_WORDS.get(name, (name,)))

    def _id(self, name: str) -> UUID:
        which = self.random.choice(NAMES)
        if name == "case":
            return case(which)
        return report(which) if name in ("report", "reports") else uuid5(NAMESPACE, which)

    def _moment(self, *ends: datetime) -> datetime:
        """About now, now and then out of order or far away."""
        if self.random.random() < FAR_AWAY:
            return self.random.choice(ends or (datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 12, 31, tzinfo=UTC)))
        return self.ledger.at + timedelta(hours=self.random.choice((0, 0, 0, -5, 7)))


def random_ledger(seed: int, events: int) -> Ledger:
    """A random ledger of so many events."""
    return History(seed).grow(events)


def shuffled_batches(seed: int, ledger: Ledger) -> Callable[[int, int], list[Recorded[Event]]]:
    """The ledger, read in batches of random sizes."""
    sizes = random.Random(seed)  # noqa: S311 - reproducible, not secret
    return lambda after_position, limit: ledger(after_position, sizes.randint(1, max(1, min(limit, 40))))
