"""Two people doing the same thing at the same moment."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connections

from genjin.instance.models import Instance
from genjin.people import actions
from genjin.people.models import User
from genjin.policy import actions as policy
from genjin.policy.models import Layer

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Start all together; what each returned or raised, in order."""
    barrier, found = threading.Barrier(len(works)), [None] * len(works)

    def run(index):
        try:
            barrier.wait(timeout=10)
            found[index] = works[index]()
        except Exception as error:
            found[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return found


def test_two_browsers_setting_up_make_one_administrator(moment):
    Instance.objects.update(set_up_at=None)

    def work(name):
        return lambda: actions.set_up(
            organisation={"name_en": "Firm"},
            administrator={"email": f"{name}@example.com", "name_en": name},
            password="correct horse battery",
            at=moment,
        )

    found = at_once(work("ann"), work("bob"), work("cid"))
    assert sum(isinstance(result, User) for result in found) == 1
    assert sum(isinstance(result, ValidationError) for result in found) == 2
    assert User.objects.count() == 1


def test_two_administrators_removing_each_other_leave_one(moment):
    pair = [
        User.objects.create(email=f"{n}@example.com", name_en=n, role_id="ADMINISTRATOR", joined_at=moment)
        for n in ("ann", "bob")
    ]

    def work(gone, by):
        return lambda: actions.deactivate_user(user_id=gone.pk, by=by, at=moment)

    found = at_once(work(pair[0], pair[1]), work(pair[1], pair[0]))
    assert sum(isinstance(result, ValidationError) for result in found) == 1
    assert User.objects.filter(is_active=True).count() == 1


def test_a_policy_saved_twice_at_once_has_two_versions_or_one_refusal(moment):
    user = User.objects.create(email="ann@example.com", name_en="ann", joined_at=moment)

    def work(days):
        return lambda: policy.save_layer(
            scope="COMPANY", values={"cadence.A": days}, version=0, by=user, at=moment
        )

    found = at_once(work(5), work(6))
    assert sum(isinstance(result, Layer) for result in found) == 1
    assert sum(isinstance(result, policy.StaleLayer) for result in found) == 1
