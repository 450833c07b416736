"""The demo firm itself: who works there, what lists and tags it uses. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass

DOMAIN = "lankor.example"
NAME_ZH = "宁波澜柯流体设备有限公司"
NAME_EN = "Ningbo Lankor Flow Equipment Co., Ltd."


@dataclass(frozen=True)
class Person:
    """Somebody of the firm; `team` is an index into `TEAMS`; `joined_days_ago` None means from the start."""

    key: str
    name_zh: str
    name_en: str
    role: str
    team: int | None = None
    language: str = "zh-hans"
    joined_days_ago: int | None = None
    title_zh: str = ""
    title_en: str = ""

    @property
    def email(self) -> str:
        """The address to sign in with."""
        return f"{self.name_en.split()[-1].lower()}@{DOMAIN}"


TEAMS = (("欧美组", "Europe and Americas"), ("亚非中东组", "Asia, Africa and Middle East"))
MANAGERS = {"he": (0,), "luo": (1,)}
ADMINISTRATOR = "ma"
FINANCE = "fang"

PEOPLE = (
    Person("ma", "马涛", "Ma Tao", "ADMINISTRATOR", title_zh="管理员", title_en="Administrator"),
    Person("shen", "沈立群", "Shen Liqun", "DIRECTOR", title_zh="总经理", title_en="Director"),
    Person(
        "he",
        "何静雯",
        "He Jingwen",
        "MANAGER",
        0,
        title_zh="欧美组经理",
        title_en="Manager, Europe and Americas",
    ),
    Person(
        "luo",
        "罗志远",
        "Luo Zhiyuan",
        "MANAGER",
        1,
        title_zh="亚非中东组经理",
        title_en="Manager, Asia and Africa",
    ),
    Person(
        "zhou", "周雨桐", "Zhou Yutong", "SALESPERSON", 0, title_zh="业务员 · 欧洲", title_en="Sales, Europe"
    ),
    Person(
        "zheng",
        "郑凯文",
        "Zheng Kaiwen",
        "SALESPERSON",
        0,
        "en",
        title_zh="业务员 · 美洲、大洋洲",
        title_en="Sales, Americas",
    ),
    Person(
        "tang",
        "唐思琪",
        "Tang Siqi",
        "SALESPERSON",
        1,
        title_zh="业务员 · 中东、中亚",
        title_en="Sales, Middle East",
    ),
    Person(
        "gao",
        "高俊杰",
        "Gao Junjie",
        "SALESPERSON",
        1,
        title_zh="业务员 · 非洲、南亚（休假中）",
        title_en="Sales, Africa and South Asia (away)",
    ),
    Person(
        "ding",
        "丁一鸣",
        "Ding Yiming",
        "SALESPERSON",
        1,
        joined_days_ago=118,
        title_zh="业务员 · 东亚、东南亚（试用期）",
        title_en="Sales, East Asia (on probation)",
    ),
    Person("fang", "方敏", "Fang Min", "FINANCE", title_zh="财务", title_en="Finance"),
    Person("gu", "顾安", "Gu An", "READ_ONLY", 0, title_zh="审计（只读）", title_en="Auditor (read only)"),
)
SALESPEOPLE = ("zhou", "zheng", "tang", "gao", "ding")
WITH_MAILBOX = ("shen", "he", "luo", *SALESPEOPLE)
SHARED, SHARED_ALIASES = "info", ("sales",)
"""The firm's own mailbox, without the domain, and its further names."""
SHARED_MEMBERS = {
    "he": ("may_read", "may_answer", "may_assign"),
    "zhou": ("may_read", "may_answer"),
    "zheng": ("may_read", "may_answer"),
    "tang": ("may_read",),
}
MAILBOX_OF = dict.fromkeys(SHARED_ALIASES, SHARED)
"""Under which name a mailbox lies whose address has another one."""
ABSENT, DEPUTY = "gao", "tang"
NEWCOMER, PREDECESSOR = "ding", "gao"
"""Who joined lately, and who looked after those customers before."""

OWNER_OF_REGION = {
    "EUROPE": "zhou",
    "NORTH_AMERICA": "zheng",
    "LATIN_AMERICA": "zheng",
    "OCEANIA": "zheng",
    "MIDDLE_EAST": "tang",
    "CENTRAL_ASIA": "tang",
    "AFRICA": "gao",
    "SOUTH_ASIA": "gao",
    "EAST_ASIA": "ding",
    "SOUTHEAST_ASIA": "ding",
}
CERTIFICATES = {
    "EUROPE": "europe",
    "NORTH_AMERICA": "america",
    "LATIN_AMERICA": "america",
    "OCEANIA": "oceania",
    "MIDDLE_EAST": "gulf",
    "CENTRAL_ASIA": "cis",
    "AFRICA": "africa",
    "SOUTH_ASIA": "asia",
    "EAST_ASIA": "asia",
    "SOUTHEAST_ASIA": "asia",
}
STANDARDS = {
    "EUROPE": "EN 13828",
    "NORTH_AMERICA": "ASME B16.34",
    "LATIN_AMERICA": "ASTM A216",
    "OCEANIA": "AS 1628",
    "MIDDLE_EAST": "BS 5154",
    "CENTRAL_ASIA": "GOST 21345",
    "AFRICA": "BS 5163",
    "SOUTH_ASIA": "IS 778",
    "EAST_ASIA": "JIS B2011",
    "SOUTHEAST_ASIA": "ISO 7259",
}

LISTS = {
    "SOURCE": (
        ("广交会", "Canton Fair"),
        ("国外展会", "Fair abroad"),
        ("阿里国际站", "B2B platform"),
        ("官网询盘", "Web site"),
        ("搜索引擎", "Search engine"),
        ("海关数据", "Customs data"),
        ("老客户介绍", "Referral"),
        ("领英", "LinkedIn"),
    ),
    "BUSINESS_TYPE": (
        ("进口商", "Importer"),
        ("批发商", "Wholesaler"),
        ("工程承包商", "Contractor"),
        ("品牌商", "Brand owner"),
        ("连锁零售", "Retail chain"),
        ("设备制造商", "Equipment maker"),
        ("网店", "Online shop"),
    ),
    "INDUSTRY": (
        ("给排水", "Plumbing"),
        ("暖通", "Heating and cooling"),
        ("消防", "Fire protection"),
        ("石油化工", "Oil and chemicals"),
        ("农业灌溉", "Irrigation"),
        ("船舶", "Marine"),
        ("矿山", "Mining"),
    ),
    "CUSTOMER_GROUP": (
        ("区域代理", "Regional agents"),
        ("贴牌客户", "Private label"),
        ("工程项目", "Projects"),
        ("零散批发", "Small wholesale"),
    ),
    "SALES_CHANNEL": (
        ("线下门店", "Shops"),
        ("工程直供", "Direct to projects"),
        ("分销商", "Distributors"),
        ("电商平台", "Online platforms"),
        ("政府采购", "Public tenders"),
    ),
}
FIRST_CONTACT = {
    "Canton Fair": "fair",
    "Fair abroad": "fair",
    "B2B platform": "inquiry",
    "Web site": "inquiry",
    "Search engine": "intro",
    "Customs data": "intro",
    "Referral": "inquiry",
    "LinkedIn": "intro",
}
TAGS = (
    ("价格敏感", "amber"),
    ("贴牌", "violet"),
    ("付款准时", "green"),
    ("付款偏慢", "red"),
    ("Fast decision", "green"),
    ("老板直联", "blue"),
    ("要验货", "grey"),
    ("Public tenders", "blue"),
    ("展会重点", "violet"),
    ("可做展示柜", "grey"),
    ("Price list yearly", "grey"),
    ("铜价联动", "amber"),
)


def english_share(owner: str | None) -> float:
    """How much of what the person writes is English; the others write Chinese."""
    return 0.85 if owner and person(owner).language == "en" else 0.1


def person(key: str) -> Person:
    """The person with that key."""
    return next(one for one in PEOPLE if one.key == key)


def key_of(address: str) -> str:
    """The key of the person with that address."""
    return next(one.key for one in PEOPLE if one.email == address)
