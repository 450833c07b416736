"""Two salespeople entered one company under two spellings; the manager makes one of it, and two again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from genjin.customers import actions
from genjin.customers.actions import LogDraft, NextStepDraft
from genjin.customers.models import Contact, Customer, Interaction, Merge
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.notifications.models import Notice


def entered(name: str, by: Any, moment: Any, days: int, **row: Any) -> Customer:
    """A customer with a contact, two calls and a promise, entered so many days ago."""
    then = moment - timedelta(days=days)
    one = actions.create_customer(row={"name": name, "country_id": "SA", **row}, by=by, at=then)
    person = {"customer_id": one.pk, "name": f"Buyer {by.pk}"}
    contact = actions.create_contact(row=person, by=by, at=then)
    for number in (1, 2):
        at = then + timedelta(days=number)
        draft = LogDraft(
            kind="AUDIO_CALL", outcome="CONNECTED", content=f"{name}, call {number}", contact_ids=[contact.pk]
        )
        step = NextStepDraft(purpose=f"{name}, sample", due_on=moment.date()) if number == 2 else None
        actions.log_interaction(customer_id=one.pk, draft=draft, next_step=step, by=by, at=at)
    return Customer.objects.get(pk=one.pk)


def owed(user: Any, at: datetime) -> set[str]:
    """What was promised and is still owed, by the purposes that Today shows this person."""
    decide_customers(Customer.objects.values_list("pk", flat=True), at=at)
    return {
        duty["purpose"] for task in Task.objects.filter(owner=user) for duty in task.duties
        if duty["key"].startswith("next-step:")
    }  # fmt: skip


def told(browser: Any, pk: int) -> list[str]:
    """The texts of a customer's calls as its page shows them, the latest first."""
    rows = browser.get(reverse("customers:customer", args=[pk]) + "?tab=calls").context["rows"]
    return [row.text for row in rows]


def test_two_spellings_become_one_customer_and_two_again(people, sign_in, moment):
    lins = entered("Al-Rashid Trading", people.lin, moment, 20, phone="+966 11 555 0101")
    also = {"website": "https://alrasheed.example", "phone": "+966 11 555 0101"}
    wangs = entered("Alrasheed General Trading", people.wang, moment, 9, **also)
    lin, wang, chen = (sign_in(person) for person in (people.lin, people.wang, people.chen))

    # Lin finds it, but may only propose: it is Wang's.
    path = reverse("customers:merge", args=[lins.pk, wangs.pk])
    assert lin.post(path, {"why": "Same office in Riyadh"}).status_code == 302
    assert Merge.objects.count() == 0
    notice = Notice.objects.get(kind="customers.merge_proposed", user=people.chen)

    # Chen follows the notice, compares, keeps Lin's with the website of the other.
    form = chen.get(notice.url).context["form"]
    answer = chen.post(notice.url, {"seen": form["seen"].value(), "website": "other"})
    kept_page = reverse("customers:customer", args=[lins.pk])
    assert answer["Location"] == kept_page

    # The history is complete and in order; what Wang had promised is Lin's to do, today.
    one, two = "Al-Rashid Trading", "Alrasheed General Trading"
    assert told(lin, lins.pk) == [f"{two}, call 2", f"{two}, call 1", f"{one}, call 2", f"{one}, call 1"]
    assert owed(people.lin, moment) == {f"{one}, sample", f"{two}, sample"}
    assert owed(people.wang, moment) == set()
    assert Contact.objects.filter(customer=lins).count() == 2
    lins.refresh_from_db()
    assert (lins.website, lins.phone) == ("https://alrasheed.example", "+966 11 555 0101")
    assert lins.follow_up_count == 3
    assert lin.get(reverse("customers:customer", args=[wangs.pk]))["Location"] == kept_page
    assert Notice.objects.filter(kind="customers.merged", user__in=[people.lin, people.wang]).count() == 2

    # Lin goes on with it; then it turns out that they are two firms after all.
    later = moment + timedelta(hours=1)
    since = LogDraft(kind="AUDIO_CALL", outcome="CONNECTED", content="Another firm after all")
    actions.log_interaction(customer_id=lins.pk, draft=since, by=people.lin, at=later)
    chen.post(reverse("customers:undo_merge", args=[Merge.objects.get().pk]))

    assert told(lin, lins.pk) == ["Another firm after all", f"{one}, call 2", f"{one}, call 1"]
    assert told(wang, wangs.pk) == [f"{two}, call 2", f"{two}, call 1"]
    assert owed(people.lin, moment) == {f"{one}, sample"}
    assert owed(people.wang, moment) == {f"{two}, sample"}
    wangs.refresh_from_db()
    assert (wangs.owner, wangs.follow_up_count, wangs.deleted_at) == (people.wang, 1, None)
    assert Interaction.objects.count() == 5
