"""Decisions to make statements of, and mappings to make them by."""

import tomllib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from caseledger.statements.building import Given
from caseledger.statements.mapping import Mapping, mapping_of
from domain.cases import events as e
from domain.cases.values import Choice, MeasureTaken
from domain.policy.load import load
from domain.policy.pack import Pack
from domain.values import Outcome, PackRef
from infra.mappings import mappings_in
from tests.support import read_model_ledger as given

ROOT = Path(__file__).parents[2]
AT = datetime(2025, 7, 2, 20, 0, tzinfo=UTC)
"""The third of July in China."""

POSTED = datetime(2025, 6, 30, 4, 0, tzinfo=UTC)
PACKS = sorted(path.parent.name for path in (ROOT / "policies").glob("*/*.toml"))


@cache
def pack(platform: str) -> Pack:
    """The pack that ships for a platform."""
    (file,) = (ROOT / "policies" / platform).glob("*.toml")
    return load(file.read_bytes(), file.name)


def mapping_text() -> str:
    """The newest mapping that ships."""
    texts = mappings_in(None)
    return texts[max(texts)]


@cache
def mapping() -> Mapping:
    """The same, ready for use."""
    return mapping_of(mapping_text(), tomllib.loads(mapping_text())["version"])


def measure(short: str) -> MeasureTaken:
    """A measure in the notation of packs."""
    kind, _, duration = short.partition(":")
    return MeasureTaken(kind=kind, duration=duration or None)


def choice(*short: str) -> Choice:
    """These measures, chosen in whichever role."""
    return Choice(content_measures=(), party_measure=None, also=tuple(map(measure, short)), added=())


def decided(
    *short: str,
    platform: str = "36kr-jiangsu",
    codes: tuple[str, ...] = ("3.2.7",),
    source: str = "user",
    at: datetime = AT,
    rule: str = "catalogue-grave",
    **found: object,
) -> Given:
    """An upheld decision with these measures; `found` are fields of its finding."""
    applied = pack(platform)
    about = {"subject_type": "content", "content": "c-1", "respondent": "u-1", "posted_at": POSTED, "at": at}
    finding = given.finding("u-1", *codes).model_copy(update={**about, **found})
    ruling = given.ruling().model_copy(update={"rule": rule, "explanation": "graded"})
    ref = PackRef(platform=platform, version=applied.version, digest=applied.digest)
    made = {"decision": 1, "outcome": Outcome.UPHELD, "finding": finding, "ruling": ruling, "choice": choice(*short)}
    plain = {"occurred_at": at, "cause": given.cause(), "policy": ref, "proposed_by": "ann", **made}
    event = given.filled(e.CaseDecided, plain, given.plain)
    joined = given.joined("r-1", at, *codes, source=source)
    opened = given.filled(e.CaseOpened, {"occurred_at": at, "cause": given.cause(), "joined": joined}, given.plain)
    return Given(platform, f"{given.case('one')}.7", event, opened, applied)
