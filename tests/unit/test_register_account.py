"""An account registers once; a holder who is barred is refused under any identity, as a fact."""

from collections.abc import Callable, Sequence

from eventsourcing.persistence import StoredEvent

from caseledger.application.ports import AppendConflicts
from caseledger.application.requests import Request
from domain import list_commands as lists
from domain.accounts.events import (
    AccountRegistered,
    AccountRegistrationBarred,
    AccountRegistrationRefused,
    BarMatched,
)
from domain.command_values import IdentityShown
from domain.events import Event
from domain.identities.events import IdentityAccountTied, IdentityBarLifted, IdentityBarred
from domain.list_errors import AccountRegisteredBefore
from domain.policy.vocabulary import Severity
from domain.values import IdentityKind
from tests.support.examples import (
    ACCOUNT,
    DAY,
    appeal_decided,
    appealed,
    ask,
    case_of,
    corrected,
    dealt,
    filed,
    finding,
    minute,
    upheld,
)
from tests.support.fakes import MemoryLedger
from tests.support.spec import Given, fresh_service, given, service_over

PHONE = (IdentityKind.PHONE, "138 0000 0000")
LICENCE = (IdentityKind.BUSINESS_LICENCE, "91320100-MA1W")
MAIL = (IdentityKind.EMAIL, "Wang@Example.com")


def shown(*identities: tuple[IdentityKind, str]) -> tuple[IdentityShown, ...]:
    return tuple(IdentityShown(kind=kind, value=value) for kind, value in identities or (PHONE,))


def registered(minutes: float = -100, account: str = ACCOUNT, *identities: tuple[IdentityKind, str]) -> Request:
    return ask(lists.RegisterAccount(account=account, identities=shown(*identities)), minutes, None)


def written(before: Given, request: Request) -> list[Event]:
    return [fact.event for fact in before.service.handle(request).events]


BARRED = (registered(-100, ACCOUNT, PHONE, LICENCE), filed(), dealt())
THE_BAR = BarMatched(account=ACCOUNT, case=case_of().uuid, decision=1)


def test_an_account_registers_and_every_identity_knows_it() -> None:
    then = (
        given()
        .when(registered(0, ACCOUNT, PHONE, MAIL))
        .then(AccountRegistered, IdentityAccountTied, IdentityAccountTied)
    )
    assert [tied.kind for tied in then.events(IdentityAccountTied)] == ["phone", "email"]
    assert len({fact.stream for fact in then.facts}) == 3


def test_an_identity_is_kept_as_its_keyed_digest_only() -> None:
    before = given(registered(0, ACCOUNT, (IdentityKind.PHONE, "canary-5550123")))
    stored = b"".join(stored.state for stored in before.service.ledger.since(0, 100))
    assert b"5550123" not in stored
    (event,) = before.events(AccountRegistered)
    assert len(event.identities[0].identity_digest) == 64


def test_the_command_id_says_nothing_of_the_identity() -> None:
    one, other = (given(registered(0, ACCOUNT, each)).events(AccountRegistered)[0] for each in (PHONE, MAIL))
    assert one.cause.command_id == other.cause.command_id


def test_one_identity_shown_twice_is_one() -> None:
    given().when(registered(0, ACCOUNT, PHONE, (IdentityKind.PHONE, "138-0000-0000"))).then(
        AccountRegistered, IdentityAccountTied
    )


def test_registering_again_under_the_same_identities_changes_nothing() -> None:
    given(registered(0, ACCOUNT, PHONE, MAIL)).when(registered(5, ACCOUNT, MAIL, PHONE)).then_nothing()


def test_registering_again_under_other_identities_is_refused() -> None:
    given(registered()).when(registered(5, ACCOUNT, MAIL)).then_refused(AccountRegisteredBefore)


def test_a_bar_bars_every_identity_of_the_account_in_the_same_append() -> None:
    caused = written(given(*BARRED[:2]), dealt())
    assert [event.ends_at for event in caused if isinstance(event, IdentityBarred)] == [None, None]
    assert sum(isinstance(event, AccountRegistrationBarred) for event in caused) == 1


def test_a_barred_identity_is_refused_with_the_bar_it_met() -> None:
    then = given(*BARRED).when(registered(30, "acc-2", MAIL, PHONE)).then(AccountRegistrationRefused)
    assert then.event(AccountRegistrationRefused).bars == (THE_BAR,)


def test_the_same_identity_typed_otherwise_is_recognised() -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) for each in "91320100")
    typed = (IdentityKind.BUSINESS_LICENCE, f"{wide} ma1w")
    given(*BARRED).when(registered(30, "acc-2", typed)).then(AccountRegistrationRefused)


def test_another_kind_of_the_same_text_is_another_identity() -> None:
    other = (IdentityKind.BANK_ACCOUNT, "13800000000")
    given(*BARRED).when(registered(30, "acc-2", other)).then(AccountRegistered, IdentityAccountTied)


def test_two_identities_that_meet_the_same_bar_name_it_once() -> None:
    then = given(*BARRED).when(registered(30, "acc-2", PHONE, LICENCE)).then(AccountRegistrationRefused)
    assert then.event(AccountRegistrationRefused).bars == (THE_BAR,)


def test_the_barred_account_itself_is_refused_whatever_it_shows() -> None:
    then = given(filed(), dealt()).when(registered(30, ACCOUNT, MAIL)).then(AccountRegistrationRefused)
    assert then.event(AccountRegistrationRefused).bars == (THE_BAR,)


def test_every_attempt_is_a_fact_of_its_own() -> None:
    before = given(*BARRED, registered(30, "acc-2"), registered(30, "acc-2", LICENCE), registered(31, "acc-2"))
    assert len(before.events(AccountRegistrationRefused)) == 3
    before.when(registered(30, "acc-2")).then_nothing()


def test_a_lifted_bar_matches_no_more() -> None:
    lifted = given(*BARRED, appealed(), appeal_decided("upheld"))
    assert len(lifted.events(IdentityBarLifted)) == 2
    lifted.when(registered(60, "acc-2")).then(AccountRegistered, IdentityAccountTied)


def test_a_bar_that_was_refused_and_then_lifted_lets_the_account_in() -> None:
    lifted = given(*BARRED, registered(30, "acc-2"), corrected())
    lifted.when(registered(61, "acc-2")).then(AccountRegistered, IdentityAccountTied)


def test_the_account_itself_may_come_back_once_its_bar_is_lifted() -> None:
    lifted = given(filed(), dealt(), corrected())
    lifted.when(registered(61, ACCOUNT)).then(AccountRegistered, IdentityAccountTied)


def test_a_bar_with_a_term_ends_when_the_term_does() -> None:
    term = {"extra": [{"id": "deals", "when": {"classes": ["deal"]}, "measures": ["forbid_reregistration:P30D"]}]}
    before = given(*BARRED, edits=term)
    (ends_at,) = {bar.ends_at for bar in before.events(IdentityBarred)}
    assert ends_at == minute(20 + 30 * DAY)
    before.when(registered(19 + 30 * DAY, "acc-2")).then(AccountRegistrationRefused)
    before.when(registered(20 + 30 * DAY, "acc-3")).then(AccountRegistered, IdentityAccountTied)


def test_the_term_of_the_account_s_own_bar_counts_too() -> None:
    term = {"extra": [{"id": "deals", "when": {"classes": ["deal"]}, "measures": ["forbid_reregistration:P30D"]}]}
    before = given(filed(), dealt(), edits=term)
    before.when(registered(19 + 30 * DAY)).then(AccountRegistrationRefused)
    before.when(registered(20 + 30 * DAY)).then(AccountRegistered, IdentityAccountTied)


def test_a_registration_dated_before_the_bar_was_none_of_its_business() -> None:
    given(*BARRED).when(registered(19, "acc-2")).then(AccountRegistered, IdentityAccountTied)
    given(filed(), dealt()).when(registered(19)).then(AccountRegistered, IdentityAccountTied)


def test_registering_moves_no_record() -> None:
    assert written(given(filed(), registered(25)), upheld(21))


def test_a_decision_that_bars_nobody_writes_to_no_identity() -> None:
    caused = written(given(registered(), filed()), upheld(found=finding(severity=Severity.SERIOUS)))
    assert not [event for event in caused if event.TYPE.startswith("identity.")]


def test_a_bar_that_comes_between_look_and_append_collides_and_is_met() -> None:
    ledger = Raced()
    fresh_service(ledger=ledger)
    bar = service_over(ledger)
    for request in BARRED[:2]:
        bar.handle(request)
    ledger.between = lambda: bar.handle(dealt())
    answer = service_over(ledger).handle(registered(30, "acc-2"))
    assert [type(fact.event) for fact in answer.events] == [AccountRegistrationRefused]


class Raced(MemoryLedger):
    """Lets something happen just before the next append of a registration."""

    between: Callable[[], object] | None = None

    def append_many(self, appends: Sequence[Sequence[StoredEvent]]) -> Sequence[range | AppendConflicts]:
        between, self.between = self.between, None
        if between is not None:
            between()
        return super().append_many(appends)
