"""Findings and record entries for tests, written shortly."""

from datetime import datetime

from domain.policy.finding import Finding, Ruling
from domain.policy.judge import judge
from domain.policy.pack import Pack
from domain.policy.record import Record, RecordEntry

NOON = "2021-03-10T12:00:00+08:00"


def at(text: str) -> datetime:
    """An instant; without an offset it is one in Shanghai."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else datetime.fromisoformat(f"{text}+08:00")


def finding(subject: str = "content", **given: object) -> Finding:
    """A finding at noon of 10 March 2021, on content posted at nine; `given` sets or replaces its fields."""
    fields: dict[str, object] = {
        "at": NOON,
        "subject": {"type": subject, "id": f"{subject}-now"},
        "respondent": "acc-1",
        "content": "c-now" if subject == "content" else None,
        "posted_at": "2021-03-10T09:00:00+08:00" if subject == "content" else None,
        "codes": ["3.2.1"],
    }
    return Finding.model_validate({**fields, **given})


def muted(name: str, when: str, cause: str | None = "content_removal", **more: object) -> RecordEntry:
    """A mute of one day."""
    return RecordEntry(name, "mute", at(when), duration="P1D", case=f"case-{name}", cause=cause, **more)


def removed(name: str, when: str, content: str | None = None, **more: object) -> RecordEntry:
    """A removal of a content of its own."""
    return RecordEntry(name, "content_removal", at(when), case=f"case-{name}", content=content or f"c-{name}", **more)


def rule_of(pack: Pack, asked: Finding, *entries: RecordEntry) -> Ruling:
    """The ruling on `asked` with `entries` as the record."""
    return judge(pack, Record.of(entries), asked)


def range_of(ruling: Ruling) -> tuple[str, str, str]:
    """Rule, options and default in the short form of packs."""
    default = ruling.party_measures.default
    return ruling.rule, " ".join(map(str, ruling.party_measures.options)), str(default) if default else "-"
