"""A journal file under real processes: killed in the middle of writing, shared by two, and on a full disk."""

import os
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from infra.journal import JournalProcessRecorder, open_journal, verify

ROOT = Path(__file__).parents[2]
CHILD = ROOT / "tests" / "support" / "journal_child.py"
DEADLINE_S = 60


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(CHILD), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def acknowledged(lines: list[str]) -> dict[tuple[UUID, int], int]:
    told = {}
    for line in lines:
        stream, version, position = line.split()
        assert (UUID(stream), int(version)) not in told
        told[UUID(stream), int(version)] = int(position)
    return told


def assert_holds(path: Path, told: dict[tuple[UUID, int], int]) -> list[int]:
    """Every acknowledged event is there once, at its position; the positions of all events."""
    with closing(open_journal(f"sqlite:///{path}")) as journal:
        found = JournalProcessRecorder(journal).select_notifications(None, 1_000_000)
    there = {(one.originator_id, one.originator_version): one.id for one in found}
    assert len(there) == len(found)
    assert {pair: there.get(pair) for pair in told} == told
    assert verify(path) == []
    return [one.id for one in found]


def test_a_killed_writer_loses_nothing_it_acknowledged_and_doubles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    lines = []
    for _ in range(3):
        with start("load", path, 8, 100_000) as child:
            lines += [child.stdout.readline() for _ in range(400)]
            child.kill()
            lines += child.stdout.readlines()
    positions = assert_holds(path, acknowledged(lines))
    assert positions == list(range(1, len(positions) + 1))


def test_two_processes_write_one_file_and_see_each_others_appends(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with start("load", path, 3, 100) as one, start("load", path, 3, 100) as two:
        told = one.communicate(timeout=DEADLINE_S)[0] + two.communicate(timeout=DEADLINE_S)[0]
    assert (one.returncode, two.returncode) == (0, 0)
    told = acknowledged(told.splitlines())
    assert assert_holds(path, told) == sorted(told.values()) == list(range(1, len(told) + 1))


def test_on_a_full_disk_an_append_is_certainly_not_written_and_nothing_else_suffers(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with start("full", path, 1_000_000) as child:
        lines = child.communicate(timeout=DEADLINE_S)[0].splitlines()
    assert child.returncode == 0
    refused = [line.split(maxsplit=2) for line in lines if line.startswith("refused")]
    assert [line for line in lines if line.startswith("unknown")] == []
    assert len(refused) == 3
    assert all(reason.startswith("not written") for _, _, reason in refused)
    told = acknowledged([line for line in lines if not line.startswith("refused")])
    assert len(told) > 20
    positions = assert_holds(path, told)
    assert positions == sorted(told.values())


def test_a_journal_file_and_its_companions_are_private(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    before = os.umask(0)
    try:
        with closing(open_journal(f"sqlite:///{path}")) as journal:
            JournalProcessRecorder(journal).insert_events([StoredEvent("s", 1, "t", b"")])
            modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db-shm": 0o600}
