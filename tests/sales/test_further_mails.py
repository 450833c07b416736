"""What goes along with mails and calls: the quality form, photos of the progress, scripts."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image
from python_calamine import CalamineWorkbook

from genjin.customers.models import Contact, Customer
from genjin.files import actions as files
from genjin.files import store
from genjin.files.models import Attachment
from genjin.mail.actions.starting import Beginning, start_draft
from genjin.mail.actions.writing import KIND as OUTGOING
from genjin.mail.actions.writing import detach
from genjin.mail.after_sending import sent
from genjin.mail.models import MailThread, Message, OutgoingMail
from genjin.sales.actions.aftersales_templates import load_templates
from genjin.sales.models import AfterSalesStep, Order, Shipment
from genjin.sales.models.order import ORDER_KIND
from tests.conftest import Cast
from tests.mail import outgoing
from tests.sales.shipping import order_of, shipped

ETA = date(2027, 1, 8)


@pytest.fixture
def order(customer: Callable[..., Customer], moment: datetime, people: Cast) -> Order:
    """Of a customer with somebody to write to; wordings and a mailbox are there."""
    firm = customer()
    contact = Contact.objects.create(
        customer=firm, name="Elif Demirkan", is_primary=True, created_at=moment, updated_at=moment
    )
    contact.points.create(kind="EMAIL", value="elif@marmara.example", normalised="elif@marmara.example")
    load_templates(people.admin, moment)
    outgoing.account_of(people.lin, moment)
    return order_of(firm, moment, contact=contact)


@pytest.fixture
def left(order: Order, people: Cast, moment: datetime) -> Shipment:
    return shipped(order, people.lin, moment, eta=ETA)


def begun(left: Shipment, people: Cast, at: datetime, step: str, **more: Any) -> OutgoingMail:
    """The draft for a step of the chain."""
    asked = {"purpose": "aftersales.FEEDBACK", "about": f"aftersales:shipment-{left.pk}:{step}"}
    beginning = Beginning(customer_id=left.customer_id, **asked | more)
    return start_draft(beginning=beginning, by=people.lin, at=at)


def enclosed(mail: OutgoingMail) -> list[Attachment]:
    return list(Attachment.objects.filter(kind=OUTGOING, object_id=mail.pk, deleted_at=None).order_by("pk"))


def gone(mail: OutgoingMail, at: datetime) -> Message:
    """The mail when a server has taken it."""
    thread = MailThread.objects.create(subject=mail.subject, first_at=at, last_at=at)
    message = Message.objects.create(
        thread=thread, content_key=mail.message_id[:60], size=1, message_id=mail.message_id, direction="OUT",
        subject=mail.subject, from_address="lin@example.com", date=at, arrived_at=at, stored_at=at,
    )  # fmt: skip
    mail.sent_at, mail.sent_as = at, message
    mail.save(update_fields=["sent_at", "sent_as"])
    sent(mail, message, at)
    return message


def photo(order: Order, people: Cast, at: datetime, name: str, shade: int) -> None:
    """A picture of the goods put to the order."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 90, 90)).save(picture, "JPEG")
    picture.seek(0)
    files.attach(
        by=people.lin, at=at, kind=ORDER_KIND, object_id=order.pk, customer_id=order.customer_id,
        files=[(files.put(at=at, stream=picture), name)],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "title", "question"),
    [
        ("en", "Quality feedback form", "How do the goods sell?"),
        ("zh-hans", "质量反馈表", "销售情况如何？"),
        ("de", "Qualitätsfragebogen", "Wie verkauft sich die Ware?"),
        ("ja", "Quality feedback form", "How do the goods sell?"),
    ],
)
def test_the_mail_a_month_after_arrival_takes_the_quality_form_along_in_its_language(
    left: Shipment, people: Cast, moment: datetime, language: str, title: str, question: str
) -> None:
    mail = begun(left, people, moment + timedelta(days=75), "eta+30", language=language)
    (form,) = enclosed(mail)
    assert form.name == f"{title} {left.number}.xlsx"
    with store.current().open(form.file.sha256) as stream:
        book = CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
    rows = [[str(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    assert {"V-1", "V-2", "Valve 1"} <= {cell for row in rows for cell in row}
    (asked,) = [row for row in rows if question in row]
    assert asked[asked.index(question) + 1 :] == ["", "", ""], "room for the answer"


@pytest.mark.parametrize("step", ["advice", "eta-7", "eta+10", "eta+60", "eta+60-stock", "nothing"])
def test_no_other_step_takes_the_form_along(
    left: Shipment, people: Cast, moment: datetime, step: str
) -> None:
    assert enclosed(begun(left, people, moment, step)) == []


def test_a_form_of_a_customer_one_may_not_see_is_not_made(
    left: Shipment, people: Cast, moment: datetime
) -> None:
    outgoing.account_of(people.hu, moment, address="hu@example.com")
    beginning = Beginning(about=f"aftersales:shipment-{left.pk}:eta+30")
    assert enclosed(start_draft(beginning=beginning, by=people.hu, at=moment)) == []


def test_the_form_counts_as_sent_with_the_mail_unless_the_writer_took_it_out(
    left: Shipment, people: Cast, moment: datetime
) -> None:
    later = moment + timedelta(days=75)
    bare = begun(left, people, later, "eta+30")
    detach(mail_id=bare.pk, attachment_ids=[one.pk for one in enclosed(bare)], by=people.lin, at=later)
    gone(bare, later)
    assert AfterSalesStep.objects.get(name="eta+30").form_state == ""
    gone(begun(left, people, later, "eta+30"), later)
    assert AfterSalesStep.objects.get(name="eta+30").form_state == "SENT"


def test_one_press_begins_the_mail_with_the_photos_the_customer_has_not_seen(
    order: Order, people: Cast, moment: datetime, sign_in: Any
) -> None:
    photo(order, people, moment, "first.jpg", 10)
    photo(order, people, moment, "second.jpg", 200)
    client = sign_in(people.lin)
    page = client.get(reverse("sales:order", args=[order.pk])).content.decode()
    assert "Send 2 new photos" in page
    answer = client.post(reverse("sales:write_progress", args=[order.pk]))
    mail = OutgoingMail.objects.get()
    assert answer.headers["Location"] == reverse("mail:draft", args=[mail.pk])
    assert [one.name for one in enclosed(mail)] == ["first.jpg", "second.jpg"]
    assert (mail.customer, mail.to) == (order.customer, [["Elif Demirkan", "elif@marmara.example"]])
    assert mail.subject == "Progress of your order SC2026-0001"
    assert Order.objects.get().progress_shared_at is None, "nothing was shown before the mail left"
    gone(mail, moment + timedelta(hours=1))
    assert Order.objects.get().progress_shared_at == moment + timedelta(hours=1)
    photo(order, people, moment + timedelta(days=7), "third.jpg", 250)
    assert "Send 1 new photo" in client.get(reverse("sales:order", args=[order.pk])).content.decode()
    client.post(reverse("sales:write_progress", args=[order.pk]))
    again = OutgoingMail.objects.order_by("-pk")[0]
    assert [one.name for one in enclosed(again)] == ["third.jpg"]


def test_what_was_shown_by_another_way_is_noted_without_a_mail(
    order: Order, people: Cast, moment: datetime, sign_in: Any
) -> None:
    sign_in(people.lin).post(reverse("sales:share_progress", args=[order.pk]))
    assert Order.objects.get().progress_shared_at is not None
    assert not OutgoingMail.objects.exists()
