"""Loads a policy pack: all of it or none, with every fault of the file reported at once."""

from domain.policy.build import build
from domain.policy.check_reach import check_reach
from domain.policy.check_rules import check_rules
from domain.policy.check_values import ValueChecks, check_values
from domain.policy.faults import FaultList
from domain.policy.pack import Pack
from domain.policy.structure import read_structure


def load(data: bytes, file: str) -> Pack:
    """The pack in `data`, the bytes of the TOML file that faults call `file`.

    Raises `PackRefused` with every fault found. Structural faults hide those of values and rules, and a ladder is
    searched for gaps only when nothing else is wrong.
    """
    faults = FaultList(file)
    text, pack_file = read_structure(data, faults)
    checks = ValueChecks(pack_file, faults)
    check_values(pack_file, checks)
    check_rules(pack_file, checks, faults)
    faults.refuse_if_any()
    pack = build(pack_file, text, data)
    check_reach(pack, faults)
    faults.refuse_if_any()
    return pack
