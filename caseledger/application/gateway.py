"""The one way in for every interface: a request finds its platform's service, which exists only where rules do."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from caseledger.application.requests import Request
from caseledger.application.service import Answer, Service
from domain.commands import PublishPolicy
from domain.errors import PolicyForAnotherPlatform, PolicyInvalid, Refused
from domain.policy.faults import PackRefused
from domain.policy.load import load

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

    def _check(self, request: Request) -> None:
        """Refuse before a journal is made for a platform that would have no rules."""
        name = request.platform
        if PLATFORM_NAME.fullmatch(name) is not None:
            if name in self._shipped or self._has_journal(name):
                return
            if isinstance(request.command, PublishPolicy):
                _check_pack(name, request.command.text)
                return
        known = ", ".join(sorted(self._shipped))
        raise PlatformUnknown(f"no platform {name!r}; known: {known}, and any for which a policy was published")

    def _adopt(self, service: Service, request: Request) -> None:
        if service.has_policies():
            return
        for text in self._shipped.get(service.platform, ()):
            service.handle(
                Request(platform=service.platform, at=request.at, command=PublishPolicy(text=text), actor=ADOPTING)
            )


def _check_pack(platform: str, text: str) -> None:
    try:
        pack = load(text.encode(), "the text")
    except PackRefused as refusal:
        raise PolicyInvalid(str(refusal)) from refusal
    if pack.platform != platform:
        raise PolicyForAnotherPlatform(f"the pack is for {pack.platform!r}, the command for {platform!r}")
