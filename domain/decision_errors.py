"""The refusals of cases with several persons: which finding, decision or person is meant."""

from domain.errors import Refused


class FindingsMixed(Refused):
    """A decision names either one finding or several, never both."""

    code = "findings_mixed"


class FindingRepeated(Refused):
    """Two findings of a decision are about the same respondent, subject and content: that is one finding."""

    code = "finding_repeated"


class DecisionNotFound(Refused):
    """The case has no decision of this number."""

    code = "decision_not_found"


class DecisionNotNamed(Refused):
    """The case has several decisions that this could be about; name one."""

    code = "decision_not_named"


class PersonNotInCase(Refused):
    """No finding of the case is about this person, and no report names them."""

    code = "person_not_in_case"


class PersonNotNamed(Refused):
    """The case has several persons; name the account of the one that this is about."""

    code = "person_not_named"
