"""`caseledger policy`: packs listed, shown and checked, vectors judged, and what another pack would have changed."""

import json
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

from tests.support.cli_folder import KR, document, error, filled, run, text

ROOT = Path(__file__).parents[2]
PACK = ROOT / "policies" / KR / "2020-12-18.toml"
VECTORS = ROOT / "tests" / "vectors" / "judge.json"


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


@pytest.fixture
def milder(tmp_path: Path) -> Path:
    changed = PACK.read_text(encoding="utf-8").replace('version = "2020-12-18"', 'version = "milder"')
    changed = changed.replace('default = { serious = "mute:P1D" }', 'default = { serious = "warn" }')
    changed = changed.replace("at_least = 2, before_posting = true", "at_least = 3, before_posting = true")
    file = tmp_path / "milder.toml"
    file.write_text(changed, encoding="utf-8")
    return file


def test_packs_are_listed_with_where_they_are(data: Path, tmp_path: Path) -> None:
    listed = {line["platform"]: line for line in json.loads(text(data, "policy", "list", "--json"))}
    assert (listed[KR]["version"], listed[KR]["where"], listed[KR]["position"]) == (
        "2020-12-18",
        ["shipped", "published"],
        1,
    )
    without = json.loads(text(tmp_path / "none", "policy", "list", "--json"))
    assert {tuple(line["where"]) for line in without} == {("shipped",)}
    assert not (tmp_path / "none").exists()


def test_the_five_packs_that_ship_are_listed_with_version_validity_and_digest(tmp_path: Path) -> None:
    listed = json.loads(text(tmp_path / "none", "policy", "list", "--json"))
    assert {line["platform"]: (line["version"], line["valid_from"]) for line in listed} == {
        "36kr-jiangsu": ("2020-12-18", "2020-12-18"),
        "cac-campaign": ("1", None),
        "moji-weather": ("2020-04-10", "2020-04-10"),
        "platform-zero-tolerance": ("1", None),
        "wechat-contraband": ("2019-03", None),
    }
    for line in listed:
        file = ROOT / "policies" / line["platform"] / f"{line['version']}.toml"
        assert line["digest"] == sha256(file.read_bytes()).hexdigest()
        assert (line["loads"], line["changed"]) == (True, False)


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A folder of packs in which one was edited under its old version."""
    folder = tmp_path / "packs" / KR
    folder.mkdir(parents=True)
    (folder / PACK.name).write_text(PACK.read_text(encoding="utf-8").replace("P6M", "P7M"), encoding="utf-8")
    return folder.parent


def test_a_pack_changed_on_disk_is_listed_as_refused_and_rules_nothing(data: Path, edited: Path) -> None:
    before = text(data, "digest", "--json")
    result = run(data, "policy", "list", CASELEDGER_POLICIES=str(edited))
    assert "refused: changed" in result.stdout
    line = {"command": "mark_major", "at": "2021-03-03T00:00:00Z", "platform": KR, "case": {"report": "open1"}}
    file = edited / "lines.jsonl"
    file.write_text(json.dumps({**line, "reason": "x"}), encoding="utf-8")
    refused = run(data, "run", str(file), CASELEDGER_POLICIES=str(edited))
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["refused"]["code"] == "policy_version_exists"
    assert text(data, "digest", "--json") == before


def test_a_pack_on_disk_with_faults_is_one_line_that_names_them(tmp_path: Path, edited: Path) -> None:
    (edited / KR / PACK.name).write_text("format = 1", encoding="utf-8")
    for arguments in (("policy", "list"), ("policy", "show", KR)):
        result = run(tmp_path / "none", *arguments, CASELEDGER_POLICIES=str(edited))
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("caseledger: policy_invalid: ")
        assert "platform" in result.stderr


def test_a_pack_is_shown_with_its_ladder_and_its_text_byte_for_byte(data: Path) -> None:
    shown = document(data, "policy", "show", KR)
    assert [rule["order"] for rule in shown["ladder"]] == sorted(rule["order"] for rule in shown["ladder"])
    assert shown["ladder"][1]["counts"] == ["at least 2 of mute for content_removal within P3M before the posting"]
    assert text(data, "policy", "show", KR, "--version", "2020-12-18", "--text") == PACK.read_text(encoding="utf-8")
    assert "五(b).1(4)" in text(data, "policy", "show", KR)
    assert error(data, "policy", "show", KR, "--version", "3000")[1] == "policy_not_found"
    assert error(data, "policy", "show", "nobody")[1] == "policy_not_found"


@pytest.mark.parametrize(
    ("platform", "told"),
    [
        (KR, ["二", "hotline", "(025)86656395", "新闻稿件 news item", "duty_editor", "PT24H", "该账号在规定期间内"]),
        (
            "platform-zero-tolerance",
            ["申诉一律驳回", "content_publishing, fund_settlement", "PT0S", "High-Risk Illegal"],
        ),
        ("cac-campaign", ["行政拘留 administrative detention", "7 areas", "initial only", "P1M", "人肉搜索"]),
        ("wechat-contraband", ["公众号 public account", "role promoter", "block_feed", "names masked", "发布违禁品"]),
        (
            "moji-weather",
            ["10 coins 墨贝, at most 100", "举报人未完成身份验证", "block_content", "AS@moji.com", "侵权"],
        ),
    ],
)
def test_every_pack_is_shown_to_people_in_english_and_chinese(tmp_path: Path, platform: str, told: list[str]) -> None:
    shown = " ".join(text(tmp_path / "none", "policy", "show", platform).split())
    for words in (*told, "Ladder: the first rule that holds decides", "Measures", "Class"):
        assert words in shown


@pytest.mark.parametrize(("platform", "violations", "rules"), [(KR, 46, 14), ("moji-weather", 68, 2)])
def test_a_pack_for_programs_holds_all_that_its_file_says(
    tmp_path: Path, platform: str, violations: int, rules: int
) -> None:
    shown = document(tmp_path / "none", "policy", "show", platform)
    assert (len(shown["violations"]), len(shown["ladder"])) == (violations, rules)
    file = tomllib.loads(shown["text"])
    for table in ("rewards", "feedback", "malicious_reports"):
        kept = {key: value for key, value in (shown[table] or {}).items() if value is not None}
        assert kept == file.get(table, {})
    assert [channel["id"] for channel in shown["channels"]] == [channel["id"] for channel in file["channel"]]
    assert [check["check"] for check in shown["admission"]] == [check["check"] for check in file["admission"]]


def test_a_sound_pack_has_no_faults(data: Path) -> None:
    assert document(data, "policy", "check", str(PACK)) == {"faults": []}


def test_every_fault_of_a_pack_is_named_by_path_and_code(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    broken = (
        PACK.read_text(encoding="utf-8").replace('within = "P3M"', 'within = "P3"').replace("order = 20", "order = 10")
    )
    file.write_text(broken, encoding="utf-8")
    result = run(data, "policy", "check", str(file), "--json")
    assert result.exit_code == 1
    faults = json.loads(result.stdout)["faults"]
    assert {(fault["path"], fault["code"]) for fault in faults} == {
        ("ladder[1].order", "duplicate_order"),
        ("ladder[1].when.past[0].within", "bad_duration"),
    }
    assert {fault["file"] for fault in faults} == {str(file)}
    assert all(fault["reason"] for fault in faults)
    assert "duplicate_order" in run(data, "policy", "check", str(file)).stdout


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"x = [", b"format = 1"])
def test_a_file_that_is_no_pack_is_told_as_faults(data: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(content)
    result = run(data, "policy", "check", str(file), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["faults"]


def test_a_file_that_cannot_be_read_is_wrong_usage(data: Path, tmp_path: Path) -> None:
    for arguments in (("check", str(tmp_path / "none")), ("check", str(tmp_path)), ("judge", str(tmp_path / "none"))):
        assert error(data, "policy", *arguments)[:2] == (2, "usage")


@pytest.mark.parametrize("name", ["judge", "admission", "deadlines", "rewards"])
def test_every_stored_vector_passes_through_the_command_line(tmp_path: Path, name: str) -> None:
    """One file a vector, without its `then`, as whoever checks us gives them."""
    file = tmp_path / "vector.json"
    for vector in json.loads((VECTORS.parent / f"{name}.json").read_text(encoding="utf-8"))["vectors"]:
        file.write_text(json.dumps({key: vector[key] for key in vector if key != "then"}), encoding="utf-8")
        assert json.loads(text(tmp_path / "none", "policy", "judge", str(file), "--json")) == vector["then"]
    assert not (tmp_path / "none").exists()


def test_one_vector_gives_its_then_and_a_file_of_vectors_a_list(data: Path, tmp_path: Path) -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    answers = json.loads(text(data, "policy", "judge", str(VECTORS), "--json"))
    assert len(answers) == len(vectors)
    for place, vector in enumerate(vectors):
        assert {key: answers[place][key] for key in vector["then"]} == vector["then"]
    file = tmp_path / "one.json"
    file.write_text(json.dumps({key: value for key, value in vectors[0].items() if key != "then"}), encoding="utf-8")
    assert json.loads(text(data, "policy", "judge", str(file), "--json")) == answers[0]


@pytest.mark.parametrize(
    ("vector", "status", "code"),
    [
        ("{", 2, "usage"),
        ("5", 2, "usage"),
        ("[5]", 2, "usage"),
        ('{"pack": 5}', 2, "usage"),
        ('{"pack": "nobody", "kind": "judge", "given": [], "when": {}}', 1, "policy_not_found"),
        ('{"pack": "36kr-jiangsu", "kind": "judge", "given": [], "when": {}}', 2, "usage"),
        ('{"pack": "36kr-jiangsu", "kind": "other", "given": [], "when": {}}', 2, "usage"),
        ("[" * 100_000, 2, "usage"),
    ],
)
def test_a_vector_that_cannot_be_read_says_what_is_wrong(
    data: Path, tmp_path: Path, vector: str, status: int, code: str
) -> None:
    file = tmp_path / "vector.json"
    file.write_text(vector, encoding="utf-8")
    assert error(data, "policy", "judge", str(file))[:2] == (status, code)


def test_a_refusal_of_the_judge_is_a_result(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "vector.json"
    when = {"at": "2021-03-10T12:00:00+08:00", "subject": {"type": "group", "id": "g"}, "codes": ["3.2.6"]}
    file.write_text(json.dumps({"pack": KR, "kind": "judge", "given": [], "when": when}), encoding="utf-8")
    assert document(data, "policy", "judge", str(file)) == {"error": "subject_not_in_pack"}


def test_what_if_finds_the_rulings_that_differ_and_writes_nothing(data: Path, milder: Path) -> None:
    before = text(data, "digest", "--json")
    found = document(data, "policy", "what-if", "--pack", str(milder))
    changes = [(each["before"]["rule"], each["after"]["rule"], each["changed"]) for each in found["rulings"]]
    assert changes == [
        ("one-serious-1d", "one-serious-1d", ["default"]),
        ("two-mutes-3m", "after-mute", ["rule", "explanation", "options", "default"]),
    ]
    assert [(each["chosen"], each["chosen_allowed"]) for each in found["rulings"]] == [
        ("mute:P1D", True),
        ("ban", False),
    ]
    totals = found["totals"]
    assert (totals["judged"], totals["same"], totals["different"], totals["not_judged"]) == (3, 1, 2, 0)
    assert found["complete"]
    assert text(data, "digest", "--json") == before


def test_what_if_under_the_same_pack_changes_nothing(data: Path) -> None:
    found = document(data, "policy", "what-if", "--pack", str(PACK))
    assert (found["rulings"], found["totals"]["same"]) == ([], 3)


def test_what_if_can_begin_later_and_tells_a_finding_that_cannot_be_judged(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "without.toml"
    file.write_text(PACK.read_text(encoding="utf-8").replace('code = "3.2.8"', 'code = "3.2.88"'), encoding="utf-8")
    found = document(data, "policy", "what-if", "--pack", str(file), "--since", "2021-01-20T00:00:00Z")
    assert (found["totals"]["judged"], found["totals"]["not_judged"]) == (1, 1)
    assert found["rulings"][0]["after"]["error"].startswith("violation_unknown")


def test_what_if_for_people_ends_with_totals(data: Path, milder: Path) -> None:
    printed = text(data, "policy", "what-if", "--pack", str(milder))
    assert "two-mutes-3m → after-mute" in printed
    assert "no option any more" in printed
    assert "Totals" in printed


def test_what_if_needs_a_sound_pack_of_a_platform_that_is_there(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text(
        PACK.read_text(encoding="utf-8").replace(f'platform = "{KR}"', 'platform = "other"'), encoding="utf-8"
    )
    assert error(data, "policy", "what-if", "--pack", str(file))[:2] == (1, "platform_unknown")
    file.write_text("x =", encoding="utf-8")
    assert error(data, "policy", "what-if", "--pack", str(file))[:2] == (1, "policy_invalid")
    assert error(data, "policy", "what-if", "--pack", str(PACK), "--since", "2021")[:2] == (2, "usage")
