"""What the closed vocabularies of policies are called, in English and Chinese: a short term for every value."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from domain.policy import kinds, vocabulary


class Term(NamedTuple):
    """A few words in both languages."""

    en: str
    zh: str


TERMS: Final[Mapping[type[StrEnum], Mapping[StrEnum, Term]]] = MappingProxyType(
    {
        kinds.Kind: {
            kinds.Kind.DELETE_CONTENT: Term("delete the content", "删除内容"),
            kinds.Kind.BLOCK_CONTENT: Term("block the content", "屏蔽内容"),
            kinds.Kind.BLOCK_FEED: Term("block the account's feed", "屏蔽动态"),
            kinds.Kind.BLOCK_LINK: Term("block the link", "断开链接"),
            kinds.Kind.ANNOUNCE_LINK: Term("announce the blocked link", "公示链接"),
            kinds.Kind.SUPPLEMENT_NEWS: Term("supplement the news item", "补充稿件"),
            kinds.Kind.MODIFY_NEWS: Term("modify the news item", "修改稿件"),
            kinds.Kind.DELETE_NEWS: Term("delete the news item", "删除稿件"),
            kinds.Kind.RETRACT_NEWS: Term("retract the news item", "撤回稿件"),
            kinds.Kind.WARN: Term("warning", "警告"),
            kinds.Kind.REFUSE_PUBLISHING: Term("refuse to publish", "拒绝发布"),
            kinds.Kind.RESTRICT_FUNCTIONS: Term("restrict functions", "限制功能"),
            kinds.Kind.SUSPEND_UPDATES: Term("suspend updates", "暂停更新"),
            kinds.Kind.MUTE: Term("mute", "禁言"),
            kinds.Kind.BAN: Term("ban", "封禁"),
            kinds.Kind.CLOSE_ACCOUNT: Term("close the account", "关闭账号"),
            kinds.Kind.CLOSE_GROUP: Term("close the group", "关闭群组"),
            kinds.Kind.BAN_SITE: Term("ban the sites", "封禁网站"),
            kinds.Kind.FREEZE_PERMISSIONS: Term("freeze permissions", "冻结权限"),
            kinds.Kind.FORBID_REREGISTRATION: Term("forbid registering again", "禁止再注册"),
            kinds.Kind.LIST_HIGH_RISK: Term("list as high risk", "列入高风险名单"),
            kinds.Kind.NOTIFY_AUTHORITY: Term("notify the authority", "通报主管机关"),
            kinds.Kind.TRANSFER_TO_AUTHORITY: Term("transfer to the authority", "移送主管机关"),
            kinds.Kind.PURSUE_COUNTERPARTY: Term("examine the other side", "追查相对方"),
            kinds.Kind.ADMINISTRATIVE_DETENTION: Term("administrative detention", "行政拘留"),
            kinds.Kind.CRITICISE_AND_EDUCATE: Term("criticism and education", "批评教育"),
            kinds.Kind.PERSONAL_FILE_RECORD: Term("entry in the personal file", "记入个人档案"),
            kinds.Kind.LEGAL_ACCOUNTABILITY: Term("legal accountability", "追究法律责任"),
        },
        vocabulary.SubjectType: {
            vocabulary.SubjectType.ACCOUNT: Term("account", "账号"),
            vocabulary.SubjectType.GROUP: Term("group", "群组"),
            vocabulary.SubjectType.LINK: Term("link", "链接"),
            vocabulary.SubjectType.SITE: Term("site", "网站"),
            vocabulary.SubjectType.ENTERPRISE: Term("enterprise", "企业"),
            vocabulary.SubjectType.NEWS_ITEM: Term("news item", "新闻稿件"),
            vocabulary.SubjectType.CONTENT: Term("content", "内容"),
            vocabulary.SubjectType.PUBLIC_ACCOUNT: Term("public account", "公众号"),
        },
        vocabulary.Severity: {
            vocabulary.Severity.MINOR: Term("minor", "轻微"),
            vocabulary.Severity.ORDINARY: Term("ordinary", "一般"),
            vocabulary.Severity.SERIOUS: Term("serious", "严重"),
            vocabulary.Severity.GRAVE: Term("grave", "特别严重"),
        },
        vocabulary.Flag: {
            vocabulary.Flag.MAJOR_CRIME: Term("suspected major crime", "涉嫌重大犯罪"),
            vocabulary.Flag.ORGANISED: Term("organised", "有组织"),
            vocabulary.Flag.MINOR: Term("respondent under age", "未成年人"),
        },
        vocabulary.DealRole: {
            vocabulary.DealRole.SELLER: Term("seller", "卖方"),
            vocabulary.DealRole.PROMOTER: Term("promoter", "推广方"),
        },
        vocabulary.Source: {
            vocabulary.Source.USER: Term("user", "用户"),
            vocabulary.Source.PLATFORM_MONITORING: Term("platform monitoring", "平台监测"),
            vocabulary.Source.THIRD_PARTY: Term("third party", "第三方"),
            vocabulary.Source.REGULATOR: Term("regulator", "监管部门"),
        },
        vocabulary.RefusalReason: {
            vocabulary.RefusalReason.REPORTER_NOT_VERIFIED: Term(
                "the reporter is not verified", "举报人未完成身份验证"
            ),
            vocabulary.RefusalReason.MALICIOUS_REPORTER: Term("the report is malicious", "恶意举报"),
            vocabulary.RefusalReason.OFF_PLATFORM: Term("not on this platform", "非本平台内容"),
            vocabulary.RefusalReason.ALREADY_HANDLED: Term("handled before", "已处理过"),
            vocabulary.RefusalReason.INSUFFICIENT_EVIDENCE: Term("insufficient evidence", "证据不足"),
            vocabulary.RefusalReason.OTHER_PROCEDURE: Term("another procedure is competent", "属其他程序"),
        },
        vocabulary.Check: {
            vocabulary.Check.REPORTER_VERIFIED: Term("the reporter is verified", "举报人已验证身份"),
            vocabulary.Check.NOT_MALICIOUS: Term("not established as malicious", "未被认定为恶意"),
            vocabulary.Check.IN_SCOPE: Term("found on this platform", "在受理范围内"),
            vocabulary.Check.NOT_ALREADY_HANDLED: Term("not handled before", "此前未处理过"),
            vocabulary.Check.SUFFICIENT_EVIDENCE: Term("sufficient evidence", "证据充分"),
            vocabulary.Check.JUDGED_HERE: Term("judged under these rules", "适用本制度"),
        },
        vocabulary.HandledBy: {
            vocabulary.HandledBy.SAME_REPORTER: Term("for the same reporter", "就同一举报人"),
            vocabulary.HandledBy.ANYONE: Term("for anyone", "就任何人"),
        },
        vocabulary.EvidenceStrength: {
            vocabulary.EvidenceStrength.SUFFICIENT: Term("sufficient", "充分"),
            vocabulary.EvidenceStrength.INSUFFICIENT: Term("insufficient", "不足"),
            vocabulary.EvidenceStrength.NONE: Term("none", "无"),
        },
        vocabulary.ReportState: {
            vocabulary.ReportState.PENDING: Term("pending", "待处理"),
            vocabulary.ReportState.REFUSED: Term("refused", "不予受理"),
            vocabulary.ReportState.HANDLED: Term("handled", "已处理"),
        },
        vocabulary.Verdict: {
            vocabulary.Verdict.ADMITTED: Term("admitted", "受理"),
            vocabulary.Verdict.REFUSED: Term("refused", "不予受理"),
        },
        vocabulary.EntryCause: {
            vocabulary.EntryCause.CONTENT_REMOVAL: Term("removed content", "内容被删除"),
            vocabulary.EntryCause.CONDUCT: Term("conduct", "行为违规"),
            vocabulary.EntryCause.MALICIOUS_REPORT: Term("malicious report", "恶意举报"),
            vocabulary.EntryCause.EXTERNAL: Term("decided outside", "外部决定"),
        },
        vocabulary.AppealRegime: {
            vocabulary.AppealRegime.ALLOWED: Term("appeals are allowed", "允许申诉"),
            vocabulary.AppealRegime.DENIED_ON_RECEIPT: Term("appeals are denied on receipt", "申诉一律驳回"),
        },
        vocabulary.ClockEvent: {
            vocabulary.ClockEvent.REPORT_RECEIVED: Term("report received", "收到举报"),
            vocabulary.ClockEvent.VERIFICATION_STARTED: Term("verification started", "开始核实"),
            vocabulary.ClockEvent.PRELIMINARY_RESULT: Term("preliminary result", "初步结果"),
            vocabulary.ClockEvent.DECIDED: Term("decided", "作出决定"),
            vocabulary.ClockEvent.REPORT_REFUSED: Term("report refused", "不予受理举报"),
            vocabulary.ClockEvent.MARKED_MAJOR: Term("marked as major", "标记为重大"),
            vocabulary.ClockEvent.AUTHORITY_NOTICE_DUE: Term("notice to the authority due", "应通报主管机关"),
            vocabulary.ClockEvent.AUTHORITY_NOTIFIED: Term("authority notified", "已通报主管机关"),
            vocabulary.ClockEvent.AUTHORITY_REQUEST_RECEIVED: Term(
                "request of an authority received", "收到机关调取请求"
            ),
            vocabulary.ClockEvent.AUTHORITY_PACKAGE_SENT: Term("evidence package sent", "已提供证据材料"),
            vocabulary.ClockEvent.CAMPAIGN_STARTED: Term("campaign started", "专项行动开始"),
            vocabulary.ClockEvent.CAMPAIGN_CLOSED: Term("campaign closed", "专项行动结束"),
        },
        vocabulary.RecordClass: {
            vocabulary.RecordClass.REGISTRATION: Term("registration data", "注册信息"),
            vocabulary.RecordClass.OPERATION_LOG: Term("operation logs", "操作日志"),
            vocabulary.RecordClass.TRANSACTION: Term("transactions", "交易记录"),
            vocabulary.RecordClass.COMMUNICATION: Term("communications", "通讯记录"),
        },
        vocabulary.ClockState: {
            vocabulary.ClockState.MET: Term("met", "按时完成"),
            vocabulary.ClockState.LATE: Term("late", "逾期完成"),
            vocabulary.ClockState.RUNNING: Term("running", "进行中"),
            vocabulary.ClockState.BREACHED: Term("breached", "已逾期"),
        },
        vocabulary.ChannelKind: {
            vocabulary.ChannelKind.BUTTON: Term("button", "按钮"),
            vocabulary.ChannelKind.PORTAL: Term("portal", "举报门户"),
            vocabulary.ChannelKind.HOTLINE: Term("hotline", "热线"),
            vocabulary.ChannelKind.EMAIL: Term("e-mail", "邮箱"),
            vocabulary.ChannelKind.SOCIAL: Term("social account", "社交账号"),
            vocabulary.ChannelKind.EXTERNAL_LINK: Term("external link", "外部链接"),
        },
        vocabulary.RewardKind: {
            vocabulary.RewardKind.LEDGER: Term("counted", "计数发放"),
            vocabulary.RewardKind.PERKS: Term("at discretion", "酌情给予"),
        },
        vocabulary.RewardNote: {
            vocabulary.RewardNote.DUPLICATE: Term("rewarded before", "重复举报"),
            vocabulary.RewardNote.NOT_ELIGIBLE: Term("not from a user", "非用户举报"),
            vocabulary.RewardNote.NO_LEDGER: Term("no counted rewards", "无计数奖励"),
        },
        vocabulary.FeedbackItem: {
            vocabulary.FeedbackItem.OUTCOME: Term("the outcome", "处理结果"),
            vocabulary.FeedbackItem.REFUSAL: Term("a refusal", "不予受理"),
            vocabulary.FeedbackItem.PRELIMINARY_RESULT: Term("the preliminary result", "初步结果"),
        },
    }
)
"""Explanations have whole sentences of their own."""


def term(value: StrEnum) -> Term:
    """What a value of a closed vocabulary is called."""
    return TERMS[type(value)][value]


def in_both(value: StrEnum) -> str:
    """The term in Chinese, then in English, as violations are shown."""
    found = term(value)
    return f"{found.zh} {found.en}"
