"""Logs: one line for each thing handled, with its cause; JSON on a server, readable on a terminal, never personal."""

import logging
import sys
from collections.abc import Iterable
from typing import Final, TextIO

import structlog
from structlog.typing import Processor

BROKER_CLIENT: Final = "kafka"
"""The client's own logger. It tells every attempt at every connection; what came of them we tell ourselves, once."""


def configure_logs(*, as_json: bool, level: str, stream: TextIO | None = None) -> None:
    """Send structlog's lines to `stream` (standard error if none) from this level on."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[*_processors(as_json=as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    _quiet_broker_client(out, as_json=as_json, level=level)


def _processors(*, as_json: bool) -> Iterable[Processor]:
    yield structlog.contextvars.merge_contextvars
    yield structlog.processors.add_log_level
    yield structlog.processors.TimeStamper(fmt="iso", utc=True)
    if as_json:
        yield structlog.processors.ExceptionRenderer()
        yield structlog.processors.JSONRenderer(ensure_ascii=False)
        return
    yield structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)  # no locals


def _quiet_broker_client(out: TextIO, *, as_json: bool, level: str) -> None:
    """Show what it says only to who asked for everything; and never its debug lines, which hold the bytes that are
    sent: messages of persons, and passwords.
    """
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_processors(as_json=as_json)],
        )
    )
    client = logging.getLogger(BROKER_CLIENT)
    client.handlers[:] = [handler]
    client.propagate = False
    client.setLevel(logging.INFO if level.lower() == "debug" else logging.CRITICAL + 1)
