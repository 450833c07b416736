"""Loading the demo firm is safe, whatever happens."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from genjin.customers.models import (
    Customer,
    Interaction,
    NextStep,
)
from genjin.demo import load, post
from genjin.demo.story import Story
from genjin.instance import actions as instance_actions
from genjin.instance.models import Instance
from genjin.people.models import User


@pytest.mark.django_db
def test_the_same_moment_tells_the_same_story_and_writes_the_same_mails(moment):
    def digest() -> str:
        with transaction.atomic():
            Instance.objects.update(kind=Instance.Kind.DEMO)
            Story(moment, "unused passphrase", 8).tell()
            rows = [
                *Customer.objects.order_by("pk").values_list("name", "follow_grade", "follow_up_count"),
                *Interaction.objects.order_by("pk").values_list("content", "happened_at"),
                *NextStep.objects.order_by("pk").values_list("purpose", "due_on", "state"),
                *sorted(
                    (one.name, one.read_bytes()) for one in (settings.DATA / post.PLACE).rglob("*.demo*")
                ),
            ]
            assert len(rows) > 200
            transaction.set_rollback(True)
        return hashlib.sha256(repr(rows).encode()).hexdigest()

    assert digest() == digest()


@pytest.mark.django_db
def test_a_load_that_breaks_leaves_nothing_and_the_next_one_succeeds(monkeypatch):
    def break_down(self: Story) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Story, "_write_down", break_down)
        with pytest.raises(KeyboardInterrupt):
            load.load(real=timezone.now(), size=5)
    assert Instance.objects.get().kind == Instance.Kind.PRODUCTION
    assert not User.objects.exists()
    assert load.load(real=timezone.now(), size=5)
    assert Customer.objects.count() == 5


@pytest.mark.django_db
def test_the_instance_of_a_real_firm_is_refused(people):
    Instance.objects.update(kind=Instance.Kind.PRODUCTION)
    with pytest.raises(load.NotADemo, match="GENJIN_DATA"):
        load.load(real=timezone.now(), size=5)
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_the_clock_of_a_loaded_demo_moves_forward():
    load.load(real=timezone.now(), size=3)
    before = Instance.objects.get().now()
    instance_actions.move_clock(by=None, at=before, forward=timedelta(days=1))
    assert Instance.objects.get().now() - before >= timedelta(days=1)
