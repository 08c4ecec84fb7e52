"""The platform's secret, kept outside the ledger, and the keyed digests made with it."""

import hmac
import os
import secrets
from pathlib import Path
from typing import Final
from uuid import UUID

SECRET_BYTES: Final = 32
OWNER_ONLY: Final = 0o600

IDENTITY_KEY: Final = b"caseledger identity"
"""Permanent: from the secret and this comes the key of identity digests."""


class SecretUnusable(Exception):  # noqa: N818 - named as the sentence it says
    """The secret's file does not hold what it should; the reason names the file and what to do."""


class FileSecrets:
    """One secret a platform, each in a file of its own that only its owner can read; made at first use."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; nothing is read yet."""
        self._folder = folder
        self._known: dict[str, bytes] = {}
        self._identity_keys: dict[str, bytes] = {}

    def digest(self, platform: str, case: UUID, reporter: str) -> str:
        """Hexadecimal HMAC-SHA-256 of case and reporter under the platform's secret."""
        return hmac.digest(self._secret(platform), case.bytes + reporter.encode(), "sha256").hex()

    def identity(self, platform: str, kind: str, value: str) -> str:
        """Hexadecimal HMAC-SHA-256 of an identity under a key of its own, so that it says nothing about reporters."""
        key = self._identity_keys.get(platform)
        if key is None:
            key = self._identity_keys[platform] = hmac.digest(self._secret(platform), IDENTITY_KEY, "sha256")
        return hmac.digest(key, f"{kind}\x1f{value}".encode(), "sha256").hex()

    def _secret(self, platform: str) -> bytes:
        secret = self._known.get(platform)
        if secret is None:
            secret = self._known[platform] = _read_or_make(self._folder / f"{platform}.key")
        return secret


def _read_or_make(file: Path) -> bytes:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    if not file.exists():
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        with os.fdopen(descriptor, "wb") as new:
            new.write(secrets.token_bytes(SECRET_BYTES))
            new.flush()
            os.fsync(new.fileno())
        try:
            os.link(partial, file)  # the first process wins; another's file is then the one that counts
        except FileExistsError:
            pass
        finally:
            partial.unlink()
    secret = file.read_bytes()
    if len(secret) != SECRET_BYTES:
        raise SecretUnusable(
            f"{file} holds {len(secret)} bytes, not {SECRET_BYTES}; restore it from a backup: without it, returning "
            "reporters of open cases and barred identities are not recognised"
        )
    return secret
