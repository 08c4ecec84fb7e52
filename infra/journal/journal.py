"""A journal, open: one log, its index, one committer, one reader, and those who wait for news of it."""

from collections.abc import Callable, Sequence

from eventsourcing.persistence import DataError, IntegrityError, OperationalError

from infra.journal.appends import Append, Failed, Outcome, Refused, Void, Written
from infra.journal.committer import Committer
from infra.journal.database import Database
from infra.journal.limits import Limits
from infra.journal.log import AppendInDoubtError, Log
from infra.journal.observer import UNOBSERVED, Observer
from infra.journal.reader import Reader
from infra.journal.records import Body, Schema, encode_append
from infra.journal.settler import Settler


class Journal:
    """Appends and reads, for any number of threads. `reader` reads."""

    def __init__(
        self,
        database: Database,
        log: Log,
        settler: Settler,
        *,
        limits: Limits,
        fresh: bool = False,
        observer: Observer = UNOBSERVED,
    ) -> None:
        """Use `open_journal`. Readers of a `fresh` journal ask the log each time how far it goes."""
        self.database = database
        self._fresh = fresh
        self._observer = observer
        self.reader = Reader(database, self._refresh, limits)
        self._limits = limits
        self._log = log
        self._settler = settler
        self._listeners: set[Callable[[], None]] = set()
        self._committer = Committer(settler, limits, self._listeners, observer)
        log.follow(self._on_news)

    @property
    def waiting(self) -> int:
        """How many appends wait for a commit in this process."""
        return self._committer.waiting

    def append(self, append: Append) -> range:
        """Commit one append; the positions of its events.

        Raises `IntegrityError` for a conflict, `DataError` when it is too large or cannot be encoded,
        `OperationalError` when it was not written, its subclass `OutcomeUnknown` when that is not known.
        """
        body = self._encoded(append)
        answer = self._committer.submit([append], [body])[0]
        if isinstance(answer, Written):
            if len(body.claim.runs) == 1:
                self.reader.keep(append.events)
            return answer.positions
        raise _refused(answer).error

    def append_many(self, appends: Sequence[Append]) -> list[Written | Refused]:
        """Commit independent appends as one group: one verdict each, in order; later ones see earlier ones.

        Raises `DataError` for too many, `OperationalError` when none was written, `OutcomeUnknown`.
        """
        if len(appends) > self._limits.group_appends_max:
            raise DataError(
                f"{len(appends)} appends in one call, group_appends_max is {self._limits.group_appends_max}"
            )
        verdicts: list[Written | Refused | None] = []
        sound: list[Append] = []
        bodies: list[Body] = []
        for append in appends:
            try:
                bodies.append(self._encoded(append))
            except DataError as error:
                verdicts.append(Refused(error))
            else:
                verdicts.append(None)
                sound.append(append)
        answers = iter(self._committer.submit(sound, bodies) if sound else ())
        return [
            verdict or (answer if isinstance(answer := next(answers), Written) else _refused(answer))
            for verdict in verdicts
        ]

    def cancel(self, append_id: bytes) -> Outcome:
        """Settle an append of unknown outcome: void from now on unless it was written. Raises `OperationalError`."""
        try:
            return self._settler.cancel([append_id])[append_id]
        except AppendInDoubtError as doubt:
            raise OperationalError(f"the log did not answer: {doubt}") from doubt

    def record_schema(self, schema: Schema) -> None:
        """Put an Avro schema into the log unless it is there, to be called before its first use."""
        if schema.fingerprint not in self.reader.schemas():
            self._settler.record([schema])

    def refresh(self) -> None:
        """Read everything that was appended before now, by whatever process. Raises `OperationalError`."""
        self._settler.refresh()

    def listen(self, listener: Callable[[], None]) -> None:
        """Call this after every group that this process writes, and for what others append where the log watches for
        it, from the thread that saw it: it must not wait.
        """
        self._listeners.add(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Call it no more."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """Take no more appends, answer those that were taken, and close everything. Can be called twice."""
        self._committer.close()
        self._log.close()
        self.database.close()

    def _refresh(self) -> None:
        if self._fresh:
            self._settler.refresh()
        if self._log.shares_index or self._log.follows:
            return
        if self._log.has_more(self._next_offset()):
            self._settler.fold()

    def _next_offset(self) -> int:
        return self.database.rows("SELECT max(offset) + 1 FROM records")[0][0] or 0

    def _on_news(self, end: int) -> None:
        """The log answered: settle what was left open, and fold what others appended."""
        next_offset = self._next_offset()
        self._observer.tail(max(0, end - next_offset))
        if self._settler.doubtful:
            try:
                self._settler.settle_doubts()
            except AppendInDoubtError as doubt:
                raise OperationalError(f"the log did not answer: {doubt}") from doubt
        if self._log.has_more(next_offset) and self._settler.fold():
            self._observer.tail(0)
            for listener in tuple(self._listeners):
                listener()

    def _encoded(self, append: Append) -> Body:
        try:
            body = encode_append(append)
        except (ValueError, TypeError, AttributeError) as error:
            raise DataError(f"append {append.append_id.hex()} cannot be encoded: {error}") from error
        if len(body.data) > self._limits.append_bytes_max:
            raise DataError(
                f"append {append.append_id.hex()} has {len(body.data)} bytes,"
                f" append_bytes_max is {self._limits.append_bytes_max}"
            )
        return body


def _refused(answer: Void | Failed) -> Refused:
    if isinstance(answer, Failed):
        return Refused(OperationalError(f"not written: {answer.reason}"))
    return Refused(IntegrityError(answer.reason))
