"""Saved views and chosen columns: what a person made of a list (001-42, D-23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from genjin.journal import actions as journal
from genjin.people.models import ListPreference, SavedView, User

KIND = "people.savedview"
LIMIT = 40


def views_of(user: User, list_name: str) -> QuerySet[SavedView]:
    """The person's own views of a list and those that others share."""
    return SavedView.objects.filter(Q(user=user) | Q(is_shared=True), list_name=list_name)


@transaction.atomic
def save_view(
    *, list_name: str, name: str, query: str, columns: Sequence[str], shared: bool, by: User, at: datetime
) -> SavedView:
    """Keep the filters, sort and columns of a list under a name; the same name is overwritten."""
    name = name.strip()
    if not name:
        raise ValidationError(_("Give the view a name."))
    own = SavedView.objects.filter(user=by, list_name=list_name)
    known = own.filter(name__iexact=name).first()
    if known is None and own.count() >= LIMIT:
        raise ValidationError(_("There are already 40 views; delete one first."))
    view = known or SavedView(user=by, list_name=list_name)
    if known is None:
        view.position = (own.aggregate(last=Max("position"))["last"] or 0) + 1
    new = {"name": name, "query": query[:2000], "columns": list(columns), "is_shared": shared}
    changes = journal.difference(view, new)
    for field, value in new.items():
        setattr(view, field, value)
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise ValidationError(_("A view of that name was just saved in another window.")) from error
    verb = "change" if known else "create"
    told = journal.Written(verb, KIND, view.pk, title=name, changes=changes)
    journal.record(by=by, at=at, written=[told])
    return view


@transaction.atomic
def delete_view(*, view_id: int, by: User, at: datetime) -> None:
    """Remove one of the person's own views; SavedView.DoesNotExist for another's."""
    view = SavedView.objects.select_for_update().get(pk=view_id, user=by)
    told = journal.Written("delete", KIND, view.pk, title=view.name, changes={"query": (view.query, "")})
    journal.record(by=by, at=at, written=[told])
    view.delete()


@transaction.atomic
def give_view(*, view_id: int, to_id: int, by: User | None, at: datetime) -> SavedView:
    """Give a view to another person; where he has one of that name, the former owner's name is added."""
    view = SavedView.objects.select_for_update(of=("self",)).select_related("user").get(pk=view_id)
    theirs = SavedView.objects.filter(user=to_id, list_name=view.list_name)
    taken = {name.lower() for name in theirs.values_list("name", flat=True)}
    name, tries = view.name, 1
    while name.lower() in taken:
        mark = f" ({view.user})" if tries == 1 else f" ({tries})"
        name, tries = f"{view.name[: 60 - len(mark)]}{mark}", tries + 1
    changes = journal.difference(view, {"user_id": to_id, "name": name})
    for field, (_old, value) in changes.items():
        setattr(view, field, value)
    view.save(update_fields=["user_id", "name"])
    told = journal.Written("assign", KIND, view.pk, title=view.name, changes=changes)
    journal.record(by=by, at=at, written=[told])
    return view


@transaction.atomic
def choose_columns(*, list_name: str, columns: Sequence[str], by: User) -> None:
    """Remember which columns the person wants; a matter of taste, so the journal is not told."""
    ListPreference.objects.update_or_create(user=by, list_name=list_name, defaults={"columns": list(columns)})


def chosen_columns(user: User, list_name: str) -> list[str] | None:
    """The columns the person chose, None for the list's own."""
    found = ListPreference.objects.filter(user=user, list_name=list_name).values_list("columns", flat=True)
    return next(iter(found), None)
