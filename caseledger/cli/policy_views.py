"""Prints packs, their faults, and the answers to test vectors."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Final, cast

from caseledger.bootstrap import Caseledger
from caseledger.cli.failures import not_found, usage
from caseledger.cli.files import read_file
from caseledger.cli.output import Cell, end_with, print_json, show, table, words
from caseledger.cli.pack_document import pack_document
from caseledger.cli.pack_view import pack_parts
from caseledger.cli.session import opened, platforms_asked, reading
from caseledger.cli.status import ExitStatus
from caseledger.queries.policies import PackLine, pack_called, pack_lines
from caseledger.queries.ports import Reading
from domain.policy.errors import VectorRefused
from domain.policy.faults import Fault, PackRefused
from domain.policy.load import load
from domain.policy.pack import Pack
from domain.policy.vectors import answer

VECTORS_BYTES_MAX: Final = 64 << 20
VECTORS_MAX: Final = 100_000
DIGEST_CHARS: Final = 16


def list_packs(platform: str | None, *, as_json: bool) -> None:
    """All packs."""
    with opened() as caseledger:
        asked = platform or caseledger.settings.platform
        lines = pack_lines(caseledger.shipped, _published(caseledger, asked), asked)
    if asked is not None and not lines:
        raise not_found("policy_not_found", f"no policy of {asked!r} ships or was published")
    if as_json:
        print_json([asdict(line) for line in lines])
        return
    rows: list[tuple[Cell, ...]] = [
        (
            line.platform,
            line.version,
            line.valid_from or "always",
            f"{line.digest[:DIGEST_CHARS]}…",
            _where(line),
            line.position,
        )
        for line in lines
    ]
    show([table(None, ("platform", "version", "!valid from", "!sha256", "where", "#position"), rows)])


def show_pack(platform: str, version: str | None, *, text: bool, as_json: bool) -> None:
    """One pack."""
    with opened() as caseledger:
        pack = pack_called(caseledger.shipped, _published(caseledger, platform), platform, version)
    if text:
        sys.stdout.write(pack.text)
    elif as_json:
        print_json(pack_document(pack))
    else:
        show(pack_parts(pack))


def check(file: str, *, as_json: bool) -> None:
    """The faults of a pack file."""
    faults: Sequence[Fault] = ()
    pack = None
    try:
        pack = load(read_file(file, VECTORS_BYTES_MAX), file)
    except PackRefused as refusal:
        faults = refusal.faults
    if as_json:
        print_json({"faults": [asdict(fault) for fault in faults]})
    elif pack is not None:
        sys.stdout.write(f"{file}: no faults; {pack.platform} {pack.version}, sha256 {pack.digest}\n")
    else:
        rows = [(fault.path or "(the file)", fault.code.value, fault.reason) for fault in faults]
        show(
            [
                table(
                    f"{file}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}",
                    ("path", "code", "reason"),
                    rows,
                )
            ]
        )
    if faults:
        end_with(ExitStatus.REFUSED)


def judge(file: str) -> None:
    """The answers to one or several vectors."""
    document = _json(file)
    with opened() as caseledger:
        packs: dict[str, Pack] = {}

        def pack_for(platform: str) -> Pack:
            if platform not in packs:
                packs[platform] = pack_called(caseledger.shipped, (), platform, None)
            return packs[platform]

        if isinstance(document, dict) and "vectors" not in document:
            print_json(_answer(pack_for, document, ""))
            return
        vectors = document.get("vectors") if isinstance(document, dict) else document
        if not isinstance(vectors, list) or len(vectors) > VECTORS_MAX:
            raise usage(f"{file} holds neither a vector nor a list of at most {VECTORS_MAX}")
        print_json([_answer(pack_for, vector, f"vectors[{place}].") for place, vector in enumerate(vectors)])


def _answer(pack_for: Callable[[str], Pack], vector: object, place: str) -> dict[str, object]:
    if not isinstance(vector, dict):
        raise usage(f"{place.rstrip('.') or 'the vector'} is no JSON object")
    name = vector.get("pack")
    if not isinstance(name, str):
        raise usage(f"{place}pack is missing: it names the platform whose pack applies")
    try:
        return answer(pack_for(name), vector)
    except VectorRefused as refused:
        told = "; ".join(f"{place}{field}: {reason}" for field, reason in refused.problems)
        raise usage(f"the vector cannot be read: {told}") from None


def _json(file: str) -> object:
    data = read_file(file, VECTORS_BYTES_MAX)
    try:
        return cast("object", json.loads(data))
    except (ValueError, RecursionError) as fault:
        raise usage(f"{file} is no JSON: {fault}") from None


def _where(line: PackLine) -> str:
    if line.changed:
        return "refused: changed"
    return words(line.where) if line.loads else f"{words(line.where)}, does not load any more"


def _published(caseledger: Caseledger, platform: str | None) -> list[Reading]:
    """The platforms that have a journal; none of that is made here."""
    there = caseledger.platforms()
    asked = there if platform is None else tuple(name for name in there if name == platform)
    return [reading(caseledger, name, "audit_trail") for each in asked for name in platforms_asked(caseledger, each)]
