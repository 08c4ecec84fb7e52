"""What the explanation codes of rulings mean, in English and Chinese: one sentence each, whatever the interface."""

# ruff: noqa: RUF001 - Chinese has punctuation of its own

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from domain.policy.vocabulary import Explanation


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in both languages."""

    en: str
    zh: str


SENTENCES: Final[Mapping[Explanation, Sentence]] = MappingProxyType(
    {
        Explanation.TIME_BARRED: Sentence(
            "The content was posted longer ago than the limitation period: it is removed, and nobody is penalised.",
            "内容发布已超过处罚时效：仅删除内容，不予处罚。",
        ),
        Explanation.MUTED_TWICE: Sentence(
            "The account had already been muted at least twice for removed content within the period when it posted "
            "this: it is banned.",
            "该账号在规定期间内因内容被删除已被禁言两次以上，又发布违规内容：予以封禁。",
        ),
        Explanation.SEVERAL_IN_A_DAY: Sentence(
            "More than one piece of content of the account was removed within a day: it is muted, the longer the "
            "graver the violation.",
            "该账号在一天内有多条内容被删除：按情节轻重予以较长时间的禁言或更重的处罚。",
        ),
        Explanation.MUTED_BEFORE: Sentence(
            "The account had been muted for removed content before it posted this: it is muted again, the longer the "
            "graver the violation.",
            "该账号曾因内容被删除而被禁言，此后又发布违规内容：按情节轻重再次处罚。",
        ),
        Explanation.SINGLE_SERIOUS: Sentence(
            "One piece of content with a serious violation was removed: a warning or a short mute.",
            "有一条严重违规内容被删除：予以警告或短期禁言。",
        ),
        Explanation.SINGLE_GRAVE: Sentence(
            "A grave violation: the whole range of measures is open, up to closing the account.",
            "特别严重的违规：可适用直至注销账号的全部处罚措施。",
        ),
        Explanation.SINGLE_LIGHT: Sentence(
            "A single light violation: a warning or a short mute.",
            "一次较轻的违规：予以警告或短期禁言。",
        ),
        Explanation.CONDUCT: Sentence(
            "The account itself broke the rules, not a single piece of content: the measure follows the severity.",
            "账号行为本身违规（并非某一条内容）：按情节轻重处罚。",
        ),
        Explanation.NEWS_CORRECTION: Sentence(
            "A news item of the platform is wrong or unlawful: the duty editor corrects, deletes or retracts it; no "
            "account is sanctioned.",
            "平台的新闻稿件有误或违法：由值班编辑补充、更正、删除或撤回，不处罚任何账号。",
        ),
        Explanation.ZERO_TOLERANCE: Sentence(
            "The violation falls under zero tolerance: the highest penalty applies whatever the severity or record.",
            "该违规属于零容忍范围：不论情节和历史记录，一律从严处理。",
        ),
        Explanation.DECIDED_OUTSIDE: Sentence(
            "The matter belongs to the authorities: the platform passes it on and records what they decide.",
            "该事项由主管机关处理：平台移送并记录处理结果。",
        ),
        Explanation.CONTENT_ONLY: Sentence(
            "Only the content or link is acted on; no measure is taken against the account.",
            "仅处置内容或链接，不对账号采取措施。",
        ),
        Explanation.GROUP_GRADED: Sentence(
            "A group broke the rules: it may be closed, and is closed from a serious violation on.",
            "群组违规：可予关闭，情节严重及以上的予以关闭。",
        ),
        Explanation.PUBLIC_ACCOUNT_GRADED: Sentence(
            "A public account broke the rules: it may be banned, and is banned from a serious violation on.",
            "公众账号违规：可予封禁，情节严重及以上的予以封禁。",
        ),
        Explanation.WARNED_BEFORE: Sentence(
            "The account had been warned before: a second warning is no option any more.",
            "该账号此前已被警告：不再适用警告。",
        ),
        Explanation.GRADED: Sentence(
            "The measure follows the severity of the violation.",
            "按违规的情节轻重确定处罚措施。",
        ),
        Explanation.MALICIOUS_REPORTER: Sentence(
            "The account reported others maliciously: the measure follows the severity.",
            "该账号恶意举报他人：按情节轻重处罚。",
        ),
    }
)


def sentence(explanation: str) -> Sentence | None:
    """What an explanation code means; None for a code that today's vocabulary does not have."""
    try:
        return SENTENCES[Explanation(explanation)]
    except ValueError:
        return None
