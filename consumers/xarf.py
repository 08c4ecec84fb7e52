"""Inbound abuse reports in XARF 4, as network operators, trusted flaggers and rights holders send them.

| of `file_report` | from XARF |
|---|---|
| `system`, `report` | `xarf:` and the sender's domain; `report_id` |
| `at` | when the message was put onto the topic: the incident may be weeks older, and clocks start with the report |
| `source`, `channel` | `third_party`, `xarf` |
| `reporter`, `contact_details` | the reporter's domain, which is what stays the same; the address to answer to |
| `subject`, `content` | the address complained of as a link, or its digest; without one, the source as a site |
| `place` | the host of that address, or the source: a policy that judges certain places names hosts there |
| `respondent` | the uploader, where the report names one |
| `posted_at` | `first_seen`, where it is given |
| `evidence`, `attachments` | `sufficient` with evidence; the digest of each payload, whose bytes stay in the snapshot |
| `statement`, `snapshot` | the description; the whole report, byte for byte |

Codes stay empty: they are a policy's words, and whoever verifies the case finds them. Source: XARF 4 specification.
"""

import base64
import binascii
import hashlib
import json
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from consumers.messages import Message, Poison
from domain.policy.instants import utc_text
from domain.values import ID_CHARS_MAX

VERSION_FIELD: Final = b'"xarf_version"'
"""Only XARF reports have it."""

ADDRESSES: Final = ("url", "infringing_url", "nzb_url")
"""The fields that name the address complained of, the first one that is there; `target_url` is what was attacked."""

UPLOADERS: Final = ("uploader_id", "user_id", "account_id")
FAULTS_TOLD_MAX: Final = 5
VERSION: Final = "4."


def xarf_line(message: Message, value: bytes) -> bytes:
    """The JSON of a `file_report` line for an XARF report. Raises `Poison`."""
    report, text = _read(value)
    _check(report)
    body = dict(_body(report))
    body["at"] = _put_at(message)
    body["snapshot"] = text
    return json.dumps(body, ensure_ascii=False).encode()


def _put_at(message: Message) -> str:
    """When it was put onto the topic, which whoever sent it may have said."""
    try:
        if message.timestamp_ms >= 0:
            return utc_text(datetime.fromtimestamp(message.timestamp_ms / 1_000, UTC))
    except (ValueError, OverflowError, OSError):
        pass  # far beyond any year there is
    raise Poison("the topic does not say when it was put there, or nothing possible", "timestamp_unusable")


def _read(value: bytes) -> tuple[dict[str, Any], str]:
    try:
        text = value.decode()
        report = json.loads(text)
    except (ValueError, RecursionError):
        raise Poison("is not JSON in UTF-8", "invalid_json") from None
    if not isinstance(report, dict):
        raise Poison("is not a JSON object", "invalid_json")
    if not str(report.get("xarf_version", "")).startswith(VERSION):
        raise Poison("is not of XARF version 4", "xarf_version_unsupported")
    return report, text


def _check(report: dict[str, Any]) -> None:
    """Refuse what the XARF schemas refuse; its messages hold the values, so only fields are told."""
    from xarf import parse  # noqa: PLC0415 - it loads every schema, and most consumers never see XARF

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = parse(report)
    if result.errors or result.report is None:
        fields = sorted({fault.field or "the report" for fault in result.errors}) or ["the report"]
        told = ", ".join(fields[:FAULTS_TOLD_MAX])
        raise Poison(f"does not fit the XARF schema in: {told}", "xarf_invalid")


def _body(report: dict[str, Any]) -> Iterator[tuple[str, object]]:
    yield "system", f"xarf:{report['sender']['domain']}"
    yield "report", report["report_id"]
    yield "source", "third_party"
    yield "channel", "xarf"
    yield "reporter", report["reporter"]["domain"]
    yield "contact", True
    yield "contact_details", report["reporter"]["contact"]
    address = _first(report, ADDRESSES)
    if address is None:
        yield "subject", {"type": "site", "id": report["source_identifier"]}
        yield "place", report["source_identifier"]
    else:
        link = address if len(address) <= ID_CHARS_MAX else f"sha256:{hashlib.sha256(address.encode()).hexdigest()}"
        yield "subject", {"type": "link", "id": link}
        yield "content", link
        yield "place", _host(address) or report["source_identifier"]
    if (uploader := _first(report, UPLOADERS)) is not None:
        yield "respondent", uploader
    if (seen := report.get("first_seen")) is not None:
        yield "posted_at", seen
    if description := report.get("description"):
        yield "statement", description
    if attachments := [_attachment(report, item) for item in report.get("evidence", ())]:
        yield "evidence", "sufficient"
        yield "attachments", attachments


def _first(report: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((report[name] for name in names if isinstance(report.get(name), str) and report[name]), None)


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def _attachment(report: dict[str, Any], item: dict[str, Any]) -> dict[str, object]:
    try:
        data = base64.b64decode(item["payload"], validate=True)
    except binascii.Error:
        raise Poison("a payload of its evidence is not Base64", "xarf_invalid") from None
    return {
        "sha256": hashlib.sha256(data).hexdigest(),
        "media_type": item["content_type"],
        "size": len(data),
        "captured_at": report["timestamp"],
        "captured_from": report["reporter"]["org"],
        "captured_how": "sent in a XARF report; the snapshot holds its bytes",
    }
