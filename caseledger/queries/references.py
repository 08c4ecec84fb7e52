"""How people name a case: by its id, by a report that joined it, or by its item."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from caseledger.application.ports import Ledger
from caseledger.queries.errors import NotAQuestion, NotFound
from caseledger.queries.streams import kind_of, report_state, stream_events
from domain.policy.vocabulary import SubjectType
from domain.streams import StreamKind, case_stream, report_stream
from domain.values import ID_CHARS_MAX

DIRECT: Final = "direct"
"""The system of reports that name none."""

_REPORT: Final = "report:"
_ITEM: Final = "item:"
_FORMS: Final = "a case is named by its UUID, by report:ID, report:SYSTEM/ID, or item:TYPE/SUBJECT/CONTENT"
_PARTS_MAX: Final = 4


def find_case(ledger: Ledger, platform: str, text: str) -> UUID:
    """The case that `text` names; raises `NotFound` or `NotAQuestion`.

    Where a slash may belong to an id, every reading is tried; two that exist are refused rather than guessed between.
    """
    if len(text) > _PARTS_MAX * ID_CHARS_MAX:
        raise NotAQuestion(f"{len(text)} characters are no id; {_FORMS}")
    if text.startswith(_REPORT):
        found = set(_of_report(ledger, platform, text.removeprefix(_REPORT)))
    elif text.startswith(_ITEM):
        found = set(_of_item(ledger, platform, text.removeprefix(_ITEM)))
    else:
        found = {_of_uuid(ledger, platform, text)}
    if len(found) > 1:
        raise NotAQuestion(f"{text!r} names more than one case: {', '.join(sorted(map(str, found)))}; use the UUID")
    if not found:
        raise NotFound("case_not_found", f"no case {text!r} on {platform}")
    return found.pop()


def _of_uuid(ledger: Ledger, platform: str, text: str) -> UUID:
    try:
        case = UUID(text)
    except ValueError:
        raise NotAQuestion(f"{text!r} names no case; {_FORMS}") from None
    kind = kind_of(stream_events(ledger, case))
    if kind is None:
        raise NotFound("case_not_found", f"no case {text!r} on {platform}")
    if kind is not StreamKind.CASE:
        raise NotFound("case_not_found", f"{text!r} is the id of a {kind.value} on {platform}, not of a case")
    return case


def _of_report(ledger: Ledger, platform: str, text: str) -> Iterator[UUID]:
    refused = found = False
    for system, report in _report_readings(text):
        state = report_state(stream_events(ledger, report_stream(platform, system, report).uuid))
        if state is not None and state.case is not None:
            found = True
            yield state.case
        refused = refused or (state is not None and state.refused is not None)
    if refused and not found:
        raise NotFound("case_not_found", f"report {text!r} was refused on {platform}; it has no case")


def _report_readings(text: str) -> Iterator[tuple[str, str]]:
    if not text:
        raise NotAQuestion(f"the report's id is missing; {_FORMS}")
    yield DIRECT, text
    system, slash, report = text.partition("/")
    while slash and report:
        if system:
            yield system, report
        more, slash, report = report.partition("/")
        system = f"{system}/{more}"


def _of_item(ledger: Ledger, platform: str, text: str) -> Iterator[UUID]:
    kind, _, rest = text.partition("/")
    if kind not in set(SubjectType):
        raise NotAQuestion(f"{kind!r} is no type of subject; known: {', '.join(SubjectType)}; {_FORMS}")
    anything = report_stream(platform, "", "")
    cuts = [place for place, character in enumerate(rest) if character == "/" and 0 < place < len(rest) - 1]
    if not cuts:
        raise NotAQuestion(f"{text!r} names no subject and content; {_FORMS}")
    for cut in cuts:
        stream = case_stream(platform, kind, rest[:cut], rest[cut + 1 :], anything)
        if kind_of(stream_events(ledger, stream.uuid)) is StreamKind.CASE:
            yield stream.uuid
