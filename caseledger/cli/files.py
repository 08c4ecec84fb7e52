"""Input files that are named on the command line."""

import sys
from pathlib import Path
from typing import Final

from caseledger.cli.failures import usage

STANDARD_INPUT: Final = "-"


def read_file(name: str, bytes_max: int) -> bytes:
    """The bytes of the file, or of standard input for `-`; raises `Failure` when it cannot be read or is too large."""
    try:
        if name == STANDARD_INPUT:
            data = sys.stdin.buffer.read(bytes_max + 1)
        else:
            with Path(name).open("rb") as file:
                data = file.read(bytes_max + 1)
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) else None
        raise usage(f"{name} cannot be read: {reason or fault}") from None
    if len(data) > bytes_max:
        raise usage(f"{name} has more than {bytes_max} bytes")
    return data
