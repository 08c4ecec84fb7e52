"""Locks that are those of one PostgreSQL session: they go when it does, and the server frees them at once."""

from collections.abc import Iterable, Sequence
from typing import Final, cast

import psycopg
from sqlalchemy import Engine

from infra.read_models.engine import STILL_MS, named
from infra.read_models.locks import Part, lock_key

_TAKE: Final = """
SELECT at FROM unnest(%s::bigint[]) WITH ORDINALITY AS lock (key, at) WHERE pg_try_advisory_lock(key)
"""


_OWN: Final = "SELECT set_config('idle_session_timeout', %s, false)"


class SessionLocks:
    """Advisory locks, on a connection that does nothing else. Whoever neither takes nor checks any for `STILL_MS` loses
    them: it stands still.
    """

    def __init__(self, engine: Engine) -> None:
        """Connect when the first lock is asked for."""
        self._engine = engine
        self._session: psycopg.Connection | None = None
        self._held: frozenset[Part] = frozenset()

    def take(self, wanted: Iterable[Part]) -> frozenset[Part]:
        """Take those that are free."""
        missing = sorted(set(wanted) - self._held)
        if missing:
            taken = self._ask(_TAKE, ([lock_key(part) for part in missing],))
            self._held |= {missing[at - 1] for at in taken}
        return self._held

    def check(self) -> None:
        """Ask the server whether the session is there: with it, the locks are."""
        if self._held:
            self._ask("SELECT 1", ())

    def close(self) -> None:
        """End the session."""
        session, self._session, self._held = self._session, None, frozenset()
        if session is not None:
            session.close()

    def _ask(self, query: str, values: Sequence[object]) -> list[int]:
        try:
            if self._session is None:
                self._session = self._connected()
            return [answer for (answer,) in self._session.execute(query.encode(), values)]
        except psycopg.Error as fault:
            self.close()
            raise named(self._engine, fault) from fault

    def _connected(self) -> psycopg.Connection:
        """A connection of its own, which no pool takes back."""
        pooled = self._engine.raw_connection()
        session = cast("psycopg.Connection", pooled.driver_connection)
        pooled.detach()
        session.autocommit = True
        session.execute(_OWN, (f"{STILL_MS}ms",))
        return session
