"""Kafka as the service uses it beside the journal: where the brokers are, topics, sources and sinks of messages."""
