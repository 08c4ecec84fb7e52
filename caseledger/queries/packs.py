"""The policies that a platform's ledger holds, and the words of a pack for what it found."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from caseledger.application.ports import Ledger
from caseledger.queries.streams import of_type, stream_events
from domain.policies.events import PolicyPublished
from domain.policy.faults import PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack
from domain.recorded import Recorded
from domain.streams import policy_stream


@dataclass(frozen=True, slots=True)
class Title:
    """A violation in words; empty where the pack does not know the code or gives no words."""

    code: str
    zh: str
    en: str


def published(ledger: Ledger, platform: str) -> list[Recorded[PolicyPublished]]:
    """The packs that were published, in order."""
    return of_type(stream_events(ledger, policy_stream(platform).uuid), PolicyPublished)


def pack_of_digest(ledger: Ledger, platform: str, digest: str) -> Pack | None:
    """The published pack with this digest; None when there is none, or when today's loader refuses its text."""
    for fact in published(ledger, platform):
        if fact.event.digest == digest:
            return loaded(fact.event.text, fact.event.version)
    return None


@lru_cache(maxsize=32)
def loaded(text: str, version: str) -> Pack | None:
    """The pack in a published text; None when today's loader refuses it."""
    try:
        return load(text.encode(), f"{version}.toml")
    except PackRefused:
        return None


def titles(pack: Pack | None, codes: Iterable[str]) -> tuple[Title, ...]:
    """The codes in the words of the pack."""
    return tuple(_title(pack, code) for code in codes)


def _title(pack: Pack | None, code: str) -> Title:
    violation = pack.violations.get(code) if pack else None
    if violation is None:
        return Title(code, "", "")
    return Title(code, violation.zh or "", violation.en or "")
