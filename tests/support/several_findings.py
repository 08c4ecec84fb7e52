"""What several findings of one case lead to: the persons beside the first, and the kinds of events that follow one."""

from domain.accounts.events import (
    AccountContentRemovalLifted,
    AccountContentRemoved,
    AccountSanctionImposed,
    AccountSanctionLifted,
)
from domain.cases.events import CaseDecided
from domain.reporters.events import (
    ReporterCreditWithdrawn,
    ReporterReportUpheld,
    ReporterRewarded,
    ReporterRewardReversed,
)

TWO, THREE = "acc-2", "acc-3"
MUTED = (CaseDecided, AccountContentRemoved, AccountSanctionImposed)
REWARD = (ReporterReportUpheld, ReporterRewarded)
LIFTED = (AccountContentRemovalLifted, AccountSanctionLifted)
WITHDRAWN = (ReporterCreditWithdrawn, ReporterRewardReversed)
