"""Every bound of the journal, by name: nothing in it waits, queues, caches or packs beyond one of these."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one open journal may use. The defaults hold for every log, so that a journal can move between logs."""

    append_bytes_max: int = 1_000_000
    """One encoded append. Kafka's default `max.message.bytes` is 1,048,588: an append must fit there too."""
    group_appends_max: int = 4_096
    """Appends in one call of `insert_many`, and in one commit group."""
    queue_appends_max: int = 8_192
    """Appends that wait for a commit in this process."""
    queue_wait_s: float = 10.0
    """How long a caller waits for room in the queue."""
    answer_wait_s: float = 30.0
    """How long a caller waits for the verdict once its append is queued."""
    lock_wait_s: float = 10.0
    """How long a commit or a read waits for another process's lock on the file."""
    readers_max: int = 8
    """Idle read connections kept open; more are opened under load and closed again."""
    writer_cache_kib: int = 16_384
    """SQLite page cache of the writing connection."""
    reader_cache_kib: int = 4_096
    """SQLite page cache of each reading connection."""
    streams_cached_max: int = 1_024
    """Streams whose events are kept decoded."""
    stream_events_cached_max: int = 64
    """Events of one stream kept decoded; longer streams are read from the file."""
    stream_bytes_cached_max: int = 32_768
    """Bytes of one stream's states kept decoded; larger streams are read from the file."""


APPEND_WAIT_S = 12.0
"""How long a record is sent to Kafka again until the log is asked for its outcome: longer than a fail-over."""
CONNECT_WAIT_S = 10.0
"""How long to look for a broker when a journal is opened."""
REQUEST_WAIT_MS = 2_000
"""How long one request to a broker may take before another broker is asked."""
LEADER_ASKED_MS = 250
"""How long the leader may be silent until another broker is asked who leads now, and how often while it is."""
SILENT_WAIT_MS = 100
"""How long at a time a connection to a broker that left a request unanswered is waited for, before others are asked."""
RETRY_PAUSE_MS = 50
"""Between two requests for who leads a partition without a leader."""
RECONNECT_PAUSE_MS = 10
RECONNECT_PAUSE_MAX_MS = 200
"""Between two attempts to connect to one broker."""
READ_WAIT_S = 10.0
"""How long a commit waits for records that the log holds."""
FETCH_BYTES_MAX = 16_000_000
"""Bytes of one fetch; a larger record comes alone."""
BATCH_BYTES_MAX = 1_000_000
"""Bytes of records in one record batch; a larger record is one alone."""
RECORD_BYTES = 4_096
"""A commit group on Kafka is packed into records up to this size: reading one event reads its record."""
TAIL_WAIT_MS = 500
"""How long one request of the tail waits at the broker for others' records."""
TAIL_QUIET_S = 0.005
"""The tail rests while this process appended within so many seconds: an append shows what came before it."""
TAIL_REST_S = 0.1
"""The same while an append is under way."""
TAIL_PAUSE_MAX_S = 0.2
"""The longest pause of the tail between two tries to reach the log's leader: others' appends are seen so much later."""
TAIL_REFUSED_PAUSE_S = 1.0
"""Before the tail looks again at a log that is not the one that was read."""
GATHER_S = 0.0005
"""How long the committing caller waits for as many others as were in the last group, if those were several."""
FOLD_RECORDS_MAX = 512
"""Log records folded into the index at once."""
FOLD_BYTES = 16_000_000
"""A transaction folds so many bytes of records, and those of one step more: half a second's work."""
FOLD_CACHE_KIB = 65_536
"""SQLite page cache of the writing connection while an index is many transactions behind its log."""
SCAN_APPENDS_MAX = 2_000
"""Appends fetched by one query of a notification scan."""
SCAN_EVENTS_MIN = 1_000
"""Events looked through by one query of a scan for some types only."""
WHOLE_BYTES_MAX = 16_384
"""Of a longer log record only a part is read where a stream has events in it: copying it costs more than they do."""
PART_BYTES = 1_024
"""That part has so many bytes for each event, and more where they turn out to be larger."""
PART_GROWTH = 8
"""So many times as many, again and again."""
PARTS_MAX = 8
"""Parts read of one record; for more it is read as a whole."""
RECORDS_MAX = 64
"""Log records held at once while many streams are read."""
KEYS_MAX = 256
"""Keys in one SQL `IN` list."""
SUBSCRIPTION_EVENTS_MAX = 500
"""Events a subscription reads ahead."""
POLL_S = 0.05
"""How often a waiting subscription looks for another process's appends."""
WAL_PAGES_MAX = 500
"""Pages in SQLite's write-ahead log (2 MB) before it is copied into the file and used again from its start."""
INDEX_WAL_PAGES_MAX = 16_000
"""The same of an index (64 MB), which is not synchronised at each commit and mostly copied back beside the commits."""
COPY_BACK_S = 0.2
"""How often that is done while something is written."""
FINDINGS_MAX = 1_000
"""Findings `verify` lists before it stops counting."""
