"""Requests to a partition in kafka-python's own words, and where their answers are."""

from typing import Any

from kafka.protocol.consumer import FetchRequest
from kafka.protocol.producer import ProduceRequest
from kafka.structs import TopicPartition


def produce_request(partition: TopicPartition, batch: bytes, timeout_ms: int) -> ProduceRequest:
    """Append a batch, and answer when all copies in sync have it, after the timeout at the latest."""
    topic = ProduceRequest.TopicProduceData
    part = topic.PartitionProduceData(index=partition.partition, records=batch)
    return ProduceRequest(
        transactional_id=None,
        acks=-1,
        timeout_ms=timeout_ms,
        topic_data=[topic(name=partition.topic, partition_data=[part])],
        min_version=3,
        max_version=9,
    )


def fetch_request(partition: TopicPartition, offset: int, wait_ms: int, bytes_max: int) -> FetchRequest:
    """Records from the offset on, waiting so long for the first one."""
    topic = FetchRequest.FetchTopic
    part = topic.FetchPartition(
        partition=partition.partition,
        current_leader_epoch=-1,
        fetch_offset=offset,
        last_fetched_epoch=-1,
        log_start_offset=-1,
        partition_max_bytes=bytes_max,
    )
    return FetchRequest(
        max_wait_ms=wait_ms,
        min_bytes=1,
        max_bytes=bytes_max,
        isolation_level=0,
        session_id=0,
        session_epoch=-1,
        topics=[topic(topic=partition.topic, partitions=[part])],
        forgotten_topics_data=[],
        rack_id="",
        min_version=5,
        max_version=12,
    )


def partition_of(response: Any) -> Any:  # noqa: ANN401 - kafka-python's generated classes
    """The only partition's part of a response."""
    topic = response.responses[0]
    parts = topic.partition_responses if hasattr(topic, "partition_responses") else topic.partitions
    return parts[0]
