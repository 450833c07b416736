"""What else lies in an exporter's mailboxes: newsletters, platforms, forwarders, colleagues, strangers who ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from genjin.demo import firm, post, wording, writers
from genjin.demo.companies import Company, ascii_of
from genjin.demo.correspondence import FRESH, Letter
from genjin.demo.letters import SEED, Correspondent, Mail, traces, write
from genjin.demo.lives import ZONE
from genjin.demo.talk import Talker
from genjin.demo.words import Word, read, word
from genjin.mail.outgoing_html import escaped

WEEKS = 20
STRANGERS_AT_FIRST = 11
"""How many strangers asked before the demo begins; the others ask as time moves on."""
SPEAKS = {"UY": "es", "CR": "es", "EC": "es", "DO": "es", "TN": "fr"}
LIKE = {"es": "CL", "fr": "MA", "en": "ZA"}
"""A market whose port and standard do for a stranger of that language."""
ANSWERERS = ("he", "zhou", "zheng")
_PICTURE = "https://pictures.{domain}/issue-{number}/{name}.jpg"


@cache
def around() -> dict[str, Any]:
    """The written material."""
    return wording.texts("around")


def letters(now: datetime, people: tuple[str, ...]) -> Iterator[Letter]:
    """Everything of the past months, for the mailboxes of these people and the shared one."""
    rng = Random(SEED)  # noqa: S311 - the same mails every time, nothing secret
    shared = writers.shared().address
    boxes = [firm.person(key).email for key in people]
    for week in range(WEEKS):
        day = now - timedelta(days=7 * week + 1)
        for place, one in enumerate(around()["newsletters"]):
            at = _hour(day - timedelta(days=2 * place), 6, rng)
            to = [box for box in (*boxes, shared) if rng.random() < 0.4]
            yield Letter(
                _newsletter(one, week, at), post.key_of(at, place), at, True, to, flags=_seen(at, now, rng)
            )
        at = _hour(day, 9, rng)
        to = [box for box in boxes if rng.random() < 0.5]
        yield Letter(_forwarder(at, rng), post.key_of(at, "freight"), at, True, to, flags=_seen(at, now, rng))
        for place, one in enumerate(around()["notices"]):
            at = _hour(day - timedelta(days=3 * place), 14, rng)
            yield Letter(
                _notice(one, at, rng),
                post.key_of(at, "notice"),
                at,
                True,
                [shared],
                flags=_seen(at, now, rng),
            )
    for number, one in enumerate(around()["colleagues"]):
        at = _hour(now - timedelta(days=9 + 26 * number), 11, rng)
        yield _internal(one, at, boxes)
    for number in range(STRANGERS_AT_FIRST):
        yield from _asked(number, now, rng)


def inquiry(number: int, at: datetime) -> tuple[Correspondent, bytes, str]:
    """A stranger who asks the firm: who, the mail, and its Message-ID; the same for the same moment."""
    known = around()["strangers"][number % len(around()["strangers"])]
    language = SPEAKS.get(known["country"], "en")
    rng = Random(f"{SEED}/{at:%Y-%m-%d %H}/{number}")  # noqa: S311
    company = _company(known, language, rng)
    talker = Talker(company, Word("", ""), rng, english=1.0)
    talker.begin_deal(at.month, at.year)
    assert talker.deal is not None
    stranger = replace(writers.of_company(company, 0, []), language=language)
    slots = wording.slots_of(talker.deal, company, language, rng, first="Lankor team", beat="inquiry")
    mail = Mail(
        stranger, [writers.shared()], wording.body("inquiry", language, rng, slots), at,
        f"inquiry/{number}/{at:%Y-%m-%d %H}", subject=wording.subject("inquiry", language, rng, slots),
    )  # fmt: skip
    return stranger, write(mail), mail.message_id


def _company(known: dict[str, str], language: str, rng: Random) -> Company:
    given, family = known["person"].split(maxsplit=1)
    address = f"{given[:1].lower()}.{ascii_of(family)}@{known['domain']}"
    row = {"name": known["company"], "address": "", "phone": "", "city": ""}
    person = {
        "name": known["person"], "name_local": "", "job_title": "Purchasing",
        "points": [{"kind": "EMAIL", "value": address}],
    }  # fmt: skip
    goods = [word(text) for text in read("goods")["products"]]
    region = {"es": "LATIN_AMERICA", "fr": "AFRICA"}.get(language, "AFRICA")
    return Company(
        LIKE[language], region, known["company"], row, [person], "Web site", rng.sample(goods, 4), [given]
    )


def _asked(number: int, now: datetime, rng: Random) -> Iterator[Letter]:
    """A stranger's inquiry of the past weeks and, most of the time, the answer from the shared mailbox."""
    at = _hour(now - timedelta(days=8 * number), rng.choice((3, 8, 17)), rng)
    at = min(at, now - timedelta(minutes=50))
    stranger, raw, message_id = inquiry(number, at)
    shared = writers.shared()
    is_answered = number > 2 and number % 4 != 0
    flags = "RS" if is_answered else None if number < 2 else "S"
    yield Letter(raw, post.key_of(message_id), at, True, [shared.address], flags=flags)
    if not is_answered:
        return
    answerer = writers.colleague(ANSWERERS[number % len(ANSWERERS)], stranger.language)
    sender = replace(shared, language=stranger.language, signature=answerer.signature)
    greeting = {"es": "Gracias por su consulta.", "fr": "Merci pour votre demande."}
    said = greeting.get(stranger.language, "Thank you for your inquiry. I come back to you with a quotation.")
    mail = Mail(sender, [stranger], said, at + timedelta(hours=5), f"answer/{message_id}", answers=raw)
    yield Letter(write(mail), post.key_of(mail.message_id), mail.at, False, [], shared.address, flags="S")


def _internal(one: dict[str, str], at: datetime, boxes: list[str]) -> Letter:
    sender = writers.colleague(one["from"], "zh")
    to = [writers.colleague(key, "zh") for key in firm.WITH_MAILBOX if key != one["from"]]
    mail = Mail(sender, to, one["text"].strip(), at, f"internal/{one['subject']}", subject=one["subject"])
    raw = write(mail)
    others = [box for box in boxes if box != sender.address]
    return Letter(raw, post.key_of(mail.message_id), at, True, others, sender.address, flags="S")


def _newsletter(one: dict[str, Any], week: int, at: datetime) -> bytes:
    """HTML with pictures that lie elsewhere, and the ways to be rid of it."""
    domain = one["address"].rpartition("@")[2]
    subject = one["subjects"][week % len(one["subjects"])]
    sender = Correspondent(one["name"], one["address"], "", ZoneInfo("UTC"))
    titles = [one["subjects"][(week + step) % len(one["subjects"])] for step in range(3)]
    parts = [
        f'<p><img src="{_PICTURE.format(domain=domain, number=week, name="head")}" alt="{one["name"]}" width="560"></p>'
    ]
    for number, title in enumerate(titles):
        source = _PICTURE.format(domain=domain, number=week, name=f"story-{number}")
        parts.append(f'<h3>{escaped(title)}</h3><p><img src="{source}" alt="" width="180"></p>')
        parts.append(
            f'<p><a href="https://{domain}/{week}/{number}">{"阅读全文" if "外贸" in one["name"] else "Read on"}</a></p>'
        )
    text = "\n".join(titles)
    receiver = Correspondent("", f"readers@{domain}", "", ZoneInfo("UTC"))
    raw = write(
        Mail(sender, [receiver], text, at, f"{one['address']}/{week}", subject=subject, html="".join(parts))
    )
    head = f"List-Id: <weekly.{domain}>\r\nList-Unsubscribe: <https://{domain}/leave>\r\nPrecedence: bulk\r\n"
    return head.encode("ascii") + raw


def _notice(one: dict[str, str], at: datetime, rng: Random) -> bytes:
    """What a platform sends by itself; nobody reads an answer to it."""
    product = word(rng.choice(read("goods")["products"])).second
    slots = {
        "p": product, "n": str(rng.randrange(200, 4000, 100)), "k": str(rng.randint(40, 320)),
        "few": str(rng.randint(2, 9)), "country": rng.choice(("Peru", "Kenya", "Poland", "Oman", "Chile")),
    }  # fmt: skip
    sender = Correspondent(one["name"], one["address"], "", ZoneInfo("UTC"), is_html=False)
    text, subject = one["text"].strip().format(**slots), one["subject"].format(**slots)
    raw = write(Mail(sender, [writers.shared()], text, at, f"notice/{at:%Y%m%d%H%M}", subject=subject))
    return b"Auto-Submitted: auto-generated\r\nPrecedence: bulk\r\n" + raw


def _forwarder(at: datetime, rng: Random) -> bytes:
    """A Chinese mail in GB 18030, as many programs there still write them."""
    one = around()["forwarder"]
    slots = {
        "mon": str(at.month), "few": str(rng.randint(1, 4)), "port": rng.choice(("汉堡", "洛杉矶", "杰贝阿里", "桑托斯")),
        "a": str(rng.randrange(900, 2400, 50)), "b": str(rng.randrange(1600, 4200, 50)),
    }  # fmt: skip
    letter = MIMEText(one["text"].strip().format(**slots), "plain", "gb18030")
    letter["From"] = formataddr((str(Header(one["name"], "gb18030").encode()), one["address"]))
    letter["To"] = "undisclosed-recipients:;"
    letter["Subject"] = Header(rng.choice(one["subjects"]).format(**slots), "gb18030").encode()
    letter["Date"] = format_datetime(at.astimezone(ZONE))
    letter["Message-ID"] = f"<{post.key_of(SEED, 'freight', at)}@yongda-freight.example>"
    sender = Correspondent("", one["address"], "", ZONE, client="Foxmail 7.2.25[cn]")
    return traces(sender, at) + letter.as_bytes()


def _hour(day: datetime, hour: int, rng: Random) -> datetime:
    """About that hour on the firm's clocks."""
    local = day.astimezone(ZONE).date()
    return datetime.combine(local, time(hour, rng.randint(0, 59), rng.randint(0, 59)), tzinfo=ZONE)


def _seen(at: datetime, now: datetime, rng: Random) -> str | None:
    """Newsletters are not always opened."""
    return None if rng.random() < (0.8 if at > now - FRESH else 0.25) else "S"
