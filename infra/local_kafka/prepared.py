"""What is made once for a version and then used by every start: an archive of loaded classes, and formatted storage.

With the archive a broker answers after half a second instead of two and a half. It is made by running a broker of its
own for a moment, with the work that a start and a first client bring, and is never needed: without it all is slower.
"""

import secrets
import shutil
import subprocess
from base64 import urlsafe_b64encode
from dataclasses import replace
from pathlib import Path
from typing import Final

import structlog
from kafka.errors import KafkaError

from infra.local_kafka import private
from infra.local_kafka.alone import alone
from infra.local_kafka.broker import CONFIGURATION, DATA, ENVIRONMENT, Broker, end
from infra.local_kafka.clients import exercise, wait_until_up
from infra.local_kafka.errors import BrokerEnded, LocalKafkaRefused
from infra.local_kafka.plan import BrokerPlan, ClusterPlan
from infra.local_kafka.ports import free_ports
from infra.local_kafka.runtime import FORMAT_MAIN, Runtime
from infra.local_kafka.telling import Tell, silent

ARCHIVE: Final = "classes.aot"
CHECKPOINT: Final = "bootstrap.checkpoint"
"""What formatting writes beside `meta.properties`: the features a cluster begins with, the same for every one."""

ARCHIVED_S_MAX: Final = 120.0
"""How long the broker that is run for the archive may take to write it."""

FORMAT_S_MAX: Final = 60.0
READY_S_MAX: Final = 60.0
PREPARED_S_MAX: Final = 300.0
"""How long another process that prepares is waited for: longer than all that it may take."""

log = structlog.get_logger(__name__)


def prepared(runtime: Runtime, cache: Path, tell: Tell = silent) -> tuple[Runtime, Path]:
    """The runtime with its archive, and the folder with the checkpoint; made now if the cache holds none."""
    private.make_folder(cache)
    folder = cache / runtime.key
    with alone(cache / "lock", PREPARED_S_MAX):
        if not (folder / CHECKPOINT).is_file():
            tell("making an archive of Apache Kafka's classes, once for this version")
            _make(runtime, folder)
            _forget_others(folder)
    archive = folder / ARCHIVE
    return (replace(runtime, archive=archive) if archive.is_file() else runtime), folder


def new_id() -> str:
    """An id as Apache Kafka makes them: sixteen random bytes in 22 letters, the first of which is no hyphen."""
    while True:
        made = urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        if not made.startswith("-"):
            return made


def format_storage(broker: Broker, cluster_id: str, checkpoint: Path) -> None:
    """Make the broker's log folder as `kafka-storage format` would."""
    private.make_folder(broker.data)
    private.write(broker.data / CHECKPOINT, (checkpoint / CHECKPOINT).read_bytes())
    told = f"version=1\ncluster.id={cluster_id}\nnode.id={broker.id}\ndirectory.id={new_id()}\n"
    private.write(broker.data / "meta.properties", told.encode("ascii"))


def _make(runtime: Runtime, folder: Path) -> None:
    """Build beside, then take the name: what has the name is whole."""
    port, controller = free_ports(2)
    plan = ClusterPlan(new_id(), (BrokerPlan(1, port, controller),))
    building = folder.with_name("building")
    broker = Broker(plan.brokers[0], building / "broker")
    end([broker])  # one that was left behind by a process that was killed
    shutil.rmtree(building, ignore_errors=True)
    for made in (building, broker.folder):
        private.make_folder(made)
    private.write(broker.folder / CONFIGURATION, plan.properties(broker.plan, DATA).encode("ascii"))
    _format(runtime, broker, plan.cluster_id)
    private.write(building / CHECKPOINT, (broker.data / CHECKPOINT).read_bytes())
    _archive(runtime, broker, building / ARCHIVE)
    shutil.rmtree(broker.folder)
    shutil.rmtree(folder, ignore_errors=True)
    building.rename(folder)


def _format(runtime: Runtime, broker: Broker, cluster_id: str) -> None:
    command = runtime.command(FORMAT_MAIN, "format", "-t", cluster_id, "-c", CONFIGURATION)
    done = subprocess.run(  # noqa: S603 - our own command
        command, check=False, capture_output=True, text=True, timeout=FORMAT_S_MAX, cwd=broker.folder, env=ENVIRONMENT
    )
    if done.returncode:
        raise BrokerEnded(f"Apache Kafka could not format its storage: {(done.stderr or done.stdout).strip()}")


def _archive(runtime: Runtime, broker: Broker, archive: Path) -> None:
    """Run a broker that writes the archive when it ends. All works without it, so a failure is only logged."""
    partial = archive.with_name("partial.aot")
    try:
        broker.start(runtime, (f"-XX:AOTCacheOutput={partial}",))
        wait_until_up([broker], READY_S_MAX)
        exercise(broker.address)
        end([broker], ARCHIVED_S_MAX)
    except (LocalKafkaRefused, KafkaError) as error:
        log.warning("kafka_archive_not_made", reason=str(error))
    finally:
        end([broker])
    if partial.is_file():
        partial.replace(archive)


def _forget_others(folder: Path) -> None:
    """Archives of other versions are of no use any more; brokers that run with one keep it until they end."""
    for other in folder.parent.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)
