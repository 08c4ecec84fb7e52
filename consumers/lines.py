"""Lines of a byte stream, each with its number and where it ends; one that is too long is passed over, never held."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Bytes(Protocol):
    """What lines are read from."""

    def readline(self, size: int = -1, /) -> bytes:
        """The rest of the line, at most `size` bytes of it; empty at the end."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end. `number` counts from 1, `end` is the offset behind it; `length` is in bytes,
    its end included.

    `data` is the whole line, or `None` when it is longer than allowed.
    """

    number: int
    end: int
    length: int
    data: bytes | None

    @property
    def blank(self) -> bool:
        """Whether there is nothing on it but white space, or a comment."""
        return self.data is not None and (not self.data.strip() or self.data.lstrip().startswith(b"#"))


def lines_of(stream: Bytes, bytes_max: int, *, after_line: int = 0, after_byte: int = 0) -> Iterator[Line]:
    """The lines of `stream`, which stands behind line `after_line` at offset `after_byte`.

    A last line without an end is a line. A byte order mark at the very beginning is no part of the first.
    """
    number, end = after_line, after_byte
    while first := stream.readline(bytes_max + 2):
        number += 1
        length, whole = len(first), True
        while not first.endswith(b"\n") and (more := stream.readline(bytes_max + 2)):
            length, whole, first = length + len(more), False, more
        start, end = end, end + length
        data = first.removesuffix(b"\n").removesuffix(b"\r")
        if start == 0:
            data = data.removeprefix(BYTE_ORDER_MARK)
        if whole and len(data) <= bytes_max:
            yield Line(number, end, length, data)
        else:
            yield Line(number, end, length, None)
