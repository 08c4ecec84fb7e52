"""Every vector of admission and of clocks runs through the whole service, too, and so do their edges."""

from pathlib import Path

import pytest

from domain.policy.vectors import answer
from tests.support.intake_vectors import NotProducible, admission, clocks, town
from tests.support.policy_packs import SHIPPED_BY_PLATFORM, shipped, stored_vectors

RUNNERS = {"admission": admission, "deadlines": clocks}
STORED = [vector for kind in RUNNERS for vector in stored_vectors(kind)]

REPORT = {
    "at": "2020-05-04T10:00:00+08:00", "source": "user", "channel": "button", "reporter": "rep-1",
    "reporter_verified": True, "place": "moji_app", "subject_type": "content", "content": "c-1", "codes": ["3.2.7"],
    "evidence": "sufficient", "malicious_established": False, "contact": True,
}  # fmt: skip
PAST = {"report": "p-1", "reporter": "rep-1", "content": "c-1", "at": "2020-05-01T10:00:00+08:00"}
HANDLED = {**PAST, "state": "handled", "handled_at": "2020-05-02T10:00:00+08:00"}
ADMISSIONS = {
    "nothing against it": ([], {}),
    "handled before, for the same reporter": ([HANDLED], {}),
    "handled in the very moment": ([{**HANDLED, "handled_at": REPORT["at"]}], {}),
    "handled before, for another reporter": ([{**HANDLED, "reporter": "rep-2"}], {}),
    "still pending": ([{**PAST, "state": "pending"}], {}),
    "refused before": ([{**PAST, "state": "refused"}], {}),
    "about another content": ([HANDLED], {"content": "c-2"}),
    "without content": ([HANDLED], {"content": None}),
    "every reason at once": (
        [HANDLED],
        {
            "reporter_verified": False,
            "malicious_established": True,
            "place": None,
            "evidence": "none",
            "codes": ["3.7"],
        },
    ),
    "another procedure for one of two codes": ([], {"codes": ["3.7", "3.2.7"]}),
    "no code at all": ([], {"codes": []}),
    "by monitoring": ([], {"source": "platform_monitoring", "reporter": None, "evidence": "none"}),
}
ZERO = "platform-zero-tolerance"
RECEIVED = {"type": "report_received", "at": "2025-09-06T20:00:00+08:00"}
ASKED = {"type": "authority_request_received", "at": "2025-09-06T21:00:00+08:00"}
CLOCKS = {
    "breached": (ZERO, [RECEIVED], "2025-09-09T00:00:00+08:00"),
    "exactly due is in time": (
        ZERO,
        [RECEIVED, {"type": "verification_started", "at": "2025-09-07T08:00:00+08:00"}],
        "2025-09-07T08:00:00+08:00",
    ),
    "running at the very moment": (ZERO, [RECEIVED], "2025-09-07T08:00:00+08:00"),
    "what comes later is not seen": (
        ZERO,
        [RECEIVED, {"type": "verification_started", "at": "2025-09-07T07:00:00+08:00"}],
        "2025-09-07T06:00:00+08:00",
    ),
    "at once, and late": (
        ZERO,
        [
            RECEIVED,
            {"type": "marked_major", "at": "2025-09-06T21:00:00+08:00"},
            {"type": "verification_started", "at": "2025-09-06T21:00:00.000001+08:00"},
            {"type": "preliminary_result", "at": "2025-09-06T22:00:00+08:00"},
        ],
        "2025-09-07T00:00:00+08:00",
    ),
    "an authority to be told": (
        ZERO,
        [
            RECEIVED,
            {"type": "authority_notice_due", "at": "2025-09-06T21:00:00+08:00"},
            {"type": "authority_notified", "at": "2025-09-06T21:00:00+08:00"},
        ],
        "2025-09-07T00:00:00+08:00",
    ),
    "an authority's request that runs": (ZERO, [ASKED], "2025-09-07T21:00:00+08:00"),
    "an authority's request after its day": (ZERO, [ASKED], "2025-09-07T21:00:00.000001+08:00"),
    "a package sent in the last moment": (
        ZERO,
        [ASKED, {"type": "authority_package_sent", "at": "2025-09-07T21:00:00+08:00"}],
        "2025-09-09T00:00:00+08:00",
    ),
    "a package sent a moment late, beside a report": (
        ZERO,
        [RECEIVED, ASKED, {"type": "authority_package_sent", "at": "2025-09-07T21:00:00.000001+08:00"}],
        "2025-09-09T00:00:00+08:00",
    ),
    "a package sent in the moment in which it was asked for": (
        ZERO,
        [{"type": "authority_package_sent", "at": "2025-09-06T21:00:00+08:00"}, ASKED],
        "2025-09-06T21:00:00+08:00",
    ),
    "a campaign of a month": (
        "cac-campaign",
        [{"type": "campaign_started", "at": "2024-01-31T10:00:00+08:00"}],
        "2024-03-01T00:00:00+08:00",
    ),
    "refused on receipt": (
        "moji-weather",
        [
            {"type": "report_received", "at": "2020-05-04T10:00:00+08:00"},
            {"type": "report_refused", "at": "2020-05-04T10:00:00+08:00"},
        ],
        "2020-05-09T10:00:00+08:00",
    ),
    "three days, missed": (
        "moji-weather",
        [
            {"type": "report_received", "at": "2020-05-04T10:00:00+08:00"},
            {"type": "decided", "at": "2020-05-07T10:00:01+08:00"},
        ],
        "2020-05-09T10:00:00+08:00",
    ),
}


def by_commands(folder: Path, vector: dict[str, object]) -> dict[str, object]:
    """What the service makes of a vector."""
    with town(folder, shipped(SHIPPED_BY_PLATFORM[str(vector["pack"])])) as place:
        return RUNNERS[str(vector["kind"])](place, vector)


@pytest.mark.parametrize("vector", STORED, ids=[vector["name"] for vector in STORED])
def test_a_stored_vector_comes_out_of_the_whole_service(vector: dict[str, object], tmp_path: Path) -> None:
    assert by_commands(tmp_path, vector) == vector["then"]


@pytest.mark.parametrize("name", ADMISSIONS)
def test_reports_are_admitted_as_the_engine_admits_them(name: str, tmp_path: Path) -> None:
    given, changes = ADMISSIONS[name]
    vector = {"pack": "moji-weather", "kind": "admission", "given": given, "when": {**REPORT, **changes}}
    assert by_commands(tmp_path, vector) == answer(shipped(SHIPPED_BY_PLATFORM["moji-weather"]), vector)


@pytest.mark.parametrize("name", CLOCKS)
def test_clocks_run_as_the_engine_runs_them(name: str, tmp_path: Path) -> None:
    platform, given, now = CLOCKS[name]
    vector = {"pack": platform, "kind": "deadlines", "given": given, "when": {"now": now}}
    assert by_commands(tmp_path, vector) == answer(shipped(SHIPPED_BY_PLATFORM[platform]), vector)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([RECEIVED, {"type": "report_refused", "at": "2025-09-07T20:00:00+08:00"}], "in the moment"),
        ([RECEIVED, {"type": "preliminary_result", "at": "2025-09-07T20:00:00+08:00"}], "comes after"),
        ([{"type": "authority_package_sent", "at": "2025-09-07T20:00:00+08:00"}], "on a request"),
    ],
)
def test_what_no_command_makes_is_named(given: list[dict[str, object]], reason: str, tmp_path: Path) -> None:
    vector = {"pack": ZERO, "kind": "deadlines", "given": given, "when": {"now": "2025-10-01T00:00:00+08:00"}}
    with pytest.raises(NotProducible, match=reason):
        by_commands(tmp_path, vector)
