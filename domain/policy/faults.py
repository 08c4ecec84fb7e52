"""What is wrong with a pack file: one `Fault` each, with the key path it names, collected and refused together."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

SHOWN_CHARS_MAX: Final = 80
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_LARGE_BITS: Final = 256  # Python refuses to print very large numbers


class FaultCode(StrEnum):
    """The kinds of faults a pack can have."""

    UNKNOWN_KEY = "unknown_key"
    MISSING_KEY = "missing_key"
    WRONG_TYPE = "wrong_type"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_CLASS = "unknown_class"
    DUPLICATE_CODE = "duplicate_code"
    DUPLICATE_ID = "duplicate_id"
    DUPLICATE_ORDER = "duplicate_order"
    BAD_DURATION = "bad_duration"
    BOUND_COUNT = "bound_count"
    DURATION_REQUIRED = "duration_required"
    DURATION_FORBIDDEN = "duration_forbidden"
    WRONG_ROLE = "wrong_role"
    OPTIONS_ORDER = "options_order"
    DEFAULT_NOT_OPTION = "default_not_option"
    DEFAULT_SEVERITIES = "default_severities"
    EMPTY_RULE = "empty_rule"
    UNREACHABLE_RULE = "unreachable_rule"
    UNCOVERED = "uncovered"
    CAP_WITHOUT_AMOUNT = "cap_without_amount"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: `path` is the key path with indices from 0, empty for the file as a whole."""

    file: str
    path: str
    code: FaultCode
    reason: str


class PackRefused(Exception):  # noqa: N818 - named as the sentence it says
    """The pack does not load. `faults` holds every fault found, at least one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults."""
        super().__init__("\n".join(f"{fault.file}: {fault.path}: {fault.code}: {fault.reason}" for fault in faults))
        self.faults = faults


class FaultList:
    """Collects the faults of one file while its checks go on."""

    def __init__(self, file: str) -> None:
        """Start without faults."""
        self.file = file
        self._faults: list[Fault] = []

    def add(self, path: str, code: FaultCode, reason: str) -> None:
        """Note one fault."""
        self._faults.append(Fault(self.file, path, code, reason))

    def refuse_if_any(self) -> None:
        """Raise `PackRefused` with all that was noted."""
        if self._faults:
            raise self.refused()

    def refused(self) -> PackRefused:
        """The refusal that carries all that was noted."""
        return PackRefused(tuple(self._faults))

    def refused_with(self, reason: str) -> PackRefused:
        """The refusal of a file that cannot be read at all."""
        self.add("", FaultCode.WRONG_TYPE, reason)
        return self.refused()


def key_path(place: Iterable[int | str]) -> str:
    """`("ladder", 1, "when")` as `ladder[1].when`; a key that TOML has to quote is quoted."""
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
            continue
        key = part if _BARE_KEY.fullmatch(part) else show(part)
        path = f"{path}.{key}" if path else key
    return path


def show(value: object) -> str:
    """A value of a hostile file, made short and printable."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > _LARGE_BITS:
        return "a very large number"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list | tuple):
        return "a list"
    text = value if isinstance(value, str) else str(value)
    short = text[:SHOWN_CHARS_MAX] + ("…" if len(text) > SHOWN_CHARS_MAX else "")
    return f'"{short.translate(_UNPRINTABLE)}"' if isinstance(value, str) else short


def listed(allowed: Iterable[object]) -> str:
    """The allowed values in one line."""
    names: Sequence[str] = [str(value) for value in allowed]
    return ", ".join(names) if names else "nothing"


_UNPRINTABLE: Final = {code: f"\\u{code:04x}" for code in (*range(0x20), *range(0x7F, 0xA0))}
