"""Folders and files that only their owner can look into, from the moment they are made."""

import os
from pathlib import Path
from typing import BinaryIO, Final, TextIO

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


def make_folder(folder: Path) -> None:
    """Make it unless it is there; the folder that it is in must be."""
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def write(file: Path, data: bytes) -> None:
    """Write a file anew: what has its name is whole."""
    partial = file.with_name(f".{file.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(data)
    partial.replace(file)


def open_to_append(file: Path) -> BinaryIO:
    """A file to write to its end; made if there is none."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, FILE_MODE), "ab")


def open_lock(file: Path) -> TextIO:
    """A file to be locked; there is nothing in it."""
    return os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE), "w")
