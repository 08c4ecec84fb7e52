"""Opening a journal on a Kafka topic: the topic is guarded, the index belongs to this process alone and to this log."""

from collections.abc import Callable

from eventsourcing.persistence import InterfaceError

from infra.journal.database import Database
from infra.journal.files import INDEX
from infra.journal.index import Index
from infra.journal.journal import Journal
from infra.journal.kafka_guard import guard, record_bytes_for
from infra.journal.kafka_log import KafkaLog
from infra.journal.kafka_origin import check_origin
from infra.journal.kafka_topic import create, look
from infra.journal.limits import Limits
from infra.journal.observer import Observer
from infra.journal.opening import opened, set_up
from infra.journal.options import KafkaOptions
from infra.kafka.connection import SCHEME, Brokers


def address_of(url: str) -> tuple[str, str]:
    """The brokers and the topic of `kafka://host:port,…/topic`. Raises `InterfaceError`."""
    brokers, slash, topic = url.removeprefix(SCHEME).partition("/")
    if not brokers or not slash or not topic:
        raise InterfaceError(f"cannot open journal {url!r}: the address is `{SCHEME}host:port,…/topic`")
    return brokers, topic


def open_on_kafka(
    url: str, options: KafkaOptions, limits: Limits, clock: Callable[[], int], observer: Observer
) -> Journal:
    """The journal on this topic. Raises `InterfaceError` naming what is wrong and what mends it."""
    addresses, topic = address_of(url)
    try:
        brokers = Brokers.parse(addresses, options.security)
    except ValueError as error:
        raise InterfaceError(f"cannot open journal {url!r}: {error}") from error
    record_bytes = record_bytes_for(limits.append_bytes_max)
    if options.create:
        create(brokers, topic, options.durability, record_bytes)
    facts = look(brokers, topic)
    guard(facts, options.durability, record_bytes)
    log = KafkaLog(brokers, topic, append_wait_s=options.append_wait_s)
    database = None
    try:
        log.connect()
        database = Database(options.index, limits, kind=INDEX)
        set_up(database, Index(database, log))
        check_origin(database, facts, log.record_at)
        return opened(database, log, limits, clock, fresh=options.fresh_reads, observer=observer)
    except BaseException:
        log.close()
        if database is not None:
            database.close()
        raise
