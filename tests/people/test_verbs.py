"""The verbs of people: what they write, what they refuse, whom they tell."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from genjin.journal.models import Entry
from genjin.people import actions
from genjin.people.models import Absence, EquipmentLoan, Role, Team, User
from genjin.policy import actions as policy

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 5)


@pytest.fixture
def told(monkeypatch):
    """How often it was said that duties may have moved."""
    calls: list[str] = []
    monkeypatch.setattr(policy, "_listeners", [lambda: calls.append("changed")])
    return calls


def last_entry():
    return Entry.objects.select_related("personal").first()


def test_an_invitation_is_journalled_with_the_address_apart(people, moment):
    user = actions.invite_user(
        values={"email": "x@example.com", "name_en": "X", "role_id": "MANAGER", "team_id": people.east.pk},
        by=people.admin, at=moment,
    )  # fmt: skip
    entry = last_entry()
    assert (entry.verb, entry.kind, entry.object_id, entry.by) == (
        "invite",
        "people.user",
        user.pk,
        people.admin,
    )
    assert entry.changes["email"] is None
    assert entry.personal.changes["email"] == [None, "x@example.com"]
    assert (user.state, user.has_usable_password()) == ("INVITED", False)


@pytest.mark.parametrize("address", ["lin@example.com", "LIN@EXAMPLE.COM"])
def test_an_address_belongs_to_one_person(people, moment, address):
    with pytest.raises(ValidationError) as refused:
        actions.invite_user(values={"email": address, "name_en": "X"}, by=people.admin, at=moment)
    assert "email" in refused.value.error_dict


def test_a_person_without_any_name_is_refused(people, moment):
    with pytest.raises(ValidationError) as refused:
        actions.invite_user(
            values={"email": "x@example.com", "name_zh": "", "name_en": ""}, by=None, at=moment
        )
    assert "name_zh" in refused.value.error_dict


def test_a_change_raises_the_version_and_journals_only_what_differs(people, moment):
    user = actions.change_user(
        user_id=people.lin.pk,
        values={"name_en": "Lin X.", "name_zh": "林晓雯"},
        version=1,
        by=people.admin,
        at=moment,
    )
    assert user.version == 2
    assert last_entry().changes == {"name_en": ["Lin Xiaowen", "Lin X."]}
    before = Entry.objects.count()
    actions.change_user(user_id=user.pk, values={"name_en": "Lin X."}, version=2, by=people.admin, at=moment)
    assert (Entry.objects.count(), User.objects.get(pk=user.pk).version) == (before, 2)


def test_saving_an_old_version_is_refused_with_the_present_one(people, moment):
    actions.change_profile(user_id=people.lin.pk, values={"phone": "1"}, version=1, by=people.lin, at=moment)
    with pytest.raises(actions.Stale) as stale:
        actions.change_profile(
            user_id=people.lin.pk, values={"phone": "2"}, version=1, by=people.lin, at=moment
        )
    assert stale.value.record.phone == "1"


def test_a_profile_cannot_change_role_team_or_address(people, moment):
    for name in ("role_id", "team_id", "email", "is_active"):
        with pytest.raises(TypeError):
            actions.change_profile(
                user_id=people.lin.pk, values={name: "x"}, version=None, by=people.lin, at=moment
            )


def test_the_last_administrator_stays(people, moment):
    with pytest.raises(ValidationError, match="last administrator"):
        actions.deactivate_user(user_id=people.admin.pk, by=people.zhao, at=moment)
    with pytest.raises(ValidationError, match="last administrator"):
        actions.change_user(
            user_id=people.admin.pk, values={"role_id": "MANAGER"}, version=None, by=people.zhao, at=moment
        )


def test_an_invited_administrator_does_not_count_as_one(people, moment):
    actions.invite_user(
        values={"email": "x@example.com", "name_en": "X", "role_id": "ADMINISTRATOR"},
        by=people.admin,
        at=moment,
    )
    with pytest.raises(ValidationError, match="last administrator"):
        actions.deactivate_user(user_id=people.admin.pk, by=None, at=moment)


def test_of_two_administrators_only_the_first_can_be_removed(people, moment):
    User.objects.filter(pk=people.zhao.pk).update(role="ADMINISTRATOR")
    actions.deactivate_user(user_id=people.zhao.pk, by=people.admin, at=moment)
    with pytest.raises(ValidationError, match="last administrator"):
        actions.deactivate_user(user_id=people.admin.pk, by=people.zhao, at=moment)


def test_an_administrator_neither_demotes_nor_removes_himself(people, moment):
    User.objects.filter(pk=people.zhao.pk).update(role="ADMINISTRATOR")
    with pytest.raises(ValidationError, match="from yourself"):
        actions.change_user(
            user_id=people.admin.pk, values={"role_id": "MANAGER"}, version=None, by=people.admin, at=moment
        )
    with pytest.raises(ValidationError, match="your own access"):
        actions.deactivate_user(user_id=people.admin.pk, by=people.admin, at=moment)


def test_the_role_that_administers_keeps_that_right(people, moment):
    role = Role.objects.get(pk="ADMINISTRATOR")
    rights = [right for right in role.rights if right != "administer"]
    for by in (people.admin, people.zhao):
        with pytest.raises(ValidationError):
            actions.change_role(
                code=role.code, rights=rights, scopes=role.scopes, version=None, by=by, at=moment
            )


def test_a_role_is_changed_with_its_scopes_by_kind(people, moment):
    scopes = {"*": {"see": "OWN", "edit": "OWN"}, "customers.customer": {"see": "ALL", "edit": "TEAM"}}
    role = actions.change_role(
        code="SALESPERSON",
        rights=["export", "nonsense"],
        scopes=scopes,
        version=1,
        by=people.admin,
        at=moment,
    )
    assert (role.rights, role.scopes, role.version) == (["export"], scopes, 2)
    with pytest.raises(ValidationError, match="may not see"):
        actions.change_role(
            code="SALESPERSON", rights=[], scopes={"*": {"see": "OWN", "edit": "ALL"}},
            version=None, by=people.admin, at=moment,
        )  # fmt: skip


def test_a_person_who_left_keeps_his_customers_and_can_come_back(people, moment, customer, told):
    kept = customer(owner=people.lin)
    user = actions.deactivate_user(user_id=people.lin.pk, by=people.admin, at=moment)
    assert (user.state, user.left_at) == ("LEFT", moment)
    kept.refresh_from_db()
    assert kept.owner_id == people.lin.pk
    assert len(told) == 1
    back = actions.reactivate_user(user_id=people.lin.pk, by=people.admin, at=moment)
    assert (back.state, back.left_at) == ("ACTIVE", None)


def test_a_team_with_members_is_not_closed(people, moment):
    with pytest.raises(ValidationError, match="still has members"):
        actions.close_team(team_id=people.east.pk, by=people.admin, at=moment)
    User.objects.filter(team=people.west).update(team=people.east)
    assert not actions.close_team(team_id=people.west.pk, by=people.admin, at=moment).is_active


def test_new_managers_make_the_teams_duties_be_decided_again(people, moment, told):
    names = {"name_zh": "华东组", "name_en": "East"}
    actions.change_team(
        team_id=people.east.pk,
        names=names,
        manager_ids=[people.zhao.pk],
        version=1,
        by=people.admin,
        at=moment,
    )
    assert len(told) == 1
    assert last_entry().changes == {"managers": [[people.chen.pk], [people.zhao.pk]]}
    assert Team.objects.get(pk=people.east.pk).version == 2


@pytest.mark.parametrize(
    ("field", "first", "last", "deputy"),
    [
        ("last_day", LAST, FIRST, "wang"),
        ("last_day", FIRST, FIRST + timedelta(days=400), "wang"),
        ("deputy", FIRST, LAST, "lin"),
    ],
)
def test_an_impossible_absence_is_refused_beside_its_field(people, moment, field, first, last, deputy):
    with pytest.raises(ValidationError) as refused:
        actions.record_absence(
            user_id=people.lin.pk, first_day=first, last_day=last, deputy_id=getattr(people, deputy).pk,
            by=people.lin, at=moment,
        )  # fmt: skip
    assert field in refused.value.error_dict


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-3, 0), (4, 9), (1, 2), (-5, 20)])
def test_overlapping_absences_are_refused(people, moment, start, end):
    given = {"user_id": people.lin.pk, "by": people.lin, "at": moment}
    actions.record_absence(first_day=FIRST, last_day=LAST, **given)
    with pytest.raises(ValidationError):
        actions.record_absence(
            first_day=FIRST + timedelta(days=start), last_day=FIRST + timedelta(days=end), **given
        )
    actions.record_absence(first_day=LAST + timedelta(days=1), last_day=LAST + timedelta(days=1), **given)


def test_a_deputy_who_is_away_himself_is_refused(people, moment):
    given = {"first_day": FIRST, "last_day": LAST, "by": people.chen, "at": moment}
    actions.record_absence(user_id=people.wang.pk, **given)
    with pytest.raises(ValidationError) as refused:
        actions.record_absence(user_id=people.lin.pk, deputy_id=people.wang.pk, **given)
    assert "deputy" in refused.value.error_dict


def test_an_absence_is_told_when_it_comes_changes_and_goes(people, moment, told):
    given = {"first_day": FIRST, "last_day": LAST, "by": people.lin, "at": moment}
    row = actions.record_absence(user_id=people.lin.pk, deputy_id=people.wang.pk, **given)
    actions.change_absence(absence_id=row.pk, deputy_id=people.hu.pk, note="", version=1, **given)
    actions.remove_absence(absence_id=row.pk, by=people.lin, at=moment)
    assert len(told) == 3
    assert not Absence.objects.exists()
    assert last_entry().verb == "remove"


def test_equipment_is_lent_and_comes_back_once(people, moment):
    loan = actions.lend(
        values={"borrower_id": people.lin.pk, "item": "iPhone 12", "from_day": FIRST, "until_day": LAST},
        by=people.chen, at=moment,
    )  # fmt: skip
    actions.take_back(loan_id=loan.pk, on=LAST, by=people.chen, at=moment)
    actions.take_back(loan_id=loan.pk, on=LAST + timedelta(days=9), by=people.chen, at=moment)
    assert EquipmentLoan.objects.get().returned_on == LAST
    with pytest.raises(ValidationError):
        actions.lend(
            values={"borrower_id": people.lin.pk, "item": "x", "from_day": LAST, "until_day": FIRST},
            by=people.chen, at=moment,
        )  # fmt: skip
