"""Sanctions and listings end by themselves, once, however late it is noticed."""

from uuid import UUID

import pytest

from domain.accounts.ending import ENDED_AT_ONCE_MAX, end_sanction
from domain.accounts.events import (
    AccountContentRemoved,
    AccountDelisted,
    AccountSanctionEnded,
    AccountSanctionImposed,
    AccountSanctionLifted,
)
from domain.accounts.state import evolve
from domain.commands import EndSanction
from domain.errors import SanctionNotFound, SanctionNotOver
from domain.events import Stamp
from domain.policy.vocabulary import Severity
from domain.recorded import Recorded
from tests.support.examples import (
    ACCOUNT,
    DAY,
    WEEK,
    account_of,
    appeal_decided,
    appealed,
    corrected,
    dealt,
    ended,
    filed,
    finding,
    measure,
    minute,
    upheld,
)
from tests.support.spec import Given, given

MUTED = (filed(), upheld())


def only(before: Given) -> str:
    """The id of the one sanction."""
    (fact,) = before.recorded(AccountSanctionImposed)
    return fact.event_id


@pytest.mark.parametrize("minutes", [20 + DAY, 20 + 3 * DAY])
def test_every_sanction_whose_time_is_up_ends(minutes: float) -> None:
    before = given(*MUTED)
    event = before.when(ended(minutes)).then(AccountSanctionEnded).event(AccountSanctionEnded)
    assert (event.sanction, event.kind, event.occurred_at) == (only(before), "mute", minute(minutes))


def test_one_sanction_may_be_named() -> None:
    before = given(*MUTED)
    before.when(ended(2 * DAY, sanction=only(before))).then(AccountSanctionEnded)


def test_those_not_over_stay() -> None:
    two = given(
        *MUTED, filed(1, "post-2", report="r-2"), upheld(21, "post-2", found=finding(severity=Severity.SERIOUS))
    )
    assert two.when(ended(2 * DAY)).then(AccountSanctionEnded).facts[0].version == 5


def test_a_sanction_ends_once() -> None:
    before = given(*MUTED, ended(2 * DAY))
    before.when(ended(3 * DAY)).then_nothing()
    before.when(ended(3 * DAY, sanction=only(before))).then_nothing()


def test_a_lifted_sanction_does_not_end() -> None:
    lifted = given(*MUTED, corrected())
    lifted.when(ended(2 * DAY)).then_nothing()
    lifted.when(ended(2 * DAY, sanction=only(lifted))).then_nothing()


def test_an_account_without_a_record_has_nothing_to_end() -> None:
    given().when(ended(DAY)).then_nothing()


def test_an_unknown_sanction_is_refused() -> None:
    given(*MUTED).when(ended(DAY, sanction=f"{account_of().uuid}.9")).then_refused(SanctionNotFound)


def test_a_removal_is_no_sanction() -> None:
    before = given(*MUTED)
    (removal,) = before.recorded(AccountContentRemoved)
    before.when(ended(DAY, sanction=removal.event_id)).then_refused(SanctionNotFound)


def test_a_sanction_before_its_end_is_not_over() -> None:
    before = given(*MUTED)
    refusal = before.when(ended(19 + DAY, sanction=only(before))).then_refused(SanctionNotOver)
    assert minute(20 + DAY).isoformat() in refusal.reason


def test_a_sanction_without_end_is_never_over() -> None:
    warned = given(filed(), upheld(measure=measure("warn"), reason="first time"))
    refusal = warned.when(ended(WEEK, sanction=only(warned))).then_refused(SanctionNotOver)
    assert "no end" in refusal.reason


def test_a_listing_whose_term_has_come_leaves_the_list() -> None:
    listed = given(filed(), dealt())
    then = listed.when(ended(20 + 365 * DAY)).then(AccountSanctionEnded, AccountDelisted)
    assert then.event(AccountDelisted).decision == 1
    listed.when(ended(20 + 366 * DAY)).then_nothing()


def test_a_lesser_measure_imposed_since_does_not_end_by_a_command_given_before() -> None:
    serious = (filed(), upheld(found=finding(severity=Severity.SERIOUS)), appealed())
    other = (filed(1, "post-2", report="r-2"), upheld(41, "post-2"))
    early = ended(2 * DAY)
    reduced = appeal_decided("reduced", 3 * DAY, measure=measure("mute:P1D"))
    before = given(*serious, *other, early, reduced)
    assert len(before.events(AccountSanctionEnded)) == len(before.events(AccountSanctionLifted)) == 1
    before.when(early).then_nothing()
    before.when(ended(4 * DAY)).then(AccountSanctionEnded)


def test_where_very_many_ran_out_a_command_ends_the_first_of_them() -> None:
    before = given(filed(), upheld())
    (imposed,) = before.recorded(AccountSanctionImposed)
    account = before.service.states.account(account_of())
    for number in range(ENDED_AT_ONCE_MAX):
        account = evolve(account, Recorded(account_of(), imposed.version + number + 1, imposed.event))
    stamp = Stamp(minute(2 * DAY), imposed.event.cause.model_copy(update={"command_id": UUID(int=7)}))
    command = EndSanction(account=ACCOUNT)
    first = end_sanction(account_of(), account, command, stamp)
    assert len(first) == ENDED_AT_ONCE_MAX
    for place, fact in enumerate(first):
        account = evolve(account, Recorded(account_of(), 10_000 + place, fact.event))
    later = Stamp(minute(3 * DAY), imposed.event.cause.model_copy(update={"command_id": UUID(int=8)}))
    assert len(end_sanction(account_of(), account, command, later)) == 1
