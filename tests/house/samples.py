"""One record of each kind, in the hands of Lin, to fill in addresses."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

from genjin.customers.actions import change_customer, create_contact
from genjin.customers.actions.contact_merging import merge_contacts
from genjin.customers.actions.interactions import LogDraft, log_interaction
from genjin.customers.actions.list_removal import remove_list_entry, replace_slice
from genjin.customers.actions.merging import merge_customers
from genjin.customers.actions.next_steps import NextStepDraft
from genjin.customers.models import (
    Contact,
    ContactPoint,
    Country,
    Customer,
    DuplicatePair,
    HandOver,
    HolidayCorrection,
    ListEntry,
    NextStep,
    PublicPool,
    Tag,
)
from genjin.exchange import import_actions, run_actions
from genjin.fields.actions import create_field
from genjin.fields.models import CustomField
from genjin.files.actions import attach, put
from genjin.followups import preview_actions
from genjin.followups.decide import decide_customers
from genjin.followups.models import Task
from genjin.followups.sequence_actions import begin
from genjin.instance.models import ErrorReport
from genjin.jobs.models import Job
from genjin.mail.actions.setups import start_setup
from genjin.mail.actions.storing import store
from genjin.mail.actions.templates import create_template
from genjin.mail.arrivals import Arrival
from genjin.mail.models import AccountMember, AccountSetup, MailAccount, MailFolder
from genjin.people.models import Absence, CalendarDay, EquipmentLoan, SavedView
from tests.house import (
    samples_sales_insight,
    samples_sales_money,
    samples_sales_offers,
    samples_sales_orders,
    samples_sales_products,
    samples_sales_shipments,
)
from tests.mail import outgoing


def talk(people: Any, customer: Any, moment: Any) -> dict[str, Any]:
    """A customer with a contact, a log, the step agreed on and the task that follows."""
    mine = customer(name="Marmara Teknik", country=Country.objects.get(pk="TR"), value_class="A")
    contact = Contact.objects.create(
        customer=mine, name="Elif Demirkan", is_primary=True, created_at=moment, updated_at=moment
    )
    ContactPoint.objects.create(
        contact=contact, kind="EMAIL", value="elif@marmara.example", normalised="elif@marmara.example"
    )
    draft = LogDraft(kind="NOTE", content="Wants a sample of DN80.", happened_at=moment - timedelta(hours=1))
    step = NextStepDraft(purpose="Send the sample", due_on=moment.date(), channel="EMAIL")
    logged = log_interaction(
        customer_id=mine.pk, draft=draft, next_step=step, by=people.lin, at=moment - timedelta(minutes=30)
    )
    decide_customers([mine.pk], at=moment)
    return {
        "customers": mine.pk,
        "contacts": contact.pk,
        "logs": logged.pk,
        "steps": NextStep.objects.get(customer=mine).pk,
        "task": Task.objects.filter(customer=mine, owner=mine.owner).order_by("due_at")[0].key,
    }


def make(people: Any, customer: Any, moment: Any) -> dict[str, Any]:
    """The arguments of all addresses: by name of address and argument, or by argument alone."""
    talked = talk(people, customer, moment)
    mine = Customer.objects.get(pk=talked["customers"])
    day = moment.date()
    stored = put(at=moment, stream=BytesIO(b"a note"))
    attached = attach(
        by=people.lin, at=moment, kind="customers.customer", object_id=mine.pk, customer_id=mine.pk,
        files=[(stored, "note.txt")],
    )[0]  # fmt: skip
    correction = HolidayCorrection.objects.create(country_id="TR", first_day=day, last_day=day, name_en="Own")
    absence = Absence.objects.create(user=people.lin, first_day=day, last_day=day, deputy=people.wang)
    entry = ListEntry.objects.filter(list="SOURCE").first()
    assert entry is not None
    turkey = Country.objects.get(pk="TR")
    double = customer(
        name="Marmara Tecnik", short_name="Tecnik", country=turkey, owner=people.wang, serial=903
    )
    pair = DuplicatePair.objects.create(
        first=mine, second=double, score=80, found_at=moment, reasons=[["NAME_MISTYPED", {}]]
    )
    return {
        **talked,
        "pairs": pair.pk,
        "pools": PublicPool.objects.get(is_default=True).pk,
        "tags": Tag.objects.create(name="fair").pk,
        "entries": entry.pk,
        **_custom(people, mine, moment),
        "views": SavedView.objects.create(user=people.lin, list_name="customers.customer", name="v").pk,
        "users": people.lin.pk,
        "teams": people.east.pk,
        "absences": absence.pk,
        "days": CalendarDay.objects.create(day=day, kind="CLOSED", source="OWN", name_en="Own").pk,
        "loans": EquipmentLoan.objects.create(borrower=people.lin, item="Phone 1", from_day=day).pk,
        "jobs": Job.objects.create(task="genjin.jobs.jobs.prune", state="FAILED").pk,
        "files": attached.pk,
        "corrections": correction.pk,
        "others": customer(name="Ege Pompa", country=mine.country, short_name="Ege", serial=901).pk,
        "merges": _merged(people, customer, mine, moment),
        **_merged_contacts(people, mine, moment),
        "removals": _removal(people, moment),
        "handovers": HandOver.objects.create(
            person=people.lin, reason="REORG", why="Trip", state="DONE", by=people.chen, at=moment
        ).pk,
        "errors": ErrorReport.objects.create(at=moment, process="web", place="GET /", kind="E", trace="t").pk,
        "imports": _imported(people, moment),
        **_arrived(people, mine, moment),
        **outgoing.samples(people, mine.pk, moment),
        **_mail(people, moment),
        **samples_sales_insight.made(people, mine, moment),
        **samples_sales_orders.made(people, mine, moment),
        **samples_sales_products.samples(people, moment),
        **samples_sales_shipments.made(people, mine, moment),
        **samples_sales_offers.made(people, mine, moment),
        **samples_sales_money.samples(people, mine.pk, moment),
        "runs": begin(customer_id=mine.pk, sequence="wake_up", by=people.lin, at=moment).pk,
        "sequence": "wake_up",
        "previews": preview_actions.ask(
            scope="PERSON", subject_id=people.lin.pk, values={"cadence.A": 5}, by=people.lin, at=moment
        ).pk,
        "task": Task.objects.filter(customer=mine, owner=mine.owner).order_by("due_at")[0].key,
    }


def _arrived(people: Any, mine: Any, moment: Any) -> dict[str, int]:
    """A mail of the customer in a shared mailbox that Lin reads, with a picture in it."""
    box = MailAccount.objects.create(name="Info", address="info@x.example", is_shared=True, created_at=moment)
    AccountMember.objects.create(account=box, user=people.lin, may_assign=True)
    folder = MailFolder.objects.create(account=box, path="INBOX", role="INBOX")
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "elif@marmara.example", "info@x.example", "Offer"
    made["Message-ID"] = "<sample@marmara.example>"
    made.set_content("Please send the offer.")
    made.add_alternative('<p>Please</p><img src="cid:logo">', subtype="html")
    picture = bytes.fromhex("89504e470d0a1a0a0000000d49484452")
    made.add_attachment(picture, maintype="image", subtype="png", filename="note.txt", cid="<logo>")
    arrival = Arrival(raw=made.as_bytes(), uid=1, uid_validity=1, arrived_at=moment)
    found = store(account=box, folder=folder, items=[arrival], at=moment)[0]
    return {"messages": found.message_id, "threads": found.thread_id, "boxes": box.pk, "zero": 0}


def _removal(people: Any, moment: Any) -> int:
    """A choice of another list, removed and replaced by nothing."""
    entry = ListEntry.objects.create(list="INDUSTRY", name_en="Ropes")
    removal = remove_list_entry(entry_id=entry.pk, into_id=None, by=people.admin, at=moment)
    replace_slice(removal_id=removal.pk, at=moment)
    return int(removal.pk)


def _custom(people: Any, customer: Any, moment: Any) -> dict[str, int]:
    """A custom field of each type on each kind; the customer has one value."""
    made = {}
    for kind in ("customers.interaction", "customers.contact", "customers.customer"):
        for type in CustomField.Type.values:
            choices = [{"name_en": f"{type} {name}"} for name in ("one", "two")]
            made[type] = create_field(
                kind=kind,
                type=type,
                name_en=f"Own {type.lower()}",
                choices=choices,
                by=people.admin,
                at=moment,
            )
    change_customer(customer_id=customer.pk, changes={"custom.own-text": "DN80"}, by=people.lin, at=moment)
    return {"fields": made["CHOICE"].pk, "choices": made["CHOICE"].choices.order_by("pk")[0].pk}


def _merged(people: Any, customer: Any, mine: Any, moment: Any) -> int:
    """A merge of Lin's into the customer of the samples."""
    twin = customer(name="Marmara Technik", country=mine.country, short_name="Technik", serial=990)
    return int(merge_customers(kept_id=mine.pk, gone_id=twin.pk, by=people.lin, at=moment).pk)


def _merged_contacts(people: Any, mine: Any, moment: Any) -> dict[str, int]:
    """A colleague of the contact of the samples, and one who was merged into him."""
    rows = [{"customer_id": mine.pk, "name": name} for name in ("Deniz Ay", "D. Ay")]
    kept, gone = (create_contact(row=row, by=people.lin, at=moment) for row in rows)
    merge = merge_contacts(kept_id=kept.pk, gone_id=gone.pk, by=people.lin, at=moment)
    return {"colleagues": kept.pk, "contact_merges": merge.pk}


def _imported(people: Any, moment: Any) -> int:
    """An import of Lin's that is done, with one row left out."""
    by = people.lin
    job = import_actions.bring(
        kind="customers", stream=BytesIO(b"Company,Country\nHafen GmbH,Germany\n,Germany\n"), name="list.csv",
        by=by, at=moment,
    )  # fmt: skip
    import_actions.choose_columns(job=job, columns=job.columns, options={}, by=by, at=moment)
    import_actions.start(job=job, by=by, at=moment, in_background=False)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    return int(job.pk)


def _mail(people: Any, moment: Any) -> dict[str, Any]:
    """The mailbox of Lin's, an attempt to set one up, a template."""
    account = MailAccount.objects.get(owner=people.lin)
    MailFolder.objects.create(account=account, path="INBOX", role="INBOX")
    setup = start_setup(address="lin@qq.com", password="code", is_shared=False, by=people.lin, at=moment)
    AccountSetup.objects.update(state=AccountSetup.State.FAILED)
    template = create_template(
        name="Greeting", subject="Hello", text="Dear {{contact.name}}", by=people.lin, at=moment
    )
    draft = outgoing.draft(account, moment)
    return {"accounts": account.pk, "setups": setup.pk, "templates": template.pk, "drafts": draft.pk}
