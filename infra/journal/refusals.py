"""Why a journal on Kafka is not opened although its brokers answer: it stays so until somebody mends it."""

from eventsourcing.persistence import InterfaceError


class JournalRefusedError(InterfaceError):
    """Nothing was changed; the text says what is wrong and what mends it. `code` is stable."""

    code = "journal_refused"


class UnfitTopicError(JournalRefusedError):
    """The topic does not keep what a journal promises."""

    code = "topic_unfit"


class ForeignIndexError(JournalRefusedError):
    """The index was folded from another log."""

    code = "index_foreign"


class LostRecordsError(JournalRefusedError):
    """The log does not hold what was folded from it: it was truncated, or replaced."""

    code = "log_lost_records"


class NotEmptyError(JournalRefusedError):
    """There is something already where a copy is to be put."""

    code = "not_empty"
