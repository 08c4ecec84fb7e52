"""Who holds an account is found later: what bars the account bars the identity from then on."""

import pytest
from pydantic import ValidationError

from caseledger.application.requests import Request
from domain import list_commands as lists
from domain.accounts.events import AccountIdentityEstablished, AccountRegistered, AccountRegistrationRefused
from domain.command_values import IdentityShown
from domain.identities.events import IdentityAccountTied, IdentityBarLifted, IdentityBarred
from domain.values import IdentityKind
from tests.support.examples import ACCOUNT, ask, case_of, corrected, dealt, filed
from tests.support.spec import given
from tests.unit.test_register_account import LICENCE, MAIL, PHONE, registered, shown


def established(minutes: float = 30, *identities: tuple[IdentityKind, str]) -> Request:
    return ask(lists.EstablishIdentity(account=ACCOUNT, identities=shown(*identities)), minutes)


def test_an_identity_found_after_the_bar_is_barred_at_once() -> None:
    barred = given(filed(), dealt())
    then = barred.when(established()).then(AccountIdentityEstablished, IdentityAccountTied, IdentityBarred)
    event = then.event(IdentityBarred)
    assert (event.account, event.case, event.decision) == (ACCOUNT, case_of().uuid, 1)
    barred.when(registered(31, "acc-2")).then(AccountRegistrationRefused)


def test_an_identity_found_before_the_bar_is_barred_with_the_account() -> None:
    given(filed(), established(10), dealt()).when(registered(31, "acc-2")).then(AccountRegistrationRefused)


def test_only_what_was_not_known_is_established() -> None:
    before = given(registered(-10, ACCOUNT, PHONE))
    then = before.when(established(0, PHONE, LICENCE)).then(AccountIdentityEstablished, IdentityAccountTied)
    assert [each.kind for each in then.event(AccountIdentityEstablished).identities] == ["business_licence"]
    before.when(established(1, LICENCE)).then_nothing()


def test_an_identity_found_after_the_bar_was_lifted_is_free() -> None:
    lifted = given(filed(), dealt(), corrected())
    lifted.when(established(61)).then(AccountIdentityEstablished, IdentityAccountTied)
    lifted.when(registered(62, "acc-2")).then(AccountRegistered, IdentityAccountTied)


def test_lifting_frees_what_was_found_since() -> None:
    before = given(filed(), dealt(), established(), corrected())
    assert len(before.events(IdentityBarLifted)) == 1
    before.when(registered(62, "acc-2")).then(AccountRegistered, IdentityAccountTied)


def test_an_established_identity_is_no_registration() -> None:
    given(established()).when(registered(31, ACCOUNT, MAIL)).then(AccountRegistered, IdentityAccountTied)


def test_an_identity_of_nothing_but_signs_is_none() -> None:
    with pytest.raises(ValidationError) as refused:
        IdentityShown(kind=IdentityKind.PHONE, value="- + -")
    assert "nothing is left" in str(refused.value)
