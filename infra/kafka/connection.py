"""Where the brokers are and how to speak to them: one value for every client, whose text never holds a secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from eventsourcing.persistence import InterfaceError

SCHEME = "kafka://"


class SecurityProtocol(StrEnum):
    """How a connection is protected, in Kafka's own words."""

    PLAINTEXT = "PLAINTEXT"
    SSL = "SSL"
    SASL_PLAINTEXT = "SASL_PLAINTEXT"
    SASL_SSL = "SASL_SSL"


class BrokersUnreachable(InterfaceError):  # noqa: N818 - named as the sentence it says
    """No broker answered within a bound; the addresses are named. Trying again may help, without changing anything."""


@dataclass(frozen=True, slots=True)
class Security:
    """Passed on to the client as it is. Names as in kafka-python's configuration, without the prefix `sasl_plain_`."""

    protocol: SecurityProtocol = SecurityProtocol.PLAINTEXT
    ssl_cafile: str | None = None
    ssl_certfile: str | None = None
    ssl_keyfile: str | None = None
    sasl_mechanism: str | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Security":
        """The fields by name, from text. Raises `ValueError` for a protocol that does not exist."""
        texts = {name: value for name, value in given.items() if name != "protocol"}
        return cls(SecurityProtocol(given.get("protocol", SecurityProtocol.PLAINTEXT)), **texts)


@dataclass(frozen=True, slots=True)
class Brokers:
    """The addresses to start from, `host:port` each, and how to speak to them."""

    bootstrap: tuple[str, ...]
    security: Security = field(default_factory=Security)

    @classmethod
    def parse(cls, text: str, security: Security | None = None) -> "Brokers":
        """`host:port,host:port`. Raises `ValueError` naming what is wrong."""
        addresses = tuple(part.strip() for part in text.removeprefix(SCHEME).split(","))
        for address in addresses:
            host, _, port = address.rpartition(":")
            if not host or not port.isdigit() or not 0 < int(port) < 1 << 16:
                raise ValueError(f"{address!r} is no broker address: write host:port, several with commas")
        return cls(addresses, security or Security())

    def options(self, client_id: str) -> dict[str, Any]:
        """The part of a kafka-python client's configuration that says where and how."""
        security = self.security
        given = {
            "security_protocol": str(security.protocol),
            "ssl_cafile": security.ssl_cafile,
            "ssl_certfile": security.ssl_certfile,
            "ssl_keyfile": security.ssl_keyfile,
            "sasl_mechanism": security.sasl_mechanism,
            "sasl_plain_username": security.username,
            "sasl_plain_password": security.password,
        }
        return {
            "bootstrap_servers": list(self.bootstrap),
            "client_id": client_id,
            **{name: value for name, value in given.items() if value is not None},
        }

    def __str__(self) -> str:
        """The addresses."""
        return ",".join(self.bootstrap)


SECURITY_FIELDS = tuple(each.name for each in fields(Security))
"""What settings may say of security, by name."""
