"""How far a file was read: remembered by what was in it, so that only bytes which took effect are ever passed over."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

CHUNK_BYTES: Final = 1 << 20
OWNER_ONLY: Final = 0o600


@dataclass(frozen=True, slots=True)
class FileCheckpoint:
    """`lines` and `bytes_read` of a file whose first bytes have this SHA-256."""

    lines: int
    bytes_read: int
    sha256: str


class FileCheckpoints:
    """One small file for each file that is being read, named by the digest of its path."""

    def __init__(self, folder: Path) -> None:
        """Keep the folder; nothing is made yet."""
        self._folder = folder

    def find(self, file: Path, stream: BinaryIO) -> tuple[FileCheckpoint | None, "hashlib._Hash"]:
        """The checkpoint of a file, if its beginning is still what was read then, with `stream` standing behind it and
        the digest of what is before. Otherwise none, and the stream at its beginning.
        """
        digest = hashlib.sha256()
        known = self._read(file)
        if known is not None:
            left = known.bytes_read
            while left and (chunk := stream.read(min(left, CHUNK_BYTES))):
                digest.update(chunk)
                left -= len(chunk)
            if not left and digest.hexdigest() == known.sha256:
                return known, digest
            stream.seek(0)
        return None, hashlib.sha256()

    def keep(self, file: Path, checkpoint: FileCheckpoint) -> None:
        """Remember it, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = self._place(file)
        partial = place.with_suffix(f".{os.getpid()}")
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w") as new:  # noqa: PTH123
            json.dump(asdict(checkpoint), new)
        partial.replace(place)

    def _read(self, file: Path) -> FileCheckpoint | None:
        try:
            return FileCheckpoint(**json.loads(self._place(file).read_bytes()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _place(self, file: Path) -> Path:
        return self._folder / f"{hashlib.sha256(os.fsencode(file.resolve())).hexdigest()}.json"
