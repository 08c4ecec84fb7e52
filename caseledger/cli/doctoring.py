"""Runs the checks of `doctor` and prints each as soon as it is done."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain

from caseledger.bootstrap import Caseledger
from caseledger.cli.doctor_data import data_folder, journals, read_models_database
from caseledger.cli.doctor_program import packs, program, schemas
from caseledger.cli.doctor_words import Check, State
from caseledger.cli.output import end_with, print_json, shown
from caseledger.cli.session import opened
from caseledger.cli.status import ExitStatus

_STATUS = {
    State.OK: ExitStatus.DONE,
    State.WARNING: ExitStatus.DONE,
    State.FAULT: ExitStatus.REFUSED,
    State.DAMAGED: ExitStatus.DAMAGED,
}


def doctor(platform: str | None, *, as_json: bool) -> None:
    """Look at everything."""
    checks: list[Check] = []
    with opened() as caseledger:
        for check in _all(caseledger, platform or caseledger.settings.platform):
            checks.append(check)
            if not as_json:
                line = f"{check.state.value:<8} {check.what} {check.where}: {check.detail}"
                sys.stdout.write(f"{shown(line).plain}\n")
                sys.stdout.flush()
    worst = max((check.state for check in checks), key=list(State).index)
    counts = {state.value: sum(check.state is state for check in checks) for state in State}
    if as_json:
        print_json({"state": worst.value, "counts": counts, "checks": [asdict(check) for check in checks]})
    else:
        told = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        sys.stdout.write(f"\n{told}. Nothing was changed.\n")
    if _STATUS[worst] is not ExitStatus.DONE:
        end_with(_STATUS[worst])


def _all(caseledger: Caseledger, platform: str | None) -> Iterator[Check]:
    return chain(
        program(),
        schemas(),
        packs(caseledger.settings.policies),
        data_folder(caseledger.settings.data),
        journals(caseledger, platform),
        read_models_database(caseledger, platform),
    )
