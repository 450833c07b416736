"""Keys of web sites, mail addresses and phones: what of them belongs to one company only."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TWO_PARTS = """
    ac co com edu firm gen go gob gouv gov gv ind info mil ne net nom or org plc ltd me sch nic id biz web ing press adv
"""
_SECOND = frozenset(_TWO_PARTS.split())
_ON_SITES = """
    alibaba.com en.alibaba.com made-in-china.com global.alibaba.com 1688.com tradeindia.com indiamart.com
    wordpress.com blogspot.com wixsite.com weebly.com myshopify.com github.io business.site godaddysites.com
    squarespace.com jimdo.com jimdofree.com webnode.com shopee.com tistory.com netlify.app vercel.app ucoz.ru
    narod.ru web.app pages.dev site123.me en.ec21.com ec21.com tradekey.com globalsources.com en.china.cn
    manufacturer.com exporthub.com europages.com facebook.com instagram.com linkedin.com youtube.com twitter.com
    x.com amazon.com ebay.com aliexpress.com taobao.com tmall.com jd.com google.com sites.google.com linktr.ee
    t.me wa.me vk.com tiktok.com pinterest.com wechat.com weixin.qq.com weibo.com etsy.com mercadolibre.com
"""
SHARED_SITES = frozenset(_ON_SITES.split())
"""Sites on which many companies have their page: the address of one page says who, the domain does not."""
_FREE = """
    gmail.com googlemail.com yahoo.com ymail.com rocketmail.com hotmail.com outlook.com live.com msn.com icloud.com me.com
    mac.com aol.com aim.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de freenet.de t-online.de arcor.de mail.com email.com
    proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.io zoho.com zohomail.com yandex.com yandex.ru ya.ru
    yandex.by yandex.kz yandex.ua mail.ru bk.ru inbox.ru list.ru internet.ru rambler.ru ro.ru lenta.ru ukr.net i.ua meta.ua
    bigmir.net qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com yeah.net 188.com sina.com sina.cn vip.sina.com
    sohu.com vip.sohu.com tom.com 139.com 189.cn wo.cn wo.com.cn aliyun.com 21cn.com 263.net 263.net.cn eyou.com
    chinaren.com sogou.com hinet.net seed.net.tw pchome.com.tw yahoo.com.tw yahoo.com.hk netvigator.com yahoo.co.jp
    docomo.ne.jp ezweb.ne.jp softbank.ne.jp i.softbank.jp nifty.com biglobe.ne.jp ocn.ne.jp naver.com daum.net hanmail.net
    nate.com kakao.com yahoo.co.uk btinternet.com btopenworld.com talktalk.net virginmedia.com ntlworld.com sky.com
    blueyonder.co.uk tiscali.co.uk yahoo.fr orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr
    yahoo.de yahoo.it libero.it virgilio.it alice.it tin.it tiscali.it hotmail.it fastwebnet.it aruba.it pec.it yahoo.es
    hotmail.es telefonica.net terra.es ono.com movistar.es sapo.pt mail.telepac.pt netcabo.pt iol.pt clix.pt hotmail.co.uk
    hotmail.fr hotmail.de outlook.de outlook.fr outlook.es outlook.it live.co.uk live.fr live.nl live.be live.it live.cn
    hotmail.com.br outlook.com.br yahoo.com.br uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com r7.com
    yahoo.com.ar hotmail.com.ar fibertel.com.ar arnet.com.ar speedy.com.ar ciudad.com.ar yahoo.com.mx prodigy.net.mx
    hotmail.com.mx yahoo.com.co une.net.co etb.net.co cantv.net terra.cl vtr.net entel.cl ziggo.nl kpnmail.nl planet.nl
    home.nl hetnet.nl xs4all.nl chello.nl telenet.be skynet.be proximus.be scarlet.be bluewin.ch hispeed.ch sunrise.ch
    aon.at chello.at a1.net utanet.at wp.pl o2.pl onet.pl onet.eu op.pl poczta.onet.pl interia.pl interia.eu gazeta.pl
    poczta.fm tlen.pl seznam.cz email.cz centrum.cz atlas.cz volny.cz post.cz azet.sk zoznam.sk centrum.sk freemail.hu
    citromail.hu indamail.hu t-online.hu abv.bg mail.bg dir.bg yahoo.ro t-com.hr net.hr inet.hr siol.net eunet.rs
    sbb.rs ptt.rs otenet.gr forthnet.gr hol.gr yahoo.gr windowslive.com mynet.com superonline.com ttmail.com turk.net
    hotmail.com.tr yahoo.com.tr walla.co.il walla.com netvision.net.il 012.net.il bezeqint.net zahav.net.il
    emirates.net.ae eim.ae etisalat.ae rediffmail.com rediff.com yahoo.co.in yahoo.in sify.com vsnl.com vsnl.net bsnl.in
    airtelmail.in sancharnet.in indiatimes.com cyber.net.pk yahoo.com.pk bttb.net.bd yahoo.com.sg singnet.com.sg
    pacific.net.sg starhub.net.sg streamyx.com tm.net.my yahoo.com.my yahoo.co.id telkom.net indo.net.id cbn.net.id
    yahoo.com.ph pldtdsl.net yahoo.co.th ksc.th.com loxinfo.co.th yahoo.com.vn vnn.vn fpt.vn hcm.vnn.vn bigpond.com
    bigpond.net.au optusnet.com.au iinet.net.au tpg.com.au yahoo.com.au ozemail.com.au xtra.co.nz telkomsa.net
    mweb.co.za webmail.co.za vodamail.co.za iafrica.com absamail.co.za yahoo.ca sympatico.ca rogers.com shaw.ca telus.net
    videotron.ca bell.net comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net
    juno.com netzero.net optonline.net frontier.com roadrunner.com rr.com fastmail.com fastmail.fm hushmail.com inbox.com
    inbox.lv inbox.lt mail.ee hot.ee online.no telia.com comhem.se spray.se bredband.net hotmail.se live.se hotmail.dk
    mail.dk stofanet.dk jubii.dk ofir.dk kolumbus.fi luukku.com suomi24.fi elisanet.fi saunalahti.fi simnet.is eircom.net
    mail.md tut.by mail.kz inbox.uz umail.uz mail.uz nur.kz maktoob.com yahoo.com.eg link.net tedata.net.eg menara.ma
    gnet.tn planet.tn topnet.tn caramail.com voila.fr duck.com hey.com mail.de posteo.de mailbox.org 1und1.de online.de
"""
FREE_MAIL = frozenset(_FREE.split())
"""Domains of mail that anybody may have; they never tell whose company it is."""
_HOST = re.compile(r"^(?:[a-z][a-z+.-]*://)?(?:[^/@\s]*@)?([^/:?#\s]+)")
_EXTENSION = re.compile(r"(?:ext\.?|extension|x|#|转|分机)\s*\d{1,6}\s*$", re.I)
SHORTEST_PHONE = 7


@lru_cache(maxsize=4096)
def company_domain(text: str) -> str:
    """The registrable domain of a site, host or mail address if it is a company's own; otherwise empty."""
    match = _HOST.match(unicodedata.normalize("NFKC", text).strip().lower().removeprefix("mailto:"))
    host = match[1].strip(".").removeprefix("www.") if match else ""
    parts = host.split(".")
    if len(parts) < 2 or parts[-1].isdigit() or not all(parts):
        return ""
    domain = ".".join(parts[-_length(parts) :])
    if {host, domain, ".".join(parts[-2:])} & (FREE_MAIL | SHARED_SITES):
        return ""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _length(parts: list[str]) -> int:
    """Of how many parts the registrable domain consists: three in acme.co.uk and acme.com.br."""
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND:
        return 3
    is_state = len(parts) > 2 and parts[-1] in ("cn", "us", "au") and len(parts[-2]) in (2, 3)
    return 3 if is_state and parts[-2] not in ("cn", "us") and len(parts[-2]) == 2 else 2


def domain_label(domain: str) -> str:
    """What the company chose of a registrable domain: acme of acme.co.uk."""
    return domain.split(".", maxsplit=1)[0]


def phone_digits(text: str) -> str:
    """The digits of a number without extension, trunk zero and the zeros that are dialled abroad."""
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", text).replace("(0)", ""))
    digits = re.sub(r"\D", "", plain).lstrip("0")
    return digits if len(digits) >= SHORTEST_PHONE else ""


def phone_key(digits: str) -> str:
    """The last eight digits, which numbers with and without country code have in common."""
    return digits[-8:]
