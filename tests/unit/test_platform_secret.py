"""The digests made with the platform's secret: keyed, apart from each other, the same again."""

from pathlib import Path
from uuid import UUID

from infra.platform_secret import FileSecrets

CASE = UUID(int=7)


def test_an_identity_has_the_same_digest_in_every_process(tmp_path: Path) -> None:
    first = FileSecrets(tmp_path).identity("weibo", "phone", "13800000000")
    assert first == FileSecrets(tmp_path).identity("weibo", "phone", "13800000000")
    assert len(bytes.fromhex(first)) == 32


def test_platform_kind_and_value_all_tell_identities_apart(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path)
    asked = [("weibo", "phone", "1"), ("moji", "phone", "1"), ("weibo", "email", "1"), ("weibo", "phone", "2")]
    assert len({secrets.identity(*each) for each in asked}) == len(asked)


def test_an_identity_says_nothing_about_a_reporter(tmp_path: Path) -> None:
    secrets = FileSecrets(tmp_path)
    reporter = f"{CASE}"
    assert secrets.identity("weibo", "", reporter) != secrets.digest("weibo", CASE, reporter)


def test_another_secret_gives_other_digests(tmp_path: Path) -> None:
    one, other = (FileSecrets(tmp_path / name).identity("weibo", "phone", "1") for name in ("one", "other"))
    assert one != other
