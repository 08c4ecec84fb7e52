"""What can go wrong at the command line, in one line each: what happened, what was kept, what to do."""

# ruff: noqa: PLC0415 - errors of heavy modules are looked up only when one was raised
from dataclasses import dataclass
from typing import Final

from caseledger.cli.status import ExitStatus

REASON_CHARS_MAX: Final = 2_000

_ASK: Final = "give the same command again, or ask `caseledger journal outcome` with the append it names"


@dataclass
class Failure(Exception):  # noqa: N818 - it carries a status and is never a surprise
    """A command ends here. `code` is stable, `reason` is one line for people; neither holds personal data."""

    status: ExitStatus
    code: str
    reason: str


def not_found(code: str, reason: str) -> Failure:
    """What was asked for does not exist."""
    return Failure(ExitStatus.REFUSED, code, reason)


def usage(reason: str) -> Failure:
    """An option or value that cannot be used."""
    return Failure(ExitStatus.USAGE, "usage", reason)


def failure_of(error: Exception) -> Failure | None:
    """The failure that an expected error stands for; None for a fault of the program."""
    if isinstance(error, Failure):
        return error
    finders = (
        _query,
        _refused,
        _ledger,
        _topics,
        _read_models,
        _process,
        _settings,
        _statements,
        _local_kafka,
        _system,
    )
    for find in finders:
        failure = find(error)
        if failure is not None:
            return failure
    return None


def _query(error: Exception) -> Failure | None:
    from caseledger.queries.errors import NotAQuestion, QueryRefused

    if isinstance(error, QueryRefused):
        status = ExitStatus.USAGE if isinstance(error, NotAQuestion) else ExitStatus.REFUSED
        return Failure(status, error.code, error.reason)
    return None


def _refused(error: Exception) -> Failure | None:
    from domain.errors import Refused
    from domain.policy.errors import VectorRefused
    from domain.policy.faults import PackRefused

    if isinstance(error, Refused):
        return Failure(ExitStatus.REFUSED, error.code, error.reason)
    if isinstance(error, VectorRefused):
        return Failure(ExitStatus.USAGE, error.code, str(error))
    if isinstance(error, PackRefused):
        first = error.faults[0]
        reason = (
            f"{first.file} has {len(error.faults)} faults, the first: {first.path or 'the file'}: {first.reason}; "
            "`caseledger policy check` on the file names all"
        )
        return Failure(ExitStatus.REFUSED, "policy_invalid", reason)
    return None


def _ledger(error: Exception) -> Failure | None:
    from eventsourcing.persistence import InterfaceError, PersistenceError

    from caseledger.application.ports import LedgerUnavailable, OutcomeUnknown
    from caseledger.event_codec import EventFault
    from infra.journal.refusals import JournalRefusedError, LostRecordsError
    from infra.platform_secret import SecretUnusable

    if isinstance(error, OutcomeUnknown):
        return Failure(ExitStatus.OUTCOME_UNKNOWN, "outcome_unknown", f"{error}; {_ASK}")
    if isinstance(error, LedgerUnavailable):
        return Failure(ExitStatus.UNAVAILABLE, "ledger_unavailable", f"{error}; nothing was written, try again")
    if isinstance(error, EventFault):
        return Failure(ExitStatus.DAMAGED, "event_not_readable", f"{error}; nothing was changed")
    if isinstance(error, SecretUnusable):
        return Failure(ExitStatus.DAMAGED, "secret_unusable", str(error))
    if isinstance(error, JournalRefusedError):
        lost = isinstance(error, LostRecordsError)
        return Failure(ExitStatus.DAMAGED if lost else ExitStatus.REFUSED, error.code, str(error))
    if isinstance(error, InterfaceError):
        damaged = "damaged" in str(error) or "not a journal" in str(error)
        return Failure(
            ExitStatus.DAMAGED if damaged else ExitStatus.UNAVAILABLE,
            "ledger_damaged" if damaged else "ledger_unavailable",
            str(error),
        )
    if isinstance(error, PersistenceError):
        return Failure(ExitStatus.UNAVAILABLE, "ledger_unavailable", f"{error}; nothing was written, try again")
    return None


def _topics(error: Exception) -> Failure | None:
    from caseledger.application.topic_intake import TooMuchPoison
    from caseledger.bootstrap import BrokersNotNamed
    from consumers.messages import SinkFailed, SourceCut, SourceFailed
    from infra.kafka.events_topic import EventsTopicUnavailable, EventsTopicUnfit
    from infra.kafka.leadership import LeadershipUnavailable
    from infra.kafka.registry import RegistryRefused, RegistryUnavailable

    if isinstance(error, EventsTopicUnfit):
        return Failure(ExitStatus.REFUSED, "topic_unfit", str(error))
    if isinstance(error, RegistryRefused):
        return Failure(ExitStatus.REFUSED, "schema_registry_refused", f"{error}; nothing was published with it")
    if isinstance(error, EventsTopicUnavailable | LeadershipUnavailable | RegistryUnavailable):
        return Failure(ExitStatus.UNAVAILABLE, "topic_unavailable", f"{error}; what was published stays")
    if isinstance(error, BrokersNotNamed):
        return Failure(ExitStatus.USAGE, "setting_invalid", str(error))
    if isinstance(error, TooMuchPoison):
        return Failure(ExitStatus.BAD_LINES, "too_much_poison", str(error))
    if isinstance(error, SourceCut):
        return Failure(ExitStatus.DAMAGED, "topic_cut", str(error))
    if isinstance(error, SourceFailed):
        return Failure(ExitStatus.UNAVAILABLE, "topic_unavailable", f"{error}; what was taken in before is kept")
    if isinstance(error, SinkFailed):
        return Failure(
            ExitStatus.UNAVAILABLE, "topic_unavailable", f"{error}; whatever was not acknowledged may be sent again"
        )
    return None


def _read_models(error: Exception) -> Failure | None:
    from infra.read_models.errors import ReadModelsDamaged, ReadModelsForeign, ReadModelsUnusable

    if isinstance(error, ReadModelsDamaged):
        return Failure(ExitStatus.DAMAGED, "read_models_damaged", str(error))
    if isinstance(error, ReadModelsForeign):
        return Failure(ExitStatus.USAGE, "read_models_foreign", str(error))
    if isinstance(error, ReadModelsUnusable):
        return Failure(ExitStatus.UNAVAILABLE, "read_models_unavailable", str(error))
    return None


def _process(error: Exception) -> Failure | None:
    from caseledger.processes.lifecycle import StayedUnavailable
    from infra.health import AddressUnusable

    if isinstance(error, AddressUnusable):
        return Failure(ExitStatus.USAGE, "setting_invalid", f"CASELEDGER_METRICS_ADDRESS: {error}")
    if isinstance(error, StayedUnavailable):
        return Failure(ExitStatus.UNAVAILABLE, "stayed_unavailable", str(error))
    return None


def _settings(error: Exception) -> Failure | None:
    from pydantic import ValidationError

    from caseledger.settings import Settings
    from domain.policy.faults import PackRefused
    from infra.packs import PacksUnusable

    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        told = "; ".join(
            f"CASELEDGER_{str(fault['loc'][0]).upper()}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        )
        return Failure(ExitStatus.USAGE, "setting_invalid", told)
    if isinstance(error, PacksUnusable):
        return Failure(ExitStatus.USAGE, "packs_unusable", str(error))
    if isinstance(error, PackRefused):
        return Failure(ExitStatus.REFUSED, "policy_invalid", str(error))
    return None


def _statements(error: Exception) -> Failure | None:
    from caseledger.statements.mapping import MappingRefused
    from caseledger.statements.reading import StatementInvalid
    from infra.mappings import MappingsUnusable

    if isinstance(error, MappingsUnusable):
        return Failure(ExitStatus.USAGE, "mappings_unusable", str(error))
    if isinstance(error, MappingRefused):
        return Failure(ExitStatus.REFUSED, "mapping_invalid", str(error))
    if isinstance(error, StatementInvalid):
        return Failure(ExitStatus.REFUSED, "statement_invalid", str(error))
    return None


def _local_kafka(error: Exception) -> Failure | None:
    from infra.local_kafka.errors import JarChanged, LocalKafkaRefused, OtherCluster, StateDamaged

    if not isinstance(error, LocalKafkaRefused):
        return None
    statuses: dict[type[Exception], ExitStatus] = {
        OtherCluster: ExitStatus.REFUSED,
        JarChanged: ExitStatus.DAMAGED,
        StateDamaged: ExitStatus.DAMAGED,
    }
    return Failure(statuses.get(type(error), ExitStatus.UNAVAILABLE), error.code, str(error))


def _system(error: Exception) -> Failure | None:
    """A file of ours, or, where no file is named, the output."""
    if not isinstance(error, OSError) or not error.strerror:
        return None
    if error.filename is None:
        return Failure(ExitStatus.OUTPUT_FAILED, "output_failed", f"the output could not be written: {error.strerror}")
    reason = f"{error.filename}: {error.strerror}; nothing was changed"
    return Failure(ExitStatus.UNAVAILABLE, "system_error", reason)
