"""The mapping from decisions to statements: one table of data in a version, refused whole where it has a fault."""

import tomllib
from collections.abc import Iterator
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from domain.policy.kinds import Kind
from domain.policy.vocabulary import Source, SubjectType
from schemas.dsa.vocabulary import allowed

ROWS_MAX: Final = 1_000
FAULTS_TOLD_MAX: Final = 20

Words = Annotated[str, Field(min_length=1, max_length=500)]
Version = Annotated[int, Field(ge=1, le=999_999)]


class MappingRefused(Exception):  # noqa: N818 - named as the sentence it says
    """The table has faults; the reason names each by its place."""


class Line(BaseModel):
    """A line of the table."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class MeasureLine(Line):
    """What a kind of measure restricts, of these types of subjects or of all; or why it restricts nothing."""

    kind: Kind
    subjects: tuple[SubjectType, ...] = ()
    visibility: str | None = None
    visibility_other: Words | None = None
    monetary: str | None = None
    monetary_other: Words | None = None
    provision: str | None = None
    account: str | None = None
    of_recipient: bool = False
    nothing: Words | None = None

    @model_validator(mode="after")
    def _restricts_or_says_why_not(self) -> Self:
        restricts = any((self.visibility, self.monetary, self.provision, self.account))
        if restricts == (self.nothing is not None):
            raise ValueError("a measure restricts something, or `nothing` says why not")
        return self


class SubjectLine(Line):
    """What kind of content a subject is, on one platform or on all."""

    type: SubjectType
    platform: str | None = None
    content_type: str
    content_type_other: Words | None = None
    account_type: str | None = None


class SourceLine(Line):
    """Who gave notice, and whether it was found by automated means."""

    source: Source
    source_type: str
    automated_detection: Literal["Yes", "No"]


class GroundLine(Line):
    """On which ground a violation rests, by how its shared code begins."""

    common: Annotated[tuple[str, ...], Field(min_length=1)]
    ground: str
    illegal: Literal["Yes", "No"] | None = None
    legal_ground: Words | None = None


class CategoryLine(Line):
    """The category of a violation that the pack gives none: of one code, or of a class."""

    platform: str
    code: str | None = None
    class_: str | None = Field(default=None, alias="class")
    category: str


class KeywordLine(Line):
    """A keyword of violations, by how their shared codes begin."""

    common: Annotated[tuple[str, ...], Field(min_length=1)]
    keyword: str


class Hardness(Line):
    """The values of the fields that hold one, from mild to hard."""

    monetary: tuple[str, ...]
    provision: tuple[str, ...]
    account: tuple[str, ...]


class Mapping(Line):
    """The whole table."""

    format: Literal[1]
    version: Version
    automated_decision: str
    category_otherwise: str
    hardness: Hardness
    measure: Annotated[tuple[MeasureLine, ...], Field(max_length=ROWS_MAX)]
    subject: Annotated[tuple[SubjectLine, ...], Field(max_length=ROWS_MAX)]
    source: Annotated[tuple[SourceLine, ...], Field(max_length=ROWS_MAX)]
    ground: Annotated[tuple[GroundLine, ...], Field(max_length=ROWS_MAX)]
    category: Annotated[tuple[CategoryLine, ...], Field(max_length=ROWS_MAX)] = ()
    keyword: Annotated[tuple[KeywordLine, ...], Field(max_length=ROWS_MAX)] = ()


def mapping_of(text: str, version: int) -> Mapping:
    """The mapping in the text of this version; raises `MappingRefused` with every fault: structure, words, gaps."""
    name = f"mapping {version}"
    try:
        table = Mapping.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        raise MappingRefused(f"{name} is no TOML: {fault}") from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        told = "; ".join(f"{_path(fault['loc'])}: {fault['msg']}" for fault in found[:FAULTS_TOLD_MAX])
        raise MappingRefused(f"{name}: {told}") from None
    faults = [*_unknown_words(table), *_left_out(table)]
    if table.version != version:
        faults.append(f"version: the file is named {version}, the text says {table.version}")
    if faults:
        raise MappingRefused(f"{name}: {'; '.join(faults[:FAULTS_TOLD_MAX])}")
    return table


def _path(place: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def _unknown_words(table: Mapping) -> Iterator[str]:
    """Values that the database does not know, by their place in the table."""
    for place, value, enum in _words(table):
        if value is not None and value not in allowed(enum):
            yield f"{place}: {value!r} is none of the {enum}"


def _words(table: Mapping) -> Iterator[tuple[str, str | None, str]]:
    yield "automated_decision", table.automated_decision, "automated_decisions"
    yield "category_otherwise", table.category_otherwise, "statement_categories"
    for at, measure in enumerate(table.measure):
        yield f"measure[{at}].visibility", measure.visibility, "decision_visibilities"
        yield f"measure[{at}].monetary", measure.monetary, "decision_monetaries"
        yield f"measure[{at}].provision", measure.provision, "decision_provisions"
        yield f"measure[{at}].account", measure.account, "decision_accounts"
    for at, subject in enumerate(table.subject):
        yield f"subject[{at}].content_type", subject.content_type, "content_types"
        yield f"subject[{at}].account_type", subject.account_type, "account_types"
    for at, source in enumerate(table.source):
        yield f"source[{at}].source_type", source.source_type, "source_types"
    for at, ground in enumerate(table.ground):
        yield f"ground[{at}].ground", ground.ground, "decision_grounds"
    for at, category in enumerate(table.category):
        yield f"category[{at}].category", category.category, "statement_categories"
    for at, keyword in enumerate(table.keyword):
        yield f"keyword[{at}].keyword", keyword.keyword, "keywords"


def _left_out(table: Mapping) -> Iterator[str]:
    """What a decision may hold and the table says nothing about."""
    for kind in Kind:
        lines = [line for line in table.measure if line.kind is kind]
        told = {subject for line in lines for subject in line.subjects or SubjectType}
        missing = sorted(set(SubjectType) - told)
        if missing:
            yield f"measure: nothing about {kind.value} of {', '.join(missing)}"
    for subject in set(SubjectType) - {line.type for line in table.subject if line.platform is None}:
        yield f"subject: nothing about {subject.value} on every platform"
    for source in set(Source) - {line.source for line in table.source}:
        yield f"source: nothing about {source.value}"
    if not any("" in line.common for line in table.ground):
        yield 'ground: no line for all others, common = [""]'
    for name, enum in (("monetary", "monetaries"), ("provision", "provisions"), ("account", "accounts")):
        if sorted(getattr(table.hardness, name)) != sorted(allowed(f"decision_{enum}")):
            yield f"hardness.{name}: every value once, from mild to hard"
    for at, line in enumerate(table.category):
        if (line.code is None) == (line.class_ is None):
            yield f"category[{at}]: of a code or of a class"
    for at, ground in enumerate(table.ground):
        is_illegal = ground.ground == "DECISION_GROUND_ILLEGAL_CONTENT"
        if is_illegal != (ground.legal_ground is not None) or (is_illegal and ground.illegal is not None):
            yield f"ground[{at}]: illegal content has a legal_ground, other content may say whether it is illegal, too"
