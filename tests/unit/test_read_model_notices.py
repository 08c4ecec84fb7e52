"""What was dealt with is counted by what the measures act on, and shown with its name masked."""

import pytest

from domain.cases import events as e
from domain.cases import later_events as later
from domain.cases.values import Choice, MeasureTaken
from domain.events import Event
from domain.recorded import Recorded
from domain.values import AssociatedParty, Outcome, PartyType
from projections.notices import shown_as
from tests.support import read_model_ledger as given
from tests.support.read_model_ledger import Ledger, row_of, rows_of

NOTICE = '[public_notice]\nsubjects = ["account", "link"]\nnames = "masked"\n'


def platform(text: str = NOTICE) -> Ledger:
    ledger = Ledger(policy=False)
    ledger.publish(given.VERSION, given.PACK_TEXT + text)
    return ledger


def measures(*short: str) -> tuple[MeasureTaken, ...]:
    parts = (each.partition(":") for each in short)
    return tuple(MeasureTaken(kind=kind, duration=duration or None) for kind, _, duration in parts)


def decide(
    ledger: Ledger,
    subject: tuple[str, str],
    on_content: tuple[str, ...] = (),
    party: str | None = None,
    also: tuple[str, ...] = (),
    **found: object,
) -> Recorded[Event]:
    kind, name = subject
    finding = given.finding("eve", "3.1.1", "unknown").model_copy(
        update={"subject_type": kind, "subject": name, "content": None, **found}
    )
    return ledger.add(
        f"about {name}",
        e.CaseDecided,
        decision=1,
        outcome=Outcome.UPHELD,
        finding=finding,
        choice=Choice(
            content_measures=measures(*on_content),
            party_measure=measures(party)[0] if party else None,
            also=measures(*also),
            added=(),
        ),
        associated=(AssociatedParty(type=PartyType.SITE, id="tied.example"),),
        policy=given.PACK,
    )


def things(ledger: Ledger) -> list[tuple[object, ...]]:
    names = ("thing_type", "thing", "measures", "state")
    return [tuple(row[name] for name in names) for row in rows_of(ledger, "notices")]


def test_a_link_that_is_blocked_and_announced_is_one_thing() -> None:
    ledger = platform()
    decide(ledger, ("link", "https://a.example/x"), ("block_link", "announce_link"))
    assert things(ledger) == [("link", "https://a.example/x", ["block_link", "announce_link"], "announced")]
    row = row_of(ledger, "public_notices")
    assert (row["shown_as"], row["day"]) == ("a.example/**", "2021-03-10")
    assert [each["en"] for each in row["violation_types"]] == ["Endangering the state", ""]
    assert "thing" not in row


def test_a_post_is_dealt_with_and_so_is_its_account() -> None:
    ledger = platform()
    decide(ledger, ("content", "p-1"), ("delete_content", "block_feed"), "warn", content="c-1")
    assert things(ledger) == [
        ("account", "eve", ["block_feed", "warn"], "announced"),
        ("content", "c-1", ["delete_content"], "counted"),
    ]


def test_a_group_is_counted_and_not_announced() -> None:
    ledger = platform()
    decide(ledger, ("group", "g-1"), party="close_group")
    assert things(ledger) == [("group", "g-1", ["close_group"], "counted")]
    assert rows_of(ledger, "public_notices") == []


@pytest.mark.parametrize("kind", ["public_account", "enterprise", "account"])
def test_an_account_is_counted_as_what_it_is(kind: str) -> None:
    ledger = platform()
    decide(ledger, (kind, "eve"), party="ban")
    assert things(ledger)[0][:3] == (kind, "eve", ["ban"])


def test_a_ban_on_sites_is_of_the_site_and_those_tied_to_it() -> None:
    ledger = platform()
    decide(ledger, ("site", "own.example"), also=("ban_site", "notify_authority", "list_high_risk"))
    decide(ledger, ("news_item", "n-1"), party="retract_news", also=("ban_site", "unheard_of"))
    assert sorted(things(ledger)) == [
        ("news_item", "n-1", ["retract_news"], "counted"),
        ("site", "own.example", ["ban_site"], "counted"),
        ("site", "tied.example", ["ban_site"], "counted"),
        ("site", "tied.example", ["ban_site"], "counted"),
    ]


def test_what_nobody_answers_for_is_no_account() -> None:
    ledger = platform()
    decide(ledger, ("content", "p-1"), ("delete_content",), "warn", respondent=None)
    assert [thing[:2] for thing in things(ledger)] == [("content", "p-1")]


def test_a_dismissal_deals_with_nothing() -> None:
    ledger = platform()
    ledger.add("one", e.CaseDecided, decision=1, outcome=Outcome.DISMISSED, policy=given.PACK)
    ledger.add("one", e.CaseDecided, decision=1, outcome=Outcome.UPHELD, finding=given.finding("eve"))
    assert things(ledger) == []


@pytest.mark.parametrize("undone", [later.CaseAppealUpheld, later.CaseDecisionCorrected])
def test_what_is_taken_back_is_neither_counted_nor_announced(undone: type[Event]) -> None:
    ledger = platform()
    decide(ledger, ("account", "eve"), party="ban")
    ledger.add("about eve", undone, decision=1)
    assert things(ledger) == [("account", "eve", ["ban"], "taken_back")]
    assert rows_of(ledger, "public_notices") == []


@pytest.mark.parametrize("undone", [later.CaseAppealReduced, later.CaseDecisionCorrected])
def test_a_milder_measure_takes_the_place_of_the_first(undone: type[Event]) -> None:
    ledger = platform()
    decide(ledger, ("content", "p-1"), ("delete_content",), "mute:P7D")
    (old,), (new,) = measures("mute:P7D"), measures("warn")
    ledger.add("about p-1", undone, decision=1, replaced=old, measure=new)
    assert [thing[2] for thing in things(ledger)] == [["warn"], ["delete_content"]]


def test_a_correction_that_names_no_first_measure_leaves_all() -> None:
    ledger = platform()
    decide(ledger, ("account", "eve"), party="mute:P7D")
    ledger.add("about eve", later.CaseDecisionCorrected, decision=1, measure=measures("warn")[0])
    assert things(ledger)[0][2:] == (["mute:P7D"], "announced")


@pytest.mark.parametrize("text", ["", "[public_notice]\nsubjects = 3\n", "public_notice = 3\n", "no toml ["])
def test_a_policy_that_announces_nothing_is_counted_all_the_same(text: str) -> None:
    ledger = Ledger(policy=False)
    ledger.publish(given.VERSION, text)
    decide(ledger, ("account", "eve"), party="ban")
    assert things(ledger)[0][3] == "counted"


def test_a_decision_under_an_unknown_policy_is_counted() -> None:
    ledger = Ledger(policy=False)
    decide(ledger, ("account", "eve"), party="ban")
    assert things(ledger)[0][3] == "counted"


@pytest.mark.parametrize(
    ("thing_type", "thing", "shown"),
    [
        ("account", "zhang-wei", "z**"),
        ("public_account", "小王热点", "小**"),
        ("enterprise", "Acme", "A**"),
        ("group", "硬汉会议室", "硬**"),
        ("site", "bad.example", "bad.example"),
        ("link", "bad.example", "bad.example"),
        ("link", "http://u:p@bad.example?x=1", "bad.example/**"),
        ("link", "bad.example/a/b#c", "bad.example/**"),
        ("content", "c-1", "c-1"),
    ],
)
def test_names_are_masked_and_links_lead_nowhere(thing_type: str, thing: str, shown: str) -> None:
    assert shown_as(thing_type, thing) == shown
