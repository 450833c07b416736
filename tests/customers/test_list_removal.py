"""Removing a choice of an editable list: what had it gets another one; for a week it can be taken back."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.urls import reverse

from genjin.customers import actions, list_jobs
from genjin.customers.actions import Conflict, Refused, imports, list_removal
from genjin.customers.actions.list_removal import remove_list_entry, undo_list_removal
from genjin.customers.filters import CustomerFilters
from genjin.customers.models import Customer, ListEntry, ListRemoval, ReplacedChoice
from genjin.exchange.importing.cleaning import known_for
from genjin.journal.models import Entry
from genjin.people.models import SavedView, User
from tests.people.test_at_once import at_once

RUNNING, DONE, UNDONE = ListRemoval.State.RUNNING, ListRemoval.State.DONE, ListRemoval.State.UNDONE


@pytest.fixture
def choice(people, moment):
    """`choice("Fair")` adds a choice to the list of sources, or to another list."""

    def make(name, list_name="SOURCE"):
        return actions.create_list_entry(list_name=list_name, name_en=name, by=people.admin, at=moment)

    return make


@pytest.fixture
def remove(people, moment):
    """`remove(old, new)` removes a choice and replaces it everywhere."""

    def go(entry, into=None, run=True):
        into_id = into.pk if into else None
        made = remove_list_entry(entry_id=entry.pk, into_id=into_id, by=people.admin, at=moment)
        if run:
            list_jobs.replace.func(made.pk)
        return ListRemoval.objects.get(pk=made.pk)

    return go


@pytest.fixture
def take_back(people, moment):
    def go(removal, at=moment):
        undo_list_removal(removal_id=removal.pk, by=people.admin, at=at)
        list_jobs.replace.func(removal.pk)
        return ListRemoval.objects.get(pk=removal.pk)

    return go


def sources():
    return list(Customer.objects.order_by("pk").values_list("source__name_en", flat=True))


def test_whoever_had_the_choice_gets_the_other_one_and_says_so(choice, remove, customer, people):
    old, new = choice("Fair"), choice("Trade fair")
    mine, binned, other = customer(source=old), customer(source=old), customer(source=new)
    Customer.objects.filter(pk=binned.pk).update(deleted_at=binned.created_at)
    removal = remove(old, new)
    assert (removal.state, removal.total, sources()) == (DONE, 2, ["Trade fair"] * 3)
    told = Entry.objects.filter(kind="customers.customer", verb="replace").order_by("object_id")
    assert [(e.object_id, e.by, e.changes) for e in told] == [
        (pk, people.admin, {"source_id": [old.pk, new.pk]}) for pk in (mine.pk, binned.pk)
    ]
    mine.refresh_from_db()
    assert mine.version == 2, "a form that is open meanwhile notices"
    assert Customer.objects.get(pk=other.pk).version == 1
    old.refresh_from_db()
    assert (old.is_active, old.replaced_by) == (False, new)


def test_a_removed_choice_may_leave_the_field_empty(choice, remove, customer):
    old = choice("Fair")
    customer(source=old)
    remove(old)
    assert sources() == [None]


def test_whoever_had_both_channels_keeps_one_and_gets_the_other_back(choice, remove, take_back, customer):
    shop, web = choice("Shop", "SALES_CHANNEL"), choice("Web", "SALES_CHANNEL")
    both, only = customer(), customer()
    both.sales_channels.set([shop, web])
    only.sales_channels.set([shop])
    removal = remove(shop, web)
    assert [list(c.sales_channels.all()) for c in (both, only)] == [[web], [web]]
    take_back(removal)
    assert [set(c.sales_channels.all()) for c in (both, only)] == [{shop, web}, {shop}]


def test_a_removed_channel_without_another_comes_back(choice, remove, take_back, customer):
    shop = choice("Shop", "SALES_CHANNEL")
    one = customer()
    one.sales_channels.set([shop])
    removal = remove(shop)
    assert not one.sales_channels.exists()
    take_back(removal)
    assert list(one.sales_channels.all()) == [shop]


def test_taking_back_restores_all_but_what_was_changed_since(
    choice, remove, take_back, customer, people, moment
):
    old, new, third = choice("Fair"), choice("Trade fair"), choice("Radio")
    one, two, had = customer(source=old), customer(source=old), customer(source=new)
    removal = remove(old, new)
    change = {"source_id": third.pk}
    actions.change_customer(customer_id=two.pk, changes=change, by=people.lin, at=moment)
    removal = take_back(removal)
    assert (removal.state, sources()) == (UNDONE, ["Fair", "Radio", "Trade fair"])
    states = dict(ReplacedChoice.objects.values_list("customer", "state"))
    assert states == {one.pk: "BACK", two.pk: "KEPT"}
    old.refresh_from_db()
    assert (old.is_active, old.removed_at, old.replaced_by) == (True, None, None)
    assert had.pk not in states


def test_a_retired_choice_comes_back_retired(choice, remove, take_back, people, moment):
    old = choice("Fair")
    actions.change_list_entry(
        entry_id=old.pk, name_zh="", name_en="Fair", is_active=False, by=people.admin, at=moment
    )
    take_back(remove(old))
    old.refresh_from_db()
    assert (old.is_active, old.removed_at) == (False, None)


def test_it_can_be_taken_back_for_seven_days_and_once(choice, remove, take_back, moment):
    removal = remove(choice("Fair"))
    with pytest.raises(Refused):
        take_back(removal, at=moment + timedelta(days=7, seconds=1))
    take_back(removal, at=moment + timedelta(days=7))
    with pytest.raises(Refused):
        take_back(removal)


def test_it_is_not_taken_back_under_a_name_that_is_taken(choice, remove, take_back):
    removal = remove(choice("Fair"))
    choice("FAIR")
    with pytest.raises(Refused):
        take_back(removal)
    assert ListRemoval.objects.get().state == DONE


def test_removals_that_build_on_each_other_are_taken_back_in_order(choice, remove, take_back, customer):
    one, two, three = choice("One"), choice("Two"), choice("Three")
    customer(source=one)
    first, second = remove(one, two), remove(two, three)
    with pytest.raises(Refused, match="Two"):
        take_back(first)
    take_back(second)
    take_back(first)
    assert sources() == ["One"]


@pytest.mark.parametrize("case", ["itself", "other list", "retired", "removed", "unknown"])
def test_only_a_choice_in_use_of_the_same_list_takes_the_place(choice, remove, people, moment, case):
    entry = choice("Fair")
    into = {"itself": entry, "other list": choice("Agent", "INDUSTRY")}.get(case) or choice("Old fair")
    if case == "retired":
        ListEntry.objects.filter(pk=into.pk).update(is_active=False)
    if case == "removed":
        remove(into)
    into_id = 0 if case == "unknown" else into.pk
    with pytest.raises(Refused):
        remove_list_entry(entry_id=entry.pk, into_id=into_id, by=people.admin, at=moment)
    assert ListEntry.objects.kept().filter(pk=entry.pk).exists()


def test_a_choice_is_removed_with_the_right_once_and_as_it_was_seen(choice, remove, people, moment):
    entry = choice("Fair")
    given = {"entry_id": entry.pk, "into_id": None, "at": moment}
    with pytest.raises(Refused):
        remove_list_entry(**given, by=people.lin)
    with pytest.raises(Conflict):
        remove_list_entry(**given, by=people.admin, expected_version=7)
    removal = remove(entry)
    with pytest.raises(Refused):
        remove_list_entry(**given, by=people.admin)
    with pytest.raises(Refused):
        undo_list_removal(removal_id=removal.pk, by=people.lin, at=moment)


def test_one_removal_of_a_list_runs_at_a_time(choice, remove, customer):
    one, two = choice("One"), choice("Two")
    customer(source=one)
    first = remove(one, run=False)
    with pytest.raises(Refused):
        remove(two)
    other = remove(choice("Agent", "INDUSTRY"))
    assert (first.state, other.state) == (RUNNING, DONE)


def test_a_killed_job_goes_on_where_it_was(choice, remove, customer, moment, monkeypatch):
    monkeypatch.setattr(list_removal, "SLICE", 2)
    old, new = choice("Fair"), choice("Trade fair")
    for _ in range(5):
        customer(source=old)
    removal = remove(old, new, run=False)
    assert list_removal.replace_slice(removal_id=removal.pk, at=moment)
    assert sources().count("Trade fair") == 2
    list_jobs.replace.func(removal.pk)
    assert (sources(), removal.items.count()) == (["Trade fair"] * 5, 5)
    list_jobs.replace.func(removal.pk)
    assert Entry.objects.filter(verb="replace").count() == 5


def test_taking_back_what_is_still_running_stops_it(choice, remove, take_back, customer, moment, monkeypatch):
    monkeypatch.setattr(list_removal, "SLICE", 2)
    old, new = choice("Fair"), choice("Trade fair")
    for _ in range(5):
        customer(source=old)
    removal = remove(old, new, run=False)
    list_removal.replace_slice(removal_id=removal.pk, at=moment)
    assert take_back(removal).state == UNDONE
    assert sources() == ["Fair"] * 5
    assert Entry.objects.filter(verb="put_back").count() == 2


def test_who_chooses_it_meanwhile_gets_what_took_its_place(choice, remove, customer, people, moment):
    old, mid, new = choice("Fair"), choice("Show"), choice("Trade fair")
    shop, web = choice("Shop", "SALES_CHANNEL"), choice("Web", "SALES_CHANNEL")
    remove(old, mid)
    remove(mid, new)
    remove(shop, web)
    given = {"source_id": old.pk, "sales_channel_ids": [shop.pk, web.pk]}
    changed, imported = customer(), customer()
    made = actions.create_customers(rows=[{"name": "A GmbH", **given}], by=people.lin, at=moment)[0]
    actions.change_customers(ids=[changed.pk], changes=given, by=people.lin, at=moment)
    imports.update_customers(changes={imported.pk: {"source_id": old.pk}}, by=people.lin, at=moment)
    for pk in (made.pk, changed.pk, imported.pk):
        assert Customer.objects.get(pk=pk).source == new
    assert [list(Customer.objects.get(pk=c.pk).sales_channels.all()) for c in (made, changed)] == [[web]] * 2


def test_a_form_that_was_open_meanwhile_is_saved_with_what_took_its_place(
    choice, remove, customer, people, sign_in
):
    old, new = choice("Fair"), choice("Trade fair")
    shop, web = choice("Shop", "SALES_CHANNEL"), choice("Web", "SALES_CHANNEL")
    had, chose = customer(source=old), customer(city="Hamburg")
    had.sales_channels.set([shop])
    lin = sign_in(people.lin)

    def opened(row):
        form = lin.get(reverse("customers:edit", args=[row.pk])).context["form"]
        return {f.html_name: value for f in form if (value := f.value()) not in (None, "", [])}

    first, second = opened(had) | {"city": "Kiel"}, opened(chose) | {"source": old.pk}
    remove(old, new)
    remove(shop, web)
    for row, data in ((had, first), (chose, second)):
        answer = lin.post(reverse("customers:edit", args=[row.pk]), data)
        assert answer.status_code == 302, answer.context["form"].errors
        row.refresh_from_db()
        assert row.source == new
    assert (had.city, list(had.sales_channels.all())) == ("Kiel", [web])


def test_a_retired_channel_stays_with_a_customer_whose_page_is_saved(
    choice, customer, people, moment, sign_in
):
    shop = choice("Shop", "SALES_CHANNEL")
    mine = customer()
    mine.sales_channels.set([shop])
    ListEntry.objects.filter(pk=shop.pk).update(is_active=False)
    lin, page = sign_in(people.lin), reverse("customers:edit", args=[mine.pk])
    form = lin.get(page).context["form"]
    data = {f.html_name: value for f in form if (value := f.value()) not in (None, "", [])}
    assert lin.post(page, data | {"city": "Kiel"}).status_code == 302
    assert list(mine.sales_channels.all()) == [shop]


def test_a_bulk_dialog_that_was_open_meanwhile_sets_what_took_its_place(
    choice, remove, customer, people, sign_in
):
    old, new = choice("Fair"), choice("Trade fair")
    mine = customer()
    remove(old, new)
    answer = sign_in(people.lin).post(
        reverse("customers:bulk"), {"verb": "lists", "ids": [mine.pk], "source": old.pk, "apply": "1"}
    )
    mine.refresh_from_db()
    assert (answer.status_code, mine.source) == (302, new)


def test_filters_follow_what_took_the_place(choice, remove, customer, people, moment):
    old, new, gone = choice("Fair"), choice("Trade fair"), choice("Radio")
    a, b, c = customer(source=old), customer(source=new), customer(source=gone)
    remove(old, new)
    remove(gone)

    def found(query):
        form = CustomerFilters(QueryDict(query), owners=User.objects.all())
        rows = form.narrow(Customer.objects.all(), user=people.lin, now=moment, zone=ZoneInfo("UTC"))
        return form.cleaned_data["source"], sorted(rows.values_list("pk", flat=True))

    assert found(f"source={old.pk}") == ([str(new.pk)], [a.pk, b.pk])
    assert found(f"source={old.pk}&source={new.pk}") == ([str(new.pk)], [a.pk, b.pk])
    assert found(f"source={gone.pk}") == (["NONE"], [c.pk]), "those that were left without one"


def test_the_names_of_removed_choices_mean_what_took_their_place_in_files(choice, remove):
    old, new, gone, again = choice("Fair"), choice("Trade fair"), choice("Radio"), choice("Show")
    remove(old, new)
    remove(gone)
    remove(again, new)
    again = choice("Show")
    known = known_for(zone=ZoneInfo("UTC"), date_order="dmy", decimal_sign=".").entries
    assert known["SOURCE", "fair"] == new.pk
    assert known["SOURCE", "radio"] is None
    assert known["SOURCE", "show"] == again.pk, "a choice of today comes first"


def test_what_came_back_late_is_replaced_by_the_nightly_job(choice, remove, customer):
    one, two, three = choice("One"), choice("Two"), choice("Three")
    shop, web = choice("Shop", "SALES_CHANNEL"), choice("Web", "SALES_CHANNEL")
    remove(one, two)
    remove(two, three)
    remove(shop, web)
    late = customer(source=one)
    late.sales_channels.set([shop])
    list_jobs.tidy.func()
    late.refresh_from_db()
    assert (late.source, list(late.sales_channels.all())) == (three, [web])


def test_where_it_was_replaced_is_forgotten_when_it_cannot_be_taken_back(choice, remove, customer, moment):
    old = choice("Fair")
    customer(source=old)
    remove(old)
    assert list_removal.forget_replaced(at=moment + timedelta(days=7)) == 0
    assert list_removal.forget_replaced(at=moment + timedelta(days=9)) == 1


def test_the_order_is_that_which_was_dragged_and_names_nobody_forgot(choice, people, moment):
    ListEntry.objects.filter(list="SOURCE").delete()
    one, two, three = choice("One"), choice("Two"), choice("Three")
    actions.order_list_entries(list_name="SOURCE", ids=[three.pk, one.pk], by=people.admin, at=moment)
    assert list(ListEntry.objects.filter(list="SOURCE")) == [three, one, two]
    assert Entry.objects.filter(verb="move").count() == 3
    with pytest.raises(Refused):
        actions.order_list_entries(list_name="SOURCE", ids=[one.pk], by=people.lin, at=moment)


def test_a_move_passes_over_choices_out_of_use(choice, people, moment):
    ListEntry.objects.filter(list="SOURCE").delete()
    one, two, three = choice("One"), choice("Two"), choice("Three")
    ListEntry.objects.filter(pk=two.pk).update(is_active=False)
    actions.move_list_entry(entry_id=three.pk, up=True, by=people.admin, at=moment)
    in_use = ListEntry.objects.filter(list="SOURCE", is_active=True)
    assert list(in_use.order_by("position", "pk")) == [three, one]


def test_the_dialog_asks_what_takes_the_place_and_the_page_offers_to_take_it_back(
    choice, customer, people, sign_in, moment
):
    old, new = choice("Fair"), choice("Trade fair")
    mine = customer(source=old)
    customer(source=old, deleted_at=moment)
    SavedView.objects.create(
        user=people.lin, list_name="customers.customer", name="Fairs", query=f"show=mine&source={old.pk}"
    )
    admin, dialog = sign_in(people.admin), reverse("customers:remove_entry", args=[old.pk])
    page = admin.get(dialog).content.decode()
    for text in ("2 customers have it.", "1 of them is in the recycle bin", "1 saved view narrows by it"):
        assert text in page
    version = admin.get(dialog).context["form"]["version"].value()
    refused = admin.post(dialog, {"into": "", "version": version})
    assert "into" in refused.context["form"].errors
    done = admin.post(dialog, {"into": new.pk, "version": version}, follow=True)
    assert "was removed from the list" in done.content.decode()
    list_jobs.replace.func(ListRemoval.objects.get().pk)
    page = admin.get(reverse("customers:lists")).content.decode()
    assert "<bdi>Fair</bdi> replaced by <bdi>Trade fair</bdi>" in page
    timeline = sign_in(people.lin).get(reverse("customers:customer", args=[mine.pk])).content.decode()
    assert "List value replaced" in timeline
    assert "Trade fair" in timeline
    undo = reverse("customers:undo_removal", args=[ListRemoval.objects.get().pk])
    assert "is back in the list" in admin.post(undo, follow=True).content.decode()
    list_jobs.replace.func(ListRemoval.objects.get().pk)
    assert sources() == ["Fair", "Fair"]


def test_a_choice_nobody_has_is_removed_without_a_question(choice, people, sign_in):
    old = choice("Fair")
    admin, dialog = sign_in(people.admin), reverse("customers:remove_entry", args=[old.pk])
    form = admin.get(dialog).context["form"]
    assert "into" not in form.fields
    admin.post(dialog, {"version": form["version"].value()})
    assert not ListEntry.objects.kept().filter(pk=old.pk).exists()
    assert admin.get(dialog).status_code == 404


def test_a_choice_changed_while_the_dialog_was_open_is_shown_again(choice, people, moment, sign_in):
    old = choice("Fair")
    admin, dialog = sign_in(people.admin), reverse("customers:remove_entry", args=[old.pk])
    version = admin.get(dialog).context["form"]["version"].value()
    actions.change_list_entry(entry_id=old.pk, name_zh="", name_en="Fairs", by=people.admin, at=moment)
    answer = admin.post(dialog, {"version": version})
    assert "meanwhile" in answer.content.decode()
    assert ListEntry.objects.kept().filter(pk=old.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_saves_the_choice_in_the_same_moment_does_not_keep_it(choice, customer, people, moment):
    for turn in range(4):
        old, new = choice(f"Fair {turn}"), choice(f"Trade fair {turn}")
        rows = [customer() for _ in range(3)]

        def chooses(pk, entry=old):
            given = {"source_id": entry.pk}
            return lambda: actions.change_customer(customer_id=pk, changes=given, by=people.lin, at=moment)

        def removes(entry=old, into=new):
            return remove_list_entry(entry_id=entry.pk, into_id=into.pk, by=people.admin, at=moment)

        *chosen, removal = at_once(*(chooses(row.pk) for row in rows), removes)
        assert all(isinstance(one, Customer) for one in chosen), chosen
        list_jobs.replace.func(removal.pk)
        found = Customer.objects.filter(pk__in=[row.pk for row in rows])
        assert set(found.values_list("source__name_en", flat=True)) == {new.name_en}
