"""Every `judge` vector runs through the whole service, too: the same ruling on a record that commands wrote."""

from pathlib import Path

import pytest

from caseledger.application.gateway import Gateway
from caseledger.application.service import Service
from caseledger.bootstrap import start
from caseledger.settings import LogLevel, Settings
from domain.policy.finding import Finding
from domain.policy.vectors import GivenEntry, answer
from tests.support.fakes import FixedClock, KeyedDigests, MemoryLedger
from tests.support.policy_packs import SHIPPED_BY_PLATFORM, shipped, stored_vectors
from tests.support.spec import LATE
from tests.support.vector_commands import NoSuchHistory, run

JUDGE = stored_vectors("judge")
NOT_BY_COMMANDS: dict[str, str] = {}
"""Stored vectors whose `given` no sequence of commands could write, with the reason. There is none."""

POST = {
    "at": "2021-03-10T12:00:00+08:00",
    "subject": {"type": "content", "id": "c-9"},
    "respondent": "acc-1",
    "content": "c-9",
    "posted_at": "2021-03-10T09:00:00+08:00",
    "codes": ["3.2.1"],
}
CONDUCT = {"subject": {"type": "account", "id": "acc-1"}, "content": None, "posted_at": None}


def entry(name: str, kind: str, at: str, **fields: object) -> dict[str, object]:
    """An entry at a moment in China."""
    return {"id": name, "kind": kind, "at": f"{at}+08:00", "case": f"case-{name}", **fields}


def removal(name: str, at: str, **fields: object) -> dict[str, object]:
    """A removal of content."""
    return entry(name, "content_removal", at, **{"content": f"c-{name}", **fields})


def mute(name: str, at: str, duration: str = "P1D", **fields: object) -> dict[str, object]:
    """A mute for removed content."""
    return entry(name, "mute", at, **{"duration": duration, "cause": "content_removal", **fields})


M1, M2 = mute("m1", "2021-01-20T10:00:00"), mute("m2", "2021-02-20T10:00:00", "P3D")
MORE: dict[str, tuple[str, list[dict[str, object]], dict[str, object]]] = {
    "a removal under the limitation never counts": (
        "36kr-jiangsu",
        [removal("r1", "2021-03-10T08:00:00", time_barred=True)],
        {},
    ),
    "the same content does not count twice": (
        "36kr-jiangsu",
        [removal("r1", "2021-03-10T08:00:00", content="c-9")],
        {"codes": ["3.2.8"]},
    ),
    "a removal of exactly a day ago counts": ("36kr-jiangsu", [removal("r1", "2021-03-09T12:00:00")], {}),
    "a removal at the very same instant counts": ("36kr-jiangsu", [removal("r1", "2021-03-10T12:00:00")], {}),
    "a whole decision is one case": (
        "36kr-jiangsu",
        [removal("r1", "2021-01-20T10:00:00", case="one"), {**M1, "case": "one"}, M2],
        {},
    ),
    "a decision lifted after the finding still counts": (
        "36kr-jiangsu",
        [{**M1, "lifted_at": "2021-03-10T12:00:01+08:00"}, M2],
        {},
    ),
    "a decision lifted at the very instant does not": (
        "36kr-jiangsu",
        [{**M1, "lifted_at": "2021-03-10T12:00:00+08:00"}, M2],
        {},
    ),
    "a reduced mute counts from the start of the first": (
        "36kr-jiangsu",
        [
            M1,
            mute("m2", "2021-02-20T10:00:00", "P7D", lifted_at="2021-02-22T10:00:00+08:00", case="two"),
            mute("m3", "2021-02-20T10:00:00", "P3D", case="two"),
        ],
        {},
    ),
    "a mute for conduct is another thing": (
        "36kr-jiangsu",
        [mute("m1", "2021-01-20T10:00:00", cause="conduct"), M2],
        {},
    ),
    "mutes after the posting do not count": ("36kr-jiangsu", [M1, M2], {"posted_at": "2021-02-01T09:00:00+08:00"}),
    "what comes after the finding is not there yet": ("36kr-jiangsu", [M1, mute("m2", "2021-03-11T10:00:00")], {}),
    "a warning of wechat was the one there is": (
        "wechat-contraband",
        [entry("w1", "warn", "2021-01-20T10:00:00", cause="content_removal")],
        {"codes": ["1.1"]},
    ),
    "a malicious reporter of moji has a record like any other": (
        "moji-weather",
        [entry("w1", "ban", "2021-01-20T10:00:00", cause="malicious_report")],
        {"codes": ["3.3.8"], **CONDUCT},
    ),
    "a banned site is banned again": (
        "platform-zero-tolerance",
        [entry("b1", "ban", "2021-01-20T10:00:00", cause="conduct"), entry("s1", "ban_site", "2021-01-20T10:00:00")],
        {"codes": ["1.1.1"], **CONDUCT},
    ),
    "no code at all": ("36kr-jiangsu", [], {"codes": []}),
    "an unknown code": ("36kr-jiangsu", [], {"codes": ["9.9"]}),
    "a subject the pack knows nothing of": ("36kr-jiangsu", [], {"subject": {"type": "site", "id": "s"}}),
    "a code for another subject": ("36kr-jiangsu", [], {"codes": ["4.2.2"]}),
    "another procedure is competent": ("moji-weather", [], {"codes": ["3.7"]}),
}
NEVER_WRITTEN = {
    "an authority's decision is no entry that a decision of the platform writes": [
        entry("x1", "administrative_detention", "2021-01-20T10:00:00", duration="P10D", cause="external")
    ],
    "a measure that no rule of the policy has": [
        entry("x1", "suspend_updates", "2021-01-20T10:00:00", cause="conduct")
    ],
    "an entry that stands although its decision was taken back": [
        removal("r1", "2021-01-20T10:00:00", case="one"),
        {**M1, "case": "one", "lifted_at": "2021-01-25T10:00:00+08:00"},
    ],
}


def in_memory(platform: str) -> Gateway:
    """The service of a platform over ledgers in memory."""
    texts = {platform: (SHIPPED_BY_PLATFORM[platform].read_text(encoding="utf-8"),)}
    clock = FixedClock(LATE)
    return Gateway(lambda name: Service(name, MemoryLedger(), KeyedDigests(), clock), lambda _: False, texts)


def by_commands(
    gateway: Gateway, platform: str, given: list[dict[str, object]], when: dict[str, object]
) -> dict[str, object]:
    """What the service makes of a vector."""
    entries = [GivenEntry.model_validate(each) for each in given]
    return run(gateway, shipped(SHIPPED_BY_PLATFORM[platform]), entries, Finding.model_validate(when))


@pytest.mark.parametrize("vector", JUDGE, ids=[vector["name"] for vector in JUDGE])
def test_a_stored_vector_comes_out_of_the_whole_service(vector: dict[str, object]) -> None:
    if vector["name"] in NOT_BY_COMMANDS:
        with pytest.raises(NoSuchHistory):
            by_commands(in_memory(vector["pack"]), vector["pack"], vector["given"], vector["when"])
        return
    ruling = by_commands(in_memory(vector["pack"]), vector["pack"], vector["given"], vector["when"])
    assert ruling == vector["then"]


def test_every_vector_that_is_left_out_is_one_of_those_stored() -> None:
    assert set(NOT_BY_COMMANDS) <= {vector["name"] for vector in JUDGE}


@pytest.mark.parametrize("platform", sorted(SHIPPED_BY_PLATFORM))
def test_the_stored_vectors_come_out_of_a_journal_on_disk(platform: str, tmp_path: Path) -> None:
    vectors = [vector for vector in JUDGE if vector["pack"] == platform and vector["name"] not in NOT_BY_COMMANDS]
    for number, vector in enumerate(vectors):
        settings = Settings(data=tmp_path / str(number), log_level=LogLevel.ERROR)
        with start(settings) as caseledger:
            assert by_commands(caseledger.gateway, platform, vector["given"], vector["when"]) == vector["then"]


@pytest.mark.parametrize("name", MORE)
def test_records_of_every_kind_are_judged_as_the_engine_judges_them(name: str) -> None:
    platform, given, changes = MORE[name]
    when = {**POST, **changes}
    expected = answer(
        shipped(SHIPPED_BY_PLATFORM[platform]), {"pack": platform, "kind": "judge", "given": given, "when": when}
    )
    assert by_commands(in_memory(platform), platform, given, when) == expected


@pytest.mark.parametrize("reason", NEVER_WRITTEN)
def test_a_record_that_nothing_writes_is_named_and_not_passed_over(reason: str) -> None:
    with pytest.raises(NoSuchHistory):
        by_commands(in_memory("36kr-jiangsu"), "36kr-jiangsu", NEVER_WRITTEN[reason], POST)
