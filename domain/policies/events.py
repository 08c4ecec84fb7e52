"""What can happen to a platform's policies."""

from typing import ClassVar

from domain.events import Event


class PolicyPublished(Event):
    """A pack version was published. `text` is the whole file, `digest` the SHA-256 of its UTF-8 bytes."""

    TYPE: ClassVar[str] = "policy.published.v1"

    platform: str
    version: str
    digest: str
    text: str


PolicyEvent = PolicyPublished
