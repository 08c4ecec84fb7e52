"""`caseledger kafka`: a real Apache Kafka on this machine, without Docker or an installed Java."""

# ruff: noqa: FBT002, PLC0415 - options are keywords to the library; what a command needs is loaded when it runs
from typing import Annotated, Final

import typer

from caseledger.cli.options import AsJson

PORT_MIN: Final = 1_024
PORT_MAX: Final = 32_700
"""Above are ports that the system gives to clients, which could then meet themselves."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    commands = typer.Typer(
        help="A real Apache Kafka on this machine, for trying and testing; with the extra kafka-local.",
        no_args_is_help=True,
    )
    for command in (up, down, status):
        commands.command(command.__name__)(command)
    app.add_typer(commands, name="kafka")


def up(
    brokers: Annotated[
        int | None,
        typer.Option("--brokers", metavar="1|3", help="One broker, or three that keep three copies. At first 1."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            metavar="PORT",
            min=PORT_MIN,
            max=PORT_MAX,
            help="The first broker's port; the others follow, controllers ten further. 9092, or a free one.",
        ),
    ] = None,
    fast_failover: Annotated[
        bool | None,
        typer.Option(
            "--fast-failover/--default-failover",
            help="Notice a broker that is gone after 2 s, or after 9 s as Apache Kafka does by default.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Start Apache Kafka and wait until every broker is ready; what runs already is left as it is.

    What it holds is kept in the data folder under `kafka`, over `down` and `up`, with the choices made at first; port
    and fail-over can be chosen anew while it is down. The jars of Apache Kafka are fetched once, and compared with
    their locked SHA-256 at every start. With --json: {"bootstrap"}.
    """
    from caseledger.cli import local_kafka

    local_kafka.up(brokers, port, fast_failover, as_json=as_json)


def down(as_json: AsJson = False) -> None:
    """Stop the brokers and the controller that `up` started, and nothing else; what they hold is kept.

    With --json: {"stopped"}, the numbers of the brokers that ran.
    """
    from caseledger.cli import local_kafka

    local_kafka.down(as_json=as_json)


def status(as_json: AsJson = False) -> None:
    """Which brokers run, and the controller where it is a process of its own. Status 0 also when none does.

    With --json: {"bootstrap", "brokers": [{"id", "pid", "address"}]} with those that run; `bootstrap` is null when none
    does.
    """
    from caseledger.cli import local_kafka

    local_kafka.status(as_json=as_json)
