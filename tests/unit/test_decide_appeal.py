"""An appeal ends denied, upheld or reduced, by somebody who took no part; upheld takes back everything."""

import pytest

from caseledger.application.requests import Request
from domain.accounts.events import (
    AccountContentRemovalLifted,
    AccountContentRemoved,
    AccountDelisted,
    AccountRegistrationBarLifted,
    AccountSanctionImposed,
    AccountSanctionLifted,
)
from domain.cases.later_events import CaseAppealDenied, CaseAppealReduced, CaseAppealUpheld
from domain.errors import (
    CaseNotFound,
    DeciderTookPart,
    MeasureNotInOptions,
    NoAppealPending,
    NothingToUndo,
    NotMilder,
    OutOfOrder,
    Refused,
)
from domain.policy.vocabulary import Severity
from domain.reporters.events import (
    ReporterCreditWithdrawn,
    ReporterMaliciousReportFound,
    ReporterReportUpheld,
    ReporterRewardReversed,
)
from tests.support.examples import (
    ACCOUNT,
    ANN,
    BOB,
    CAT,
    DAY,
    appeal_decided,
    appealed,
    banned,
    confirmed,
    corrected,
    dealt,
    ended,
    filed,
    finding,
    measure,
    minute,
    upheld,
    verified,
)
from tests.support.spec import given

APPEALED = (filed(), verified(), upheld(), appealed())
UNDONE = (CaseAppealUpheld, AccountContentRemovalLifted, AccountSanctionLifted)
UNCREDITED = (ReporterCreditWithdrawn, ReporterRewardReversed)
REDUCED = (CaseAppealReduced, AccountSanctionLifted, AccountSanctionImposed)


def test_a_denied_appeal_changes_nothing_but_the_case() -> None:
    then = given(*APPEALED).when(appeal_decided("denied")).then(CaseAppealDenied)
    assert then.event(CaseAppealDenied).reason == "on_the_merits"


def test_an_upheld_appeal_takes_back_every_entry_and_credit() -> None:
    before = given(filed(), verified(), dealt(), appealed())
    (removal,) = before.recorded(AccountContentRemoved)
    sanctions = [fact.event_id for fact in before.recorded(AccountSanctionImposed)]
    then = before.when(appeal_decided("upheld")).then(
        *UNDONE, AccountSanctionLifted, AccountRegistrationBarLifted, AccountDelisted, *UNCREDITED
    )
    assert then.event(AccountContentRemovalLifted).removal == removal.event_id
    assert [event.sanction for event in then.events(AccountSanctionLifted)] == sanctions
    assert [(a.currency, a.amount) for a in then.event(ReporterRewardReversed).reversed] == [
        ("coins", 10),
        ("points", 2),
    ]


def test_a_sanction_that_ran_out_before_is_taken_back_too() -> None:
    over = given(*APPEALED, ended(3 * DAY))
    over.when(appeal_decided("upheld", 4 * DAY)).then(*UNDONE, *UNCREDITED)


def test_a_malicious_report_found_by_the_decision_is_taken_back_too() -> None:
    two = (filed(), filed(1, report="r-2", reporter="reporter-8"), verified(), upheld(malicious=("R2",)), appealed())
    found = given(*two)
    (malicious,) = found.recorded(ReporterMaliciousReportFound)
    then = found.when(appeal_decided("upheld")).then(*UNDONE, *UNCREDITED, ReporterCreditWithdrawn)
    assert then.facts[-1].stream == malicious.stream
    assert then.facts[-1].event.report == malicious.event.report


def test_only_the_entries_of_that_decision_are_taken_back() -> None:
    other = (filed(0, "post-2", report="r-2"), upheld(5, "post-2"))
    then = given(*other, *APPEALED).when(appeal_decided("upheld")).then(*UNDONE, *UNCREDITED)
    assert then.event(AccountContentRemovalLifted).content == "post-1"


def test_a_report_that_joined_after_the_decision_has_nothing_to_give_back() -> None:
    later = given(*APPEALED, filed(45, report="r-2", reporter="reporter-8"))
    later.when(appeal_decided("upheld")).then(*UNDONE, *UNCREDITED)


def test_reports_nobody_sent_have_nothing_to_give_back() -> None:
    anonymous = given(filed(reporter=None), verified(), upheld(), appealed())
    anonymous.when(appeal_decided("upheld")).then(*UNDONE)


def test_a_reduced_measure_keeps_the_start_of_the_first() -> None:
    before = given(*APPEALED)
    (imposed,) = before.recorded(AccountSanctionImposed)
    then = before.when(appeal_decided("reduced", measure=measure("warn"))).then(*REDUCED)
    lesser = then.event(AccountSanctionImposed)
    assert (lesser.starts_at, lesser.occurred_at) == (minute(20), minute(50))
    assert (lesser.kind, lesser.ends_at, lesser.replaces) == ("warn", None, imposed.event_id)
    assert then.event(AccountSanctionLifted).sanction == imposed.event_id
    assert then.event(CaseAppealReduced).replaced.kind == "mute"


def test_a_shorter_time_of_the_same_kind_is_milder() -> None:
    serious = given(filed(), upheld(found=finding(severity=Severity.SERIOUS)), appealed())
    then = serious.when(appeal_decided("reduced", measure=measure("mute:P1D"))).then(*REDUCED)
    assert then.event(AccountSanctionImposed).ends_at == minute(20 + DAY)


def test_a_reduced_decision_can_still_be_corrected_whole() -> None:
    reduced = given(*APPEALED, appeal_decided("reduced", measure=measure("warn")))
    reduced.and_then(corrected())
    assert len(reduced.events(AccountSanctionLifted)) == 2
    assert len(reduced.events(ReporterReportUpheld)) == len(reduced.events(ReporterCreditWithdrawn)) == 1


@pytest.mark.parametrize(
    "given_",
    [appeal_decided("reduced", measure=measure(text)) for text in ("ban", "mute:P1D", "close_group", "delete_content")]
    + [appeal_decided("reduced")],
)
def test_what_is_not_milder_is_no_reduction(given_: Request) -> None:
    given(*APPEALED).when(given_).then_refused(NotMilder)


def test_where_no_measure_stands_nothing_can_be_reduced() -> None:
    old = given(filed(posted_at=minute(-400 * DAY)), upheld(), appealed())
    old.when(appeal_decided("reduced", measure=measure("warn"))).then_refused(NothingToUndo)


@pytest.mark.parametrize("actor", [ANN, BOB])
def test_who_proposed_or_confirmed_does_not_decide_the_appeal(actor: str) -> None:
    given(filed(), banned(), confirmed(), appealed()).when(appeal_decided("denied", actor=actor)).then_refused(
        DeciderTookPart
    )


def test_who_made_the_decision_milder_before_does_not_decide_the_appeal() -> None:
    milder = given(filed(), upheld(), corrected(30, measure=measure("warn")), appealed())
    milder.when(appeal_decided("denied", actor=CAT)).then_refused(DeciderTookPart)


@pytest.mark.parametrize(
    ("happened", "refusal"),
    [
        ((), CaseNotFound),
        ((filed(), upheld()), NoAppealPending),
        ((*APPEALED, appeal_decided("denied", 45)), NoAppealPending),
        ((*APPEALED, appeal_decided("upheld", 45)), NoAppealPending),
    ],
)
def test_where_no_appeal_waits_none_is_decided(happened: tuple[Request, ...], refusal: type[Refused]) -> None:
    given(*happened).when(appeal_decided("upheld")).then_refused(refusal)


def test_an_outcome_dated_before_the_appeal_is_refused() -> None:
    given(*APPEALED).when(appeal_decided("denied", 39)).then_refused(OutOfOrder)


@pytest.mark.parametrize("outcome", [{"outcome": "upheld"}, {"outcome": "reduced", "measure": measure("warn")}])
def test_an_outcome_dated_before_the_record_moved_is_refused(outcome: dict[str, object]) -> None:
    moved = given(*APPEALED, filed(0, "post-2", report="r-2"), upheld(60, "post-2"))
    moved.when(appeal_decided(**outcome)).then_refused(OutOfOrder)


def test_who_lodged_an_appeal_does_not_decide_it() -> None:
    given(*APPEALED).when(appeal_decided("upheld", actor=ACCOUNT)).then_refused(DeciderTookPart)


@pytest.mark.parametrize("outcome", ["denied", "upheld"])
def test_only_a_reduction_names_a_measure(outcome: str) -> None:
    given(*APPEALED).when(appeal_decided(outcome, measure=measure("warn"))).then_refused(MeasureNotInOptions)
