"""How the versions of a platform's policy follow each other: each has one text for ever, and they only go forward."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from domain.errors import PolicyVersionExists
from domain.policies.errors import PoliciesValidAtOnce, PolicyVersionGoesBack
from domain.policies.events import PolicyPublished
from domain.policy.pack import Pack

_NUMBERED: Final = re.compile(r"\d+(?:[.-]\d+)*", re.ASCII)


def is_published(published: Iterable[PolicyPublished], pack: Pack) -> bool:
    """Whether this very text was published; raises `PolicyVersionExists` when another one was under its version."""
    for event in published:
        if event.version == pack.version:
            if event.digest == pack.digest:
                return True
            raise PolicyVersionExists(
                f"version {pack.version!r} of {pack.platform!r} was published with another text; name a new version"
            )
    return False


def check_follows(versions: Iterable[str], packs: Iterable[Pack], pack: Pack) -> None:
    """Refuse a pack that would not be the newest.

    `versions` are all that were published, `packs` those of them that load. Versions of numbers, such as `2` or
    `2020-12-18`, are compared number by number; others have no order but that of the days they are valid from.
    """
    key = version_key(pack.version)
    for version in versions:
        if key and key < version_key(version):
            raise PolicyVersionGoesBack(f"version {pack.version!r} comes before {version!r}, which was published")
    for other in packs:
        if pack.valid_from_instant == other.valid_from_instant:
            raise PoliciesValidAtOnce(
                f"versions {other.version!r} and {pack.version!r} are both valid {_since(pack)}; "
                "name another day in valid_from"
            )
        if pack.valid_from_instant < other.valid_from_instant:
            raise PolicyVersionGoesBack(
                f"version {pack.version!r} is valid {_since(pack)}, version {other.version!r} {_since(other)}, "
                "and it was published before"
            )


def in_order(packs: Iterable[Pack]) -> Sequence[Pack]:
    """The packs as they follow each other: by the day they are valid from, then by version."""
    return sorted(packs, key=lambda pack: (pack.valid_from_instant, version_key(pack.version)))


def version_key(version: str) -> tuple[int, ...]:
    """Sorts versions of numbers; empty, which comes before every one of them, for any other."""
    if _NUMBERED.fullmatch(version) is None:
        return ()
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _since(pack: Pack) -> str:
    return "always" if pack.valid_from is None else f"from {pack.valid_from.isoformat()} ({pack.zone})"
