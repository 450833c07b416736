"""The cast and a factory of customers for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from genjin.customers.models import Contact, Country, Customer
from genjin.people import access
from genjin.people.models import Team, User


@pytest.fixture
def moment() -> datetime:
    return datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture
def people(db: None, moment: datetime) -> SimpleNamespace:
    east = Team.objects.create(name_en="East", name_zh="东区")
    west = Team.objects.create(name_en="West", name_zh="西区")
    cast = {
        "lin": ("Lin Xiaowen", "林晓雯", "SALESPERSON", east),
        "wang": ("Wang Lei", "王磊", "SALESPERSON", west),
        "chen": ("Chen Jing", "陈静", "MANAGER", east),
        "zhao": ("Zhao Gang", "赵刚", "DIRECTOR", None),
        "zhou": ("Zhou Min", "周敏", "FINANCE", None),
        "admin": ("Admin", "管理员", "ADMINISTRATOR", None),
        "guest": ("Guest", "访客", "READ_ONLY", None),
    }
    made = SimpleNamespace(east=east, west=west)
    for key, (en, zh, role, team) in cast.items():
        user = User.objects.create(
            email=f"{key}@example.com", name_en=en, name_zh=zh, role_id=role, team=team, language="en",
            joined_at=moment,
        )  # fmt: skip
        access.of(user, today=moment.date())
        setattr(made, key, user)
    east.managers.add(made.chen)
    access.of(made.chen, today=moment.date())
    return made


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return enter


@pytest.fixture
def turkey(db: None) -> Country:
    return Country.objects.get_or_create(
        code="TR",
        defaults={
            "name_zh": "土耳其", "name_en": "Türkiye", "region": "MIDDLE_EAST", "calling_code": "90",
            "currency": "TRY", "timezones": ["Europe/Istanbul"], "weekend_days": [5, 6],
            "work_start": time(9), "work_end": time(18),
        },
    )[0]  # fmt: skip


@pytest.fixture
def customer(db: None, moment: datetime) -> Callable[..., Customer]:
    made = iter(range(1, 100_000))

    def make(**fields: Any) -> Customer:
        number = next(made)
        return Customer.objects.create(
            **{
                "name": f"Company {number}", "short_name": f"Co{number}", "serial": 50_000 + number,
                "created_at": moment, "updated_at": moment,
            } | fields
        )  # fmt: skip

    return make


@pytest.fixture
def contact(db: None, moment: datetime) -> Callable[..., Contact]:
    def make(customer: Customer, **fields: Any) -> Contact:
        given = {"name": "Faisal Al-Harbi", "created_at": moment, "updated_at": moment}
        return Contact.objects.create(customer=customer, **given | fields)

    return make
