"""The one way in: a platform exists where rules do, and begins with the packs that ship."""

from dataclasses import replace

import pytest

from caseledger.application.gateway import Gateway, PlatformUnknown
from caseledger.application.requests import Request
from caseledger.application.service import Service
from domain.commands import PublishPolicy
from domain.errors import PolicyForAnotherPlatform, PolicyInvalid
from domain.policies.events import PolicyPublished
from tests.support.example_pack import PLATFORM, example_pack
from tests.support.examples import (
    START,
    ask,
    filed,
)
from tests.support.fakes import FixedClock, KeyedDigests, MemoryLedger
from tests.support.spec import LATE, facts_in, refusal_of

PUBLISHED = ask(PublishPolicy(text=example_pack()), 0)


class Opened:
    """Gateways, and the services they opened."""

    def __init__(self, journals: tuple[str, ...] = (), shipped: tuple[str, ...] = (PLATFORM,)) -> None:
        self.services: dict[str, Service] = {}
        texts = {platform: (example_pack({"platform": platform}),) for platform in shipped}
        self.gateway = Gateway(self._open, lambda platform: platform in journals, texts)

    def _open(self, platform: str) -> Service:
        assert platform not in self.services
        self.services[platform] = Service(platform, MemoryLedger(), KeyedDigests(), FixedClock(LATE))
        return self.services[platform]


def named(platform: str, request: Request | None = None) -> Request:
    """A request for a platform."""
    return replace(request or filed(), platform=platform)


def test_a_shipped_platform_begins_with_its_packs() -> None:
    opened = Opened()
    assert len(opened.gateway.handle(filed()).events) == 3
    first = facts_in(opened.services[PLATFORM])[0].event
    assert isinstance(first, PolicyPublished)
    assert (first.cause.actor, first.occurred_at) == ("caseledger", START)


def test_a_service_is_opened_once() -> None:
    opened = Opened()
    assert opened.gateway.service_for(filed()) is opened.gateway.service_for(filed())


def test_packs_are_not_published_beside_those_that_are_there() -> None:
    first, second = Opened(), Opened()
    first.gateway.handle(filed())
    service = first.services[PLATFORM]
    again = Gateway(lambda _: service, lambda _: True, {PLATFORM: (example_pack({"version": "2"}),)})
    again.handle(filed(1, report="r-2"))
    assert [fact.event.version for fact in facts_in(service) if isinstance(fact.event, PolicyPublished)] == ["1"]
    assert second.services == {}


def test_publishing_is_not_preceded_by_what_ships() -> None:
    opened = Opened()
    opened.gateway.handle(PUBLISHED)
    assert len(facts_in(opened.services[PLATFORM])) == 1


def test_a_platform_with_a_journal_is_known() -> None:
    opened = Opened(journals=("mine",), shipped=())
    opened.gateway.service_for(named("mine"))
    assert set(opened.services) == {"mine"}


def test_a_platform_begins_with_its_first_policy() -> None:
    opened = Opened(shipped=())
    assert len(opened.gateway.handle(PUBLISHED).events) == 1


@pytest.mark.parametrize("platform", ["unknown", "Upper", "../up", "", "a" * 64, "a b"])
def test_an_unknown_platform_is_refused_before_anything_is_made(platform: str) -> None:
    opened = Opened()
    assert isinstance(refusal_of(lambda: opened.gateway.handle(named(platform))), PlatformUnknown)
    assert opened.services == {}


def test_a_name_that_cannot_be_a_file_is_refused_for_a_policy_too() -> None:
    opened = Opened(shipped=())
    assert isinstance(refusal_of(lambda: opened.gateway.handle(named("../up", PUBLISHED))), PlatformUnknown)


@pytest.mark.parametrize(
    ("text", "refusal"), [("= =", PolicyInvalid), (example_pack({"platform": "other"}), PolicyForAnotherPlatform)]
)
def test_a_platform_does_not_begin_with_a_bad_policy(text: str, refusal: type[Exception]) -> None:
    opened = Opened(shipped=())
    request = named("fresh", ask(PublishPolicy(text=text), 0))
    assert isinstance(refusal_of(lambda: opened.gateway.handle(request)), refusal)
    assert opened.services == {}
