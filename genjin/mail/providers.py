"""Known mail providers: their servers, how one signs in there, and what they limit. Data, not code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.mail.models import MailAccount

TLS, STARTTLS = MailAccount.Security.TLS, MailAccount.Security.STARTTLS

_CODE = _(
    "It wants an authorisation code instead of the normal password: open the mailbox in a browser, "
    "Settings, POP3/SMTP/IMAP, switch IMAP/SMTP on and generate the code there."
)
_APP = _(
    "It wants an app password instead of the normal password: switch on two-step verification in the "
    "security settings of the account, then make an app password there."
)
_CLIENT = _(
    "Where the administrator of the mailboxes asks for it, it wants a client password: make it in the "
    "webmail's security settings, under client passwords."
)
_SWITCH = _("IMAP may have to be switched on first, in the settings of the webmail.")
_BRIDGE = _("It takes no password here. Sign in to the provider instead; Genjin never sees your password.")


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider. `limits` are mails an hour and a day that its published rules allow (None: not told)."""

    key: str
    name: str
    imap: tuple[str, int, str]
    smtp: tuple[str, int, str]
    domains: frozenset[str] = frozenset()
    mx: tuple[str, ...] = ()
    """Ends of the names of mail exchangers of domains that are hosted there."""
    wants_app_password: bool = False
    hint: Any = ""
    """What to know about the password, one sentence for people."""
    help_page: str = ""
    saves_sent: bool = False
    """Whether it files what goes through its SMTP server into the Sent folder by itself."""
    oauth: str = ""
    """The issuer of `genjin.mail.oauth`."""
    oauth_only: bool = False
    limits: tuple[int | None, int | None] = (None, None)

    @property
    def servers(self) -> dict[str, Any]:
        """The attributes of an account."""
        names = ("host", "port", "security")
        reading = {f"imap_{name}": value for name, value in zip(names, self.imap, strict=True)}
        return reading | {f"smtp_{name}": value for name, value in zip(names, self.smtp, strict=True)}


def _provider(
    key: str, name: str, imap: str, smtp: str, domains: str = "", *, mx: str = "",
    limits: tuple[int | None, int | None] = (None, None), smtp_port: int = 465, **more: Any,
) -> Provider:  # fmt: skip
    security = TLS if smtp_port == 465 else STARTTLS
    return Provider(
        key, name, (imap, 993, TLS), (smtp, smtp_port, security), frozenset(domains.split()),
        tuple(mx.split()), limits=limits, **more,
    )  # fmt: skip


PROVIDERS: tuple[Provider, ...] = (
    _provider(
        "163", "网易 163", "imap.163.com", "smtp.163.com", "163.com", wants_app_password=True, hint=_CODE,
        help_page="https://help.mail.163.com", saves_sent=True, limits=(None, 50),
    ),
    _provider(
        "126", "网易 126", "imap.126.com", "smtp.126.com", "126.com", wants_app_password=True, hint=_CODE,
        help_page="https://help.mail.163.com", saves_sent=True, limits=(None, 50),
    ),
    _provider(
        "yeah", "网易 yeah.net", "imap.yeah.net", "smtp.yeah.net", "yeah.net", wants_app_password=True,
        hint=_CODE, help_page="https://help.mail.163.com", saves_sent=True, limits=(None, 50),
    ),
    _provider(
        "vip163", "网易 VIP", "imap.vip.163.com", "smtp.vip.163.com", "vip.163.com", wants_app_password=True,
        hint=_CODE, help_page="https://help.mail.163.com", saves_sent=True,
    ),
    _provider(
        "qiye163", "网易企业邮箱", "imap.qiye.163.com", "smtp.qiye.163.com",
        mx="mxhichina-qiye.163.com qiye163mx01.mxmail.netease.com qiye163mx02.mxmail.netease.com "
        "mxmail.netease.com qiye.163.com", hint=_CLIENT, help_page="https://qiye.163.com/help",
        limits=(None, 1000),
    ),
    _provider(
        "qq", "QQ 邮箱", "imap.qq.com", "smtp.qq.com", "qq.com vip.qq.com foxmail.com",
        wants_app_password=True, hint=_CODE, help_page="https://service.mail.qq.com", saves_sent=True,
        limits=(None, 100),
    ),
    _provider(
        "exmail", "腾讯企业邮箱", "imap.exmail.qq.com", "smtp.exmail.qq.com",
        mx="mxbiz1.qq.com mxbiz2.qq.com mxbiz.qq.com", hint=_CLIENT, help_page="https://open.work.weixin.qq.com/help2",
        limits=(None, 1000),
    ),
    _provider(
        "aliyun-enterprise", "阿里企业邮箱", "imap.qiye.aliyun.com", "smtp.qiye.aliyun.com",
        mx="mxhichina.com mx1.qiye.aliyun.com mx2.qiye.aliyun.com mx3.qiye.aliyun.com qiye.aliyun.com "
        "mx.sg.aliyun.com",
        hint=_CLIENT, help_page="https://help.aliyun.com/product/36576.html", limits=(None, 1000),
    ),
    _provider(
        "aliyun", "阿里云邮箱", "imap.aliyun.com", "smtp.aliyun.com", "aliyun.com", hint=_SWITCH,
        help_page="https://help.aliyun.com", limits=(None, 200),
    ),
    _provider(
        "139", "中国移动 139", "imap.139.com", "smtp.139.com", "139.com", wants_app_password=True, hint=_CODE,
        help_page="https://mail.10086.cn", limits=(None, 200),
    ),
    _provider(
        "189", "电信 189", "imap.189.cn", "smtp.189.cn", "189.cn", wants_app_password=True, hint=_CODE,
        help_page="https://mail.189.cn", limits=(None, 200),
    ),
    _provider(
        "sina", "新浪邮箱", "imap.sina.com", "smtp.sina.com", "sina.com sina.cn", wants_app_password=True,
        hint=_CODE, help_page="https://help.sina.com.cn/comquestiondetail/view/1566/", limits=(None, 100),
    ),
    _provider(
        "sohu", "搜狐邮箱", "imap.sohu.com", "smtp.sohu.com", "sohu.com", wants_app_password=True, hint=_CODE,
        help_page="https://mail.sohu.com", limits=(None, 100),
    ),
    _provider(
        "gmail", "Gmail", "imap.gmail.com", "smtp.gmail.com", "gmail.com googlemail.com",
        mx="aspmx.l.google.com smtp.google.com googlemail.com", wants_app_password=True, hint=_APP,
        help_page="https://support.google.com/accounts/answer/185833", saves_sent=True, oauth="google",
        limits=(None, 500),
    ),
    _provider(
        "microsoft", "Microsoft 365 / Outlook", "outlook.office365.com", "smtp.office365.com",
        "outlook.com hotmail.com live.com msn.com hotmail.co.uk hotmail.de hotmail.fr hotmail.es hotmail.it "
        "live.cn outlook.de outlook.fr outlook.es outlook.com.br",
        mx="mail.protection.outlook.com mx.microsoft olc.protection.outlook.com", smtp_port=587, hint=_BRIDGE,
        help_page="https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040",
        saves_sent=True, oauth="microsoft", oauth_only=True, limits=(None, 300),
    ),
    _provider(
        "yahoo", "Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com",
        "yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.co.in yahoo.com.br ymail.com "
        "rocketmail.com", mx="yahoodns.net", wants_app_password=True, hint=_APP,
        help_page="https://help.yahoo.com/kb/SLN15241.html", saves_sent=True, limits=(None, 500),
    ),
    _provider(
        "aol", "AOL", "imap.aol.com", "smtp.aol.com", "aol.com aim.com", wants_app_password=True, hint=_APP,
        help_page="https://help.aol.com/articles/Create-and-manage-app-password", saves_sent=True,
    ),
    _provider(
        "zoho", "Zoho Mail", "imap.zoho.com", "smtp.zoho.com", "zoho.com zohomail.com",
        mx="zoho.com zoho.eu zoho.in zoho.com.cn", wants_app_password=True, hint=_APP,
        help_page="https://www.zoho.com/mail/help/imap-access.html", saves_sent=True, limits=(None, 250),
    ),
    _provider(
        "icloud", "iCloud", "imap.mail.me.com", "smtp.mail.me.com", "icloud.com me.com mac.com",
        mx="mail.icloud.com", smtp_port=587, wants_app_password=True, hint=_APP,
        help_page="https://support.apple.com/102654", limits=(None, 1000),
    ),
    _provider(
        "gmx", "GMX", "imap.gmx.com", "mail.gmx.com", "gmx.com gmx.us", smtp_port=587, hint=_SWITCH,
        help_page="https://support.gmx.com/pop-imap/toggle.html",
    ),
    _provider(
        "gmx-de", "GMX (de)", "imap.gmx.net", "mail.gmx.net", "gmx.de gmx.net gmx.at gmx.ch", hint=_SWITCH,
        smtp_port=587, help_page="https://hilfe.gmx.net/pop-imap/einschalten.html",
    ),
    _provider(
        "web-de", "WEB.DE", "imap.web.de", "smtp.web.de", "web.de", smtp_port=587, hint=_SWITCH,
        help_page="https://hilfe.web.de/pop-imap/einschalten.html",
    ),
    _provider(
        "yandex", "Yandex", "imap.yandex.com", "smtp.yandex.com", "yandex.com yandex.ru ya.ru yandex.kz "
        "yandex.by", mx="mx.yandex.net mx.yandex.ru", wants_app_password=True, hint=_APP,
        help_page="https://yandex.com/support/id/authorization/app-passwords.html", limits=(None, 500),
    ),
    _provider(
        "mail-ru", "Mail.ru", "imap.mail.ru", "smtp.mail.ru", "mail.ru bk.ru inbox.ru list.ru internet.ru",
        mx="emx.mail.ru mxs.mail.ru", wants_app_password=True, hint=_APP,
        help_page="https://help.mail.ru/mail/security/protection/external", limits=(None, 500),
    ),
    _provider(
        "fastmail", "Fastmail", "imap.fastmail.com", "smtp.fastmail.com", "fastmail.com fastmail.fm",
        mx="messagingengine.com", wants_app_password=True, hint=_APP,
        help_page="https://www.fastmail.help/hc/en-us/articles/360058752854",
    ),
    _provider(
        "ionos", "IONOS", "imap.ionos.com", "smtp.ionos.com", mx="kundenserver.de ionos.com ionos.de",
        help_page="https://www.ionos.com/help/email/",
    ),
    _provider(
        "ovh", "OVHcloud", "ssl0.ovh.net", "ssl0.ovh.net", mx="mail.ovh.net",
        help_page="https://help.ovhcloud.com",
    ),
)  # fmt: skip

_BY_KEY = {one.key: one for one in PROVIDERS}
_BY_DOMAIN = {domain: one for one in PROVIDERS for domain in one.domains}


def of_key(key: str) -> Provider | None:
    """The provider of that key; None for an own server."""
    return _BY_KEY.get(key)


def of_domain(domain: str) -> Provider | None:
    """The provider whose own domain this is."""
    return _BY_DOMAIN.get(domain.lower().rstrip("."))


def of_exchangers(names: Iterable[str]) -> Provider | None:
    """The provider that receives the mail of a domain, by the names of its mail exchangers (best first)."""
    for name in names:
        lower = name.lower().rstrip(".")
        for one in PROVIDERS:
            if any(lower == end or lower.endswith("." + end) for end in one.mx):
                return one
    return None


def is_public(domain: str) -> bool:
    """Whether addresses of this domain are a provider's own, whose DNS is its business."""
    return of_domain(domain) is not None
