"""The runs behind `caseledger kafka`."""

import sys

from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import usage
from caseledger.cli.output import print_json, show, table, words
from caseledger.cli.session import opened
from infra.local_kafka.jars import KAFKA_VERSION
from infra.local_kafka.local import COUNTS, LocalKafka, Status, Up, Wanted
from infra.local_kafka.telling import silent

FOLDER = "kafka"
"""Permanent: in the data folder."""


def up(brokers: int | None, port: int | None, fast_failover: bool | None, *, as_json: bool) -> None:  # noqa: FBT001 - a choice with three values
    """Start it."""
    if brokers is not None and brokers not in COUNTS:
        raise usage(f"--brokers {brokers}: one broker or three; two would be no more durable than one")
    with opened() as caseledger:
        ended = _local(caseledger).up(Wanted(brokers, port, fast_failover), silent if as_json else _tell)
    if as_json:
        print_json({"bootstrap": ended.bootstrap})
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _up_lines(ended)))


def down(*, as_json: bool) -> None:
    """Stop it."""
    with opened() as caseledger:
        stopped = _local(caseledger).down()
    if as_json:
        print_json({"stopped": stopped.brokers})
        return
    ran = [f"broker {words(stopped.brokers)}"] * bool(stopped.brokers) + ["the controller"] * stopped.controller
    sys.stdout.write(f"stopped: {' and '.join(ran)}; what was written is kept\n" if ran else "nothing ran\n")


def status(*, as_json: bool) -> None:
    """Show it."""
    with opened() as caseledger:
        told = _local(caseledger).status()
    running = [] if told is None else [broker for broker in told.brokers if broker.pid is not None]
    if as_json:
        brokers = [{"id": broker.id, "pid": broker.pid, "address": broker.address} for broker in running]
        print_json({"bootstrap": told.bootstrap if told and running else None, "brokers": brokers})
    elif told is None or not (running or (told.controller and told.controller.pid)):
        sys.stdout.write("no broker runs; `caseledger kafka up` starts what there is, or a new one\n")
    else:
        _show(told)


def _show(told: Status) -> None:
    nodes = [(str(each.id), each) for each in told.brokers]
    if told.controller is not None:
        nodes.append(("controller", told.controller))
    rows = [(name, each.address, each.pid or "does not run") for name, each in nodes]
    show([f"Kafka {KAFKA_VERSION}: {told.bootstrap}", table(None, ("#broker", "!address", "#process"), rows)])
    if any(each.pid is None for _, each in nodes):
        sys.stdout.write("\n`caseledger kafka up` starts what does not run\n")


def _local(caseledger: Caseledger) -> LocalKafka:
    return LocalKafka(caseledger.settings.data.resolve() / FOLDER)


def _up_lines(ended: Up) -> list[str]:
    what = "runs already" if not ended.started else "is up"
    lines = [f"Kafka {KAFKA_VERSION} {what}: {ended.bootstrap}", f"export CASELEDGER_KAFKA={ended.bootstrap}"]
    if ended.brokers == 1:
        lines.append("export CASELEDGER_JOURNAL_DURABILITY=single")
    return lines


def _tell(line: str) -> None:
    sys.stderr.write(f"{line} …\n")
    sys.stderr.flush()
