"""Checks of the data: the folder and who may read it, journals, secrets, the database of the read models."""

import shutil
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from eventsourcing.persistence import InterfaceError, PersistenceError

from caseledger.bootstrap import READ_MODELS_FILE, Caseledger
from caseledger.cli.doctor_words import Check, damaged, fault, ok, warning
from caseledger.event_codec import EventFault
from caseledger.queries.packs import loaded, published
from domain.policy.instants import utc_text
from infra.journal.refusals import ForeignIndexError, UnfitTopicError
from infra.journal.verify import verify
from infra.kafka.connection import BrokersUnreachable
from infra.ledgers import JOURNAL_FILE
from infra.platform_secret import SECRET_BYTES
from infra.read_models.examine import examine
from projections.catalogue import read_models
from schemas.topics import TopicKind, topic_name

FREE_BYTES_LOW: Final = 1 << 30
FREE_BYTES_MIN: Final = 100 << 20
FILES_MAX: Final = 100_000
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
FINDINGS_TOLD_MAX: Final = 20


def data_folder(folder: Path) -> Iterator[Check]:
    """It is there, only its owner may read what is in it, and the disk has room."""
    if not folder.is_dir():
        if folder.exists():
            yield fault("data folder", folder, "is no folder")
        else:
            yield ok("data folder", folder, "not made yet; the first command makes it")
        return
    yield from _permissions(folder)
    free = shutil.disk_usage(folder).free
    told = f"{free / (1 << 30):.1f} GiB free"
    if free < FREE_BYTES_MIN:
        yield fault("disk", folder, f"{told}; appends will fail soon")
    elif free < FREE_BYTES_LOW:
        yield warning("disk", folder, told)
    else:
        yield ok("disk", folder, told)


def _permissions(folder: Path) -> Iterator[Check]:
    """Nobody but the owner may get in; behind a closed folder, open files are only worth knowing."""
    tell = fault if _mode(folder) & OTHERS else warning
    found = [path for path in _paths(folder) if _mode(path) & OTHERS]
    for path in found[:FINDINGS_TOLD_MAX]:
        wanted = "700" if path.is_dir() else "600"
        yield tell("permissions", path, f"mode {_mode(path):04o} is open to others; chmod {wanted}")
    if not found:
        yield ok("permissions", folder, "only its owner may read or write anything in it")
    elif len(found) > FINDINGS_TOLD_MAX:
        yield tell("permissions", folder, f"{len(found) - FINDINGS_TOLD_MAX} more are open to others")


def journals(caseledger: Caseledger, platform: str | None) -> Iterator[Check]:
    """Each journal is whole, can be opened, and has the secret and the policies that belong to it."""
    if caseledger.brokers is not None:
        yield from _topics(caseledger, platform)
        return
    folder = caseledger.settings.data / "platforms"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for name in names:
        if platform in (None, name):
            yield from _journal(caseledger, name, folder / name / JOURNAL_FILE)
    if platform is not None and platform not in names:
        yield fault("journal", platform, f"there is no journal of this platform in {caseledger.settings.data}")


def read_models_database(caseledger: Caseledger, platform: str | None) -> Iterator[Check]:
    """The database is whole, of this version, and how far each read model is. The ledger gives all of it again."""
    url = caseledger.settings.read_models_url
    file = caseledger.settings.data / READ_MODELS_FILE
    where = str(file) if url is None else "CASELEDGER_READ_MODELS_URL"
    found = examine(f"sqlite:///{file.resolve()}" if url is None else url.get_secret_value())
    tell = damaged if url is None else fault
    for problem in found.problems:
        yield tell("read models", where, f"{problem}; nothing is lost: the ledger gives all of it again")
    if found.problems:
        return
    if not found.versions:
        yield ok("read models", where, "not made yet; the first query makes them")
        return
    expected = {model.name: model.version for model in read_models()}
    other = sorted(name for name, version in expected.items() if found.versions.get(name) != version)
    if other:
        yield warning("read models", where, f"of another version, so the next query replays them: {', '.join(other)}")
    for name in caseledger.platforms():
        if platform in (None, name):
            at = {model: position for (of, model), position in found.positions.items() if of == name}
            told = ", ".join(f"{model} {position}" for model, position in sorted(at.items())) or "nothing read yet"
            yield ok(f"read models of {name}", where, f"whole; positions: {told}")


def _journal(caseledger: Caseledger, name: str, file: Path) -> Iterator[Check]:
    if not file.is_file():
        yield damaged("journal", file, "is missing; restore it from a backup")
        return
    try:
        findings = verify(file)
    except InterfaceError as problem:
        yield damaged("journal", file, str(problem))
        return
    for finding in findings[:FINDINGS_TOLD_MAX]:
        yield damaged("journal", file, f"{finding.place}: {finding.what}; restore it from a backup")
    if findings:
        return
    yield from _opened(caseledger, name, file)
    yield _secret(caseledger.settings.data / "secrets" / f"{name}.key")


def _topics(caseledger: Caseledger, platform: str | None) -> Iterator[Check]:
    """The same for ledgers on Kafka; `journal verify` folds a whole topic again."""
    try:
        names = caseledger.platforms()
    except InterfaceError as problem:
        yield fault("brokers", str(caseledger.brokers), str(problem))
        return
    for name in names:
        if platform in (None, name):
            yield from _opened(caseledger, name, topic_name(name, TopicKind.LEDGER))
            yield _secret(caseledger.settings.data / "secrets" / f"{name}.key")
    if platform is not None and platform not in names:
        topic = topic_name(platform, TopicKind.LEDGER)
        yield fault("journal", platform, f"there is no topic {topic} at {caseledger.brokers}")


def _opened(caseledger: Caseledger, name: str, file: Path | str) -> Iterator[Check]:
    try:
        ledger = caseledger.ledger(name)
        head = ledger.head()
        last = ledger.recorded_at([head]).get(head)
        policies = published(ledger, name)
    except (PersistenceError, EventFault) as problem:
        tell = fault if isinstance(problem, UnfitTopicError | ForeignIndexError | BrokersUnreachable) else damaged
        yield tell("journal", file, str(problem))
        return
    told = f", the last recorded {utc_text(last)}" if last else ""
    yield ok("journal", file, f"whole; log and index agree; {head} events{told}")
    refused = [fact.event.version for fact in policies if loaded(fact.event.text, fact.event.version) is None]
    if not policies:
        yield warning("policies", name, "none was published; nothing can be decided")
    elif refused:
        yield warning("policies", name, f"published but refused by this version, so not in force: {', '.join(refused)}")
    else:
        yield ok("policies", name, f"{len(policies)} published, all load")


def _secret(file: Path) -> Check:
    if not file.is_file():
        return warning(
            "secret", file, "is missing; made by the first report with a reporter. If there was one, restore it first"
        )
    size = file.stat().st_size
    if size != SECRET_BYTES:
        return damaged("secret", file, f"holds {size} bytes, not {SECRET_BYTES}; restore it from a backup")
    return ok("secret", file, "is there")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def _paths(folder: Path) -> Iterator[Path]:
    """The folder and everything in it, as far as a bound; links are looked at, never followed."""
    yield folder
    for path in sorted(islice(folder.rglob("*"), FILES_MAX)):
        if not path.is_symlink():
            yield path
