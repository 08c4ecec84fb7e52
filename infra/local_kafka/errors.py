"""Why the local Kafka cannot be had as asked: a stable code, what happened, what was kept, what to do."""

from typing import ClassVar


class LocalKafkaRefused(Exception):  # noqa: N818 - named as the sentence it says
    """Base of all. The text is one line for people."""

    code: ClassVar[str] = "kafka_local_refused"


class NotInstalled(LocalKafkaRefused):
    """The extra is missing."""

    code = "kafka_local_not_installed"


class JarMissing(LocalKafkaRefused):
    """A jar is neither here nor to be had."""

    code = "kafka_jar_missing"


class JarChanged(LocalKafkaRefused):
    """A jar is not the one that the lock names."""

    code = "kafka_jar_changed"


class PortTaken(LocalKafkaRefused):
    """Something else listens where a broker should."""

    code = "kafka_port_taken"


class BrokerEnded(LocalKafkaRefused):
    """A broker ended while it should have started."""

    code = "kafka_broker_ended"


class NotReady(LocalKafkaRefused):
    """The brokers run and do not answer in time."""

    code = "kafka_not_ready"


class OtherCluster(LocalKafkaRefused):
    """What is there was made with other choices."""

    code = "kafka_other_cluster"


class StateDamaged(LocalKafkaRefused):
    """The folder does not hold what it should."""

    code = "kafka_state_damaged"


class Busy(LocalKafkaRefused):
    """Another command is at work on the same folder."""

    code = "kafka_busy"
