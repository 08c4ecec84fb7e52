"""The demo's figures: what the simulated months come to, the same on every run."""

import json
import shutil
import sqlite3
from pathlib import Path
from types import MappingProxyType

import pytest

from projections.catalogue import read_models
from tests.support.broker import faulty_cluster
from tests.support.command_line import all_facts, caseledger

KR = "36kr-jiangsu"
ZERO = "platform-zero-tolerance"
PLATFORMS = (KR, "cac-campaign", "moji-weather", ZERO, "wechat-contraband")
READ_MODELS = tuple(model.name for model in read_models())
ALL = len(READ_MODELS) * len(PLATFORMS)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, MappingProxyType[str, object]]:
    """The folder of a demo, and its document."""
    data = tmp_path_factory.mktemp("demo") / "data"
    ended = caseledger("demo", "--fresh", "--json", data=data)
    assert (ended.status, ended.err) == (0, "")
    return data, MappingProxyType(json.loads(ended.out))


@pytest.fixture(scope="module")
def text(shown: tuple[Path, MappingProxyType[str, object]]) -> str:
    """What the demo prints for people, where there is no terminal."""
    ended = caseledger("demo", data=shown[0])
    assert ended.status == 0, ended.err
    return ended.out


@pytest.fixture
def document(shown: tuple[Path, MappingProxyType[str, object]]) -> MappingProxyType[str, object]:
    """The document of the demo."""
    return shown[1]


def test_every_command_does_what_it_expects(document: MappingProxyType[str, object]) -> None:
    names = ("platform", "commands", "took_effect", "repeated", "refused", "facts", "mismatches")
    assert [tuple(each[name] for name in names) for each in document["scenarios"]] == [
        (KR, 141, 128, 2, 11, 268, []),
        ("cac-campaign", 141, 132, 2, 7, 265, []),
        ("moji-weather", 90, 86, 1, 3, 248, []),
        (ZERO, 93, 84, 2, 7, 214, []),
        ("wechat-contraband", 84, 78, 0, 6, 298, []),
    ]


def test_what_an_appeal_took_back_is_lifted_in_the_counts(document: MappingProxyType[str, object]) -> None:
    account = document["account"]
    counts = [
        (each["code"], each["zh"], each["ever"], each["in_force"], each["lifted"]) for each in account["violations"]
    ]
    assert account["account"] == "u-xuanwu-88"
    assert counts == [("3.2.3", "嘲讽", 1, 1, 0), ("3.2.4", "挑衅", 1, 1, 0), ("3.2.7", "歧视", 1, 0, 1)]


def test_the_ban_is_explained_by_the_two_mutes_it_counted(document: MappingProxyType[str, object]) -> None:
    why = document["explained"]
    assert (why["account"], why["measure"], why["rule"]) == ("u-binjiang-17", "ban", "two-mutes-3m")
    assert (why["clause"], why["explanation"]) == ("五(b).1(4)", "muted_twice")
    assert [(each["measure"], each["violations"][0]["zh"]) for each in why["counted"]] == [
        ("mute:P1D", "威胁"),
        ("mute:P3D", "谩骂"),
    ]
    assert (why["policy_version"], why["judged_again_the_same"]) == ("2020-12-18", True)


def test_the_trail_tells_who_did_what_why_and_on_which_evidence(document: MappingProxyType[str, object]) -> None:
    facts = document["audit"]["facts"]
    assert [(each["type"].removesuffix(".v1"), each["actor"]) for each in facts] == [
        ("report.received", "comment-button"),
        ("report.admitted", "comment-button"),
        ("case.opened", "comment-button"),
        ("case.verification_started", "officer-lin"),
        ("case.evidence_attached", "officer-lin"),
        ("case.decision_proposed", "officer-lin"),
        ("case.decided", "senior-qian"),
        ("account.content_removed", "senior-qian"),
        ("account.sanction_imposed", "senior-qian"),
        ("reporter.report_upheld", "senior-qian"),
        ("report.feedback_given", "user-desk"),
        ("case.appeal_lodged", "u-binjiang-17"),
        ("case.appeal_denied", "appeals-wu"),
    ]
    decided = facts[6]
    assert (decided["rule"], decided["explanation"]) == ("two-mutes-3m", "muted_twice")
    assert (decided["policy_version"], len(decided["policy_digest"]), len(decided["evidence"])) == ("2020-12-18", 64, 2)
    assert [each["position"] for each in facts] == list(range(facts[0]["position"], facts[0]["position"] + 13))


def test_the_blacklist_keeps_what_was_taken_off_and_the_public_does_not_see_it(
    document: MappingProxyType[str, object],
) -> None:
    internal = {(each["party_type"], each["party"]): each["state"] for each in document["blacklist"]["internal"]}
    assert internal == {
        ("account", "acct-flashsale-8817"): "listed",
        ("site", "flash-sale-8817.example"): "listed",
        ("site", "miaosha-8818.example"): "listed",
        ("enterprise", "ent-haoli-trading"): "listed",
        ("individual", "person-0091"): "listed",
        ("account", "acct-promo-2290"): "listed",
        ("account", "ent-haoli-trading"): "listed",
        ("account", "acct-tea-shop-31"): "delisted",
        ("site", "tea-shop-31.example"): "delisted",
        ("account", "acct-storm-news"): "listed",
    }
    public = {each["shown_as"] for each in document["blacklist"]["public"]}
    assert public == {"a**", "e**", "林**", "flash-sale-8817.example", "miaosha-8818.example", "ent-haoli-trading"}
    assert {each["label"] for each in document["blacklist"]["public"]} == {"Suspected of Illegal Activities"}


def test_the_queue_is_in_the_order_of_time_to_breach(document: MappingProxyType[str, object]) -> None:
    queues = {queue["platform"]: queue for queue in document["queues"]}
    assert tuple(queues) == PLATFORMS
    shown = {name: [(each["subject"], each["left_minutes"]) for each in queues[name]["cases"]] for name in (KR, ZERO)}
    assert shown == {
        KR: [
            ("content c-1026", -90),
            ("content c-1027", 150),
            ("content c-1028", 855),
            ("news_item n-0630-02", 1060),
            ("content c-1032", 1370),
            ("content c-1033", 1410),
            ("content c-1025", None),
        ],
        ZERO: [
            ("site loan-5.example", -170),
            ("content post-66120", -10),
            ("site bet-77.example", 300),
            ("content post-66231", 720),
            ("account acct-blade9", 2340),
        ],
    }


def test_every_read_model_is_rebuilt_to_the_same_digest(document: MappingProxyType[str, object]) -> None:
    rebuilt = document["read_models"]
    assert {(each["platform"], each["read_model"]) for each in rebuilt} == {
        (platform, name) for platform in PLATFORMS for name in READ_MODELS
    }
    assert all(each["same"] and each["live"] == each["rebuilt"] for each in rebuilt)
    assert len({(each["platform"], each["live"]) for each in rebuilt}) == len(rebuilt)


def test_a_second_demo_changes_nothing_and_shows_the_same(shown: tuple[Path, MappingProxyType[str, object]]) -> None:
    data, document = shown
    before = all_facts(data)
    again = json.loads(caseledger("demo", "--json", data=data).out)
    assert all_facts(data) == before
    assert {name: again[name] for name in again if name != "scenarios"} == {
        name: document[name] for name in document if name != "scenarios"
    }
    assert [(each["took_effect"], each["mismatches"]) for each in again["scenarios"]] == [(0, [])] * len(PLATFORMS)


def test_a_fresh_demo_shows_the_same_as_the_first(shown: tuple[Path, MappingProxyType[str, object]]) -> None:
    data, document = shown
    again = json.loads(caseledger("demo", "--fresh", "--json", data=data).out)
    assert again["scenarios"] == document["scenarios"]
    for name in ("account", "explained", "audit", "news", "blacklist", "campaign", "rewards", "contraband", "queues"):
        assert again[name] == document[name]


def test_it_reads_well_where_there_is_no_terminal(text: str) -> None:
    lines = text.splitlines()
    assert "\x1b" not in text
    assert [line for line in lines if _width(line) > 100 and "CASELEDGER_DATA" not in line] == []
    assert [line for line in lines if line != line.rstrip()] == []
    for said in ("嘲讽  Mockery", "two-mutes-3m", f"All {ALL} are the same", "1 h 30 late", "林**"):
        assert said in text


def test_what_to_try_next_works(shown: tuple[Path, MappingProxyType[str, object]], text: str) -> None:
    lines = text.partition("Try next\n")[2].splitlines()
    assert lines[0] == f"export CASELEDGER_DATA={shown[0]}"
    tried = [line.removeprefix("caseledger ").split() for line in lines[1:]]
    assert len(tried) > 6
    for arguments in tried:
        ended = caseledger(*arguments, data=shown[0])
        assert (ended.status, len(ended.out.splitlines()) > 2) == (0, True), arguments


def test_a_read_model_that_is_wrong_is_found(tmp_path: Path, shown: tuple[Path, MappingProxyType[str, object]]) -> None:
    data = tmp_path / "data"
    shutil.copytree(shown[0], data)
    with sqlite3.connect(data / "read-models.sqlite") as database:
        database.execute("UPDATE queue SET reports = reports + 1 WHERE platform = ? AND is_open", (KR,))
    database.close()
    ended = caseledger("demo", data=data)
    assert ended.status == 1
    assert f"1 of {ALL} are NOT what was there before" in ended.out


def test_a_scenario_that_does_otherwise_is_told(tmp_path: Path) -> None:
    (tmp_path / ".caseledger-demo").write_text("")
    line = {
        "at": "2021-06-30T17:30:00+08:00",
        "command": "file_report",
        "system": "official-weibo",
        "report": "kr-0033",
        "source": "user",
        "subject": {"type": "content", "id": "other"},
        "content": "other",
    }
    given = json.dumps(line).encode()
    assert caseledger("run", "-", "--platform", KR, data=tmp_path, given=given).status == 0
    ended = caseledger("demo", data=tmp_path)
    assert ended.status == 1
    assert "NOT every command did what its line expects" in ended.out
    assert "but it was refused as report_conflicts" in " ".join(ended.out.split())
    as_document = caseledger("demo", "--json", data=tmp_path)
    assert (as_document.status, list(json.loads(as_document.out))) == (1, ["data", "scenarios"])


def _width(line: str) -> int:
    """Columns of a terminal: Chinese takes two each."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in line)


def test_on_kafka_the_same_months_give_the_same_digests_and_nobodys_ledger_is_touched(
    document: MappingProxyType[str, object], tmp_path: Path
) -> None:
    with faulty_cluster(1) as cluster:
        kafka = {
            "CASELEDGER_KAFKA": cluster.bootstrap,
            "CASELEDGER_JOURNAL_DURABILITY": "single",
            "CASELEDGER_JOURNAL_CREATE": "true",
        }
        ended = caseledger("demo", "--fresh", "--json", data=tmp_path / "first", **kafka)
        assert (ended.status, ended.err) == (0, "")
        told = json.loads(ended.out)
        another = caseledger("demo", "--fresh", data=tmp_path / "second", **kafka)
    assert told["scenarios"] == document["scenarios"]
    assert told["read_models"] == document["read_models"]
    assert another.status == 2
    assert "holds ledgers that this demo did not write" in another.err
