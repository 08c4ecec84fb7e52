"""Decisions with all that follows from them, and their undoing, for read-model tests."""

from domain.accounts import events as a
from domain.cases import events as e
from domain.cases import later_events as later
from domain.cases.values import MeasureTaken
from domain.events import Event
from domain.recorded import Recorded
from domain.reporters import events as r
from domain.reporters.events import Amount
from domain.reports.events import ReportAdmitted, ReportReceived
from domain.values import AssociatedParty, Outcome, PartyType
from tests.support import read_model_ledger as given
from tests.support.read_model_ledger import Ledger

MUTE = MeasureTaken(kind="mute", duration="P1D")


def report_to_case(ledger: Ledger, name: str, account: str | None = "eve", *codes: str) -> Recorded[Event]:
    """A report that is admitted and opens the case of the same name."""
    codes = codes or ("3.1.2",)
    common = {"subject_type": "content", "subject": f"post-{name}", "content": f"post-{name}", "respondent": account}
    ledger.add(name, ReportReceived, source="user", codes=codes, reporter="secret", **common)
    ledger.add(name, ReportAdmitted, case=given.case(name))
    return ledger.add(name, e.CaseOpened, joined=given.joined(name, ledger.at, *codes), **common)


def decide(ledger: Ledger, name: str, account: str = "eve", *codes: str) -> list[Recorded[Event]]:
    """An upheld decision with a mute, a removal, a listing, a bar, a credited reporter and a reward."""
    codes = codes or ("3.1.2",)
    case = given.case(name)
    found = {"account": account, "case": case, "decision": 1}
    of_codes = {"codes": codes, "severity": "serious", "rule": "graded"}
    decided = ledger.add(
        name,
        e.CaseDecided,
        decision=1,
        outcome=Outcome.UPHELD,
        subject_type="content",
        finding=given.finding(account, *codes),
        ruling=given.ruling(),
        choice=given.choice(),
        policy=given.PACK,
    )
    ends_at = given.START.replace(year=2022)
    imposed = {**found, **of_codes, "kind": "mute", "duration": "P1D", "starts_at": ledger.at, "ends_at": ends_at}
    parties = (
        AssociatedParty(type=PartyType.INDIVIDUAL, id="person-7", name="Zhang Wei"),
        AssociatedParty(type=PartyType.SITE, id="bad.example", name="Bad Ltd."),
    )
    listed = {**found, "codes": codes, "label": "High risk", "parties": parties, "subject_type": "site"}
    booked = {"report": given.report(name), "case": case, "decision": 1, "month": "2021-03", "content": f"post-{name}"}
    amounts = {"granted": (Amount(currency="coins", amount=10),), "capped": (Amount(currency="points", amount=2),)}
    return [
        decided,
        ledger.add(account, a.AccountSanctionImposed, subject_type="content", **imposed),
        ledger.add(account, a.AccountContentRemoved, content=f"post-{name}", time_barred=False, **found, **of_codes),
        ledger.add(account, a.AccountListedHighRisk, subject="site.example", **listed),
        ledger.add(account, a.AccountRegistrationBarred, **found),
        ledger.add("rob", r.ReporterReportUpheld, **{key: booked[key] for key in ("report", "case", "decision")}),
        ledger.add("rob", r.ReporterRewarded, **booked, **amounts, policy=given.PACK),
    ]


def undo(ledger: Ledger, name: str, account: str, decided: list[Recorded[Event]]) -> list[Recorded[Event]]:
    """The appeal against that decision, and everything that its success takes back."""
    case = given.case(name)
    of = {"account": account, "case": case, "decision": 1}
    _, sanction, removal, listing, *_ = decided
    about = {"report": given.report(name), "case": case, "decision": 1}
    reversed_ = (Amount(currency="coins", amount=10),)
    return [
        ledger.add(name, later.CaseAppealLodged, appeal=1, decision=1),
        ledger.add(name, later.CaseAppealUpheld, appeal=1, decision=1),
        ledger.add(account, a.AccountSanctionLifted, sanction=sanction.event_id, kind="mute", **of),
        ledger.add(account, a.AccountContentRemovalLifted, removal=removal.event_id, content=f"post-{name}", **of),
        ledger.add(account, a.AccountDelisted, listing=listing.event_id, **of),
        ledger.add(account, a.AccountRegistrationBarLifted, **of),
        ledger.add("rob", r.ReporterCreditWithdrawn, **about),
        ledger.add("rob", r.ReporterRewardReversed, month="2021-03", reversed=reversed_, **about),
    ]


def case_id(name: str) -> str:
    """The id of the case as rows have it."""
    return str(given.case(name))
