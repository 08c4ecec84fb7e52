"""The policies at hand: those that ship or lie in the folder of packs, and those that were published in a ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from caseledger.queries.errors import NotFound
from caseledger.queries.history import placed
from caseledger.queries.packs import loaded, published
from caseledger.queries.ports import Reading
from domain.policy.load import load
from domain.policy.pack import Pack

SHIPPED: Final = "shipped"
PUBLISHED: Final = "published"

Shipped = Mapping[str, Sequence[str]]
"""The texts of the packs at hand, by platform."""


@dataclass(frozen=True, slots=True)
class PackLine:
    """One pack: `where` is `shipped`, `published` or both, `position` that of its publication.

    `loads` is false for a published text that today's loader refuses: it stays published and rules nothing. `changed`
    is true for a pack at hand whose version was published with another text: it is refused until it has a new version.
    """

    platform: str
    version: str
    valid_from: str | None
    digest: str
    where: tuple[str, ...]
    position: int | None
    loads: bool
    changed: bool = False


def pack_lines(shipped: Shipped, readings: Iterable[Reading], platform: str | None) -> list[PackLine]:
    """All packs, by platform: published ones in their order, then those that only ship; raises `PackRefused`."""
    found: dict[tuple[str, str], PackLine] = {}
    versions: set[tuple[str, str]] = set()
    for reading in readings:
        for fact in placed(reading, published(reading.ledger, reading.platform)):
            event = fact.event
            pack = loaded(event.text, event.version)
            versions.add((reading.platform, event.version))
            found[reading.platform, event.digest] = PackLine(
                platform=reading.platform,
                version=event.version,
                valid_from=_valid_from(pack),
                digest=event.digest,
                where=(PUBLISHED,),
                position=fact.position,
                loads=pack is not None,
            )
    for name, texts in shipped.items():
        for text in texts if platform in (None, name) else ():
            pack = load(text.encode(), name)
            known = found.get((name, pack.digest))
            found[name, pack.digest] = PackLine(
                platform=name,
                version=pack.version,
                valid_from=_valid_from(pack),
                digest=pack.digest,
                where=(SHIPPED,) if known is None else (SHIPPED, PUBLISHED),
                position=None if known is None else known.position,
                loads=True,
                changed=known is None and (name, pack.version) in versions,
            )
    return sorted(found.values(), key=lambda line: (line.platform, line.position is None, line.position or 0))


def pack_called(shipped: Shipped, readings: Sequence[Reading], platform: str, version: str | None) -> Pack:
    """The pack of a platform with this version, else its newest; raises `NotFound`."""
    packs = [load(text.encode(), platform) for text in shipped.get(platform, ())]
    for reading in readings:
        if reading.platform == platform:
            texts = [fact.event for fact in published(reading.ledger, platform)]
            packs += [pack for event in texts if (pack := loaded(event.text, event.version)) is not None]
    if not packs:
        known = sorted({*shipped, *(reading.platform for reading in readings)})
        raise NotFound("policy_not_found", f"no policy of {platform!r}; known: {', '.join(known)}")
    if version is None:
        return max(packs, key=lambda pack: pack.valid_from_instant)
    for pack in packs:
        if pack.version == version:
            return pack
    there = ", ".join(sorted({pack.version for pack in packs}))
    raise NotFound("policy_not_found", f"no version {version!r} of {platform!r}; there are: {there}")


def _valid_from(pack: Pack | None) -> str | None:
    return pack.valid_from.isoformat() if pack and pack.valid_from else None
