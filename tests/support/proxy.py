"""A TCP proxy between clients and a server that can pass, delay, hold, drop and cut, each way by itself.

    with Proxy(listen=20_201, target=20_101) as proxy:
        proxy.drop(Way.BACK)      # requests arrive, answers are lost
        proxy.cut()               # every connection ends at once, as when a host goes away
        proxy.pass_on()           # as if nothing had happened; connections that lost bytes end first

Its methods may be called from any thread, and what they say holds when they return.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from types import TracebackType
from typing import Any, Self, TypeVar

HOST = "127.0.0.1"
PIECE_BYTES_MAX = 1 << 16
CALL_S_MAX = 10.0
END_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER: the other side sees a reset, not an end in good order."""


class Way(Enum):
    """Which way bytes go."""

    THERE = "from the client to the server"
    BACK = "from the server to the client"


@dataclass(frozen=True)
class Rule:
    """What is done with each piece that goes one way; as it stands, it passes."""

    delay_s: float = 0.0
    hold: bool = False
    drop: bool = False
    bytes_left: int | None = None
    """That many still pass, and the next one ends its connection, in the midst of whatever it belongs to."""


PASS = Rule()

Result = TypeVar("Result")


class Proxy:
    """Listens on a port of loopback and connects to another; use it as a context."""

    def __init__(self, listen: int, target: int) -> None:
        """Bind both; it listens when the context begins."""
        self.listen = listen
        self.target = target
        self._rules = dict.fromkeys(Way, PASS)
        self._passed = dict.fromkeys(Way, 0)
        self._dropped = dict.fromkeys(Way, 0)
        self._links: set[_Link] = set()
        self._refusing = False
        self._loop = asyncio.new_event_loop()
        self._changed = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy-{listen}", daemon=True)

    @property
    def address(self) -> str:
        """Where clients connect."""
        return f"{HOST}:{self.listen}"

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        self._server = self._await(asyncio.start_server(self._serve, HOST, self.listen))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every connection, and listen no more."""
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CALL_S_MAX)
        assert not self._thread.is_alive()
        self._loop.close()

    def pass_on(self) -> None:
        """Everything passes again. Connections that lost bytes end: what followed would make no sense."""
        self._now(self._pass_on)

    def delay(self, seconds: float, *ways: Way) -> None:
        """Each piece arrives this much later; both ways if none is named, here and below."""
        self._set(Rule(delay_s=seconds), ways)

    def hold(self, *ways: Way) -> None:
        """Nothing arrives until `pass_on`, when everything does."""
        self._set(Rule(hold=True), ways)

    def drop(self, *ways: Way) -> None:
        """What is sent is lost, and nobody is told."""
        self._set(Rule(drop=True), ways)

    def cut_after(self, count: int, *ways: Way) -> None:
        """When this many bytes have passed, the connection that has the next one ends; all others go on."""
        self._set(Rule(bytes_left=count), ways)

    def cut_once(self) -> None:
        """Every connection ends at once; new ones pass."""
        self._now(self._cut_links)

    def cut(self) -> None:
        """Every connection ends at once, and so does each new one, until `pass_on`."""
        self._now(self._cut)

    def passed(self, way: Way) -> int:
        """Bytes that arrived."""
        return self._passed[way]

    def dropped(self, way: Way) -> int:
        """Bytes that were lost."""
        return self._dropped[way]

    @property
    def connections(self) -> int:
        """Open ones."""
        return len(self._links)

    def _pass_on(self) -> None:
        self._refusing = False
        self._rules = dict.fromkeys(Way, PASS)
        self._tell()
        for link in list(self._links):
            if link.lost:
                link.cut()

    def _cut(self) -> None:
        self._refusing = True
        self._cut_links()

    def _cut_links(self) -> None:
        for link in list(self._links):
            link.cut()

    def _set(self, rule: Rule, ways: tuple[Way, ...]) -> None:
        self._now(lambda: self._rules.update(dict.fromkeys(ways or Way, rule)))
        self._now(self._tell)

    def _tell(self) -> None:
        """Wake whoever waits under the rules of before."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link([writer])
        if self._refusing:
            link.cut()
            return
        self._links.add(link)
        try:
            there_reader, there_writer = await asyncio.open_connection(HOST, self.target)
            link.writers.append(there_writer)
            there = asyncio.create_task(self._pump(reader, there_writer, Way.THERE, link))
            back = asyncio.create_task(self._pump(there_reader, writer, Way.BACK, link))
            await asyncio.wait((there, back), return_when=asyncio.FIRST_COMPLETED)
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
        except OSError:
            link.cut()  # nobody listens there
        finally:
            self._links.discard(link)
            link.end()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Way, link: "_Link") -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE_BYTES_MAX):
                if not await self._arrives(way):
                    self._dropped[way] += len(piece)
                    link.lost = True
                    continue
                whole = len(piece)
                piece = self._as_far_as_it_goes(piece, way)
                writer.write(piece)
                await writer.drain()
                self._passed[way] += len(piece)
                if len(piece) < whole:
                    link.cut()
                    return

    async def _arrives(self, way: Way) -> bool:
        """Whether a piece arrives, once it may."""
        until = self._loop.time() + self._rules[way].delay_s
        while True:
            rule, changed = self._rules[way], self._changed
            left = until - self._loop.time() if rule.delay_s else 0.0
            if rule.drop:
                return False
            if not rule.hold and left <= 0:
                return True
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), None if rule.hold else left)

    def _as_far_as_it_goes(self, piece: bytes, way: Way) -> bytes:
        left = self._rules[way].bytes_left
        if left is None:
            return piece
        rule = PASS if len(piece) > left else replace(self._rules[way], bytes_left=left - len(piece))
        self._rules[way] = rule
        return piece[:left]

    async def _close(self) -> None:
        self._server.close()
        self._refusing = True
        self._cut_links()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        if others:
            await asyncio.wait(others, timeout=CALL_S_MAX)

    def _now(self, work: Callable[[], None]) -> None:
        async def call() -> None:
            work()

        self._await(call())

    def _await(self, work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_S_MAX)


class _Link:
    """A client's connection and the one to the server."""

    def __init__(self, writers: list[asyncio.StreamWriter]) -> None:
        self.writers = writers
        self.lost = False

    def cut(self) -> None:
        """End both at once."""
        for writer in self.writers:
            connection = writer.get_extra_info("socket")
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, END_AT_ONCE)
            writer.transport.abort()

    def end(self) -> None:
        """End both in good order."""
        for writer in self.writers:
            writer.close()
