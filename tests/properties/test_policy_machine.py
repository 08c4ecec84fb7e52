"""Policies published in any order: a version has one text for ever, versions go forward, and the newest applies."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from domain.commands import MarkMajor, PublishPolicy
from domain.policies.events import PolicyPublished
from tests.support.example_pack import example_pack
from tests.support.examples import (
    DAY,
    START,
    ask,
    item,
    minute,
    report,
)
from tests.support.machines import Machine

ZONE = ZoneInfo("Asia/Shanghai")
VERSIONS = st.sampled_from(["2", "3", "4"])
DAYS = st.integers(0, 20)


class PolicyMachine(Machine):
    """Published packs beside a dictionary of versions."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = {"1": (date(2021, 1, 1), 0)}
        self.cases = 0

    @rule(version=VERSIONS, day=DAYS, variant=st.integers(0, 1))
    def publish(self, version: str, day: int, variant: int) -> None:
        """A version is published."""
        first = (START + timedelta(days=day)).astimezone(ZONE).date()
        text = example_pack({"version": version, "valid_from": first, "seed": f"variant {variant}"})
        told = self.given(PublishPolicy(text=text))
        days = [valid_from for valid_from, _ in self.texts.values()]
        if version in self.texts:
            assert told == ([] if self.texts[version] == (first, variant) else "policy_version_exists")
        elif version < max(self.texts) or first < max(days):
            assert told in {"policy_version_goes_back", "policies_valid_at_once"}
        elif first == max(days):
            assert told == "policies_valid_at_once"
        else:
            assert told == ["policy.published.v1"]
            self.texts[version] = (first, variant)

    @rule(days=st.integers(0, 3))
    def pass_time(self, days: int) -> None:
        """Days go by."""
        self.wait(days * DAY)

    @rule()
    def apply(self) -> None:
        """A report and a command on its case name the version in force."""
        self.cases += 1
        post = f"post-{self.cases}"
        for command in (report(post, report=post), MarkMajor(case=item(post), reason="x")):
            self.given(command)
            assert self.facts[-1].event.cause.policy_version == self.in_force(self.now)

    def in_force(self, at: datetime) -> str:
        """The version by plain reading."""
        today = at.astimezone(ZONE).date()
        return max((valid_from, version) for version, (valid_from, _) in self.texts.items() if valid_from <= today)[1]

    @rule()
    def look_before_the_first(self) -> None:
        """Before any version there is no policy."""
        request = ask(MarkMajor(case=item(), reason="x"), 0)
        assert self.given(request.command, back=self.minutes + 365 * DAY) == "no_policy_in_force"

    @invariant()
    def published_is_what_was_accepted(self) -> None:
        """Each version once."""
        versions = [fact.event.version for fact in self.facts if isinstance(fact.event, PolicyPublished)]
        assert versions == list(self.texts)
        assert minute(self.minutes) == self.now


TestPolicies = PolicyMachine.TestCase
