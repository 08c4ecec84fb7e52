"""Opens the database: SQLite file, SQLite memory or PostgreSQL, each with the settings that a read model needs."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from infra.read_models.errors import ReadModelsDamaged, ReadModelsForeign, ReadModelsUnavailable, ReadModelsUnusable

APPLICATION_ID: Final = 0x434C524D
"""Permanent: marks a SQLite file as ours ("CLRM" in its header), so that no other file is ever written to."""

WRITES: Final = "caseledger_writes"
"""Execution option of a connection that is going to write."""

BUSY_TIMEOUT_MS: Final = 300_000
"""How long to wait for another writer: a rebuilt audit trail of many million events takes its place in a minute."""

STILL_MS: Final = 30_000
"""A process that writes, or holds the lock of a projector, and says nothing for so long counts as standing still: the
server ends its session, undoes what it had not committed, and another process takes over. PostgreSQL only.
"""

CACHE_KIB: Final = 32_768
WAL_PAGES_MAX: Final = 8_000
WAL_BYTES_KEPT_MAX: Final = 64 << 20

CONNECT_TIMEOUT_S: Final = 5
"""How long one attempt to connect may take; PostgreSQL only, as all that follow."""

GONE_AFTER_S: Final = 10
"""After so long without an answer the other end of a connection is taken for gone, here and by the server."""

_KEEPALIVES_IDLE_S: Final = 4
_KEEPALIVES_INTERVAL_S: Final = 2
_KEEPALIVES_MAX: Final = 3
_SECRET_OPTIONS: Final = ("password", "sslpassword", "passfile", "sslkey")

_DAMAGED: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_PRIMARY_CODE: Final = 0xFF
_FILE_MODE: Final = 0o600


def open_engine(url_text: str, *, keep: bool = True, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """An engine for `sqlite:///path`, `sqlite://` (memory) or `postgresql://…`.

    With `keep` false a SQLite file may be lost in a crash; `busy_timeout_ms` is how long to wait for another writer.
    Raises `ReadModelsUnusable` when the database is of another kind, and its subclasses when it is damaged or somebody
    else's.
    """
    try:
        url = make_url(url_text)
        if url.get_backend_name() == "sqlite":
            return _open_sqlite(url, _pragmas(busy_timeout_ms, keep=keep))
        if url.get_backend_name() == "postgresql":
            return _open_postgres(url, busy_timeout_ms)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as wrong:
        raise ReadModelsUnusable(f"read models cannot be opened: {wrong}") from wrong
    except ValueError:
        raise ReadModelsUnusable("read models cannot be opened: the address of their database is not valid") from None
    raise ReadModelsUnusable(f"read models are kept in SQLite or PostgreSQL, not in {url.get_backend_name()}")


def in_memory(engine: Engine) -> bool:
    """Whether the database is gone with its only connection."""
    return engine.dialect.name == "sqlite" and engine.url.database in (None, "", ":memory:")


def _open_sqlite(url: URL, pragmas: list[str]) -> Engine:
    memory = url.database in (None, "", ":memory:")
    if memory:
        engine = create_engine(url, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args=_ANY_THREAD)
    else:
        path = Path(str(url.database))
        _make_file(path)
        _refuse_foreign(path)
        engine = create_engine(url, connect_args=_ANY_THREAD)
    _listen(engine)

    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        try:
            for pragma in pragmas:
                connection.execute(f"PRAGMA {pragma}").close()
        except sqlite3.DatabaseError as fault:
            connection.close()
            raise named(engine, fault) from fault

    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine


_ANY_THREAD: Final = {"check_same_thread": False}


def _open_postgres(url: URL, busy_timeout_ms: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        paramstyle="format",
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={name: value for name, value in _CONNECT.items() if name not in url.query},
    )
    _listen(engine)

    def configure(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        """A session whose client is gone ends soon, and with it its locks, also in the middle of a statement. Plans
        are made for the tables as they are: one made for an empty table reads all of it once it is large.
        """
        with closing(connection.cursor()) as cursor:
            cursor.execute(_SESSION, (f"{busy_timeout_ms}ms",))
        connection.commit()

    def begin(connection: Connection) -> None:
        """Who stands still while it writes must not keep rows locked; readers may take their time."""
        if connection.get_execution_options().get(WRITES, False):
            connection.exec_driver_sql(_WRITING, (f"{STILL_MS}ms",))

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine


_CONNECT: Final[dict[str, object]] = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "application_name": "caseledger",
    "keepalives_idle": _KEEPALIVES_IDLE_S,
    "keepalives_interval": _KEEPALIVES_INTERVAL_S,
    "keepalives_count": _KEEPALIVES_MAX,
    "tcp_user_timeout": GONE_AFTER_S * 1_000,
}

_SESSION: Final = (
    f"SELECT set_config('tcp_keepalives_idle', '{_KEEPALIVES_IDLE_S}', false), "
    f"set_config('tcp_keepalives_interval', '{_KEEPALIVES_INTERVAL_S}', false), "
    f"set_config('tcp_keepalives_count', '{_KEEPALIVES_MAX}', false), "
    f"set_config('client_connection_check_interval', '{GONE_AFTER_S}s', false), "
    "set_config('plan_cache_mode', 'force_custom_plan', false), set_config('lock_timeout', %s, false)"
)

_WRITING: Final = "SELECT set_config('idle_in_transaction_session_timeout', %s, true)"


def _listen(engine: Engine) -> None:
    def handle_error(context: ExceptionContext) -> None:
        if context.is_pre_ping:
            return  # a connection that was lost while nobody used it is replaced by another
        fault = context.original_exception
        known = named(engine, fault)
        if known is not fault:
            raise known from fault

    event.listen(engine, "handle_error", handle_error)


def named(engine: Engine, fault: BaseException) -> BaseException:
    """The fault by our name for it, where it has one."""
    where = place_of(engine.url)
    if isinstance(fault, sqlite3.Error):
        code = getattr(fault, "sqlite_errorcode", 0) & _PRIMARY_CODE
        if code in _DAMAGED:
            return ReadModelsDamaged(f"{where} is damaged or no database ({fault}); delete it, it can be rebuilt")
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return ReadModelsUnavailable(f"{where} stayed locked by another process")
        if code == sqlite3.SQLITE_CANTOPEN:
            return ReadModelsUnavailable(f"{where} cannot be opened")
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            return ReadModelsUnavailable(f"{where} cannot be written ({fault}); it was left as it was, make room")
        return fault
    if _is_outage(fault):
        state = getattr(fault, "sqlstate", None)
        what = "cannot be reached" if state is None or state.startswith(_AWAY) else "did not do it"
        return ReadModelsUnavailable(f"{where} {what}: {str(fault).strip()}")
    return fault


def place_of(url: URL) -> str:
    """The address of a database for people: without its password, wherever in the address that stands."""
    return url.difference_update_query(_SECRET_OPTIONS).render_as_string(hide_password=True)


def _is_outage(fault: BaseException) -> bool:
    """Whether psycopg, which not everybody has, says that the server is away, busy or ended the connection."""
    return any(kind.__module__.startswith("psycopg") and kind.__name__ in _OUTAGES for kind in type(fault).__mro__)


_AWAY: Final = ("08", "28", "57P", "25P03")
"""Beginnings of SQLSTATE: no connection, not let in, shut down or starting, ended because we stood still."""

_OUTAGES: Final = frozenset({"OperationalError", "InterfaceError", "IdleInTransactionSessionTimeout"})


def _pragmas(busy_timeout_ms: int, *, keep: bool) -> list[str]:
    return [
        f"busy_timeout = {busy_timeout_ms}",
        "journal_mode = WAL" if keep else "journal_mode = OFF",
        "synchronous = NORMAL" if keep else "synchronous = OFF",
        f"cache_size = -{CACHE_KIB}",
        f"wal_autocheckpoint = {WAL_PAGES_MAX}",
        f"journal_size_limit = {WAL_BYTES_KEPT_MAX}",
        "temp_store = MEMORY" if keep else "temp_store = FILE",  # an index is sorted there when it is made
    ]


def _make_file(path: Path) -> None:
    """Make the file before SQLite does, so that nobody else may ever read it."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, _FILE_MODE))
    except OSError as fault:
        raise ReadModelsUnavailable(f"{path} cannot be opened: {fault.strerror}") from fault


def _refuse_foreign(path: Path) -> None:
    """Look, for reading only, whether the file is ours or empty; anything else is left exactly as it is."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (marked,) = connection.execute("PRAGMA application_id").fetchone()
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as fault:
        raise ReadModelsDamaged(f"{path} is damaged or no database ({fault}); delete it, it can be rebuilt") from fault
    if marked != APPLICATION_ID and (marked or tables):
        raise ReadModelsForeign(f"{path} is a database of something else; nothing was changed")
