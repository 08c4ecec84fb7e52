"""Reads the bytes of a pack file into its shape; whatever the bytes are, the outcome is a `PackFile` or faults."""

import tomllib
from typing import Final

from pydantic import ValidationError

from domain.policy.faults import FaultCode, FaultList, PackRefused, key_path, show
from domain.policy.shape import PackFile

PACK_BYTES_MAX: Final = 1 << 20
NEEDED_TABLES: Final = ("violation", "ladder")

_CODES: Final = {"extra_forbidden": FaultCode.UNKNOWN_KEY, "missing": FaultCode.MISSING_KEY}
_KEY_MARK: Final = "[key]"  # how pydantic names a key of a free table


def read_structure(data: bytes, faults: FaultList) -> tuple[str, PackFile]:
    """Text and shape of the file; raises `PackRefused` with every structural fault."""
    text = _text(data, faults)
    document = _document(text, faults)
    for name in NEEDED_TABLES:
        if document.get(name) == []:
            faults.add(name, FaultCode.MISSING_KEY, f"at least one [[{name}]] is needed")
    try:
        shape = PackFile.model_validate(document)
    except ValidationError as problems:
        raise _refused(problems, faults) from None
    faults.refuse_if_any()
    return text, shape


def _text(data: bytes, faults: FaultList) -> str:
    if len(data) > PACK_BYTES_MAX:
        raise faults.refused_with(f"the file has {len(data)} bytes; allowed: {PACK_BYTES_MAX}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as problem:
        raise faults.refused_with(f"the file is not UTF-8: {problem.reason} at byte {problem.start}") from None


def _document(text: str, faults: FaultList) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except ValueError as problem:
        raise faults.refused_with(f"the file is not TOML: {show(str(problem))}") from None
    except RecursionError:
        raise faults.refused_with("the file is nested too deeply to be a pack") from None


def _refused(problems: ValidationError, faults: FaultList) -> PackRefused:
    for problem in problems.errors(include_url=False, include_context=False):
        code = _CODES.get(problem["type"], FaultCode.WRONG_TYPE)
        path = key_path(part for part in problem["loc"] if part != _KEY_MARK)
        match code:
            case FaultCode.UNKNOWN_KEY:
                reason = "no such key is known here"
            case FaultCode.MISSING_KEY:
                reason = "this key is needed"
            case _:
                reason = f"{show(problem['input'])}: {problem['msg']}"
        faults.add(path, code, reason)
    return faults.refused()
