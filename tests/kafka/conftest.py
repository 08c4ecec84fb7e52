"""Faults are drawn from one seed, which is printed and can be given back."""

import os
import random

import pytest

SEED = "CASELEDGER_FAULT_SEED"
"""The environment's choice; without it, every run draws its own."""


@pytest.fixture
def dice(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> random.Random:
    """The dice of one test, thrown the same way by the same seed."""
    seed = os.environ.get(SEED) or str(random.SystemRandom().randrange(2**32))
    replay = f"{SEED}={seed} pytest {request.node.nodeid}"
    with capsys.disabled():
        print(f"\nfaults: {replay}")  # noqa: T201 - a random test prints its seed
    return random.Random(f"{seed}/{request.node.name}")  # noqa: S311 - replayable
