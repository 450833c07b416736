"""Which time zone a city lies in, for the countries that have several (B-24).

Three sources, asked in this order: the cities of trade in the table below (English, local and Chinese
names), a state or province in the text ("Houston, TX"), the cities after which tzdata names its zones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

CITIES: dict[str, dict[str, str]] = {
    "AR": {"America/Argentina/Cordoba": "rosario|科尔多瓦|罗萨里奥"},
    "AU": {
        "Australia/Sydney": "newcastle|canberra|wollongong|悉尼|堪培拉|纽卡斯尔",
        "Australia/Melbourne": "geelong|墨尔本",
        "Australia/Brisbane": "gold coast|cairns|townsville|布里斯班|黄金海岸|凯恩斯",
        "Australia/Adelaide": "阿德莱德",
        "Australia/Darwin": "达尔文",
        "Australia/Perth": "fremantle|珀斯|弗里曼特尔",
        "Australia/Hobart": "launceston|霍巴特",
        "Australia/Lord_Howe": "豪勋爵岛",
    },
    "BR": {
        "America/Sao_Paulo": (
            "rio de janeiro|santos|campinas|curitiba|belo horizonte|porto alegre|brasilia|florianopolis|"
            "joinville|itajai|goiania|vitoria|caxias do sul|blumenau|guarulhos|"
            "圣保罗|里约热内卢|里约|桑托斯|库里蒂巴|贝洛奥里藏特|阿雷格里港|巴西利亚"
        ),
        "America/Manaus": "玛瑙斯",
        "America/Fortaleza": "natal|福塔莱萨",
        "America/Recife": "累西腓",
        "America/Bahia": "salvador|萨尔瓦多",
        "America/Belem": "贝伦",
        "America/Rio_Branco": "acre",
    },
    "CA": {
        "America/Toronto": (
            "montreal|ottawa|mississauga|hamilton|quebec|quebec city|markham|brampton|richmond hill|"
            "多伦多|蒙特利尔|渥太华|密西沙加|魁北克"
        ),
        "America/Vancouver": "richmond|burnaby|surrey|victoria|温哥华|列治文|本拿比|维多利亚",
        "America/Edmonton": "calgary|red deer|卡尔加里|埃德蒙顿",
        "America/Winnipeg": "温尼伯",
        "America/Regina": "saskatoon|里贾纳|萨斯卡通",
        "America/Halifax": "哈利法克斯",
        "America/St_Johns": "st john s|圣约翰斯",
    },
    "CD": {"Africa/Lubumbashi": "kolwezi|likasi|goma|bukavu|卢本巴希|科卢韦齐"},
    "CL": {"Pacific/Easter": "isla de pascua|复活节岛", "America/Punta_Arenas": "蓬塔阿雷纳斯"},
    "CN": {"Asia/Shanghai": "urumqi|乌鲁木齐"},
    "EC": {"Pacific/Galapagos": "加拉帕戈斯"},
    "ES": {"Atlantic/Canary": "las palmas|tenerife|santa cruz de tenerife|拉斯帕尔马斯|加那利群岛"},
    "ID": {
        "Asia/Jakarta": (
            "surabaya|bandung|semarang|medan|tangerang|bekasi|batam|palembang|yogyakarta|"
            "雅加达|泗水|万隆|三宝垄|棉兰|巴淡|巨港|日惹"
        ),
        "Asia/Makassar": (
            "bali|denpasar|balikpapan|samarinda|banjarmasin|manado|巴厘岛|登巴萨|望加锡|巴厘巴板"
        ),
        "Asia/Jayapura": "sorong|ambon|manokwari|查亚普拉|索龙",
        "Asia/Pontianak": "坤甸",
    },
    "KZ": {
        "Asia/Almaty": "astana|nur-sultan|shymkent|karaganda|阿拉木图|阿斯塔纳|奇姆肯特|卡拉干达",
        "Asia/Aqtau": "aktau|阿克套",
        "Asia/Aqtobe": "aktobe|阿克托别",
        "Asia/Atyrau": "阿特劳",
    },
    "MN": {"Asia/Ulaanbaatar": "ulan bator|乌兰巴托"},
    "MX": {
        "America/Mexico_City": (
            "guadalajara|puebla|leon|queretaro|toluca|veracruz|墨西哥城|瓜达拉哈拉|普埃布拉|莱昂"
        ),
        "America/Monterrey": "saltillo|torreon|san pedro garza garcia|蒙特雷",
        "America/Tijuana": "mexicali|ensenada|蒂华纳|墨西卡利",
        "America/Ciudad_Juarez": "juarez|华雷斯城|华雷斯",
        "America/Chihuahua": "奇瓦瓦",
        "America/Cancun": "playa del carmen|坎昆",
        "America/Hermosillo": "nogales|埃莫西约",
        "America/Mazatlan": "culiacan|la paz|马萨特兰",
        "America/Matamoros": "reynosa|nuevo laredo|马塔莫罗斯",
        "America/Merida": "梅里达",
    },
    "MY": {"Asia/Kuching": "kota kinabalu|sabah|sarawak|古晋|亚庇"},
    "NZ": {"Pacific/Chatham": "chatham islands|查塔姆群岛"},
    "PT": {"Atlantic/Azores": "ponta delgada|亚速尔", "Atlantic/Madeira": "funchal|马德拉"},
    "RU": {
        "Europe/Moscow": (
            "saint petersburg|st petersburg|st. petersburg|kazan|nizhny novgorod|rostov on don|krasnodar|"
            "novorossiysk|voronezh|sochi|москва|санкт-петербург|莫斯科|圣彼得堡|喀山|下诺夫哥罗德|新罗西斯克|克拉斯诺达尔"
        ),
        "Europe/Kaliningrad": "加里宁格勒",
        "Europe/Samara": "tolyatti|togliatti|izhevsk|萨马拉|陶里亚蒂",
        "Asia/Yekaterinburg": (
            "ekaterinburg|chelyabinsk|perm|ufa|tyumen|叶卡捷琳堡|车里雅宾斯克|彼尔姆|乌法|秋明"
        ),
        "Asia/Omsk": "鄂木斯克",
        "Asia/Novosibirsk": "新西伯利亚",
        "Asia/Krasnoyarsk": "克拉斯诺亚尔斯克",
        "Asia/Irkutsk": "ulan-ude|伊尔库茨克|乌兰乌德",
        "Asia/Yakutsk": "blagoveshchensk|雅库茨克|布拉戈维申斯克",
        "Asia/Vladivostok": (
            "khabarovsk|nakhodka|ussuriysk|владивосток|符拉迪沃斯托克|海参崴|哈巴罗夫斯克|伯力"
        ),
        "Asia/Sakhalin": "yuzhno-sakhalinsk|南萨哈林斯克",
        "Asia/Kamchatka": "petropavlovsk-kamchatsky|堪察加",
    },
    "US": {
        "America/New_York": (
            "new york city|brooklyn|newark|jersey city|boston|philadelphia|washington dc|washington d c|"
            "baltimore|atlanta|miami|orlando|tampa|jacksonville|charlotte|raleigh|cleveland|columbus|"
            "cincinnati|pittsburgh|savannah|charleston|norfolk|"
            "纽约|波士顿|费城|华盛顿|巴尔的摩|亚特兰大|迈阿密|奥兰多|坦帕|夏洛特|克利夫兰|匹兹堡|萨凡纳|查尔斯顿"
        ),
        "America/Chicago": (
            "houston|dallas|fort worth|austin|san antonio|plano|irving|minneapolis|milwaukee|st louis|"
            "saint louis|"
            "new orleans|memphis|nashville|kansas city|oklahoma city|tulsa|omaha|mobile|birmingham|"
            "芝加哥|休斯敦|休斯顿|达拉斯|奥斯汀|圣安东尼奥|明尼阿波利斯|密尔沃基|圣路易斯|新奥尔良|孟菲斯|纳什维尔|堪萨斯城"
        ),
        "America/Denver": (
            "salt lake city|albuquerque|colorado springs|el paso|el paso tx|el paso texas|"
            "丹佛|盐湖城|阿尔伯克基"
        ),
        "America/Phoenix": "tucson|scottsdale|mesa|tempe|chandler|凤凰城|图森",
        "America/Los_Angeles": (
            "san francisco|san jose|san diego|long beach|oakland|sacramento|ontario|irvine|anaheim|fremont|"
            "city of industry|seattle|tacoma|portland|las vegas|reno|"
            "洛杉矶|旧金山|圣何塞|圣地亚哥|长滩|奥克兰|萨克拉门托|尔湾|西雅图|塔科马|波特兰|拉斯维加斯"
        ),
        "America/Detroit": "ann arbor|grand rapids|底特律",
        "America/Indiana/Indianapolis": "印第安纳波利斯",
        "America/Anchorage": "安克雷奇",
        "Pacific/Honolulu": "hawaii|檀香山|夏威夷|火奴鲁鲁",
    },
    "UZ": {"Asia/Samarkand": "bukhara|撒马尔罕|布哈拉", "Asia/Tashkent": "塔什干"},
}  # fmt: skip

STATES: dict[str, dict[str, str]] = {
    "AU": {
        "Australia/Sydney": "nsw|act|new south wales",
        "Australia/Melbourne": "vic|victoria",
        "Australia/Brisbane": "qld|queensland",
        "Australia/Adelaide": "sa|south australia",
        "Australia/Darwin": "nt|northern territory",
        "Australia/Perth": "wa|western australia",
        "Australia/Hobart": "tas|tasmania",
    },
    "BR": {
        "America/Sao_Paulo": "sp|rj|mg|es|pr|sc|rs|df|go",
        "America/Manaus": "am|amazonas",
        "America/Bahia": "ba",
        "America/Recife": "pe|pernambuco",
        "America/Fortaleza": "ce|rn|pb|ma|pi|ceara",
        "America/Belem": "pa|ap",
        "America/Cuiaba": "mt|mato grosso",
        "America/Campo_Grande": "ms|mato grosso do sul",
        "America/Porto_Velho": "ro",
        "America/Boa_Vista": "rr",
        "America/Maceio": "al|se",
        "America/Rio_Branco": "ac",
        "America/Araguaina": "to",
    },
    "CA": {
        "America/Toronto": "on|qc|ontario|quebec",
        "America/Vancouver": "bc|british columbia",
        "America/Edmonton": "ab|alberta",
        "America/Regina": "sk|saskatchewan",
        "America/Winnipeg": "mb|manitoba",
        "America/Halifax": "ns|pe|nova scotia|prince edward island",
        "America/Moncton": "nb|new brunswick",
        "America/St_Johns": "nl|newfoundland",
    },
    "US": {
        "America/New_York": (
            "ny|nj|ct|ma|nh|vt|me|ri|pa|de|md|dc|va|wv|nc|sc|ga|fl|oh|new york|new jersey|"
            "connecticut|massachusetts|pennsylvania|maryland|virginia|north carolina|south carolina|georgia|"
            "florida|ohio|delaware|maine|new hampshire|vermont|rhode island|west virginia|kentucky|ky"
        ),
        "America/Detroit": "mi|michigan",
        "America/Indiana/Indianapolis": "in|indiana",
        "America/Chicago": (
            "il|wi|mn|ia|mo|ar|la|ms|al|tn|ok|ks|ne|sd|nd|tx|illinois|wisconsin|minnesota|iowa|missouri|arkansas|"
            "louisiana|mississippi|alabama|tennessee|oklahoma|kansas|nebraska|south dakota|north dakota|texas"
        ),
        "America/Denver": "co|ut|nm|wy|mt|colorado|utah|new mexico|wyoming|montana",
        "America/Boise": "id|idaho",
        "America/Phoenix": "az|arizona",
        "America/Los_Angeles": "ca|wa|or|nv|california|washington|oregon|nevada",
        "America/Anchorage": "ak|alaska",
        "Pacific/Honolulu": "hi",
    },
}  # fmt: skip


def folded(text: str) -> str:
    """Lower case, accents and punctuation gone, one space between words."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]|_", " ", plain.casefold()).split())


@lru_cache(maxsize=512)
def _places(code: str, zones: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    """(city -> zone, state -> zone) of a country; cities of the table win over those of zone names."""
    cities = {folded(zone.rpartition("/")[2]): zone for zone in zones}
    states: dict[str, str] = {}
    for table, found in ((CITIES, cities), (STATES, states)):
        for zone, names in table.get(code, {}).items():
            found.update(dict.fromkeys((folded(name) for name in names.split("|")), zone))
    return cities, states


def zone_of_city(code: str, city: str, zones: Sequence[str]) -> str:
    """The IANA zone of a city in a country with these zones; empty when the text tells none."""
    cities, states = _places(code, tuple(zones))
    whole = folded(city)
    if whole in cities:
        return cities[whole]
    parts = [folded(part) for part in re.split(r"[,，、/;(（]", city)]
    tails = [part for part in parts[1:] if part]
    tails += [re.sub(r" \d+$", "", part) for part in tails]  # "Houston, TX 77002"
    if not tails:  # "Austin TX 78701"
        tails = re.sub(r"( \d+)+$", "", whole).split()[1:][-1:]
    # The state decides before the city: there is a Portland in Maine too.
    for part in tails:
        if part in states:
            return states[part]
    for part in [*parts, *tails, whole.removesuffix("市")]:
        if part in cities:
            return cities[part]
        if part in states:
            return states[part]
    return ""


def zone_for(code: str, city: str, zones: Sequence[str]) -> str:
    """The best guess: the city's zone, else that of most people in the country; empty without any zone."""
    if len(zones) < 2:
        return zones[0] if zones else ""
    return zone_of_city(code, city, zones) or zones[0]
