"""The only place that joins the parts: settings in, a running caseledger out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import structlog

from caseledger.application.gateway import PLATFORM_NAME, Gateway
from caseledger.application.keeping import READ_MODELS, TimeKeeper
from caseledger.application.service import Service
from caseledger.application.topic_intake import Meter, TopicIntake
from caseledger.event_codec import from_stored
from caseledger.settings import LogFormat, Settings
from consumers.inbound import Inbound
from consumers.messages import Sink
from domain.events import Event
from domain.recorded import Recorded
from infra.clock import SystemClock
from infra.journal import Durability, Journal, JournalProcessRecorder
from infra.journal.observer import UNOBSERVED, Observer
from infra.kafka.connection import Brokers
from infra.ledger import JournalLedger
from infra.ledgers import OWNER_ONLY, FileLedgers, KafkaLedgers, Ledgers
from infra.logs import configure_logs
from infra.mappings import mappings_in
from infra.packs import packs_in
from infra.platform_secret import FileSecrets
from projections import catalogue
from projections.catch_up import BATCH_EVENTS_MAX, CatchUp
from projections.ports import Source
from projections.read_model import ReadModel
from schemas.cloudevents import CloudEvents
from schemas.registry import published
from schemas.topics import TopicKind

if TYPE_CHECKING:
    from infra.kafka.publisher import PublicTopic
    from infra.read_models.store import ReadModelStore

READ_MODELS_FILE = "read-models.sqlite"

log = structlog.get_logger(__name__)


class BrokersNotNamed(Exception):  # noqa: N818 - named as the sentence it says
    """What was asked for needs Kafka, and nobody said where it is."""


def _unobserved(_platform: str) -> Observer:
    return UNOBSERVED


class Caseledger:
    """Everything one process uses, opened when it is first needed. Close it, or use it as a context."""

    def __init__(self, settings: Settings, observer_of: Callable[[str], Observer] = _unobserved) -> None:
        """Bind the settings, and who is told how the journal of a platform does; nothing is opened yet."""
        self.settings = settings
        self._observer_of = observer_of
        self.clock = SystemClock()
        self._journals: dict[str, Journal] = {}
        self._ledgers: dict[str, JournalLedger] = {}
        self._keepers: dict[str, TimeKeeper] = {}

    def __enter__(self) -> Self:
        """Use it as a context."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close everything."""
        self.close()

    @cached_property
    def shipped(self) -> dict[str, tuple[str, ...]]:
        """The texts of the packs at hand, by platform."""
        return packs_in(self.settings.policies)

    @cached_property
    def mappings(self) -> dict[int, str]:
        """The texts of the mappings of statements at hand, by version."""
        return mappings_in(self.settings.mappings)

    @cached_property
    def brokers(self) -> Brokers | None:
        """Where Kafka is, None where ledgers are kept in files."""
        return self.settings.brokers()

    @cached_property
    def ledgers(self) -> Ledgers:
        """Where the ledgers are."""
        settings = self.settings
        if self.brokers is None:
            return FileLedgers(settings.data)
        durability = Durability(settings.journal_durability)
        return KafkaLedgers(self.brokers, settings.data, durability, create=settings.journal_create)

    @cached_property
    def gateway(self) -> Gateway:
        """Where requests come in."""
        return Gateway(self._open_service, self.has_journal, self.shipped)

    @cached_property
    def read_models(self) -> "ReadModelStore":
        """The database of the read models, with every table there."""
        from infra.read_models import store as stores  # noqa: PLC0415 - slow to load, and not every process needs it

        url = self.settings.read_models_url
        if url is None:
            self._data_folder()
            place = f"sqlite:///{self.settings.data.resolve() / READ_MODELS_FILE}"
        else:
            place = url.get_secret_value()
        store = stores.ReadModelStore.open(place)
        store.prepare(catalogue.read_models())
        return store

    @contextmanager
    def building_folder(self) -> Iterator[Path | None]:
        """A folder to build read models in beside the live ones; None where those are in memory."""
        from infra.read_models import building  # noqa: PLC0415 - as above

        if not self.read_models.can_take_over:
            yield None
            return
        self._data_folder()
        with building.building_folder(
            self.read_models.file or self.settings.data.resolve() / READ_MODELS_FILE
        ) as folder:
            yield folder

    def read_models_beside(self, file: Path, models: Sequence[ReadModel]) -> "ReadModelStore":
        """A store in a new file, for these read models to be built in."""
        from infra.read_models import store as stores  # noqa: PLC0415 - as above

        return stores.ReadModelStore.beside(file, models)

    @property
    def where(self) -> str:
        """Where the ledgers are, in words."""
        return str(self.settings.data) if self.brokers is None else f"Kafka at {self.brokers}"

    def platforms(self) -> tuple[str, ...]:
        """The platforms that have a journal here, by name."""
        return self.ledgers.platforms()

    def has_journal(self, platform: str) -> bool:
        """Whether this platform was ever written to."""
        return PLATFORM_NAME.fullmatch(platform) is not None and self.ledgers.has(platform)

    def ledger(self, platform: str) -> JournalLedger:
        """The platform's ledger; its journal is made if there is none."""
        ledger = self._ledgers.get(platform)
        if ledger is None:
            journal = self._journals[platform] = self.ledgers.open(platform, self._observer_of(platform))
            ledger = JournalLedger(JournalProcessRecorder(journal), _schema_text)
            self._ledgers[platform] = ledger
        return ledger

    @property
    def has_opened(self) -> bool:
        """Whether any ledger is open: before that, nothing can be under way to one."""
        return bool(self._journals)

    def journal(self, platform: str) -> Journal:
        """The journal under the platform's ledger."""
        self.ledger(platform)
        return self._journals[platform]

    def facts(self, platform: str, after_position: int, limit: int) -> Sequence[Recorded[Event]]:
        """At most `limit` events of the platform after a position, in order."""
        return [from_stored(stored) for stored in self.ledger(platform).since(after_position, limit)]

    def source(self, platform: str, models: Sequence[ReadModel]) -> Source:
        """The platform's events for these read models. Types that none of them takes are passed over undecoded, but
        for the last of a batch, which says how far it went; not where a read model looks at every event's moment.
        """
        ledger = self.ledger(platform)
        wanted = {kind.TYPE for model in models for kind in model.handlers}
        if any(model.newest is not None for model in models):
            return lambda after_position, limit: self.facts(platform, after_position, limit)

        def read(after_position: int, limit: int) -> Sequence[Recorded[Event]]:
            batch = ledger.since(after_position, limit)
            return [from_stored(stored) for stored in batch if stored.topic in wanted or stored is batch[-1]]

        return read

    def catch_up(self, platform: str, models: Sequence[ReadModel] = (), batch_max: int = BATCH_EVENTS_MAX) -> CatchUp:
        """What brings these read models, or all of them, up to the ledger's end.

        Read models that are ahead of the ledger are of another one that was here before: they begin anew.
        """
        chosen = models or catalogue.read_models()
        store = self.read_models
        positions = store.positions(platform)
        ledger = self.ledger(platform)
        furthest = max((positions.get(model.name, 0) for model in chosen), default=0)
        if furthest > ledger.head():
            ledger.refresh()  # what others wrote may not be folded here yet
        head = ledger.head()  # looked at last: it only grows
        foreign = [model for model in chosen if positions.get(model.name, 0) > head]
        if foreign:
            log.warning("read_models_ahead_of_ledger", platform=platform, names=[model.name for model in foreign])
            store.reset(platform, foreign)
        return CatchUp(platform, chosen, self.source(platform, chosen), store, batch_max)

    def keeper(self, platform: str) -> TimeKeeper:
        """What keeps the time of a platform that has a journal; it remembers what it set aside."""
        keeper = self._keepers.get(platform)
        if keeper is None:
            from caseledger.due_tables import DueTables  # noqa: PLC0415 - as above

            work = self.catch_up(platform, [catalogue.by_name(name) for name in READ_MODELS])
            tables = DueTables(platform, self.read_models, work)
            keeper = self._keepers[platform] = TimeKeeper(self._open_service(platform), tables)
        return keeper

    def topic_intake(self, platform: str, meter: Meter, *, skip_lost: bool = False) -> TopicIntake:
        """What takes a platform's topic of reports into its ledger. Raises `PlatformUnknown`, `BrokersNotNamed`."""
        from infra.kafka.intake import intake_topics, schema_by_id  # noqa: PLC0415 - as above

        brokers = self.brokers_named()
        self.gateway.check_known(platform)
        ledger = self.ledger(platform)
        topics = intake_topics(brokers, platform, ledger.tracked, skip_lost=skip_lost)
        inbound = Inbound(published(), schema_by_id(self.settings.schema_registry()))
        row_max = self.settings.consume_poison_row_max
        return TopicIntake(platform, ledger, self.gateway.service_for, topics, inbound, meter, poison_row_max=row_max)

    def sink(self, name: str) -> Sink:
        """What puts messages onto topics; `name` is how the brokers' logs call it. Raises `BrokersNotNamed`."""
        from infra.kafka.sink import KafkaSink  # noqa: PLC0415 - as above

        return KafkaSink(self.brokers_named(), f"caseledger-{name}")

    def public_topic(self, platform: str) -> "PublicTopic":
        """The topic that a platform's events are published to. Raises `BrokersNotNamed`."""
        from infra.kafka.publisher import PublicTopic  # noqa: PLC0415 - as above
        from infra.kafka.wanted import wanted_topic  # noqa: PLC0415 - as above

        replicated = Durability(self.settings.journal_durability) is Durability.REPLICATED
        wanted = wanted_topic(platform, TopicKind.EVENTS, replicated=replicated)
        return PublicTopic(self.brokers_named(), platform, wanted if self.settings.journal_create else None)

    def cloud_events(self, platform: str) -> CloudEvents:
        """What makes records of a platform's events, in the frame of the schema registry where one is configured."""
        from infra.kafka.registry_frame import cloud_events  # noqa: PLC0415 - as above

        return cloud_events(platform, self.settings.schema_registry())

    def brokers_named(self) -> Brokers:
        """Where Kafka is. Raises `BrokersNotNamed`."""
        if self.brokers is None:
            raise BrokersNotNamed("no brokers are named: set CASELEDGER_KAFKA to host:port, several with commas")
        return self.brokers

    def close(self) -> None:
        """Close what was opened."""
        for journal in self._journals.values():
            journal.close()
        self._journals.clear()
        self._ledgers.clear()
        self._keepers.clear()
        opened = self.__dict__.pop("read_models", None)
        if opened is not None:
            opened.close()

    def _open_service(self, platform: str) -> Service:
        secrets = FileSecrets(self.settings.data / "secrets")
        return Service(platform, self.ledger(platform), secrets, self.clock)

    def _data_folder(self) -> None:
        self.settings.data.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)


def start(
    settings: Settings | None = None,
    *,
    terminal: bool = False,
    observer_of: Callable[[str], Observer] = _unobserved,
) -> Caseledger:
    """A caseledger by these settings, or by the environment's, with its logs set up."""
    chosen = settings or Settings()
    as_json = chosen.log_format is LogFormat.JSON or (chosen.log_format is LogFormat.AUTO and not terminal)
    configure_logs(as_json=as_json, level=chosen.log_level)
    return Caseledger(chosen, observer_of)


def _schema_text(name: str) -> str:
    return published().schema(name).text
