"""What the violation classes of the packs that ship, and the codes that packs share, are called in both languages.

A pack names its violations itself, but has no place for the names of classes.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from caseledger.queries.terms import Term

CLASSES: Final[Mapping[str, Mapping[str, Term]]] = MappingProxyType(
    {
        "36kr-jiangsu": {
            "3.1": Term("Unlawful information (user content)", "违法信息"),
            "3.2": Term("Unfriendly conduct", "不友善"),
            "3.3": Term("Spam", "垃圾信息"),
            "3.4": Term("Malicious conduct", "恶意行为"),
            "3.5": Term("Discouraged conduct", "不鼓励行为"),
            "4.1": Term("Unlawful information (news)", "违法新闻"),
            "4.2": Term("Faults of a news item", "新闻差错"),
        },
        "cac-campaign": {
            "1": Term("Doxing and what follows from it", "开盒与网暴"),
            "2": Term("Malicious defamation", "恶意诋毁"),
            "3": Term("Extreme emotion", "极端情绪"),
            "4": Term("Personal-data offences", "侵犯个人信息犯罪"),
            "5": Term("Content of negative orientation", "不良导向内容"),
        },
        "moji-weather": {
            "3.1": Term("Political and unlawful information", "时政有害"),
            "3.2": Term("Unhealthy information", "不良信息"),
            "3.3": Term("Unfriendly or improper information", "不友善"),
            "3.4": Term("Spam advertising", "垃圾广告"),
            "3.5": Term("Unlawful advertising", "违法广告"),
            "3.6": Term("Other unsuitable content", "其他不宜"),
            "3.7": Term("Infringement (another procedure)", "侵权"),
        },
        "platform-zero-tolerance": {
            "1": Term("Online crime", "网络犯罪"),
            "2": Term("Injury to the rights of others", "侵害他人权益"),
            "3": Term("Danger to the public interest", "危害公共利益"),
        },
        "wechat-contraband": {
            "1": Term("Illegal and contraband goods", "违禁品信息"),
            "2": Term("Public-account violations", "公众号违规"),
        },
    }
)
"""Class titles by platform."""

COMMON_CODES: Final[Mapping[str, Term]] = MappingProxyType(
    {
        "CN-ILLEGAL-01": Term("Against the constitution or the law", "违宪"),
        "CN-ILLEGAL-02": Term("National security, state secrets, subversion, secession", "危害国家安全"),
        "CN-ILLEGAL-03": Term("Harm to the honour or interests of the state", "损害国家荣誉与利益"),
        "CN-ILLEGAL-04": Term("Ethnic hatred or discrimination", "破坏民族团结"),
        "CN-ILLEGAL-05": Term("Religious policy, cults, superstition", "邪教与迷信"),
        "CN-ILLEGAL-06": Term("Rumours that disturb public order", "谣言"),
        "CN-ILLEGAL-07": Term("Obscenity, gambling, violence, terror, teaching of crime", "淫秽赌博暴恐"),
        "CN-ILLEGAL-08": Term("Insult, libel, injury to lawful rights", "侮辱诽谤侵权"),
        "CN-ILLEGAL-09": Term("Any other content barred by law", "其他法定禁止内容"),
        "CN-UNHEALTHY-01": Term("Sensational title that does not match", "标题夸大不符"),
        "CN-UNHEALTHY-02": Term("Hype of gossip and scandal", "炒作绯闻丑闻"),
        "CN-UNHEALTHY-03": Term("Improper comment on disasters", "灾难不当评论"),
        "CN-UNHEALTHY-04": Term("Sexual suggestion", "性暗示"),
        "CN-UNHEALTHY-05": Term("Gore and horror", "血腥惊悚"),
        "CN-UNHEALTHY-06": Term("Incitement against groups or regions", "群体地域歧视"),
        "CN-UNHEALTHY-07": Term("Vulgarity", "低俗内容"),
        "CN-UNHEALTHY-08": Term("Bad example for people under age", "不良示范未成年人"),
        "CN-UNHEALTHY-09": Term("Breach of ethics", "违背伦理"),
        "CN-UNHEALTHY-10": Term("Other harm to the online environment", "其他不良信息"),
        "COMMON-UNFRIENDLY-01": Term("Contempt for people or their work", "轻蔑"),
        "COMMON-UNFRIENDLY-02": Term("Mockery", "嘲讽"),
        "COMMON-UNFRIENDLY-03": Term("Provocation", "挑衅"),
        "COMMON-UNFRIENDLY-04": Term("Humiliation", "羞辱"),
        "COMMON-UNFRIENDLY-05": Term("Foul language", "谩骂"),
        "COMMON-UNFRIENDLY-06": Term("Attack on an identity or a group", "身份歧视"),
        "COMMON-UNFRIENDLY-07": Term("Threat, intimidation", "威胁恐吓"),
        "COMMON-UNFRIENDLY-08": Term("Harassment", "骚扰"),
        "COMMON-UNFRIENDLY-09": Term("Libel between persons", "诽谤"),
        "COMMON-UNFRIENDLY-10": Term("Online bullying in numbers", "网暴"),
        "COMMON-UNFRIENDLY-11": Term("Snide remarks", "阴阳怪气"),
        "COMMON-UNFRIENDLY-12": Term("Baseless doubt about motives", "揣测动机"),
        "COMMON-UNFRIENDLY-13": Term("Venting of bad feeling", "情绪宣泄"),
        "COMMON-UNFRIENDLY-14": Term("Opinion without any factual ground", "无据观点"),
        "COMMON-UNFRIENDLY-15": Term("Stirring up of extreme emotion", "煽动极端情绪"),
        "COMMON-SPAM-01": Term("Repeated near-identical posts", "重复刷屏"),
        "COMMON-SPAM-02": Term("Spam advertising", "垃圾广告"),
        "COMMON-SPAM-03": Term("Bought or fake interaction", "虚假互动"),
        "COMMON-SPAM-04": Term("Off-topic posts", "跑题内容"),
        "COMMON-SPAM-05": Term("Abusive marketing", "恶意营销"),
        "COMMON-SPAM-06": Term("Advertising disguised from review", "规避审核广告"),
        "COMMON-SPAM-07": Term("Deceptive outbound links", "欺骗外链"),
        "COMMON-SPAM-08": Term("Search-engine link spam", "SEO引流"),
        "COMMON-SPAM-09": Term("Flooding with meaningless characters", "乱码刷屏"),
        "COMMON-SPAM-10": Term("Bait for votes or follows", "诱导投票关注"),
        "COMMON-SPAM-11": Term("Advertising without the platform's leave", "未经许可广告"),
        "COMMON-SPAM-12": Term("Contact details to win customers", "联系方式揽客"),
        "COMMON-SPAM-13": Term("Careless reposts with promotion", "违规转载营销"),
        "COMMON-MALICE-01": Term("Impersonation", "冒充"),
        "COMMON-MALICE-02": Term("Phishing and malware links", "钓鱼木马"),
        "COMMON-MALICE-03": Term("Dangerous or privacy-stealing material", "潜在危险"),
        "COMMON-MALICE-04": Term("Unlicensed copying", "抄袭"),
        "COMMON-MALICE-05": Term("Malicious reports", "恶意举报"),
        "COMMON-MALICE-06": Term("Cheats and account-control tools", "外挂"),
        "COMMON-PRIVACY-01": Term("Doxing", "人肉开盒"),
        "COMMON-PRIVACY-02": Term("Incitement to doxing", "煽动开盒"),
        "COMMON-PRIVACY-03": Term("Disclosure of personal data", "泄露个人信息"),
        "COMMON-PRIVACY-04": Term("Site or group that trades in personal data", "买卖个人信息据点"),
        "COMMON-CRIME-01": Term("Fraud", "诈骗"),
        "COMMON-CRIME-02": Term("Gambling", "赌博"),
        "COMMON-CRIME-03": Term("Obscenity and pornography", "淫秽色情"),
        "COMMON-CRIME-04": Term("Contraband", "违禁品"),
        "COMMON-CRIME-05": Term("Stolen or forged identity", "盗用身份"),
        "COMMON-CRIME-06": Term("Trade-secret theft", "窃取商业秘密"),
        "COMMON-CRIME-07": Term("Malicious attack on rights or property", "恶意攻击"),
        "COMMON-CRIME-08": Term("Pyramid selling", "传销"),
        "COMMON-CRIME-09": Term("Other crime", "其他犯罪"),
        "COMMON-ETHICS-01": Term("Against public morals", "有违公德"),
        "COMMON-ETHICS-02": Term("Encouragement of suicide", "劝诱自杀"),
        "COMMON-ETHICS-03": Term("Teaching of offences", "传授犯罪方法"),
        "COMMON-AD-01": Term("Advertising of goods that may not be sold or advertised", "禁售广告"),
        "COMMON-AD-02": Term("Content barred in every advertisement", "法定禁止广告"),
        "COMMON-AD-03": Term("Advertising that harms minors or the disabled", "损害弱者广告"),
        "COMMON-AD-04": Term("Advertising with void patents", "虚假专利广告"),
        "COMMON-AD-05": Term("Disparagement of competitors", "贬低同业"),
        "COMMON-AD-06": Term("Advertising not recognisable as such", "隐性广告"),
        "COMMON-AD-07": Term("Pop-up without a clear close button", "弹窗难关"),
        "COMMON-AD-08": Term("Clicks won by deceit", "诱骗点击"),
        "COMMON-AD-09": Term("Medical claims for other goods", "假借医疗"),
        "COMMON-AD-10": Term("Health talk as disguised medical advertising", "变相医药广告"),
        "COMMON-AD-11": Term("Claims to replace breast milk", "母乳替代宣称"),
        "COMMON-AD-12": Term("Endorsement by a child under ten", "幼童代言"),
        "COMMON-AD-13": Term("Endorser punished within three years", "失信代言"),
        "COMMON-AD-14": Term("Unlawful advertising aimed at children under fourteen", "针对儿童违规广告"),
        "COMMON-AD-15": Term("Other unlawful advertising", "其他违法广告"),
        "COMMON-NEWS-01": Term("News without sufficient facts", "新闻失实"),
        "COMMON-NEWS-02": Term("Headline that departs from the story", "题文不符"),
        "COMMON-NEWS-03": Term("News without a stated source", "来源不明"),
        "COMMON-INFRINGE-01": Term("Infringement of personal or intellectual property rights", "侵权"),
        "COMMON-OTHER-01": Term("Other breach of the platform's rules", "其他违规"),
    }
)
"""The shared codes, which make violations of different packs one."""


def class_term(platform: str, class_: str) -> Term | None:
    """What a class is called; None where the platform's pack does not ship, or names a class of its own."""
    return CLASSES.get(platform, {}).get(class_)
