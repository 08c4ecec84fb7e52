"""The tables of co-reporting, and the thresholds of its signal."""

from datetime import timedelta
from typing import Final

from projections.tables import Table, boolean, instant, integer, json_text, text, text_id

ITEM: Final = "item"
RESPONDENT: Final = "respondent"

TOGETHER_WITHIN: Final = timedelta(hours=24)
"""Two accounts report together when both report one item, or one respondent, no further apart than this."""

WINDOW: Final = timedelta(days=30)
"""How far back from the newest report the accounts of an item or respondent are looked at."""

MEMORY: Final = timedelta(days=180)
"""Two accounts that did not report together for so long begin anew."""

EARLIER_MIN: Final = 2
"""On so many earlier occasions two accounts must have reported together before it counts as more than chance."""

SIGNAL_ACCOUNTS_MIN: Final = 3
"""So many accounts on one item or respondent that did: a signal. Two friends are none."""

ACCOUNTS_MAX: Final = 50
"""Accounts of one item or respondent that are looked at: the last ones."""

PAIRED_MAX: Final = 20
"""Accounts with which one report is compared: the last ones before it."""

CO_REPORTING: Final = Table(
    "co_reporting",
    "One row per case and one per respondent that an identified reporter reported: whether those who did report "
    "together. A signal for the reviewer; nothing is ever decided by it. Only admitted reports count.",
    ("target_kind", "target"),
    (
        text("target_kind", "`item` (a case) or `respondent`."),
        text_id("target", "Id of the case, or of the account."),
        integer(
            "reporters",
            f"Accounts that reported it within {WINDOW.days} days up to `last_at`; at most the last {ACCOUNTS_MAX}.",
            "accounts",
        ),
        integer(
            "together",
            "Those of them that reported it within 24 hours of another account with which they had reported together "
            f"on at least {EARLIER_MIN} earlier occasions.",
            "accounts",
        ),
        integer("earlier_max", "The most earlier occasions that two of them share.", "occasions"),
        boolean("signal", f"Whether `together` is at least {SIGNAL_ACCOUNTS_MIN}."),
        instant("first_at", "When the first of these accounts last reported it."),
        instant("last_at", "When the last of them did."),
        json_text(
            "accounts",
            "The accounts, the last first: id of the reporter's stream, when they last reported it, and the most "
            "earlier occasions shared with another of them.",
        ),
    ),
    indexes=(("signal", "last_at"),),
)

PAIRS: Final = Table(
    "co_reporting_pairs",
    "Pairs of accounts that reported together, and how often. What happens within 24 hours is one occasion, however "
    f"many items it is about. After {MEMORY.days} days without one a pair begins anew.",
    ("reporter", "other"),
    (
        text_id("reporter", "Id of a reporter's stream."),
        text_id("other", "Id of another's, which sorts after it."),
        integer("occasions", "Occasions on which both reported, the last included.", "occasions"),
        instant("occasion_at", "When the last occasion began."),
    ),
)

PENDING: Final = Table(
    "co_reporting_pending",
    "Reports received whose admission or refusal was not looked at yet.",
    ("report",),
    (
        text_id("report", "The report."),
        text_id("reporter", "Id of the reporter's stream."),
        text_id("respondent", "Account it is about.", nullable=True),
    ),
    internal=True,
)

PLATFORM_NAME: Final = Table(
    "co_reporting_platform",
    "The platform's name, which ids of reporters' streams are made with.",
    ("scope",),
    (text("scope", "Always `published`."), text("name", "The name in its published policies.")),
    internal=True,
)
