"""The cast and the moment that all tests share."""

from __future__ import annotations

import gc
import itertools
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from _pytest.nodeid import NodeId
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client
from hypothesis import settings as examples

from genjin.customers.models import Customer, PublicPool
from genjin.instance.models import Instance
from genjin.people import access
from genjin.people.models import Role, Team, User
from genjin.policy.actions import save_layer
from tests import append_only, engines, template
from tests.engines import _engine_out_of_reach, engine_url  # noqa: F401

SHANGHAI = ZoneInfo("Asia/Shanghai")
PASSWORD = "correct horse battery"


examples.register_profile("genjin", derandomize=True, deadline=None)


def pytest_configure() -> None:
    append_only.install()
    # The same examples in every run; `--hypothesis-profile=default` looks for new ones.
    if examples.get_current_profile_name() == "default" and "--hypothesis-profile=default" not in sys.argv:
        examples.load_profile("genjin")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        template.remove()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    engines.mark_others(items)
    _restore_rows(items)
    _share_module_fixtures(items)
    _name_groups(items)
    # Long ones first; but those that commit stay last, for what they leave behind is an empty database.
    items.sort(key=lambda item: (_commits(item), not _takes_long(item)))


def pytest_collection_finish() -> None:
    """What is there before the first test stays for ever: the garbage collector need not look through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def _share_module_fixtures(items: list[pytest.Item]) -> None:
    """What a module builds once (a server, a firm) is built once, not once in each parallel process.

    Its tests that commit are a group of their own, so that they come last all the same.
    """
    for item in items:
        known = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
        if any(found.scope == "module" for definitions in known.values() for found in definitions):
            module = item.nodeid.partition("::")[0]
            item.add_marker(pytest.mark.xdist_group(f"{module} commits" if _commits(item) else module))


def _name_groups(items: list[pytest.Item]) -> None:
    """Say the group in the name by which processes hand out tests.

    xdist 3.8 does so itself, but in a place where pytest 9.2 no longer looks: every test would be handed out
    for itself.
    """
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        if mark is not None and "PYTEST_XDIST_WORKER" in os.environ:
            item._id = NodeId.parse(f"{item.nodeid}@{mark.args[0]}")


def _takes_long(item: pytest.Item) -> bool:
    """Whether it is begun early: marked so, or one of a group that a single process works through."""
    return any(item.get_closest_marker(name) is not None for name in ("long", "xdist_group"))


def _commits(item: pytest.Item) -> bool:
    """Whether it works without a transaction that is taken back."""
    mark = item.get_closest_marker("django_db")
    marked = mark is not None and mark.kwargs.get("transaction", False)
    return bool(marked) or "transactional_db" in getattr(item, "fixturenames", ())


def _restore_rows(items: list[pytest.Item]) -> None:
    """Tests that commit empty the database afterwards; they find the migrations' rows again all the same."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None and mark.kwargs.get("transaction"):
            kept = {**mark.kwargs, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(*mark.args, **kept), append=False)
        elif "transactional_db" in getattr(item, "fixturenames", ()):
            item.fixturenames.append("django_db_serialized_rollback")  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Processes side by side migrate once and copy; one alone migrates its own."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        template.start_from_it(connection)


@pytest.fixture
def no_picks(people: Cast, moment: datetime) -> None:
    """A firm without 2 + 2, for what is told of other duties."""
    of = dict.fromkeys(("closed", "prospect", "prospect_without_closed"), 0)
    values = {f"daily_followups.{name}": number for name, number in of.items()}
    save_layer(scope="COMPANY", values=values, by=people.zhao, at=moment)


@pytest.fixture
def moment() -> datetime:
    """Tuesday 24 November 2026, nine in the morning in Shanghai."""
    return datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)


@dataclass
class Cast:
    """The firm of the tests: Lin and Wang sell in the east team that Chen leads; Hu sells in the west."""

    lin: User
    wang: User
    hu: User
    chen: User
    zhao: User
    zhou: User
    admin: User
    guest: User
    east: Team
    west: Team


@pytest.fixture
def people(db: None, moment: datetime) -> Cast:
    """Everybody, with access loaded, in an instance whose clock stands near the tests' moment."""
    Instance.objects.update(
        kind=Instance.Kind.TEST,
        set_up_at=moment - timedelta(days=30),
        clock_offset=moment - datetime.now(tz=SHANGHAI),
    )
    east = Team.objects.create(name_zh="华东组", name_en="East")
    west = Team.objects.create(name_zh="西部组", name_en="West")
    secret = make_password(PASSWORD)

    def person(name: str, zh: str, en: str, role: Role.Code, team: Team | None = None) -> User:
        return User(
            email=f"{name}@example.com", name_zh=zh, name_en=en, role_id=role, team=team, joined_at=moment,
            language=User.Language.EN, password=secret,
        )  # fmt: skip

    cast = Cast(
        lin=person("lin", "林晓雯", "Lin Xiaowen", Role.Code.SALESPERSON, east),
        wang=person("wang", "王磊", "Wang Lei", Role.Code.SALESPERSON, east),
        hu=person("hu", "胡静", "Hu Jing", Role.Code.SALESPERSON, west),
        chen=person("chen", "陈刚", "Chen Gang", Role.Code.MANAGER, east),
        zhao=person("zhao", "赵总", "Zhao Min", Role.Code.DIRECTOR),
        zhou=person("zhou", "周敏", "Zhou Min", Role.Code.FINANCE),
        admin=person("admin", "管理员", "Admin", Role.Code.ADMINISTRATOR),
        guest=person("guest", "访客", "Guest", Role.Code.READ_ONLY),
        east=east,
        west=west,
    )
    everybody = (cast.lin, cast.wang, cast.hu, cast.chen, cast.zhao, cast.zhou, cast.admin, cast.guest)
    User.objects.bulk_create(everybody)  # at once: most tests begin with it
    east.managers.add(cast.chen)
    for user in everybody:
        access.of(user, today=moment.date())
    return cast


@pytest.fixture
def sign_in(people: Cast) -> Callable[[User], Client]:
    """`sign_in(user)` gives a browser that is signed in as that person."""

    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return enter


@pytest.fixture
def customer(people: Cast, moment: datetime) -> Callable[..., Customer]:
    """`customer(name=…, owner=…, …)` makes a confirmed customer of Lin's unless told otherwise."""
    numbers = itertools.count(1)

    def make(**fields: Any) -> Customer:
        number = next(numbers)
        values: dict[str, Any] = {
            "name": f"Customer {number} GmbH",
            "short_name": f"Customer{number}",
            "serial": number,
            "owner": people.lin,
            "owned_since": moment,
            "created_at": moment,
            "updated_at": moment,
            "created_by": people.lin,
        }
        values |= fields
        if values["owner"] is None and values.get("is_confirmed", True):
            values.setdefault("pool", PublicPool.objects.get(is_default=True))
        return Customer.objects.create(**values)

    return make
