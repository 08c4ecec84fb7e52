"""The one way in: a platform exists where rules do, and begins with the packs that ship."""

from dataclasses import replace
from datetime import date

import pytest

from caseledger.application.gateway import Gateway, PlatformUnknown
from caseledger.application.requests import Request
from caseledger.application.service import Service
from domain.commands import PublishPolicy
from domain.errors import PolicyForAnotherPlatform, PolicyInvalid, PolicyVersionExists
from domain.policies.errors import PoliciesValidAtOnce, PolicyVersionGoesBack
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
        self.gateway = Gateway(self.open, lambda platform: platform in journals, texts)

    def open(self, platform: str) -> Service:
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


def shipping(*edits: dict[str, object]) -> Opened:
    """Nothing was published yet, and these packs ship."""
    opened = Opened()
    texts = tuple(example_pack({"platform": PLATFORM, **each}) for each in edits)
    opened.gateway = Gateway(opened.open, lambda _: False, {PLATFORM: texts})
    return opened


def test_packs_that_ship_are_published_as_they_follow_each_other_whatever_their_file_names() -> None:
    opened = shipping({"version": "10", "valid_from": date(2021, 3, 1)}, {"version": "9"})
    opened.gateway.handle(filed())
    facts = facts_in(opened.services[PLATFORM])
    assert [fact.event.version for fact in facts if isinstance(fact.event, PolicyPublished)] == ["9", "10"]


@pytest.mark.parametrize(
    ("first", "second", "refusal"),
    [
        ({}, {"version": "2"}, PoliciesValidAtOnce),
        ({}, {"valid_from": date(2021, 3, 1)}, PolicyVersionExists),
        ({}, {"version": "0", "valid_from": date(2021, 3, 1)}, PolicyVersionGoesBack),
        ({}, {"platform": "other", "version": "2"}, PolicyForAnotherPlatform),
        ({}, {"version": "2", "format": 9}, PolicyInvalid),
    ],
)
def test_packs_that_contradict_each_other_are_refused_before_a_journal_is_made(
    first: dict[str, object], second: dict[str, object], refusal: type[Exception]
) -> None:
    opened = shipping(first, second)
    assert isinstance(refusal_of(lambda: opened.gateway.handle(filed())), refusal)
    assert opened.services == {}


@pytest.mark.parametrize(
    ("edits", "refusal"),
    [({"seed": "changed"}, PolicyVersionExists), ({"format": 9}, PolicyInvalid), ({"version": "2"}, None)],
)
def test_a_pack_changed_on_disk_without_a_new_version_is_refused_and_nothing_is_written(
    edits: dict[str, object], refusal: type[Exception] | None
) -> None:
    opened = Opened()
    opened.gateway.handle(filed())
    service = opened.services[PLATFORM]
    there = facts_in(service)
    again = Gateway(lambda _: service, lambda _: True, {PLATFORM: (example_pack(edits),)})
    if refusal is None:
        assert again.handle(filed(1, report="r-2")).events
        return
    for _ in range(2):
        assert isinstance(refusal_of(lambda: again.handle(filed(1, report="r-2"))), refusal)
    assert facts_in(service) == there


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
