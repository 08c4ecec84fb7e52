"""`caseledger blacklist`: partners learn what they may, in order and completely, and nothing more."""

from pathlib import Path

import pytest

from caseledger.bootstrap import start
from caseledger.settings import LogLevel, Settings
from tests.support.cli_folder import KR, ZERO, Folder, copied, document, error, filled, rows, text

CASE = {"report": "z1"}


@pytest.fixture(scope="module")
def data() -> Path:
    return filled()


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two partners warned, one attempt refused, and then everything taken back."""
    folder = copied(tmp_path_factory.mktemp("blacklist"))
    with start(Settings(data=folder, log_level=LogLevel.ERROR)) as caseledger:
        given = Folder(caseledger)
        phone = [{"kind": "phone", "value": "138 0000 0000"}]
        at = "2021-03-02T14:{}:00+08:00".format
        given.do("establish_identity", at("00"), platform=ZERO, account="acme", identities=phone)
        given.do("warn_partner", at("01"), platform=ZERO, account="acme", partner="shop-1")
        given.do("warn_partner", at("02"), platform=ZERO, account="acme", partner="shop-2", channels=["sms"])
        given.do("register_account", at("03"), platform=ZERO, account="acme-2", identities=phone)
        given.do("correct_decision", at("04"), platform=ZERO, actor="cat", case=CASE, reason="the officer erred")
    return folder


def test_a_listed_subject_has_a_label_and_a_since_and_nothing_more(data: Path) -> None:
    found = document(data, "blacklist", "check", "bad.example")
    (on,) = found.pop("on")
    assert found == {"subject": "bad.example", "listed": True}
    assert on == {
        "platform": ZERO,
        "label": "Suspected of Illegal Activities: Telecom fraud 电信诈骗",
        "since": "2021-03-02T04:30:00.000000Z",
    }
    assert "bad.example: listed" in text(data, "blacklist", "check", "bad.example")


@pytest.mark.parametrize("subject", ["acc-1", "bad", "Bad.example", "nobody"])
def test_another_subject_is_not_listed(data: Path, subject: str) -> None:
    assert document(data, "blacklist", "check", subject) == {"subject": subject, "listed": False, "on": []}
    assert text(data, "blacklist", "check", subject) == f"{subject}: not listed\n"


def test_a_subject_that_was_taken_off_is_not_listed(more: Path) -> None:
    assert document(more, "blacklist", "check", "bad.example")["listed"] is False


@pytest.mark.parametrize("subject", ["", "x" * 201])
def test_a_subject_is_an_id(data: Path, subject: str) -> None:
    assert error(data, "blacklist", "check", subject)[:2] == (2, "usage")


def test_the_feed_tells_every_change_once_whatever_the_page(more: Path) -> None:
    whole = document(more, "blacklist", "changes", "--platform", ZERO)
    told = [(row["change"], row["party_type"]) for row in whole["changes"]]
    things = ["account", "individual", "site"]
    assert told == [("listed", each) for each in things] + [("delisted", each) for each in things]
    paged, after, more_there = [], 0, True
    while more_there:
        page = document(more, "blacklist", "changes", "--platform", ZERO, "--limit", "1", "--after", str(after))
        paged += page["changes"]
        after, more_there = page["next"], page["more"]
    assert paged == whole["changes"]
    assert after == whole["next"]


def test_the_feed_goes_on_from_where_the_ledger_ended(more: Path) -> None:
    end = document(more, "blacklist", "changes", "--platform", ZERO)["next"]
    later = document(more, "blacklist", "changes", "--platform", ZERO, "--after", str(end))
    assert (later["changes"], later["next"], later["more"]) == ([], end, False)
    assert document(more, "blacklist", "changes", "--platform", ZERO, "--after", str(end + 7))["next"] == end + 7


def test_the_feed_is_printed_with_the_position_to_go_on_from(more: Path) -> None:
    printed = text(more, "blacklist", "changes", "--platform", ZERO, "--limit", "1")
    assert "delisted" not in printed
    assert "nothing more" not in printed
    assert "next: --after " in printed
    assert "nothing more now" in text(more, "blacklist", "changes", "--platform", ZERO)
    assert "Nothing there." in text(more, "blacklist", "changes", "--platform", KR)


def test_positions_of_several_platforms_are_not_mixed(data: Path) -> None:
    status, code, reason = error(data, "blacklist", "changes")
    assert (status, code) == (2, "usage")
    assert KR in reason


def test_the_partners_warned_are_listed(more: Path) -> None:
    found = rows(more, "blacklist", "warnings")
    assert [(row["partner"], row["channels"], row["sites"]) for row in found] == [
        ("shop-1", ["sms", "on_site_message"], ["bad.example"]),
        ("shop-2", ["sms"], ["bad.example"]),
    ]
    assert len(rows(more, "blacklist", "warnings", "--partner", "shop-2")) == 1
    assert "shop-1" in text(more, "blacklist", "warnings", "--account", "acme")


def test_refused_registrations_are_listed_without_the_identity(more: Path) -> None:
    (row,) = rows(more, "blacklist", "refusals")
    assert (row["account"], row["kinds"]) == ("acme-2", ["phone"])
    assert [bar["account"] for bar in row["bars"]] == ["acme"]
    printed = text(more, "blacklist", "refusals", "--account", "acme-2")
    assert "acme, case" in printed
    for shown in (printed, text(more, "audit", "account", "acme-2", "--json")):
        assert "13800000000" not in shown
        assert "identity_digest" not in shown
