"""What is done to the connections between some of a fleet and all brokers."""

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event

from infra.kafka.connection import SCHEME
from tests.support.broker import FaultyCluster
from tests.support.proxy import Proxy, Way

BYTES_BEFORE_CUT_MAX = 4_000
"""Some requests and answers; a cut falls into the midst of one."""


class NetworkFaults:
    """Faults for the connections that pass the proxies, chosen by the dice."""

    def __init__(self, bootstrap: str, proxies: list[Proxy], dice: random.Random) -> None:
        self.bootstrap = bootstrap
        self.dice = dice
        self._proxies = proxies
        self._kinds: list[tuple[str, Callable[[Proxy], None]]] = [
            ("answers are lost", lambda proxy: proxy.drop(Way.BACK)),
            ("requests are lost", lambda proxy: proxy.drop(Way.THERE)),
            ("requests arrive late", lambda proxy: proxy.hold(Way.THERE)),
            ("answers arrive late", lambda proxy: proxy.hold(Way.BACK)),
            ("everything takes longer", lambda proxy: proxy.delay(dice.uniform(0.02, 0.5))),
            ("nobody can connect", lambda proxy: proxy.cut()),
            ("connections end", lambda proxy: proxy.cut_once()),
            ("requests break off", lambda proxy: proxy.cut_after(dice.randrange(BYTES_BEFORE_CUT_MAX), Way.THERE)),
            ("answers break off", lambda proxy: proxy.cut_after(dice.randrange(BYTES_BEFORE_CUT_MAX), Way.BACK)),
        ]

    def url(self, topic: str) -> str:
        """The journal as it is reached through the proxies."""
        return f"{SCHEME}{self.bootstrap}/{topic}"

    def each_once(self, seconds_max: float) -> Iterator[str]:
        """Every fault once, in any order, to one broker's connections or to all, and over when it is named."""
        for name, hurt in self.dice.sample(self._kinds, len(self._kinds)):
            for proxy in self._proxies if self.dice.random() < 0.7 else [self.dice.choice(self._proxies)]:
                hurt(proxy)
            Event().wait(self.dice.uniform(0.5, seconds_max))
            for proxy in self._proxies:
                proxy.pass_on()
            yield name


@contextmanager
def between(cluster: FaultyCluster, dice: random.Random) -> Iterator[NetworkFaults]:
    """Proxies before all brokers of a cluster that was made for them."""
    with ExitStack() as stack:
        proxies = [
            stack.enter_context(Proxy(broker.proxied.advertised, broker.proxied.port))
            for broker in cluster.brokers
            if broker.proxied
        ]
        yield NetworkFaults(cluster.bootstrap_proxied, proxies, dice)
