"""Settling: a group of appends is judged against the index, sent to the log, and answered from the log's order."""

import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from eventsourcing.persistence import OperationalError, PersistenceError

from infra.journal.appends import Answer, Append, Failed, Fate, OutcomeUnknownError, Void, Written
from infra.journal.claims import Claim
from infra.journal.database import Database
from infra.journal.index import Entry, Index
from infra.journal.limits import FOLD_BYTES, FOLD_CACHE_KIB
from infra.journal.log import AppendInDoubtError, Log
from infra.journal.observer import UNOBSERVED, Observer
from infra.journal.records import (
    Appends,
    Body,
    Cancel,
    Record,
    Schema,
    appends_head,
    encode_cancel,
    encode_schema,
)
from infra.journal.schemas import WRITER_BYTES

_SCHEMA_TRIES_MAX = 3
"""How often schemas are sent when it stays open whether the log has them."""
_ROUNDS_MAX = 3
"""How often an append that lost against another of its group is judged again when the log decided otherwise."""


class Unsent(NamedTuple):
    """A record on its way to the log, and the fates of its appends if nothing comes between."""

    data: bytes
    record: Record
    fates: Sequence[Fate] = ()


class Settler:
    """One writer of the log. Only one thread at a time may use it."""

    def __init__(
        self, database: Database, log: Log, index: Index, clock: Callable[[], int], observer: Observer = UNOBSERVED
    ) -> None:
        """The clock gives microseconds since 1970 in UTC."""
        self._observer = observer
        self._database = database
        self._log = log
        self._index = index
        self._clock = clock
        self._writer_id = os.urandom(WRITER_BYTES)
        self._sent = False
        self._doubtful: Sequence[bytes] = ()

    @property
    def doubtful(self) -> Sequence[bytes]:
        """The appends whose outcome is unknown: of one group at most, since nothing is sent before they are settled."""
        return self._doubtful

    def settle(self, appends: Sequence[Append], bodies: Sequence[Body]) -> Sequence[Answer]:
        """One answer for each append, in order; later ones see earlier ones.

        Raises `OutcomeUnknownError` when the log cannot be reached to decide, any other `PersistenceError` when
        nothing was written.
        """
        self._sent = False
        self._settle_first()
        try:
            with self._database.writing():
                return self._commit(appends, bodies)
        except (AppendInDoubtError, PersistenceError) as doubt:
            if isinstance(doubt, PersistenceError) and not self._sent:
                raise
            return self._resolve([append.append_id for append in appends], doubt)

    def cancel(self, append_ids: Sequence[bytes]) -> dict[bytes, Fate]:
        """Make these appends void unless the log holds them already; their fates. Raises as the log does."""
        with self._database.writing():
            self._send([Unsent(encode_cancel(append_ids), Cancel(append_ids))])
            return self._index.fates(append_ids)

    def record(self, schemas: Sequence[Schema]) -> None:
        """Put those of these schemas that the log lacks into it; one that is there twice does no harm.

        Raises `OperationalError` when the log cannot be reached to take them.
        """
        for tries_left in reversed(range(_SCHEMA_TRIES_MAX)):
            try:
                self._record_missing(schemas)
            except AppendInDoubtError as doubt:
                if not tries_left:
                    raise OperationalError(f"the log did not take the schemas: {doubt}") from doubt
            else:
                return

    def _record_missing(self, schemas: Sequence[Schema]) -> None:
        with self._database.writing() as writer:
            known = {row[0] for row in writer.execute("SELECT fingerprint FROM schemas")}
            new = [schema for schema in schemas if schema.fingerprint not in known]
            if new:
                self._send([Unsent(encode_schema(schema), schema) for schema in new])

    def settle_doubts(self) -> None:
        """Make the doubtful appends void unless the log holds them already. Raises as the log does."""
        doubtful = self._doubtful
        if doubtful:
            self.cancel(doubtful)
            if self._doubtful is doubtful:
                self._doubtful = ()
                self._observer.settled(len(doubtful))

    def refresh(self) -> None:
        """Fold what others appended up to now. Raises `OperationalError` when the log does not say how far it goes."""
        with self._database.writing():
            self._log.look(self._index.next_offset())
        self.fold()

    def fold(self) -> bool:
        """Fold what is known to be in the log, in transactions of bounded size; whether there was anything."""
        size = self._folded_together()
        if size >= FOLD_BYTES:
            with self._database.cached(FOLD_CACHE_KIB):
                while self._folded_together():
                    continue
        return size > 0

    def _folded_together(self) -> int:
        """The bytes that one transaction takes: the more appends it has, the fewer pages of the index are written
        several times, since streams lie scattered over all of it.
        """
        size = 0
        with self._database.writing():
            while size < FOLD_BYTES and (folded := self._index.catch_up()):
                size += folded
        return size

    def _settle_first(self) -> None:
        try:
            self.settle_doubts()
        except (PersistenceError, AppendInDoubtError) as error:
            raise OperationalError(
                f"the log cannot be reached, and earlier appends wait to be settled: {error}"
            ) from error

    def _commit(self, appends: Sequence[Append], bodies: Sequence[Body]) -> Sequence[Answer]:
        if len(appends) == 1:
            return [self._commit_one(appends[0], bodies[0])]
        answers: dict[int, Answer] = {}
        pending: Sequence[int] = range(len(appends))
        for _ in range(_ROUNDS_MAX):
            state = self._index.slice([bodies[place].claim for place in pending])
            judged = {place: state.take(bodies[place].claim) for place in pending}
            answers.update(judged)
            good = [place for place, fate in judged.items() if isinstance(fate, Written)]
            if not good:
                break
            if self._send(self._packed([(bodies[i], judged[i]) for i in good])):
                break
            known = self._index.fates([appends[place].append_id for place in good])
            answers.update({place: known[appends[place].append_id] for place in good})
            pending = [place for place in pending if place not in set(good)]
        return [answers[place] for place in range(len(appends))]

    def _commit_one(self, append: Append, body: Body) -> Answer:
        fate = self._index.slice([body.claim]).take(body.claim)
        if isinstance(fate, Void) or self._send([self._record(self._clock(), [(body, fate)])]):
            return fate
        return self._index.fates([append.append_id])[append.append_id]

    def _send(self, records: Sequence[Unsent]) -> bool:
        """Append the records; whether no other writer came between, so that they take effect as expected."""
        data = [record.data for record in records]
        if self._log.shares_index:
            self._apply(self._log.append(data), records)
            return True
        first = self._index.next_offset()
        expected = range(first, first + len(records))
        sent, used = self._sent, self._log.begin(data)
        if used:
            self._sent = True
            self._apply(expected, records)
            self._sent = sent
        span = self._log.append(data)
        self._sent = True
        if span == expected:
            if not used:
                self._apply(span, records)
            return True
        if used:
            self._database.restart()
        self._catch_up(span.stop)
        return False

    def _apply(self, span: range, records: Sequence[Unsent]) -> None:
        self._index.apply([Entry(offset, *record) for offset, record in zip(span, records, strict=True)])

    def _packed(self, good: Sequence[tuple[Body, Fate]]) -> list[Unsent]:
        recorded_at = self._clock()
        return [self._record(recorded_at, share) for share in _shares(good, self._log.record_bytes_max)]

    def _record(self, recorded_at: int, share: Sequence[tuple[Body, Fate]]) -> Unsent:
        parts = [appends_head(self._writer_id, recorded_at, len(share))]
        base = len(parts[0])
        claims = []
        fates = []
        for (data, claim), fate in share:
            claims.append(Claim(claim.append_id, claim.at, claim.runs, claim.tracking, base))
            fates.append(fate)
            parts.append(data)
            base += len(data)
        parts.append(b"\0")
        return Unsent(b"".join(parts), Appends(self._writer_id, recorded_at, claims), fates)

    def _catch_up(self, stop: int) -> None:
        while self._index.next_offset() < stop:
            if not self._index.catch_up():
                raise AppendInDoubtError(f"the log did not give back its records up to {stop}")

    def _resolve(self, append_ids: Sequence[bytes], doubt: Exception) -> Sequence[Answer]:
        self._observer.in_doubt(len(append_ids))
        try:
            fates = self.cancel(append_ids)
        except (PersistenceError, AppendInDoubtError) as error:
            self._doubtful = append_ids
            raise OutcomeUnknownError(append_ids, f"{doubt}; then {error}") from error
        self._observer.settled(len(append_ids))
        return [
            fate if isinstance(fate := fates[append_id], Written) else Failed(str(doubt)) for append_id in append_ids
        ]


def _shares(good: Sequence[tuple[Body, Fate]], bytes_max: int) -> list[Sequence[tuple[Body, Fate]]]:
    shares = []
    first = total = 0
    for place, (body, _) in enumerate(good):
        if place > first and total + len(body.data) > bytes_max:
            shares.append(good[first:place])
            first, total = place, 0
        total += len(body.data)
    return [*shares, good[first:]]
