"""Settings: every one has a name, a default and a meaning, and comes from the environment only."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.kafka.connection import Brokers, Security, SecurityProtocol
from infra.kafka.registry_address import RegistryAddress


class LogFormat(StrEnum):
    """How log lines look."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """From which severity on lines are written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Durability(StrEnum):
    """What the ledger demands of its brokers."""

    REPLICATED = "replicated"
    SINGLE = "single"


class Settings(BaseSettings):
    """Read once, by bootstrap. The environment variable of a setting is `CASELEDGER_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="CASELEDGER_", frozen=True, extra="ignore", env_ignore_empty=True)

    data: Annotated[Path, Field(description="folder of journals, read models and secrets")] = Path("caseledger-data")
    platform: Annotated[str | None, Field(description="the platform of lines and queries that name none")] = None
    policies: Annotated[
        Path | None,
        Field(description="folder of policy packs, `<platform>/<version>.toml`; the packs that ship if unset"),
    ] = None
    mappings: Annotated[
        Path | None,
        Field(description="folder of mappings of statements of reasons, `<version>.toml`; those that ship if unset"),
    ] = None
    read_models_url: Annotated[
        SecretStr | None,
        Field(
            description="database of the read models, such as `postgresql+psycopg://host/db`; a file in `data` if unset"
        ),
    ] = None
    log_format: Annotated[LogFormat, Field(description="`console`, `json`, or `auto`: console on a terminal")] = (
        LogFormat.AUTO
    )
    log_level: Annotated[LogLevel, Field(description="`debug`, `info`, `warning` or `error`")] = LogLevel.WARNING
    kafka: Annotated[
        str | None,
        Field(
            description="brokers, `host:port,host:port`; the ledgers are kept there if set, in files in `data` if not"
        ),
    ] = None
    journal_durability: Annotated[
        Durability,
        Field(description="`replicated`: three copies, two of them in sync; `single`: one broker is enough"),
    ] = Durability.REPLICATED
    journal_create: Annotated[bool, Field(description="make the topics of a platform that has none")] = False
    kafka_security_protocol: Annotated[
        SecurityProtocol, Field(description="`PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`")
    ] = SecurityProtocol.PLAINTEXT
    kafka_ssl_cafile: Annotated[Path | None, Field(description="certificates by which brokers are known")] = None
    kafka_ssl_certfile: Annotated[Path | None, Field(description="our own certificate")] = None
    kafka_ssl_keyfile: Annotated[Path | None, Field(description="its key")] = None
    kafka_sasl_mechanism: Annotated[
        str | None, Field(description="`PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512` and others that kafka-python knows")
    ] = None
    kafka_sasl_username: Annotated[str | None, Field(description="who we are")] = None
    kafka_sasl_password: Annotated[SecretStr | None, Field(description="what proves it")] = None
    metrics_address: Annotated[
        str | None,
        Field(
            description="where long-running processes serve `/metrics` and `/health`, `host:port`, or a port of this "
            "machine only; port 0 is any free one, which is then told; nowhere if unset"
        ),
    ] = None
    retry_s: Annotated[
        float,
        Field(
            gt=0,
            le=86_400,
            description="how long a long-running process tries again while it cannot reach what it needs, "
            "before it ends with status 4",
        ),
    ] = 600.0
    schema_registry_url: Annotated[
        str | None,
        Field(
            description="a Confluent-compatible schema registry, `https://host:port/path`: events are published in its "
            "frame then, and framed reports are read"
        ),
    ] = None
    schema_registry_user: Annotated[str | None, Field(description="who we are there, for basic authentication")] = None
    schema_registry_password: Annotated[SecretStr | None, Field(description="what proves it there")] = None
    consume_poison_row_max: Annotated[
        int,
        Field(ge=1, description="messages in a row that cannot be taken, before `consume` stops and leaves them"),
    ] = 100
    ingest_batch: Annotated[int, Field(ge=1, le=4_096, description="reports decided and written as one group")] = 512

    @field_validator("kafka")
    @classmethod
    def _addresses(cls, text: str | None) -> str | None:
        """Refuse what is no list of addresses."""
        if text is not None:
            Brokers.parse(text)
        return text

    @field_validator("schema_registry_url")
    @classmethod
    def _registry(cls, url: str | None) -> str | None:
        """Refuse what is no address of a registry, without telling it."""
        if url is not None:
            RegistryAddress(url)
        return url

    def brokers(self) -> Brokers | None:
        """Where Kafka is, and how to speak to it; None where the ledgers are kept in files."""
        if self.kafka is None:
            return None
        password = self.kafka_sasl_password
        security = Security(
            protocol=self.kafka_security_protocol,
            ssl_cafile=_text(self.kafka_ssl_cafile),
            ssl_certfile=_text(self.kafka_ssl_certfile),
            ssl_keyfile=_text(self.kafka_ssl_keyfile),
            sasl_mechanism=self.kafka_sasl_mechanism,
            username=self.kafka_sasl_username,
            password=None if password is None else password.get_secret_value(),
        )
        return Brokers.parse(self.kafka, security)

    def schema_registry(self) -> tuple[str, str | None, str | None] | None:
        """The registry's URL, and user and password there; None where there is none."""
        if self.schema_registry_url is None:
            return None
        password = self.schema_registry_password
        return (
            self.schema_registry_url,
            self.schema_registry_user,
            None if password is None else password.get_secret_value(),
        )


def _text(file: Path | None) -> str | None:
    return None if file is None else str(file)


def settings_table() -> str:
    """The settings as the one table in the documentation, in Markdown."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `CASELEDGER_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines)
