"""The closed vocabularies of policy packs: every value here is a wire value and never changes its spelling."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class SubjectType(StrEnum):
    """What a report or a finding is about."""

    ACCOUNT = "account"
    GROUP = "group"
    LINK = "link"
    SITE = "site"
    ENTERPRISE = "enterprise"
    NEWS_ITEM = "news_item"
    CONTENT = "content"
    PUBLIC_ACCOUNT = "public_account"


class Severity(StrEnum):
    """How bad a violation is; the members stand in order, mildest first."""

    MINOR = "minor"
    ORDINARY = "ordinary"
    SERIOUS = "serious"
    GRAVE = "grave"


class Flag(StrEnum):
    """A circumstance of the finding. `minor` says that the respondent is under age."""

    MAJOR_CRIME = "major_crime"
    ORGANISED = "organised"
    MINOR = "minor"


class DealRole(StrEnum):
    """The side the respondent took in a dealing."""

    SELLER = "seller"
    PROMOTER = "promoter"


class Source(StrEnum):
    """Where a report came from."""

    USER = "user"
    PLATFORM_MONITORING = "platform_monitoring"
    THIRD_PARTY = "third_party"
    REGULATOR = "regulator"


class RefusalReason(StrEnum):
    """Why a report was not admitted."""

    REPORTER_NOT_VERIFIED = "reporter_not_verified"
    MALICIOUS_REPORTER = "malicious_reporter"
    OFF_PLATFORM = "off_platform"
    ALREADY_HANDLED = "already_handled"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    OTHER_PROCEDURE = "other_procedure"


class Check(StrEnum):
    """A test that a report has to pass before it is admitted."""

    REPORTER_VERIFIED = "reporter_verified"
    NOT_MALICIOUS = "not_malicious"
    IN_SCOPE = "in_scope"
    NOT_ALREADY_HANDLED = "not_already_handled"
    SUFFICIENT_EVIDENCE = "sufficient_evidence"
    JUDGED_HERE = "judged_here"


REASON_OF_CHECK: Final[Mapping[Check, RefusalReason]] = MappingProxyType(
    dict(zip(Check, RefusalReason, strict=True)),
)
"""The reason a failed check gives where the pack names none; both vocabularies stand in the same order."""


class HandledBy(StrEnum):
    """Whose earlier report makes a new one a repetition."""

    SAME_REPORTER = "same_reporter"
    ANYONE = "anyone"


class EvidenceStrength(StrEnum):
    """How far the evidence of a report carries."""

    SUFFICIENT = "sufficient"
    INSUFFICIENT = "insufficient"
    NONE = "none"


class ReportState(StrEnum):
    """What became of a past report."""

    PENDING = "pending"
    REFUSED = "refused"
    HANDLED = "handled"


class Verdict(StrEnum):
    """Whether a report is taken up."""

    ADMITTED = "admitted"
    REFUSED = "refused"


class EntryCause(StrEnum):
    """Why an entry stands in a record."""

    CONTENT_REMOVAL = "content_removal"
    CONDUCT = "conduct"
    MALICIOUS_REPORT = "malicious_report"
    EXTERNAL = "external"


class AppealRegime(StrEnum):
    """What happens to an appeal on its receipt."""

    ALLOWED = "allowed"
    DENIED_ON_RECEIPT = "denied_on_receipt"


class Explanation(StrEnum):
    """Why a ladder rule decides as it does, as a code that people see translated."""

    TIME_BARRED = "time_barred"
    MUTED_TWICE = "muted_twice"
    SEVERAL_IN_A_DAY = "several_in_a_day"
    MUTED_BEFORE = "muted_before"
    SINGLE_SERIOUS = "single_serious"
    SINGLE_GRAVE = "single_grave"
    SINGLE_LIGHT = "single_light"
    CONDUCT = "conduct"
    NEWS_CORRECTION = "news_correction"
    ZERO_TOLERANCE = "zero_tolerance"
    DECIDED_OUTSIDE = "decided_outside"
    CONTENT_ONLY = "content_only"
    GROUP_GRADED = "group_graded"
    PUBLIC_ACCOUNT_GRADED = "public_account_graded"
    WARNED_BEFORE = "warned_before"
    GRADED = "graded"
    MALICIOUS_REPORTER = "malicious_reporter"


class ClockEvent(StrEnum):
    """What starts or stops a clock."""

    REPORT_RECEIVED = "report_received"
    VERIFICATION_STARTED = "verification_started"
    PRELIMINARY_RESULT = "preliminary_result"
    DECIDED = "decided"
    REPORT_REFUSED = "report_refused"
    MARKED_MAJOR = "marked_major"
    AUTHORITY_NOTICE_DUE = "authority_notice_due"
    AUTHORITY_NOTIFIED = "authority_notified"
    AUTHORITY_REQUEST_RECEIVED = "authority_request_received"
    AUTHORITY_PACKAGE_SENT = "authority_package_sent"
    CAMPAIGN_STARTED = "campaign_started"
    CAMPAIGN_CLOSED = "campaign_closed"


class RecordClass(StrEnum):
    """A class of records that an authority may ask for."""

    REGISTRATION = "registration"
    OPERATION_LOG = "operation_log"
    TRANSACTION = "transaction"
    COMMUNICATION = "communication"


class ClockState(StrEnum):
    """How a started clock stands at a moment."""

    MET = "met"
    LATE = "late"
    RUNNING = "running"
    BREACHED = "breached"


class ChannelKind(StrEnum):
    """By what means a platform is reached."""

    BUTTON = "button"
    PORTAL = "portal"
    HOTLINE = "hotline"
    EMAIL = "email"
    SOCIAL = "social"
    EXTERNAL_LINK = "external_link"


class RewardKind(StrEnum):
    """Whether rewards are counted or given at discretion."""

    LEDGER = "ledger"
    PERKS = "perks"


class RewardNote(StrEnum):
    """Why a booking grants nothing."""

    DUPLICATE = "duplicate"
    NOT_ELIGIBLE = "not_eligible"
    NO_LEDGER = "no_ledger"


class FeedbackItem(StrEnum):
    """What reporters are told."""

    OUTCOME = "outcome"
    REFUSAL = "refusal"
    PRELIMINARY_RESULT = "preliminary_result"


FORMATS: Final = (1,)
REWARD_PER: Final = ("reporter_and_content",)
REWARD_PERIODS: Final = ("calendar_month",)
FEEDBACK_TO: Final = ("contactable",)
MASKED: Final = ("masked",)
SEALED: Final = ("sealed",)
INITIAL_ONLY: Final = ("initial_only",)
NO_MEASURE: Final = "none"

SHARED_CODES: Final[frozenset[str]] = frozenset(
    f"{family}-{number:02}"
    for family, last in {
        "CN-ILLEGAL": 9,
        "CN-UNHEALTHY": 10,
        "COMMON-UNFRIENDLY": 15,
        "COMMON-SPAM": 13,
        "COMMON-MALICE": 6,
        "COMMON-PRIVACY": 4,
        "COMMON-CRIME": 9,
        "COMMON-ETHICS": 3,
        "COMMON-AD": 15,
        "COMMON-NEWS": 3,
        "COMMON-INFRINGE": 1,
        "COMMON-OTHER": 1,
    }.items()
    for number in range(1, last + 1)
)
"""The codes that violations of different packs share."""

DSA_CATEGORIES: Final[frozenset[str]] = frozenset(
    f"STATEMENT_CATEGORY_{name}"
    for name in (
        "ANIMAL_WELFARE",
        "CONSUMER_INFORMATION",
        "CYBER_VIOLENCE",
        "CYBER_VIOLENCE_AGAINST_WOMEN",
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS",
        "ILLEGAL_OR_HARMFUL_SPEECH",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        "NOT_SPECIFIED_NOTICE",
        "OTHER_VIOLATION_TC",
        "PROTECTION_OF_MINORS",
        "RISK_FOR_PUBLIC_SECURITY",
        "SCAMS_AND_FRAUD",
        "SELF_HARM",
        "UNSAFE_AND_PROHIBITED_PRODUCTS",
        "VIOLENCE",
    )
)
"""The statement categories of the DSA Transparency Database, API version 2."""
