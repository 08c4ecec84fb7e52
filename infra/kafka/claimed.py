"""One partition of a topic, written to in the name of a claim: who claims later shuts out for good who claimed before.

The claim is a transactional id (KIP-98): the brokers give each claimant a higher epoch. A partition learns of an epoch
by a mark of it, so a claimant ends a transaction without anything in it in every partition of the topic. From then on
a batch of an earlier claimant is refused, however long it was on its way. What is written is in no transaction: it is
there when it is acknowledged, for every reader, and is never taken back.
"""

import time
from typing import Any, Final

from kafka.errors import for_code
from kafka.future import Future
from kafka.protocol.metadata import CoordinatorType, FindCoordinatorRequest
from kafka.protocol.producer import AddPartitionsToTxnRequest, EndTxnRequest, InitProducerIdRequest

from infra.journal.limits import REQUEST_WAIT_MS
from infra.kafka.connection import Brokers
from infra.kafka.sequenced import Numbers, SequencedPartition

CLAIM_S_MAX: Final = 30.0
"""How long a claim is tried for: longer than any fail-over, and than the brokers need for their first transaction."""

TRANSACTION_MS: Final = 10_000
"""After so long the brokers end the empty transaction of a claimant that died within it."""

_PAUSE_S: Final = 0.02
_OK: Final = 0
_NOT_NOW: Final = frozenset({6, 7, 13, 14, 15, 16, 51, 56})
"""Answers worth another try: the coordinator moves, loads or is still busy with what an earlier claimant began."""
_ELSEWHERE: Final = frozenset({15, 16})
"""Those of them by which another broker coordinates, or will."""
_SUPERSEDED: Final = frozenset({47, 90})
"""Somebody claimed meanwhile."""


class ClaimRefused(Exception):  # noqa: N818 - a fault is named as the sentence it says
    """The brokers did not grant the claim. Nothing was written."""


class ClaimedPartition(SequencedPartition):
    """One partition of a topic, for one claimant. Only one thread at a time may use it."""

    def __init__(self, brokers: Brokers, topic: str, client_id: str, number: int) -> None:
        """Not connected yet."""
        super().__init__(brokers, topic, client_id, number)
        self._coordinator: int | None = None

    @property
    def partitions(self) -> int:
        """How many the topic has, as far as is known."""
        return len(self._cluster.partitions_for_topic(self._topic.topic))

    def claim(self, name: str) -> bool:
        """Be the only one who writes to the topic under this name; whether somebody did before. Then nothing of theirs
        arrives any more. Raises `ClaimRefused` when the brokers do not say so in time.
        """
        deadline = time.monotonic() + CLAIM_S_MAX
        numbers = self._begin(name, deadline)
        before = numbers.epoch > 0
        while before and numbers != self.numbers:
            marked = self._mark(name, numbers, deadline)
            again = self._begin(name, deadline)  # not answered before the mark is in every partition
            if marked and again == numbers.next():
                self.numbers = again
            numbers = again
        self.numbers = numbers
        return before

    def _begin(self, name: str, deadline: float) -> Numbers:
        """Numbers higher than those of every earlier claimant."""
        request = {"transactional_id": name, "transaction_timeout_ms": TRANSACTION_MS, "max_version": 4}
        while True:
            answer = self._ask(name, InitProducerIdRequest(**request), deadline)
            if answer.error_code == _OK:
                return Numbers(answer.producer_id, answer.producer_epoch)
            self._wait_after(answer.error_code, name, deadline)

    def _mark(self, name: str, numbers: Numbers, deadline: float) -> bool:
        """Have an empty transaction ended in all partitions; false where somebody claimed meanwhile."""
        topic = AddPartitionsToTxnRequest.AddPartitionsToTxnTopic
        partitions = list(range(self.partitions))
        opened = AddPartitionsToTxnRequest(
            v3_and_below_transactional_id=name,
            v3_and_below_producer_id=numbers.producer_id,
            v3_and_below_producer_epoch=numbers.epoch,
            v3_and_below_topics=[topic(name=self._topic.topic, partitions=partitions)],
            max_version=3,
        )
        ended = EndTxnRequest(
            transactional_id=name,
            producer_id=numbers.producer_id,
            producer_epoch=numbers.epoch,
            committed=False,
            max_version=3,
        )
        return all(self._done(name, request, deadline) for request in (opened, ended))

    def _done(self, name: str, request: Any, deadline: float) -> bool:  # noqa: ANN401 - kafka-python has no types
        while True:
            code = _code(self._ask(name, request, deadline))
            if code == _OK or code in _SUPERSEDED:
                return code == _OK
            self._wait_after(code, name, deadline)

    def _ask(self, name: str, request: Any, deadline: float) -> Any:  # noqa: ANN401 - as above
        """The answer of the name's coordinator."""
        reason = "no broker answered"
        while time.monotonic() < deadline:
            if self._coordinator is None:
                self._coordinator, reason = self._find(name, deadline)
            if self._coordinator is not None:
                future = self._send(request, self._coordinator)
                self._await(future, min(deadline, time.monotonic() + REQUEST_WAIT_MS / 1000))
                if future.succeeded():
                    return future.value
                self._close_connection(self._coordinator)
                self._coordinator, reason = None, str(future.exception or "the coordinator did not answer")
            self._await(Future(), time.monotonic() + _PAUSE_S)
        raise ClaimRefused(f"{self._brokers} did not grant {name} within {CLAIM_S_MAX:g} s: {reason}")

    def _find(self, name: str, deadline: float) -> tuple[int | None, str]:
        """The coordinator, connected to, or why there is none now."""
        leader = self._ready_leader(deadline)
        if leader is None:
            self._refresh(None, deadline)
            return None, "no broker answered"
        kind = CoordinatorType.TRANSACTION.value
        future = self._send(FindCoordinatorRequest(key=name, key_type=kind, coordinator_keys=[name]), leader)
        self._await(future, min(deadline, time.monotonic() + REQUEST_WAIT_MS / 1000))
        if not future.succeeded():
            return None, str(future.exception or "no broker named the coordinator")
        found = future.value.coordinators[0] if future.value.coordinators else future.value
        if found.error_code != _OK:
            self._wait_after(found.error_code, name, deadline)
            return None, for_code(found.error_code).__name__
        return (found.node_id, "") if self._is_connected(found.node_id, deadline) else (None, "it does not answer")

    def _is_connected(self, node: int, deadline: float) -> bool:
        self._client.maybe_connect(node)
        connection = self._manager._conns.get(node)  # noqa: SLF001 - as in the class above
        if connection is not None:
            self._await(connection.init_future, min(deadline, time.monotonic() + REQUEST_WAIT_MS / 1000))
        return self._is_ready(node)

    def _wait_after(self, code: int, name: str, deadline: float) -> None:
        """A pause before another try. Raises `ClaimRefused` where that is of no use."""
        told = for_code(code).__name__
        if code not in _NOT_NOW:
            raise ClaimRefused(f"{self._brokers} refused {name}: {told}; see the ACLs in docs/operating.md")
        if time.monotonic() >= deadline:
            raise ClaimRefused(f"{self._brokers} did not grant {name} within {CLAIM_S_MAX:g} s: {told}")
        if code in _ELSEWHERE:
            self._coordinator = None
        self._await(Future(), time.monotonic() + _PAUSE_S)


def _code(answer: Any) -> int:  # noqa: ANN401 - as above
    """The first error in the answer about all partitions, or about the transaction."""
    if not hasattr(answer, "results_by_topic_v3_and_below"):
        return int(answer.error_code)
    codes = [each.partition_error_code for topic in answer.results_by_topic_v3_and_below
             for each in topic.results_by_partition]  # fmt: skip
    return next((int(code) for code in codes if code != _OK), _OK)
