"""Where the ledgers of all platforms are: a file each, or a Kafka topic each; found, and opened when first needed."""

import time
from pathlib import Path
from typing import Final, Protocol

from caseledger.application.gateway import PLATFORM_NAME
from infra.journal import Durability, Journal, KafkaOptions, Limits, open_journal
from infra.journal.index_files import with_own_index
from infra.journal.observer import Observer
from infra.kafka.admin import administering
from infra.kafka.connection import Brokers
from schemas.topics import TopicKind, topic_name

LIMITS: Final = Limits(append_bytes_max=8_000_000)
"""One decision may credit many thousand reporters, and a policy's whole text is one event."""

JOURNAL_FILE: Final = "journal.sqlite"
INDEX_FOLDER: Final = "index"
OWNER_ONLY: Final = 0o700

TOPICS_KEPT_S: Final = 2.0
"""How long a list of the brokers' topics is good for."""


class Ledgers(Protocol):
    """The journals of a deployment, by platform."""

    def platforms(self) -> tuple[str, ...]:
        """The platforms that have one, by name. Raises `InterfaceError` when that cannot be known."""

    def has(self, platform: str) -> bool:
        """Whether this one has; the name is one that a platform may have."""

    def open(self, platform: str, observer: Observer) -> Journal:
        """The platform's journal. Raises `InterfaceError`."""


class FileLedgers:
    """A SQLite file for each platform, `<data>/platforms/<platform>/journal.sqlite`; made when first opened."""

    def __init__(self, data: Path) -> None:
        """Nothing is made yet."""
        self._folder = data / "platforms"

    def platforms(self) -> tuple[str, ...]:
        """Those with a file."""
        if not self._folder.is_dir():
            return ()
        return tuple(sorted(entry.name for entry in self._folder.iterdir() if (entry / JOURNAL_FILE).is_file()))

    def has(self, platform: str) -> bool:
        """Whether its file is there."""
        return self.file(platform).is_file()

    def file(self, platform: str) -> Path:
        """Where a platform's journal is."""
        return self._folder / platform / JOURNAL_FILE

    def open(self, platform: str, observer: Observer) -> Journal:
        """Open it, or make it."""
        file = self.file(platform)
        make_folder(file.parent)
        return open_journal(f"sqlite:///{file.resolve()}", limits=LIMITS, observer=observer)


class KafkaLedgers:
    """A topic for each platform; this process's index of it is in `<data>/platforms/<platform>/index`."""

    def __init__(self, brokers: Brokers, data: Path, durability: Durability, *, create: bool) -> None:
        """Nothing is connected yet. With `create`, a platform's topic is made when it is first opened."""
        self._brokers = brokers
        self._folder = data / "platforms"
        self._durability = durability
        self._create = create
        self._found: tuple[str, ...] = ()
        self._found_at: float | None = None

    def platforms(self) -> tuple[str, ...]:
        """Those with a ledger topic. A topic that is called like one, but of no platform, is somebody else's."""
        if self._found_at is None or time.monotonic() - self._found_at > TOPICS_KEPT_S:
            ending = f".{TopicKind.LEDGER}"
            with administering(self._brokers) as admin:
                names = [name.removesuffix(ending) for name in admin.topics() if name.endswith(ending)]
            self._found = tuple(sorted(filter(PLATFORM_NAME.fullmatch, names)))
            self._found_at = time.monotonic()
        return self._found

    def has(self, platform: str) -> bool:
        """Whether its topic is there."""
        if platform not in self._found:
            self._found_at = None
        return platform in self.platforms()

    def open(self, platform: str, observer: Observer) -> Journal:
        """Open it with an index of this process's own."""
        folder = self._folder / platform / INDEX_FOLDER
        make_folder(folder)

        def with_index(index: Path) -> Journal:
            options = KafkaOptions(index, self._durability, create=self._create, security=self._brokers.security)
            url = f"kafka://{self._brokers}/{topic_name(platform, TopicKind.LEDGER)}"
            return open_journal(url, limits=LIMITS, kafka=options, observer=observer)

        return with_own_index(folder, with_index)


def make_folder(folder: Path) -> None:
    """Make it and those above it, for the owner only, unless they are there."""
    for each in (*reversed(folder.parents), folder):
        if not each.is_dir():
            each.mkdir(exist_ok=True, mode=OWNER_ONLY)
