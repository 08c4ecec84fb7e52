"""Where a schema registry is: a value that settings can check, whose text never holds a secret."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class RegistryAddress:
    """Where the registry is, and who we are there: basic authentication where a user is named."""

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Raises `ValueError`, without the URL in it, when it is none or holds more than a place."""
        try:
            parts = urlsplit(self.url)
        except ValueError:
            raise ValueError("the schema registry's address is no URL") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the schema registry's address is no http or https URL")
        if "@" in parts.netloc:
            raise ValueError("the schema registry's address holds a user or password: give them by their own settings")
        if parts.query or parts.fragment:
            raise ValueError("the schema registry's address ends with its path: no ? and no #")
        try:
            _ = parts.port
        except ValueError:
            raise ValueError("the port in the schema registry's address is no number from 0 to 65535") from None
