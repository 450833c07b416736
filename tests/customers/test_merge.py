"""Two customers become one and two again: nothing is lost, everything goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from genjin.customers import actions
from genjin.customers.actions import Conflict, LogDraft, NextStepDraft, Refused
from genjin.customers.actions.merging import merge_customers, propose_merge, undo_merge
from genjin.customers.merge_fields import CHOICES
from genjin.customers.models import (
    Collaborator,
    Contact,
    Customer,
    CustomerValue,
    DimensionChange,
    Interaction,
    Merge,
    NextStep,
    PoolMove,
    PublicPool,
    Tag,
)
from genjin.exchange import import_actions, run_actions, undo_actions
from genjin.fields.actions import create_field
from genjin.files.models import Attachment, StoredFile
from genjin.followups.decide import decide_customers
from genjin.followups.models import Outcome, Task
from genjin.journal.models import Entry
from genjin.notifications.models import Notice
from genjin.people import access
from genjin.search import queries as search
from genjin.search.models import Document

COMPUTED = {
    "followups.task", "followups.customerdecision", "journal.mark", "journal.entry", "journal.personal",
    "customers.duplicatekey", "customers.duplicatemark", "customers.duplicatepair",
    "notifications.notice", "search.document", "search.word", "customers.merge", "jobs.job", "jobs.schedule",
}  # fmt: skip
NOT_COMPARED = {"version", "updated_at"}


def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that people write, without how often it was written."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label_lower
        if model.__module__.startswith("genjin.") and label not in COMPUTED:
            rows = model._base_manager.order_by("pk").values()
            found[label] = [{k: v for k, v in row.items() if k not in NOT_COMPARED} for row in rows]
    return found


def counts() -> dict[str, int]:
    return {name: len(rows) for name, rows in dump().items()}


@pytest.fixture
def make(people: Any, moment: datetime) -> Callable[..., Customer]:
    """`make(name, by=…, …)` enters a customer as a person does, with a contact, a log and a next step."""

    def enter(name: str, *, by: Any = None, days: int = 3, **row: Any) -> Customer:
        by = by or people.lin
        then = moment - timedelta(days=days)
        one = actions.create_customer(row={"name": name, "country_id": "TR", **row}, by=by, at=then)
        person = {"customer_id": one.pk, "name": f"Buyer of {name}", "department": "PURCHASING"}
        points = [{"kind": "EMAIL", "value": f"b{one.pk}@example.com"}]
        contact = actions.create_contact(row={**person, "points": points}, by=by, at=then)
        draft = LogDraft(
            kind="AUDIO_CALL", content=f"Called {name}", outcome="CONNECTED", contact_ids=[contact.pk]
        )
        step = NextStepDraft(purpose=f"Write to {name}", due_on=date(2026, 12, 1), contact_id=contact.pk)
        actions.log_interaction(customer_id=one.pk, draft=draft, next_step=step, by=by, at=then)
        return Customer.objects.get(pk=one.pk)

    return enter


def together(kept: Customer, gone: Customer, by: Any, at: datetime, **choices: str) -> Merge:
    merge = merge_customers(kept_id=kept.pk, gone_id=gone.pk, choices=choices, by=by, at=at)
    kept.refresh_from_db()
    gone.refresh_from_db()
    return merge


def test_the_kept_customer_has_everything_of_both(make, people, moment):
    kept, gone = make("Marmara Teknik", days=2), make("Bosphorus Trading", days=9, city="Bursa")
    together(kept, gone, people.lin, moment)
    assert {c.name for c in Contact.objects.filter(customer=kept)} == {
        "Buyer of Marmara Teknik", "Buyer of Bosphorus Trading",
    }  # fmt: skip
    logs = Interaction.objects.filter(customer=kept).order_by("-happened_at", "-pk")
    assert [log.content for log in logs] == ["Called Marmara Teknik", "Called Bosphorus Trading"]
    assert NextStep.objects.filter(customer=kept, state="OPEN").count() == 2
    assert kept.city == "Bursa"
    assert kept.created_at == moment - timedelta(days=9)
    assert kept.first_contact_at == moment - timedelta(days=9)
    assert kept.last_contact_at == moment - timedelta(days=2)
    assert not Customer.objects.alive().filter(pk=gone.pk).exists()
    assert gone.merged_into_id == kept.pk


def test_one_of_two_main_contacts_stays_the_main_one(make, people, moment):
    kept, gone = make("Kept"), make("Gone")
    together(kept, gone, people.lin, moment)
    main = Contact.objects.filter(customer=kept, is_primary=True)
    assert [c.name for c in main] == ["Buyer of Kept"]


def test_fields_are_chosen_side_by_side_and_remarks_are_joined(make, people, moment):
    kept = make("Kept", phone="+90 212 1", remarks="Pays late.", website="kept.example")
    gone = make("Gone", phone="+90 212 2", remarks="Likes tea.", website="gone.example", fax="+90 212 3")
    together(kept, gone, people.lin, moment, phone="other", website="kept")
    assert (kept.phone, kept.website, kept.domain) == ("+90 212 2", "kept.example", "kept.example")
    assert kept.fax == "+90 212 3"
    assert kept.remarks == "Pays late.\n\nLikes tea."


def test_the_name_of_the_other_may_be_kept(make, people, moment):
    kept, gone = make("Kept"), make("Gone")
    together(kept, gone, people.lin, moment, name="other", short_name="other")
    assert (kept.name, kept.short_name, kept.name_key) == (gone.name, gone.short_name, gone.name_key)


def test_a_dimension_taken_from_the_other_stands_in_the_history(make, people, moment):
    kept, gone = make("Kept", follow_grade="LOW"), make("Gone", follow_grade="TOP")
    together(kept, gone, people.lin, moment, follow_grade="other")
    last = DimensionChange.objects.filter(customer=kept, dimension="follow_grade").order_by("-at", "-pk")[0]
    assert (last.old, last.new, last.cause, last.by) == ("LOW", "TOP", "MERGE", people.lin)
    assert gone.name in last.why
    assert kept.grade_order == 5


def test_custom_values_of_both_stay_and_return_when_the_merge_is_undone(make, people, moment):
    for name in ("Port", "Lines"):
        create_field(kind="customers.customer", type="TEXT", name_en=name, by=people.admin, at=moment)
    kept, gone = make("Kept"), make("Gone")
    for customer, values in (
        (kept, {"custom.port": "Mersin"}),
        (gone, {"custom.port": "Izmir", "custom.lines": "4"}),
    ):
        actions.change_customer(customer_id=customer.pk, changes=values, by=people.lin, at=moment)
    merge = together(kept, gone, people.lin, moment)
    kept.refresh_from_db()
    assert kept.custom == {"port": "Mersin", "lines": "4"}
    assert CustomerValue.objects.filter(record=kept).count() == 2
    told = Entry.objects.get(verb="merge", object_id=kept.pk)
    assert told.changes["custom.lines"] == [None, "4"]
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.custom, gone.custom) == ({"port": "Mersin"}, {"port": "Izmir", "lines": "4"})
    assert CustomerValue.objects.filter(record=kept).count() == 1


def test_links_that_both_have_are_there_once(make, people, moment):
    fair, vip = Tag.objects.create(name="Fair"), Tag.objects.create(name="VIP")
    kept, gone = make("Kept", tag_ids=[fair.pk]), make("Gone", tag_ids=[fair.pk, vip.pk])
    actions.set_collaborators(customer_ids=[kept.pk, gone.pk], add=[people.wang.pk], by=people.lin, at=moment)
    together(kept, gone, people.lin, moment)
    assert set(kept.tags.all()) == {fair, vip}
    assert Collaborator.objects.filter(customer=kept).count() == 1


def test_links_of_one_side_only_may_be_chosen(make, people, moment):
    fair, vip = Tag.objects.create(name="Fair"), Tag.objects.create(name="VIP")
    kept, gone = make("Kept", tag_ids=[fair.pk]), make("Gone", tag_ids=[vip.pk])
    before = dump()
    merge = together(kept, gone, people.lin, moment, tags="other")
    assert set(kept.tags.all()) == {vip}
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    assert dump() == before


def test_a_merge_never_loses_a_row(make, people, moment):
    kept, gone = make("Kept"), make("Gone")
    before = counts()
    together(kept, gone, people.lin, moment)
    after = counts()
    assert {name: n for name, n in after.items() if n < before[name]} == {}


def test_tasks_of_both_are_decided_anew_and_nothing_owed_is_dropped(make, people, moment):
    kept, gone = make("Kept"), make("Gone")
    decide_customers([kept.pk, gone.pk], at=moment)
    owed = {duty["key"] for task in Task.objects.all() for duty in task.duties if "step" in duty["key"]}
    merge = together(kept, gone, people.lin, moment)
    decide_customers([kept.pk, gone.pk], at=moment)
    assert {task.customer_id for task in Task.objects.all()} == {kept.pk}
    assert {d["key"] for task in Task.objects.all() for d in task.duties if "step" in d["key"]} == owed
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    decide_customers([kept.pk, gone.pk], at=moment)
    assert {task.customer_id for task in Task.objects.all()} == {kept.pk, gone.pk}


def test_what_people_did_with_duties_files_and_notices_go_along(make, people, moment):
    kept, gone = make("Kept"), make("Gone")
    Outcome.objects.create(customer=gone, duty_key="x:1", rule="x", kind="POSTPONED", at=moment)
    stored = StoredFile.objects.create(sha256="a" * 64, size=1, media_type="text/plain", stored_at=moment)
    Attachment.objects.create(
        file=stored, name="a.txt", kind="customers.customer", object_id=gone.pk, customer_id=gone.pk,
        attached_at=moment,
    )  # fmt: skip
    Notice.objects.create(key="k", user=people.lin, kind="x", customer=gone, at=moment)
    before = dump()
    merge = together(kept, gone, people.chen, moment)
    assert Outcome.objects.get().customer_id == kept.pk
    assert (Attachment.objects.get().object_id, Attachment.objects.get().customer_id) == (kept.pk, kept.pk)
    assert Notice.objects.get(key="k").customer_id == kept.pk
    undo_merge(merge_id=merge.pk, by=people.chen, at=moment)
    assert dump() == before
    assert Notice.objects.get(key="k").customer_id == gone.pk


SIDES = st.sampled_from(["kept", "other", "both"])
FIELDS = [
    "name", "short_name", "phone", "website", "remarks", "city", "follow_grade", "relationship_class", "tags",
    "collaborators", "sales_channels", "fit_score", "owner", "country", "cadence", "not_before",
]  # fmt: skip


@settings(max_examples=12, suppress_health_check=list(HealthCheck))
@given(choices=st.dictionaries(st.sampled_from(FIELDS), SIDES), swapped=st.booleans(), others=st.booleans())
def test_undoing_a_merge_leaves_every_table_as_it_was(make, people, moment, choices, swapped, others):
    number = Customer.objects.count()
    first = make(f"Anadolu Boru {number}", phone="+90 1", remarks="One", follow_grade="TOP", city="Izmir")
    second = make(
        f"Anadolu Hortum {number}", by=people.wang if others else people.lin, website="anadolu.example",
        remarks="Two", follow_grade="LOW", days=8,
    )  # fmt: skip
    tag = Tag.objects.create(name=f"T{first.pk}")
    actions.tag_customers(ids=[first.pk, second.pk], add=[tag.pk], by=people.chen, at=moment)
    shared = [people.hu.pk, people.wang.pk]
    actions.set_collaborators(customer_ids=[first.pk], add=shared, by=people.chen, at=moment)
    actions.set_cadence(customer_id=second.pk, days=20, reason="Slow", by=people.chen, at=moment)
    decide_customers([first.pk, second.pk], at=moment)
    before = dump()
    kept, gone = (second, first) if swapped else (first, second)
    merge = together(kept, gone, people.chen, moment, **choices)
    undo_merge(merge_id=merge.pk, by=people.chen, at=moment + timedelta(minutes=5))
    decide_customers([first.pk, second.pk], at=moment)
    assert dump() == before
    assert {task.customer_id for task in Task.objects.filter(customer__in=[kept, gone])} == {kept.pk, gone.pk}


def test_what_was_written_since_stays_with_the_kept_one_and_is_named(make, people, moment):
    kept, gone = make("Kept", phone="+90 1"), make("Gone", phone="+90 2", fax="+90 3")
    merge = together(kept, gone, people.lin, moment, phone="other")
    later = moment + timedelta(days=1)
    actions.change_customer(customer_id=kept.pk, changes={"phone": "+90 4"}, by=people.lin, at=later)
    actions.log_interaction(
        customer_id=kept.pk, draft=LogDraft(kind="NOTE", content="Since"), by=people.lin, at=later
    )
    done = undo_merge(merge_id=merge.pk, by=people.lin, at=later)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.phone, kept.fax, gone.phone, gone.fax) == ("+90 4", "", "+90 2", "+90 3")
    assert done.left["fields"] == ["phone"]
    assert Interaction.objects.get(content="Since").customer_id == kept.pk
    assert Interaction.objects.get(content="Called Gone").customer_id == gone.pk


def test_people_who_came_to_report_across_do_so_no_longer(make, people, moment):
    kept, gone = make("Kept"), make("Gone")
    merge = together(kept, gone, people.lin, moment)
    boss, clerk = Contact.objects.get(name="Buyer of Kept"), Contact.objects.get(name="Buyer of Gone")
    changes = {"reports_to_id": boss.pk}
    actions.change_contact(contact_id=clerk.pk, changes=changes, by=people.lin, at=moment)
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    clerk.refresh_from_db()
    assert (clerk.customer_id, clerk.reports_to_id, clerk.is_primary) == (gone.pk, None, True)


def test_a_merged_customer_that_is_merged_on_leads_to_the_last(make, people, moment):
    a, b, c = make("First"), make("Second"), make("Third")
    one = together(b, a, people.lin, moment)
    two = together(c, b, people.lin, moment)
    a.refresh_from_db()
    assert a.merged_into_id == c.pk
    assert Interaction.objects.filter(customer=c).count() == 3
    with pytest.raises(Refused, match="Undo that merge first"):
        undo_merge(merge_id=one.pk, by=people.lin, at=moment)
    undo_merge(merge_id=two.pk, by=people.lin, at=moment)
    undo_merge(merge_id=one.pk, by=people.lin, at=moment)
    assert [Interaction.objects.filter(customer=x).count() for x in (a, b, c)] == [1, 1, 1]


def test_merges_into_one_customer_may_be_undone_in_any_order(make, people, moment):
    kept, one, two = make("Kept"), make("One", phone="+90 1"), make("Two", phone="+90 2")
    before = dump()
    first = together(kept, one, people.lin, moment)
    second = together(kept, two, people.lin, moment, phone="other")
    undo_merge(merge_id=first.pk, by=people.lin, at=moment)
    undo_merge(merge_id=second.pk, by=people.lin, at=moment)
    assert dump() == before


def test_of_two_who_merge_crosswise_the_second_is_told_who_was_faster(make, people, moment):
    one, two = make("One"), make("Two")
    together(one, two, people.chen, moment)
    with pytest.raises(Refused, match="Chen Gang has merged “Two” into “One” meanwhile"):
        merge_customers(kept_id=two.pk, gone_id=one.pk, by=people.lin, at=moment)


def test_who_saw_an_older_version_is_told(make, people, moment):
    one, two = make("One"), make("Two")
    seen = {one.pk: one.version, two.pk: two.version}
    actions.change_customer(customer_id=two.pk, changes={"city": "Bursa"}, by=people.chen, at=moment)
    with pytest.raises(Conflict):
        merge_customers(kept_id=one.pk, gone_id=two.pk, expected=seen, by=people.lin, at=moment)
    assert Merge.objects.count() == 0


def test_others_customers_are_not_merged_but_proposed(make, people, moment):
    mine, theirs = make("Mine"), make("Mine Group", by=people.wang)
    for kept, gone in ((mine, theirs), (theirs, mine)):
        with pytest.raises(Refused, match="propose"):
            merge_customers(kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment)
    told = propose_merge(kept_id=mine.pk, gone_id=theirs.pk, why="Same phone", by=people.lin, at=moment)
    notices = Notice.objects.filter(kind="customers.merge_proposed")
    assert told == 2
    assert {notice.user for notice in notices} == {people.wang, people.chen}


def test_sharing_a_customer_is_not_enough_to_merge_it(make, people, moment):
    mine, theirs = make("Mine"), make("Mine Group", by=people.hu)
    actions.set_collaborators(customer_ids=[theirs.pk], add=[people.lin.pk], by=people.hu, at=moment)
    with pytest.raises(Refused, match="propose"):
        merge_customers(kept_id=mine.pk, gone_id=theirs.pk, by=people.lin, at=moment)


def test_a_manager_merges_within_the_team_and_the_owners_are_told(make, people, moment):
    lins, wangs = make("Ours"), make("Ours Group", by=people.wang)
    merge = together(lins, wangs, people.chen, moment)
    assert lins.owner == people.lin
    assert set(NextStep.objects.filter(customer=lins).values_list("owner", flat=True)) == {people.lin.pk}
    told = Notice.objects.filter(kind="customers.merged")
    assert {notice.user for notice in told} == {people.lin, people.wang}
    undo_merge(merge_id=merge.pk, by=people.chen, at=moment)
    assert NextStep.objects.get(customer=wangs).owner == people.wang
    assert Notice.objects.filter(kind="customers.merged").count() == 4


def test_a_manager_of_another_team_may_not(make, people, moment):
    one, two = make("One", by=people.hu), make("Two")
    with pytest.raises(Refused):
        merge_customers(kept_id=one.pk, gone_id=two.pk, by=people.chen, at=moment)
    assert merge_customers(kept_id=one.pk, gone_id=two.pk, by=people.zhao, at=moment)


def test_only_who_merged_or_a_manager_undoes(make, people, moment):
    one, two = make("One"), make("Two")
    merge = together(one, two, people.chen, moment)
    with pytest.raises(Refused, match="Only whoever merged"):
        undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    undo_merge(merge_id=merge.pk, by=people.zhao, at=moment)
    with pytest.raises(Refused, match="already"):
        undo_merge(merge_id=merge.pk, by=people.zhao, at=moment)


def test_taking_a_customer_out_of_the_pool_by_merging_counts_as_a_claim(make, people, moment, customer):
    mine = make("Mine")
    pooled = customer(name="Mine Group", owner=None, serial=900, pooled_at=moment - timedelta(days=90))
    merge = together(pooled, mine, people.lin, moment)
    assert (pooled.owner, pooled.pool) == (people.lin, None)
    assert PoolMove.objects.filter(person=people.lin, kind="CLAIMED").count() == 1
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    pooled.refresh_from_db()
    mine.refresh_from_db()
    assert (pooled.owner, pooled.pool) == (None, PublicPool.objects.get(is_default=True))
    assert mine.owner == people.lin


def test_a_customer_frozen_in_the_pool_is_not_taken_by_merging(make, people, moment, customer):
    mine = make("Mine")
    pooled = customer(name="Mine Group", owner=None, serial=900)
    PoolMove.objects.create(
        customer=pooled, pool=pooled.pool, kind="RETURNED", person=people.lin, at=moment - timedelta(hours=1)
    )
    with pytest.raises(Refused, match="This customer was yours"):
        merge_customers(kept_id=mine.pk, gone_id=pooled.pk, by=people.lin, at=moment)


def test_what_a_manager_decided_is_not_dropped_by_a_merge(make, people, moment):
    kept, gone = make("Kept", follow_grade="LOW"), make("Gone", follow_grade="TOP")
    actions.set_dimension(
        customer_ids=[gone.pk], dimension="grade_locked", value=True, by=people.chen, at=moment
    )
    with pytest.raises(Refused, match="A manager has locked this grade"):
        together(kept, gone, people.lin, moment, follow_grade="kept")
    together(kept, gone, people.lin, moment)
    assert (kept.follow_grade, kept.grade_locked) == ("TOP", True)


def test_a_short_name_given_again_makes_undoing_impossible_and_says_so(make, people, moment):
    kept, gone = make("Kept"), make("Gone", short_name="Gone")
    merge = together(kept, gone, people.lin, moment)
    make("Other", short_name="Gone")
    with pytest.raises(Refused, match="short name “Gone”"):
        undo_merge(merge_id=merge.pk, by=people.lin, at=moment)


def test_an_owner_who_left_gets_nothing_back(make, people, moment):
    kept, gone = make("Kept"), make("Gone", by=people.wang)
    merge = together(kept, gone, people.chen, moment)
    people.wang.is_active = False
    people.wang.save(update_fields=["is_active"])
    done = undo_merge(merge_id=merge.pk, by=people.chen, at=moment)
    gone.refresh_from_db()
    assert gone.is_in_pool
    assert gone.pool is not None
    assert done.left["owner_left"]


def test_a_merged_customer_is_in_no_bin_and_found_by_its_old_number(make, people, moment):
    kept, gone = make("Marmara Teknik"), make("Bosphorus Valves")
    merge = together(kept, gone, people.lin, moment)
    assert actions.restore(ids=[gone.pk], by=people.chen, at=moment) == 0
    access.of(people.lin, today=moment.date())
    found = search.find(people.lin, gone.number, ["customers.customer"])
    assert [hit.object_id for hit in found] == [kept.pk]
    assert set(Document.objects.values_list("customer_id", flat=True)) == {kept.pk}
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    found = search.find(people.lin, gone.number, ["customers.customer"])
    assert [hit.object_id for hit in found] == [gone.pk]


def test_a_company_entered_again_while_merged_keeps_its_key(make, people, moment):
    kept, gone = make("Marmara Teknik"), make("Bosphorus Trading")
    merge = together(kept, gone, people.lin, moment)
    again = make("Bosphorus Trading", short_name="Bosphorus 2")
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    gone.refresh_from_db()
    assert gone.deleted_at is None
    assert (again.exact_key is not None, gone.exact_key) == (True, None)


KEPT_AS_IT_IS = {
    "id", "serial", "is_confirmed", "created_at", "created_by_id", "updated_at", "deleted_at",
    "deleted_by_id", "merged_into_id", "version", "name_key", "domain", "grade_order", "exact_key",
    "first_contact_at", "last_contact_at", "last_follow_up_at", "follow_up_count", "next_step_at",
    "next_step_purpose", "next_step_channel", "lacks_next_step", "returns_on", "return_code",
}  # fmt: skip


def test_every_column_of_a_customer_is_chosen_or_follows_from_others():
    chosen = {column for choice in CHOICES for column in choice.columns}
    columns = {field.attname for field in Customer._meta.concrete_fields}
    assert columns - chosen == KEPT_AS_IT_IS


def test_the_journal_tells_of_both(make, people, moment):
    kept, gone = make("Kept"), make("Gone", city="Bursa")
    merge = together(kept, gone, people.lin, moment)
    undo_merge(merge_id=merge.pk, by=people.lin, at=moment)
    told = Entry.objects.filter(kind="customers.customer", verb__in=["merge", "unmerge"]).order_by("pk")
    assert [(e.verb, e.object_id) for e in told] == [
        ("merge", kept.pk), ("merge", gone.pk), ("unmerge", kept.pk), ("unmerge", gone.pk),
    ]  # fmt: skip
    assert told[0].changes["city"] == ["", "Bursa"]
    assert told[2].changes["city"] == ["Bursa", ""]


def test_undoing_an_import_leaves_what_was_merged_since(people, moment):
    by, text = people.lin, b"Company,Country,Contact\nHafen GmbH,Germany,Uwe Petersen\n"
    job = import_actions.bring(kind="customers", stream=BytesIO(text), name="list.csv", by=by, at=moment)
    import_actions.choose_columns(job=job, columns=job.columns, options={}, by=by, at=moment)
    import_actions.start(job=job, by=by, at=moment, in_background=False)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    imported = Customer.objects.get(name="Hafen GmbH")
    kept = actions.create_customer(row={"name": "Hafen Hamburg", "country_id": "DE"}, by=by, at=moment)
    merge = merge_customers(kept_id=kept.pk, gone_id=imported.pk, by=by, at=moment)
    job.refresh_from_db()
    import_actions.undo(job=job, by=by, at=moment)
    undo_actions.take_back(job.pk, at=moment, stopping=lambda: False)
    assert Contact.objects.alive().get(name="Uwe Petersen").customer_id == kept.pk
    undo_merge(merge_id=merge.pk, by=by, at=moment)
    assert Customer.objects.alive().filter(pk=imported.pk).exists()
