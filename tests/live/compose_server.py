"""A private Genjin whose mailbox sends to a server of its own: prints its address, sessions and records.

What arrived lies as `arrived-N.eml` in the data folder, whom it was for in `arrived-N.json`. Run as
`python -m tests.live.compose_server` with `GENJIN_DATA` naming a folder with a migrated database.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.live import pages_server, smtp
from tests.live.shell_server import Quiet, Server, session_of


def main() -> None:
    """Set up a mailbox with an answered mail, serve and send until killed."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "genjin.config.settings"
    import django
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django.setup()
    from django.core.wsgi import get_wsgi_application

    from tests import template

    template.migrate_here()
    moment = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    people = pages_server._people(moment)
    given = pages_server._records(people, moment)
    with smtp.running() as outside:
        given |= _mailbox(people, given, moment, outside.port)
        given["due"] = _due(people, moment)
        threading.Thread(target=_work, args=(given["account"], outside), daemon=True).start()
        server = Server(("127.0.0.1", 0), Quiet)
        server.set_app(get_wsgi_application())
        sessions = {name: session_of(user) for name, user in vars(people).items() if name != "east"}
        told = {
            "port": server.server_port,
            "sessions": sessions,
            "given": given,
            "data": os.environ["GENJIN_DATA"],
        }
        print(json.dumps(told, default=str), flush=True)
        server.serve_forever()


def _mailbox(people: Any, given: Any, moment: datetime, port: int) -> dict[str, int]:
    """Two mailboxes of Lin with signatures, a template, and a message that she can answer."""
    from genjin.mail.models import MailAccount, MailTemplate, Signature, TemplateVersion

    def account(address: str, name: str) -> MailAccount:
        made = MailAccount.objects.create(
            name=address, address=address, sender_name=name, owner=people.lin, smtp_host="127.0.0.1",
            smtp_port=port, smtp_security="NONE", saves_sent=False, hourly_limit=1000, daily_limit=1000,
            created_at=moment,
        )  # fmt: skip
        Signature.objects.create(account=made, html=f"<p>{name}<br>Ningbo Valve Co.</p>")
        return made

    first, second = (
        account("lin@ningbo.example", "Lin Xiaowen"),
        account("sales@ningbo.example", "Sales desk"),
    )
    template = MailTemplate.objects.create(
        name="Quotation", owner=people.lin, scope="COMPANY", created_at=moment
    )
    TemplateVersion.objects.create(
        template=template, number=1, subject="Quotation for {{customer.name}}", state="APPROVED",
        html="<p>Dear {{contact.first_name}}, as {{contact.job_title}} you will like it.</p>",
        written_at=moment, written_by=people.lin,
    )  # fmt: skip
    return {"account": first.pk, "second": second.pk, "message": _message(first, moment)}


def _due(people: Any, moment: datetime) -> int:
    """A next step of Lin's by mail, to a person with an address."""
    from genjin.customers.models import Contact, ContactPoint, Customer
    from genjin.followups.decide import decide_customers

    one = Customer.objects.get(name="Ürün Döküm A.Ş.")
    stamps = {"created_at": moment, "updated_at": moment}
    contact = Contact.objects.create(customer=one, name="Deniz Kaya", is_primary=True, **stamps)
    ContactPoint.objects.create(
        contact=contact, kind="EMAIL", value="deniz@urun.example", normalised="deniz@urun.example"
    )
    decide_customers([one.pk], at=moment)
    return int(one.pk)


def _message(account: Any, moment: datetime) -> int:
    """A mail with an inline picture, which came into the inbox."""
    from genjin.mail.actions.storing import store
    from genjin.mail.arrivals import Arrival
    from genjin.mail.models import MailFolder

    folder = MailFolder.objects.create(account=account, path="INBOX", role="INBOX", uid_validity=1)
    content = (
        b"From: Elif Demirkan <elif@marmara.example>\r\n"
        b"To: Lin <lin@ningbo.example>, Hans <hans@nordkai.example>\r\n"
        b"Cc: boss@marmara.example\r\nSubject: Valves\r\nMessage-ID: <a1@marmara.example>\r\n"
        b"Date: Mon, 23 Nov 2026 10:00:00 +0300\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html; charset=utf-8\r\n\r\n"
        b'<p style="color: #c22f27">We need <b>DN80</b> valves.</p><p><img src="https://spy.example/p.gif"></p>'
    )
    stored = store(
        account=account, folder=folder, items=[Arrival(raw=content, uid=1, uid_validity=1)], at=moment
    )
    return int(stored[0].message_id)


def _work(account_id: int, outside: smtp.Server) -> None:
    """What the worker does: send what is due; write down what arrived."""
    from django.db import connection

    from genjin.instance.queries import business_now
    from genjin.mail.sending.outbox import send_due

    told = 0
    while True:
        threading.Event().wait(0.3)
        send_due(account_id, claim="1:1", clock=business_now)
        connection.close()
        for number, one in enumerate(outside.received[told:], start=told):
            place = Path(os.environ["GENJIN_DATA"])
            (place / f"arrived-{number}.eml").write_bytes(one.content)
            (place / f"arrived-{number}.json").write_text(json.dumps(one.recipients))
            told += 1


if __name__ == "__main__":
    sys.exit(main())
