"""The one way in for every interface: a request finds its platform's service, which exists only where rules do."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Final

from caseledger.application.requests import Request
from caseledger.application.service import Answer, Service
from domain.commands import PublishPolicy
from domain.errors import PolicyForAnotherPlatform, PolicyInvalid, PolicyVersionExists, Refused
from domain.policies.events import PolicyPublished
from domain.policies.versions import check_follows, in_order, is_published
from domain.policy.faults import PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack

PLATFORM_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""Platform names are part of file and topic names."""

ADOPTING: Final = "caseledger"
"""The actor that publishes the packs which ship, when a platform is used for the first time."""


class PlatformUnknown(Refused):
    """No policy was ever published for this platform."""

    code = "platform_unknown"


class Gateway:
    """Requests of all platforms. `open_service` makes the service of a platform that has a journal or may get one."""

    def __init__(
        self,
        open_service: Callable[[str], Service],
        has_journal: Callable[[str], bool],
        shipped: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Bind how services are opened, and the texts of the packs that ship, by platform."""
        self._open_service = open_service
        self._has_journal = has_journal
        self._shipped = shipped
        self._services: dict[str, Service] = {}

    def handle(self, request: Request) -> Answer:
        """Decide and write; raises `Refused`, `LedgerUnavailable` or `OutcomeUnknown`."""
        return self.service_for(request).handle(request)

    def service_for(self, request: Request) -> Service:
        """The service of the request's platform, with its shipped packs published before its first command."""
        known = self._services.get(request.platform)
        if known is not None:
            return known
        self._check(request)
        service = self._open_service(request.platform)
        if not isinstance(request.command, PublishPolicy):
            self._adopt(service, request)
        self._services[request.platform] = service
        return service

    def check_known(self, platform: str) -> None:
        """Raise `PlatformUnknown` for one without a journal that gets no rules by itself; nothing is made."""
        if PLATFORM_NAME.fullmatch(platform) is None or not (self._has_journal(platform) or platform in self._shipped):
            raise self._unknown(platform)

    def _unknown(self, platform: str) -> PlatformUnknown:
        known = ", ".join(sorted(self._shipped))
        return PlatformUnknown(f"no platform {platform!r}; known: {known}, and any for which a policy was published")

    def _check(self, request: Request) -> None:
        """Refuse before a journal is made for a platform that would have no rules, or rules that contradict."""
        name = request.platform
        if PLATFORM_NAME.fullmatch(name) is not None:
            if self._has_journal(name):
                return
            if name in self._shipped:
                if not isinstance(request.command, PublishPolicy):
                    fit_to_publish(self._shipped[name], name)
                return
            if isinstance(request.command, PublishPolicy):
                _loaded(name, request.command.text)
                return
        raise self._unknown(name)

    def _adopt(self, service: Service, request: Request) -> None:
        """Publish what ships, unless something was published; then see that nothing of it was changed since."""
        platform = service.platform
        texts = self._shipped.get(platform, ())
        published = service.policies().published
        if published:
            check_unchanged(texts, published, platform)
            return
        for pack in fit_to_publish(texts, platform):
            service.handle(
                Request(platform=platform, at=request.at, command=PublishPolicy(text=pack.text), actor=ADOPTING)
            )


def fit_to_publish(texts: Iterable[str], platform: str) -> Sequence[Pack]:
    """The packs in the order in which they are published; refuses all of them when one would be refused."""
    before: list[Pack] = []
    for pack in in_order([_loaded(platform, text) for text in texts]):
        for other in before:
            if other.version == pack.version:
                raise PolicyVersionExists(f"two packs of {platform!r} have the version {pack.version!r}")
        check_follows([other.version for other in before], before, pack)
        before.append(pack)
    return before


def check_unchanged(texts: Iterable[str], published: Sequence[PolicyPublished], platform: str) -> None:
    """Refuse to go on when a pack at hand has a published version and another text: its change would do nothing."""
    known = {event.digest for event in published}
    for text in texts:
        if sha256(text.encode()).hexdigest() not in known:
            is_published(published, _loaded(platform, text))


def _loaded(platform: str, text: str) -> Pack:
    """The pack in a text, which is for this platform."""
    try:
        pack = load(text.encode(), f"{platform} pack")
    except PackRefused as refusal:
        raise PolicyInvalid(str(refusal)) from refusal
    if pack.platform != platform:
        raise PolicyForAnotherPlatform(f"the pack is for {pack.platform!r}, not for {platform!r}")
    return pack
