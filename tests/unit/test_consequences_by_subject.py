"""What a decision does to accounts, sites, groups and news items, and the duties that come with it."""

from domain.accounts.events import (
    AccountContentRemoved,
    AccountListedHighRisk,
    AccountRegistrationBarred,
    AccountSanctionImposed,
)
from domain.cases.events import CaseAuthorityNoticeDue, CaseCounterpartyDue, CaseDecided, CaseDecisionProposed
from domain.command_values import ItemRef, SubjectRef
from domain.commands import ProposeDecision
from domain.policy.vocabulary import SubjectType
from domain.values import AssociatedParty, Outcome, PartyType
from tests.support.examples import DAY, account_of, ask, dealt, filed, finding, minute, verified
from tests.support.spec import Then, given

DECIDED = (CaseDecisionProposed, CaseDecided)
DEAL = (CaseAuthorityNoticeDue, CaseCounterpartyDue)
SITE = AssociatedParty(type=PartyType.SITE, id="evil.example")
OWNER = AssociatedParty(type=PartyType.INDIVIDUAL, id="person-1", name="Li")


def decided(
    subject_type: SubjectType, code: str, *kinds: type, respondent: str | None = "acc-1", **fields: object
) -> Then:
    """A decision about another kind of subject."""
    subject = SubjectRef(type=subject_type, id="it")
    about = ItemRef(subject=subject, content="it")
    command = ProposeDecision.model_validate(
        {"case": about, "outcome": Outcome.UPHELD, "finding": finding(code), **fields}
    )
    opened = given(filed(content="it", subject=subject, reporter=None, respondent=respondent))
    return opened.when(ask(command, 20)).then(*DECIDED, *kinds)


def test_a_deal_lists_bars_and_obliges() -> None:
    then = given(filed(reporter=None), verified()).when(dealt(associated=(SITE, OWNER)))
    happened = then.then(
        *DECIDED, *DEAL, AccountContentRemoved, AccountSanctionImposed, AccountSanctionImposed,
        AccountRegistrationBarred, AccountListedHighRisk,
    )  # fmt: skip
    listed = happened.event(AccountListedHighRisk)
    assert (listed.label, listed.parties) == ("Suspected", (SITE, OWNER))
    assert listed.ends_at == minute(20 + 365 * DAY)
    assert [event.kind for event in happened.events(AccountSanctionImposed)] == ["mute", "forbid_reregistration"]


def test_a_site_measure_acts_on_the_site_and_those_tied_to_it() -> None:
    kinds = (*DEAL, AccountSanctionImposed, AccountSanctionImposed, AccountRegistrationBarred, AccountListedHighRisk)
    then = decided(SubjectType.SITE, "drugs", *kinds, associated=(SITE, OWNER))
    by_kind = {event.kind: event for event in then.events(AccountSanctionImposed)}
    assert by_kind["ban_site"].targets == ("it", "evil.example")
    assert [party.id for party in then.event(AccountListedHighRisk).parties] == ["it", "evil.example", "person-1"]


def test_a_listed_site_that_is_also_associated_is_named_once() -> None:
    own = AssociatedParty(type=PartyType.SITE, id="it")
    kinds = (*DEAL, AccountSanctionImposed, AccountSanctionImposed, AccountRegistrationBarred, AccountListedHighRisk)
    then = decided(SubjectType.SITE, "drugs", *kinds, associated=(own,))
    assert then.event(AccountListedHighRisk).parties == (own,)


def test_a_site_nobody_answers_for_has_a_record_of_its_own() -> None:
    then = decided(SubjectType.SITE, "drugs", *DEAL, AccountSanctionImposed, AccountListedHighRisk, respondent=None)
    assert then.facts[-1].stream == account_of("site:it")
    assert then.event(AccountSanctionImposed).kind == "ban_site"


def test_an_account_case_sanctions_conduct() -> None:
    then = decided(SubjectType.ACCOUNT, "spam", AccountSanctionImposed)
    assert then.event(AccountSanctionImposed).cause_of_entry == "conduct"


def test_a_false_reporters_sanction_says_so() -> None:
    then = decided(SubjectType.ACCOUNT, "false-report", AccountSanctionImposed)
    assert then.event(AccountSanctionImposed).cause_of_entry == "malicious_report"


def test_a_group_measure_acts_on_the_group() -> None:
    then = decided(SubjectType.GROUP, "spam", AccountSanctionImposed)
    assert (then.event(AccountSanctionImposed).kind, then.event(AccountSanctionImposed).targets) == (
        "close_group",
        ("it",),
    )


def test_a_news_item_is_corrected_and_nobody_sanctioned() -> None:
    then = decided(SubjectType.NEWS_ITEM, "spam")
    assert then.event(CaseDecided).choice.party_measure.kind == "modify_news"
