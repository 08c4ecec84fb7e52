"""Every refusal by its code."""

from domain.errors import Refused


def refusal_codes() -> dict[str, type[Refused]]:
    """Every refusal by its code, for tables and tests."""
    found: dict[str, type[Refused]] = {}
    waiting = [Refused]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            found[kind.code] = kind
            waiting.append(kind)
    return dict(sorted(found.items()))
