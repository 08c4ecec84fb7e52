"""What the read models `violation_counts`, `sanctions` and `blacklist` show."""

from domain.accounts import events as a
from domain.cases import events as e
from domain.cases import later_events as later
from domain.cases.values import MeasureTaken
from domain.policy.durations import EARLIEST
from domain.recorded import Recorded
from domain.values import IdentityDigest, Outcome
from tests.support import read_model_ledger as given
from tests.support.read_model_decisions import case_id, decide, report_to_case, undo
from tests.support.read_model_ledger import Ledger, row_of, rows_of


def decided_twice() -> tuple[Ledger, list[Recorded]]:
    ledger = Ledger()
    report_to_case(ledger, "one")
    first = decide(ledger, "one", "eve", "3.1.1", "3.1.2")
    ledger.wait(days=10)
    report_to_case(ledger, "two")
    decide(ledger, "two", "eve", "3.1.2", "3.2.1")
    return ledger, first


def test_a_decision_counts_once_per_class_and_once_per_code() -> None:
    ledger, _ = decided_twice()
    by_class = {row["class"]: row["in_force"] for row in rows_of(ledger, "violation_counts")}
    by_code = {row["code"]: row["in_force"] for row in rows_of(ledger, "violation_counts_by_code")}
    assert by_class == {"3.1": 2, "3.2": 1}
    assert by_code == {"3.1.1": 1, "3.1.2": 2, "3.2.1": 1}


def test_a_lifted_decision_is_counted_as_lifted_and_no_longer_first() -> None:
    ledger, first = decided_twice()
    undo(ledger, "one", "eve", first)
    row = row_of(ledger, "violation_counts", **{"class": "3.1"})
    assert (row["ever"], row["in_force"], row["lifted"]) == (2, 1, 1)
    assert row["first_at"] == row["last_at"] == "2021-03-20T04:00:00.000000Z"


def test_a_decision_that_is_lifted_twice_is_lifted_once() -> None:
    ledger, first = decided_twice()
    undo(ledger, "one", "eve", first)
    ledger.add("one", later.CaseDecisionCorrected, decision=1, measure=None)
    assert row_of(ledger, "violation_counts", **{"class": "3.1"})["lifted"] == 1


def test_a_correction_to_a_milder_measure_leaves_the_violation() -> None:
    ledger, _ = decided_twice()
    milder = MeasureTaken(kind="warn")
    ledger.add("one", later.CaseDecisionCorrected, decision=1, replaced=MeasureTaken(kind="mute"), measure=milder)
    assert row_of(ledger, "violation_counts", **{"class": "3.1"})["in_force"] == 2


def test_windows_end_at_the_newest_fact_with_both_ends_included() -> None:
    ledger, _ = decided_twice()
    in_windows = {
        (row["class"], row["window_name"]): row["decisions"] for row in rows_of(ledger, "violation_counts_by_window")
    }
    assert in_windows[("3.1", "30d")] == 2
    assert in_windows[("3.1", "7d")] == 1
    ledger.wait(days=20)
    ledger.add("one", e.CaseNoteAdded)
    exactly_30_days = rows_of(ledger, "violation_counts_by_window", window_name="30d", **{"class": "3.1"})
    assert exactly_30_days[0]["decisions"] == 2
    ledger.wait(microseconds=1)
    ledger.add("one", e.CaseNoteAdded)
    later_still = rows_of(ledger, "violation_counts_by_window", window_name="30d", **{"class": "3.1"})
    assert later_still[0]["decisions"] == 1


def test_windows_do_not_reach_back_before_the_calendar_begins() -> None:
    ledger = Ledger(policy=False)
    ledger.at = EARLIEST
    ledger.add("one", e.CaseNoteAdded)
    assert {row["starts_at"] for row in rows_of(ledger, "violation_windows")} == {"0001-01-01T00:00:00.000000Z"}


def test_what_is_dismissed_or_concerns_nobody_is_no_violation() -> None:
    ledger = Ledger()
    ledger.add("one", e.CaseDecided, outcome=Outcome.DISMISSED, finding=given.finding("eve", "3.1.1"))
    ledger.add("two", e.CaseDecided, outcome=Outcome.UPHELD, finding=given.finding(None, "3.1.1"))
    ledger.add("three", e.CaseDecided, outcome=Outcome.UPHELD)
    assert rows_of(ledger, "violation_counts") == []


def test_the_severity_is_that_of_the_ruling_or_else_of_the_finding() -> None:
    ledger = Ledger()
    finding = given.finding("eve", "3.1.1", severity="minor")
    ledger.add("one", e.CaseDecided, outcome=Outcome.UPHELD, finding=finding)
    assert row_of(ledger, "violations")["severity"] == "minor"


def test_a_sanction_is_in_force_then_ended_then_lifted() -> None:
    ledger, first = decided_twice()
    sanction = first[1].event_id
    assert row_of(ledger, "sanctions", sanction=sanction)["state"] == "in_force"
    ledger.add("eve", a.AccountSanctionEnded, account="eve", sanction=sanction)
    ended = row_of(ledger, "sanctions", sanction=sanction)
    assert (ended["state"], ended["ended_at"]) == ("ended", "2021-03-20T04:00:00.000000Z")
    undo(ledger, "one", "eve", first)
    lifted = row_of(ledger, "sanctions", sanction=sanction)
    assert (lifted["state"], lifted["ended_at"] is None, lifted["lifted_at"] is None) == ("lifted", False, False)


def test_a_lifted_sanction_does_not_end() -> None:
    ledger, first = decided_twice()
    undo(ledger, "one", "eve", first)
    ledger.add("eve", a.AccountSanctionEnded, account="eve", sanction=first[1].event_id)
    assert row_of(ledger, "sanctions", sanction=first[1].event_id)["state"] == "lifted"


def test_the_feed_tells_every_change_in_the_order_of_the_ledger() -> None:
    ledger, first = decided_twice()
    undo(ledger, "one", "eve", first)
    told = [row["change"] for row in rows_of(ledger, "sanction_changes")]
    assert told[:3] == ["imposed", "content_removed", "registration_barred"]
    assert told[6:] == ["lifted", "content_removal_lifted", "registration_bar_lifted"]


def test_the_internal_list_keeps_what_was_taken_off() -> None:
    ledger, first = decided_twice()
    undo(ledger, "one", "eve", first)
    states = [row["state"] for row in rows_of(ledger, "blacklist", listing=first[3].event_id)]
    assert states == ["delisted"] * 4


def test_the_public_list_masks_individuals_and_accounts_only() -> None:
    ledger = Ledger()
    decide(ledger, "one")
    shown = {row["party_type"]: row["shown_as"] for row in rows_of(ledger, "blacklist_public", party_type="individual")}
    shown |= {row["party_type"]: row["shown_as"] for row in rows_of(ledger, "blacklist_public", party_type="account")}
    assert shown == {"individual": "Z**", "account": "e**"}
    sites = [row["shown_as"] for row in rows_of(ledger, "blacklist_public", party_type="site")]
    assert sites == ["bad.example", "site.example"]


def test_the_public_list_names_the_violations() -> None:
    ledger = Ledger()
    decide(ledger, "one", "eve", "3.1.1", "unknown")
    (row,) = rows_of(ledger, "blacklist_public", party_type="individual")
    assert row["violation_types"] == [
        {"code": "3.1.1", "class": "3.1", "zh": "危害国家安全", "en": "Endangering the state"},
        {"code": "unknown", "class": "", "zh": "", "en": ""},
    ]
    assert set(row) == {"party_type", "shown_as", "label", "violation_types", "listed_at", "position", "number"}


def test_a_partner_finds_one_subject_while_it_is_listed() -> None:
    ledger = Ledger()
    report_to_case(ledger, "one")
    decided = decide(ledger, "one")
    assert len(rows_of(ledger, "blacklist_partner", party="bad.example")) == 1
    undo(ledger, "one", "eve", decided)
    assert rows_of(ledger, "blacklist_partner", party="bad.example") == []
    assert [row["change"] for row in rows_of(ledger, "blacklist_changes", party="bad.example")] == [
        "listed",
        "delisted",
    ]


def test_a_case_that_was_sanctioned_is_named_by_its_id() -> None:
    ledger = Ledger()
    decide(ledger, "one")
    assert row_of(ledger, "sanctions")["case_id"] == case_id("one")


def test_a_policy_that_shows_no_violation_types_hides_them_from_partners_and_the_public() -> None:
    ledger = Ledger(policy=False)
    ledger.publish(given.VERSION, 'zone = "Asia/Shanghai"\n[blacklist]\nshow_violation_types = false\n')
    decide(ledger, "one")
    for relation in ("blacklist_public", "blacklist_partner", "blacklist_changes"):
        assert {str(row["violation_types"]) for row in rows_of(ledger, relation)} == {"[]"}
    assert rows_of(ledger, "blacklist", party="bad.example")[0]["types_found"] != []


def test_a_text_that_is_no_pack_shows_no_violation_types() -> None:
    for published in ("no toml [", "blacklist = 3"):
        ledger = Ledger(policy=False)
        ledger.publish(given.VERSION, published)
        decide(ledger, "one")
        assert rows_of(ledger, "blacklist_public", party_type="account")[0]["violation_types"] == []


def test_a_partner_is_shown_warned_with_channels_and_sites() -> None:
    ledger = Ledger()
    listing = decide(ledger, "one")[3].event_id
    told = {"listing": listing, "partner": "p-1", "channels": ("sms",), "sites": ("bad.example",)}
    ledger.add("eve", a.AccountPartnerWarned, account="eve", case=given.case("one"), decision=1, **told)
    row = row_of(ledger, "partner_warnings")
    assert (row["partner"], row["channels"], row["sites"], row["case_id"]) == (
        "p-1",
        ["sms"],
        ["bad.example"],
        case_id("one"),
    )


def test_a_refused_registration_shows_kinds_and_bars_and_no_digest() -> None:
    ledger = Ledger()
    bar = a.BarMatched(account="eve", case=given.case("one"), decision=1)
    shown = (IdentityDigest(kind="phone", identity_digest="e" * 64),)
    ledger.add("eve-2", a.AccountRegistrationRefused, account="eve-2", identities=shown, bars=(bar,))
    row = row_of(ledger, "registration_refusals")
    assert (row["account"], row["kinds"]) == ("eve-2", ["phone"])
    assert row["bars"] == [{"account": "eve", "case": case_id("one"), "decision": 1}]
    assert "e" * 64 not in str(row)
    assert "e" * 64 not in str(rows_of(ledger, "audit_trail", account="eve-2"))
