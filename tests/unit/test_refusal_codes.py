"""Every refusal has a code of its own, and a sentence about itself."""

import re

from caseledger.application import gateway, service
from domain.errors import Refused
from domain.refusals import refusal_codes


def test_codes_are_the_names_of_their_classes() -> None:
    assert {gateway.PlatformUnknown.code, service.LedgerContended.code} <= set(refusal_codes())
    for code, kind in refusal_codes().items():
        assert code == re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
        assert kind.__doc__


def test_a_refusal_says_its_reason() -> None:
    refusal = Refused("because")
    assert (refusal.reason, str(refusal)) == ("because", "because")
