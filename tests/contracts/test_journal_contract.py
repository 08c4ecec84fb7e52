"""The journal's own contract on every log, and on broken twins, which it must find out."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.journal_contract import JournalContract
from tests.support.journal_fixtures import OnKafka, OnMemory, OnSqlite

ROOT = Path(__file__).parents[2]
TWINS = ("TestLosing", "TestTorn", "TestForgetful", "TestHasty")


class TestMemoryJournal(OnMemory, JournalContract):
    """The library's or the contract's cases, in memory."""


class TestSqliteJournal(OnSqlite, JournalContract):
    """The library's or the contract's cases, on a file."""


class TestKafkaJournal(OnKafka, JournalContract):
    """The library's or the contract's cases, on a real broker."""


@pytest.mark.parametrize("twin", TWINS)
def test_the_contract_finds_a_broken_journal_out(twin: str) -> None:
    suite = f"tests/support/journal_twins.py::{twin}"
    command = [sys.executable, "-m", "pytest", "-x", "--tb=no", "-rf", suite]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert f"FAILED {suite}::" in run.stdout, run.stdout + run.stderr
