"""Logs: one line for each thing handled, with its cause; JSON on a server, readable on a terminal, never personal."""

import logging
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog
from structlog.typing import Processor


def configure_logs(*, as_json: bool, level: str, stream: TextIO | None = None) -> None:
    """Send structlog's lines to `stream` (standard error if none) from this level on."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[*_processors(as_json=as_json)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )


def _processors(*, as_json: bool) -> Iterable[Processor]:
    yield structlog.contextvars.merge_contextvars
    yield structlog.processors.add_log_level
    yield structlog.processors.TimeStamper(fmt="iso", utc=True)
    if as_json:
        yield structlog.processors.ExceptionRenderer()
        yield structlog.processors.JSONRenderer(ensure_ascii=False)
        return
    yield structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)  # no locals
