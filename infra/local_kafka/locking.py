"""Writes the lock file of Apache Kafka's jars anew: `python -m infra.local_kafka.locking`, for a new version only."""

import hashlib
from typing import Final

from infra.local_kafka.jars import ENDPOINT, LOCK

_HEAD: Final = """\
# Apache Kafka as it runs locally: group:artifact:version and SHA-256 of every jar, in the order of the class path.
# Written by `python -m infra.local_kafka.locking`; checked at every start.
"""


def resolved() -> str:
    """The lock's text: every jar that the endpoint needs at run time, as jgo resolves it."""
    import jgo  # noqa: PLC0415 - of the extra

    lines = []
    for artifact in jgo.resolve(ENDPOINT):
        digest = hashlib.sha256(artifact.resolve().read_bytes()).hexdigest()
        lines.append(f"{artifact.groupId}:{artifact.artifactId}:{artifact.version} {digest}\n")
    return _HEAD + "".join(lines)


if __name__ == "__main__":
    LOCK.write_text(resolved(), encoding="ascii")
