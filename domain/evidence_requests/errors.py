"""The refusals around evidence requests."""

from domain.errors import Refused


class EvidenceRequestNotFound(Refused):
    """No evidence request of this authority and document number was received."""

    code = "evidence_request_not_found"


class EvidenceRequestConflicts(Refused):
    """The same document of this authority was received before with other content."""

    code = "evidence_request_conflicts"


class EvidenceRequestWithoutScope(Refused):
    """An evidence request names an account or a case."""

    code = "evidence_request_without_scope"


class PeriodReversed(Refused):
    """The period ends before it begins."""

    code = "period_reversed"


class PackageAlreadySent(Refused):
    """Another package was sent on this request before."""

    code = "package_already_sent"


class OutsideAskedScope(Refused):
    """The package holds more than was asked for, or nothing of it."""

    code = "outside_asked_scope"
