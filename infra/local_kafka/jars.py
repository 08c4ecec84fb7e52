"""Apache Kafka's jars: which ones, fetched when they are missing, and each compared with its locked SHA-256."""

import hashlib
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.local_kafka.errors import JarChanged, JarMissing, NotInstalled
from infra.local_kafka.telling import Tell, silent

if TYPE_CHECKING:
    from jgo.maven import MavenContext

KAFKA_VERSION: Final = "4.2.0"

ENDPOINT: Final = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}+org.slf4j:slf4j-simple:1.7.36"
"""What the lock was resolved from."""

LOCK: Final = Path(__file__).with_name("jars.lock")

FETCHERS: Final = 4
"""Jars fetched at the same time."""

FETCH_TRIES_MAX: Final = 3
FETCH_PAUSE_S: Final = 0.5
"""Between two tries: networks have hiccups."""

EXTRA: Final = "install it with the extra kafka-local: pip install 'caseledger[kafka-local]'"


@dataclass(frozen=True, slots=True)
class Jar:
    """One file of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def name(self) -> str:
        """`group:artifact:version`."""
        return f"{self.group}:{self.artifact}:{self.version}"

    @property
    def path(self) -> Path:
        """Where it is inside a Maven repository."""
        return Path(*self.group.split("."), self.artifact, self.version, f"{self.artifact}-{self.version}.jar")


def locked() -> tuple[Jar, ...]:
    """Every jar, in the order of the class path."""
    lines = (line.split() for line in LOCK.read_text(encoding="ascii").splitlines() if line and line[0] != "#")
    names = ((*name.split(":"), sha256) for name, sha256 in lines)
    return tuple(Jar(group, artifact, version, sha256) for group, artifact, version, sha256 in names)


def class_path(jars: Sequence[Jar] | None = None, tell: Tell = silent) -> tuple[Path, ...]:
    """The files of the jars, those of the lock if none are named: all there, all as locked. Missing ones are fetched.

    Raises `NotInstalled` without the extra, `JarMissing` and `JarChanged` naming the jar.
    """
    context = _context()
    repository = Path(context.repo_cache)
    chosen = locked() if jars is None else jars
    missing = [jar for jar in chosen if not (repository / jar.path).is_file()]
    if missing:
        tell(f"fetching jars of Apache Kafka {KAFKA_VERSION}, once: {len(missing)}")
        _fetch_all(context, missing)
    for jar in chosen:
        _check(jar, repository / jar.path)
    return tuple(repository / jar.path for jar in chosen)


def _context() -> "MavenContext":
    """The Maven repositories of jgo's own configuration; the local one is where it keeps what it fetched."""
    try:
        from jgo.config import GlobalSettings  # noqa: PLC0415 - of the extra
        from jgo.constants import MAVEN_CENTRAL_URL  # noqa: PLC0415
        from jgo.maven import MavenContext  # noqa: PLC0415
    except ImportError as error:
        raise NotInstalled(f"a local Kafka needs jgo, which is not installed; {EXTRA}") from error
    settings = GlobalSettings.load()
    remote = {"central": MAVEN_CENTRAL_URL, **settings.repositories}
    return MavenContext(repo_cache=settings.repo_cache, remote_repos=remote)


def _fetch_all(context: "MavenContext", missing: Sequence[Jar]) -> None:
    """Fetch into a folder of its own first, so that a jar that is there is whole."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - of the extra

    repository = Path(context.repo_cache)
    repository.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".caseledger-", dir=repository) as folder:
        staging = MavenContext(repo_cache=Path(folder), remote_repos=context.remote_repos)
        with ThreadPoolExecutor(FETCHERS) as pool:
            list(pool.map(lambda jar: _fetch(staging, jar, repository / jar.path), missing))


def _fetch(context: "MavenContext", jar: Jar, target: Path) -> None:
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    for tries_left in reversed(range(FETCH_TRIES_MAX)):
        try:
            fetched = Path(artifact.resolve())
            break
        except (RuntimeError, OSError) as error:  # what requests raises is an OSError
            (Path(context.repo_cache) / jar.path).unlink(missing_ok=True)  # a part of it would pass for the whole
            if not tries_left:
                raise JarMissing(
                    f"{jar.name} is not in the local Maven repository and could not be fetched "
                    f"({type(error).__name__}); nothing was started. Make a Maven repository reachable, or name one in "
                    "jgo's configuration, and try again"
                ) from error
            time.sleep(FETCH_PAUSE_S)
    _check(jar, fetched)
    target.parent.mkdir(parents=True, exist_ok=True)
    fetched.replace(target)


def _check(jar: Jar, file: Path) -> None:
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != jar.sha256:
        raise JarChanged(
            f"{jar.name} is not the jar that was locked: {file} has SHA-256 {found}, the lock says {jar.sha256}; "
            "nothing was started. Delete the file to have it fetched again, and find out who changed it"
        )
