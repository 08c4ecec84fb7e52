"""`caseledger kafka` in a data folder of a test's own."""

import json
import os
import shutil
from pathlib import Path

from infra.local_kafka.cluster import ready
from tests.support.broker import CACHE
from tests.support.command_line import caseledger


def give_archive(folder: Path) -> None:
    """Make a data folder that finds the archive of classes already made."""
    checkpoint = ready(CACHE).checkpoint
    for made in (folder, folder / "kafka", folder / "kafka" / "cache"):
        made.mkdir(mode=0o700)
    shutil.copytree(checkpoint, folder / "kafka" / "cache" / checkpoint.name, copy_function=os.link)


def document(data: Path, *arguments: str) -> dict[str, object]:
    """What the command says with --json; it ends well and complains of nothing."""
    ended = caseledger("kafka", *arguments, "--json", data=data)
    assert (ended.status, ended.err) == (0, "")
    answer = json.loads(ended.out)
    assert isinstance(answer, dict)
    return answer
