"""A life of a case in which every personal field of every command holds a word that is found again if it leaks."""

from pydantic import BaseModel

from caseledger.application.requests import Request
from domain import commands as c
from domain import list_commands as lists
from domain.command_values import IdentityShown
from domain.events import Event
from domain.personal import personal_paths
from domain.policy.vocabulary import EvidenceStrength, Severity
from domain.values import AssociatedParty, IdentityKind, PartyType
from tests.support.examples import (
    BOB,
    CAT,
    appeal_decided,
    appealed,
    ask,
    confirmed,
    corrected,
    dismissed,
    evidence,
    filed,
    finding,
    item,
    measure,
    minute,
    package_sent,
    requested,
    upheld,
    verified,
)

WHO_REPORTED = ("reporter", "contact_details", "statement", "snapshot", "captured_from")


def canary(word: str, salt: str = "") -> str:
    """A word that occurs nowhere else."""
    return f"canary{salt}-{word}"


def life(salt: str = "") -> list[Request]:
    """Every command, with canaries; some are refused."""
    found = evidence(captured_from=canary("captured_from", salt))
    party = AssociatedParty(type=PartyType.INDIVIDUAL, id="person-1", name=canary("name", salt))
    who = canary("reporter", salt)
    said = {
        "reporter": who,
        "contact_details": canary("contact_details", salt),
        "statement": canary("statement", salt),
        "snapshot": canary("snapshot", salt),
        "attachments": (found,),
    }
    text = canary("text", salt)
    deal = finding("drugs", severity=Severity.GRAVE)
    return [
        filed(0, **said),
        filed(1, report="r-2", **{**said, "codes": ()}),
        filed(1, report="r-2", **{**said, "statement": text}),
        filed(1, report="r-3", **{**said, "evidence": EvidenceStrength.INSUFFICIENT}),
        filed(1, report="r-4", malicious_established=True, **said),
        filed(1, "post-2", report="r-5", **said),
        filed(99_999_999, report="r-6", **said),
        Request(platform="example", at=minute(2), command=filed(2, report="r-7", **said).command, actor=who),
        ask(lists.RegisterAccount(account="acc-1", identities=_shown(salt)), 3),
        ask(lists.RegisterAccount(account="acc-1", identities=_shown(f"{salt}2")), 4),
        verified(10),
        ask(c.AttachEvidence(case=item(), evidence=found), 11),
        ask(c.AttachEvidence(case=item(), evidence=found.model_copy(update={"size": 11})), 11),
        ask(c.GivePreliminaryResult(case=item(), result=canary("result", salt)), 12),
        ask(c.MarkMajor(case=item(), reason=canary("reason", salt)), 13),
        ask(c.AddNote(case=item(), text=text), 14),
        ask(c.AddNote(case=item("post-9"), text=text), 14),
        ask(c.AddNote(case=item(), text=text), 1),
        ask(c.ReferCase(case=item(), department="trust", reason=canary("reason", salt)), 15),
        ask(c.ReferCase(case=item(), reason=canary("reason", salt)), 15),
        upheld(20, found=deal, reason=canary("reason", salt), associated=(party,)),
        upheld(20, found=finding("no-such"), reason=canary("reason", salt), associated=(party,)),
        ask(c.ReturnDecision(case=item(), reason=canary("reason", salt)), 21, BOB),
        upheld(22, found=deal, reason=canary("reason", salt), associated=(party,), malicious=("R9",)),
        upheld(22, found=deal, reason=canary("reason", salt), associated=(party,)),
        confirmed(23),
        ask(lists.RegisterAccount(account="acc-2", identities=_shown(salt)), 24),
        ask(lists.EstablishIdentity(account="acc-1", identities=_shown(f"{salt}3")), 24),
        ask(c.NotifyAuthority(case=item(), authority="police", text=text), 24),
        ask(c.NotifyAuthority(case=item(), authority="police", text=text), 25),
        ask(c.GiveFeedback(report="r-1", text=text), 26),
        ask(c.SettleCounterparty(case=item(), reason=canary("reason", salt)), 27),
        ask(c.GiveFeedback(report="r-1", text=text), 28),
        ask(c.GiveFeedback(report="r-1", text=text), 29),
        ask(c.RecordExternalOutcome.model_validate(_outcome("administrative_detention:P5D", salt)), 30),
        ask(c.RecordExternalOutcome.model_validate(_outcome("personal_file_record", salt)), 31),
        dismissed(32, "post-2", reason=canary("reason", salt)),
        appealed(40, text=text),
        appealed(41, text=text),
        appeal_decided("reduced", 50, measure=measure("ban"), reason=canary("reason", salt)),
        appeal_decided("reduced", 50, measure=measure("warn"), reason=canary("reason", salt)),
        appeal_decided("upheld", 51, reason=canary("reason", salt)),
        corrected(60, reason=canary("reason", salt)),
        corrected(61, reason=canary("reason", salt)),
        ask(c.OpenOperation(operation="op-1", title="clear skies"), 70),
        ask(_member("seller", salt), 71),
        ask(_member("promoter", salt), 72),
        ask(c.CloseOperation(operation="op-1", summary=canary("summary", salt)), 73),
        ask(c.CloseOperation(operation="op-9", summary=canary("summary", salt)), 74),
        requested(75, case_name=canary("case_name", salt)),
        requested(76, case_name=canary("case_name", f"{salt}2")),
        package_sent(77, accounts=("acc-9",), sent_to=canary("sent_to", salt)),
        package_sent(77, sent_to=canary("sent_to", salt)),
        package_sent(78, sent_to=canary("sent_to", f"{salt}2")),
        appeal_decided("denied", 80, actor=CAT, reason=canary("reason", salt)),
    ]


def redacted(model: BaseModel, personal: frozenset[str], prefix: str = "") -> dict[str, object]:
    """The fields of a model but for the personal ones."""
    return {
        name: _redacted(getattr(model, name), personal, f"{prefix}{name}.")
        for name in type(model).model_fields
        if f"{prefix}{name}" not in personal
    }


def _redacted(value: object, personal: frozenset[str], prefix: str) -> object:
    if isinstance(value, BaseModel):
        return redacted(value, personal, prefix)
    return [_redacted(one, personal, prefix) for one in value] if isinstance(value, tuple) else value


def with_canaries(event: Event) -> tuple[Event, list[str]]:
    """The event with a word of its own in every personal field, and those words."""
    words: list[str] = []
    filled = _filled(event, personal_paths(type(event)), "", words)
    assert isinstance(filled, Event)
    return filled, words


def _filled(value: object, personal: frozenset[str], path: str, words: list[str]) -> object:
    if path in personal:
        words.append(canary(f"{path}.{len(words)}"))
        return words[-1]
    if isinstance(value, tuple):
        return tuple(_filled(one, personal, path, words) for one in value)
    if not isinstance(value, BaseModel):
        return value
    names = type(value).model_fields
    inner = {name: _filled(getattr(value, name), personal, f"{path}.{name}".lstrip("."), words) for name in names}
    return value.model_copy(update=inner)


def _shown(salt: str) -> tuple[IdentityShown, ...]:
    return (IdentityShown(kind=IdentityKind.PHONE, value=canary("value", salt)),)


def _outcome(kind: str, salt: str) -> dict[str, object]:
    return {
        "case": item(),
        "measure": measure(kind),
        "person": canary("person", salt),
        "authority": "police",
        "decided_at": minute(29),
    }


def _member(role: str, salt: str) -> c.AddCaseToOperation:
    return c.AddCaseToOperation(operation="op-1", case=item(), person=canary("person", salt), role=role)
