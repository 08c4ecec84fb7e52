"""The named refusals of the policy engine; each carries a stable `code`."""

from enum import StrEnum


class JudgeCode(StrEnum):
    """Why a finding cannot be judged, in the order in which it is looked for."""

    NO_CODE = "no_code"
    UNKNOWN_CODE = "unknown_code"
    SUBJECT_NOT_IN_PACK = "subject_not_in_pack"
    OTHER_PROCEDURE = "other_procedure"
    CODE_NOT_FOR_SUBJECT = "code_not_for_subject"
    NO_RULE = "no_rule"


class ChoiceCode(StrEnum):
    """Why a decision is not valid against its ruling."""

    MEASURE_REPEATED = "measure_repeated"
    MEASURE_MISSING = "measure_missing"
    OPTION_MISSING = "option_missing"
    SEVERAL_OPTIONS = "several_options"
    MEASURE_NOT_IN_OPTIONS = "measure_not_in_options"
    REASON_REQUIRED = "reason_required"


class PolicyError(Exception):
    """Something the engine was asked cannot be answered. `code` is stable, `reason` is for people."""

    def __init__(self, code: str, reason: str) -> None:
        """Keep the code and the sentence."""
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason


class JudgeRefused(PolicyError):  # noqa: N818 - named as the sentence it says
    """The pack has no ruling for this finding; `code` is one of `JudgeCode`."""


class ChoiceRefused(PolicyError):  # noqa: N818 - named as the sentence it says
    """The officer's choice is not what the ruling allows; `code` is one of `ChoiceCode`."""


class VectorRefused(PolicyError):  # noqa: N818 - named as the sentence it says
    """A test vector that cannot be read; `problems` are (field, reason) pairs, the first in `field` and `reason`."""

    def __init__(self, problems: tuple[tuple[str, str], ...]) -> None:
        """Keep every problem; there is at least one."""
        self.problems = problems
        self.field = problems[0][0]
        super().__init__("bad_vector", problems[0][1])

    def __str__(self) -> str:
        """All problems, one after the other."""
        return "; ".join(f"{field}: {reason}" for field, reason in self.problems)
