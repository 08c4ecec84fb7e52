"""Settings: every one has a name, a default and a meaning, and comes from the environment only."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    ingest_batch: Annotated[int, Field(ge=1, le=4_096, description="reports decided and written as one group")] = 512


def settings_table() -> str:
    """The settings as the one table in the documentation, in Markdown."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        lines.append(f"| `CASELEDGER_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines)
