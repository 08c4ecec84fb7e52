"""XARF 4 reports become reports of ours: every sample of the project, and what is refused."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from caseledger.application.lines import request_of
from consumers.inbound import XARF_REPORT, Inbound
from consumers.messages import Message, Poison
from domain.commands import FileReport
from domain.policy.vocabulary import EvidenceStrength, Source, SubjectType
from schemas.registry import published

SAMPLES = Path(__file__).parents[1] / "vectors" / "xarf"
PUT_AT_MS = 1_700_000_000_123


def sample(name: str) -> dict[str, Any]:
    """A sample as JSON."""
    return json.loads((SAMPLES / f"{name}.json").read_bytes())


def message(value: bytes, put_at_ms: int = PUT_AT_MS) -> Message:
    """It came as XARF."""
    return Message("p.reports", 0, 0, put_at_ms, None, value, (("content-type", XARF_REPORT.encode()),))


def filed(report: dict[str, Any] | bytes) -> FileReport:
    """The report of ours."""
    value = report if isinstance(report, bytes) else json.dumps(report).encode()
    request = request_of(Inbound(published()).line(message(value)), command="file_report", platform="p")
    assert request.at == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)
    assert isinstance(request.command, FileReport)
    return request.command


def poison(report: object) -> Poison:
    """Why it cannot be taken."""
    value = report if isinstance(report, bytes) else json.dumps(report).encode()
    with pytest.raises(Poison) as refused:
        Inbound(published()).line(message(value))
    return refused.value


@pytest.mark.parametrize("file", sorted(SAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_every_sample_is_taken_whole(file: Path) -> None:
    given, report = json.loads(file.read_bytes()), filed(file.read_bytes())
    assert (report.system, report.report) == (f"xarf:{given['sender']['domain']}", given["report_id"])
    assert (report.source, report.channel, report.codes) == (Source.THIRD_PARTY, "xarf", ())
    assert (report.reporter, report.contact_details) == (given["reporter"]["domain"], given["reporter"]["contact"])
    assert (report.contact, report.reporter_verified) == (True, False)
    assert report.snapshot == file.read_text()
    payloads = [base64.b64decode(item["payload"]) for item in given["evidence"]]
    assert [each.sha256 for each in report.attachments] == [hashlib.sha256(data).hexdigest() for data in payloads]
    assert [each.size for each in report.attachments] == [len(data) for data in payloads]
    assert report.evidence is EvidenceStrength.SUFFICIENT


def test_an_address_is_the_subject_and_its_host_the_place() -> None:
    report = filed(sample("copyright-ugc-platform"))
    address = "https://video-platform.example.com/watch?v=copyrighted_content"
    assert (report.subject.type, report.subject.id, report.content) == (SubjectType.LINK, address, address)
    assert (report.place, report.respondent) == ("video-platform.example.com", "user123456")


def test_without_an_address_the_source_is_the_subject_and_every_incident_its_own_case() -> None:
    report = filed(sample("connection-ddos"))
    assert (report.subject.type, report.subject.id, report.content) == (SubjectType.SITE, "192.0.2.155", None)
    assert report.place == "192.0.2.155"
    assert report.posted_at == datetime(2025, 1, 11, 8, 45, tzinfo=UTC)


def test_what_was_attacked_is_not_what_is_complained_of() -> None:
    given = sample("connection-sql-injection")
    assert given["target_url"]
    assert filed(given).subject.id == given["source_identifier"]


def test_a_long_address_is_known_by_its_digest_and_stands_in_the_snapshot() -> None:
    address = "https://e.example/" + "a" * 300
    report = filed(sample("content-fraud") | {"url": address})
    assert report.subject.id == report.content == f"sha256:{hashlib.sha256(address.encode()).hexdigest()}"
    assert report.place == "e.example"
    assert address in (report.snapshot or "")


@pytest.mark.parametrize("address", ["mailto:a@b.example", "http://[::1"])
def test_an_address_without_a_host_is_at_its_source(address: str) -> None:
    given = sample("content-fraud")
    del given["evidence"]
    report = filed(given | {"url": address})
    assert (report.place, report.evidence, report.attachments) == (given["source_identifier"], "none", ())


def test_a_description_is_the_statement() -> None:
    assert filed(sample("content-fraud") | {"description": "as told"}).statement == "as told"
    assert filed(sample("content-fraud")).statement is None


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (b"{", "invalid_json"),
        (b"\xff", "invalid_json"),
        (b"[" * 100_000, "invalid_json"),
        ([], "invalid_json"),
        ({"Version": "3"}, "xarf_version_unsupported"),
        (sample("content-fraud") | {"xarf_version": "5.0.0"}, "xarf_version_unsupported"),
        (sample("content-fraud") | {"category": "nothing"}, "xarf_invalid"),
        (sample("content-fraud") | {"reporter": {"org": "zhang san"}}, "xarf_invalid"),
        (sample("content-fraud") | {"evidence": [{"content_type": "text/plain", "payload": "%"}]}, "xarf_invalid"),
    ],
)
def test_what_is_no_xarf_4_has_its_code(report: object, code: str) -> None:
    refused = poison(report)
    assert refused.codes == (code,)
    assert "zhang san" not in refused.reason


@pytest.mark.parametrize("put_at_ms", [-1, -(1 << 63), (1 << 63) - 1])
def test_one_put_at_no_possible_moment_cannot_be_taken(put_at_ms: int) -> None:
    with pytest.raises(Poison) as refused:
        Inbound(published()).line(message(json.dumps(sample("content-fraud")).encode(), put_at_ms))
    assert refused.value.codes == ("timestamp_unusable",)


def test_a_fault_names_its_field_and_no_value() -> None:
    refused = poison(sample("content-fraud") | {"timestamp": 3, "reporter": {"org": "zhang san"}})
    assert "timestamp" in refused.reason
    assert "zhang" not in refused.reason
