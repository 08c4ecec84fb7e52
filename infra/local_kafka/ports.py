"""Ports on loopback: whether one is free, and free ones below those that the system hands out by itself."""

import random
import socket
from contextlib import closing
from typing import Final

from infra.local_kafka.errors import PortTaken
from infra.local_kafka.plan import HOST

LOWEST: Final = 1_024
EPHEMERAL: Final = 32_768
"""From here on a client that keeps trying to connect can be given the broker's own port, and talk to itself."""

CHOSEN_FROM: Final = range(20_000, 32_000)
TRIES_MAX: Final = 1_000


def is_free(port: int) -> bool:
    """Whether a server can listen there now."""
    with closing(socket.socket()) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Different free ports, chosen at random so that two who choose at once rarely meet."""
    chosen: list[int] = []
    for _ in range(TRIES_MAX):
        port = random.choice(CHOSEN_FROM)  # noqa: S311 - no secret
        if port not in chosen and is_free(port):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise PortTaken(f"{count} free ports were not found between {CHOSEN_FROM.start} and {CHOSEN_FROM.stop}")
