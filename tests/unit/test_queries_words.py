"""The words of the queries: every explanation code has both languages, every personal field has a decision."""

import pytest

from caseledger.queries.texts import NEVER_SHOWN, SHOWN
from caseledger.queries.words import SENTENCES, sentence
from domain.catalogue import EVENT_TYPES
from domain.personal import personal_paths
from domain.policy.vocabulary import Explanation


@pytest.mark.parametrize("explanation", Explanation)
def test_every_explanation_code_has_a_sentence_in_english_and_chinese(explanation: Explanation) -> None:
    told = sentence(explanation.value)
    assert told is not None
    assert told.en.endswith(".")
    assert told.en.isascii()
    assert told.zh.endswith("。")


def test_no_two_codes_share_a_sentence() -> None:
    assert (
        len({told.en for told in SENTENCES.values()})
        == len({told.zh for told in SENTENCES.values()})
        == len(Explanation)
    )


def test_a_code_of_another_time_has_no_sentence() -> None:
    assert sentence("struck_by_lightning") is None


def test_every_personal_field_is_either_a_text_that_may_be_asked_for_or_sealed() -> None:
    paths = {path.rpartition(".")[2] for event in EVENT_TYPES.values() for path in personal_paths(event)}
    assert paths == SHOWN | NEVER_SHOWN
    assert not SHOWN & NEVER_SHOWN
