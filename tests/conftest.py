"""How every test runs: quiet logs, and random tests whose seed is printed at the end and can be given back."""

import logging
import os
import secrets
import signal

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.support.broker import kafka_broker, kafka_cluster  # noqa: F401 - fixtures of every test that asks for one

PROFILE = "HYPOTHESIS_PROFILE"
"""The environment's choice: `fast` (the default) or `deep`, twenty times as many examples."""

_CALM = (HealthCheck.too_slow, HealthCheck.data_too_large)

settings.register_profile(
    "fast", max_examples=25, stateful_step_count=25, deadline=None, database=None, print_blob=True,
    suppress_health_check=_CALM,
)  # fmt: skip
settings.register_profile(
    "deep", max_examples=500, stateful_step_count=50, deadline=None, database=None, print_blob=True,
    suppress_health_check=_CALM,
)  # fmt: skip
settings.load_profile(os.environ.get(PROFILE, "fast"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose a seed where none is given; workers of pytest-xdist get the same one.

    A shell starts what it runs in the background deaf to Ctrl-C, and so would be the commands that are tested.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("hypothesis_seed", None) is None:
        worker = getattr(config, "workerinput", None)
        seed = worker["caseledger_seed"] if worker else str(secrets.randbits(32))
        config.option.hypothesis_seed = seed


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: pytest.Item) -> None:
    """Hand the seed to a worker of pytest-xdist."""
    node.workerinput["caseledger_seed"] = str(node.config.option.hypothesis_seed)  # type: ignore[attr-defined] - a node of xdist


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How to run the same examples again, last of all, quiet or not."""
    profile = os.environ.get(PROFILE, "fast")
    seed = config.getoption("hypothesis_seed")
    terminalreporter.write_line(f"random tests: {PROFILE}={profile} pytest --hypothesis-seed={seed}")


@pytest.fixture(autouse=True)
def _quiet_logs() -> None:
    """Every test begins with logs that go nowhere, whatever the one before it set up."""
    structlog.reset_defaults()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL), cache_logger_on_first_use=False
    )
