"""A private Genjin with one record of each kind, for the browser: prints its address and sessions by person.

Run as a process of its own, with `GENJIN_DATA` naming an empty folder or one with a migrated database:
`python -m tests.live.pages_server`.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from tests.live.shell_server import Quiet, Server, session_of

PASSWORD = "correct horse battery"


def main() -> None:
    """Set up an instance with people and records, serve until killed."""
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
    people = _people(moment)
    given = _records(people, moment)
    server = Server(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    sessions = {name: session_of(user) for name, user in vars(people).items() if name != "east"}
    told = {"port": server.server_port, "sessions": sessions, "given": given}
    print(json.dumps(told, default=str), flush=True)
    server.serve_forever()


def _people(moment: datetime) -> SimpleNamespace:
    from genjin.instance.models import Instance
    from genjin.people import access
    from genjin.people.models import Role, Team, User

    offset = moment - datetime.now(tz=moment.tzinfo)
    Instance.objects.update(
        kind=Instance.Kind.TEST, set_up_at=moment - timedelta(days=30), clock_offset=offset
    )
    east = Team.objects.create(name_zh="华东组", name_en="East")

    def person(name: str, zh: str, en: str, role: str, team: Team | None) -> User:
        user = User(
            email=f"{name}@example.com", name_zh=zh, name_en=en, role_id=role, team=team, joined_at=moment
        )
        user.set_password(PASSWORD)
        user.save()
        return access.of(user, today=moment.date()) and user

    return SimpleNamespace(
        lin=person("lin", "林晓雯", "Lin Xiaowen", Role.Code.SALESPERSON, east),
        wang=person("wang", "王磊", "Wang Lei", Role.Code.SALESPERSON, east),
        chen=person("chen", "陈刚", "Chen Gang", Role.Code.MANAGER, east),
        zhao=person("zhao", "赵总", "Zhao Min", Role.Code.DIRECTOR, None),
        zhou=person("zhou", "周敏", "Zhou Min", Role.Code.FINANCE, None),
        admin=person("admin", "管理员", "Admin", Role.Code.ADMINISTRATOR, None),
        east=east,
    )


def _records(people: SimpleNamespace, moment: datetime) -> dict[str, Any]:
    """One record of each kind, and five more customers with something to do today."""
    from genjin.customers.actions import NextStepDraft, add_next_step, create_customer
    from genjin.customers.actions.interactions import LogDraft, log_interaction
    from genjin.customers.models import Customer
    from genjin.followups.decide import decide_customers
    from genjin.people.models import Absence, CalendarDay
    from tests.house import samples

    def customer(**fields: Any) -> Customer:
        owned = {"owner": people.lin, "owned_since": moment, "created_by": people.lin, "serial": 900}
        times = {"created_at": moment, "updated_at": moment}
        return Customer.objects.create(**(owned | times | {"short_name": "Marmara"} | fields))

    given = samples.make(people, customer, moment)
    later = moment.date() + timedelta(days=30)  # on a day off nothing is due
    Absence.objects.update(first_day=later, last_day=later)
    CalendarDay.objects.filter(source=CalendarDay.Source.OWN).update(day=later)
    names = [
        "宁波明远进出口有限公司",
        "Nordkai Armaturen GmbH",
        "Al-Rashid Trading",
        "Café Olé S.L.",
        "Ürün Döküm A.Ş.",
    ]
    at = moment - timedelta(days=1)
    for number, name in enumerate(names):
        made = create_customer(row={"name": name, "country_id": "DE"}, by=people.lin, at=at)
        step = NextStepDraft(purpose=f"Offer {number}", due_on=moment.date(), channel="EMAIL")
        if number > 2:  # contacted before, so nothing that he is owed hangs on the step
            draft = LogDraft(kind="EMAIL", direction="OUT", content="Sent the price list.")
            log_interaction(customer_id=made.pk, draft=draft, next_step=step, by=people.lin, at=at)
        else:
            add_next_step(customer_id=made.pk, draft=step, by=people.lin, at=at)
        decide_customers([made.pk], at=moment)
    return given


if __name__ == "__main__":
    sys.exit(main())
