"""A platform's published packs, and how one is published."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from domain import facts
from domain.commands import PublishPolicy
from domain.errors import NoPolicyInForce, PolicyForAnotherPlatform, PolicyInvalid
from domain.events import Stamp
from domain.facts import Facts
from domain.policies.events import PolicyPublished
from domain.policies.versions import check_follows, is_published
from domain.policy.faults import PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack, applicable
from domain.recorded import Recorded
from domain.streams import StreamId

FAULTS_TOLD_MAX = 20

PackAt = Callable[[datetime], Pack]
"""The pack whose rules a moment fell under."""


@dataclass(frozen=True, slots=True)
class Policies:
    """What was published, in order: version and digest; the packs of texts that still load."""

    published: tuple[PolicyPublished, ...] = ()
    packs: tuple[Pack, ...] = ()


def evolve(policies: Policies | None, fact: Recorded[PolicyPublished]) -> Policies:
    """The policies after this event. A text that today's loader refuses stays published, and rules nothing."""
    before = policies or Policies()
    try:
        packs = (*before.packs, load(fact.event.text.encode(), _file_name(fact.event.version)))
    except PackRefused:
        packs = before.packs
    return Policies((*before.published, fact.event), packs)


def in_force(policies: Policies | None, at: datetime, platform: str) -> Pack:
    """The pack that applies at this moment: the newest that is valid by then."""
    pack = applicable((policies or Policies()).packs, at)
    if pack is None:
        raise NoPolicyInForce(f"no published policy of {platform!r} is valid at {at.isoformat()}")
    return pack


def in_force_then(policies: Policies | None, at: datetime, platform: str) -> Pack:
    """The pack that applied at a past moment, as it was known then: what was published since has no part in it.

    A moment before the first publication falls under what is known now.
    """
    published = {event.digest for event in (policies or Policies()).published if event.occurred_at <= at}
    known = tuple(pack for pack in (policies or Policies()).packs if pack.digest in published)
    pack = applicable(known, at)
    return in_force(policies, at, platform) if pack is None else pack


def publish(stream: StreamId, platform: str, policies: Policies | None, command: PublishPolicy, stamp: Stamp) -> Facts:
    """Publish a text once; the same text again changes nothing. Another text under its version is refused, and so is
    a version that goes back or is valid from the same moment as another.
    """
    try:
        pack = load(command.text.encode(), _file_name("the text"))
    except PackRefused as refusal:
        told = "; ".join(f"{fault.path}: {fault.code}: {fault.reason}" for fault in refusal.faults[:FAULTS_TOLD_MAX])
        raise PolicyInvalid(f"the pack has {len(refusal.faults)} faults: {told}") from refusal
    if pack.platform != platform:
        raise PolicyForAnotherPlatform(f"the pack is for {pack.platform!r}, the command for {platform!r}")
    before = policies or Policies()
    if is_published(before.published, pack):
        return ()
    check_follows([event.version for event in before.published], before.packs, pack)
    event = PolicyPublished(
        occurred_at=stamp.at,
        cause=stamp.cause,
        platform=pack.platform,
        version=pack.version,
        digest=pack.digest,
        text=pack.text,
    )
    return facts.of(stream, event)


def _file_name(version: str) -> str:
    return f"{version}.toml"
