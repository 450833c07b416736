"""The quality form that goes along with the mail a month after the arrival, to be filled in (000-57)."""

from __future__ import annotations

import io
from datetime import datetime

from genjin.files import actions as files
from genjin.files.models import StoredFile
from genjin.files.names import clean_name
from genjin.mail.models import OutgoingMail
from genjin.people.models import User
from genjin.policy.queries import effective
from genjin.rules import aftersales as rules
from genjin.sales.document_parts import Firm, day
from genjin.sales.documents import sheet
from genjin.sales.documents.content import Cell, Column, Content, Row, Table
from genjin.sales.documents.words import LANGUAGES, word
from genjin.sales.models import Order, Shipment

QUESTIONS = ("ask_packing", "ask_sales", "ask_market", "ask_better", "ask_overall")


def form_of(shipment: Shipment, firm: Firm, language: str) -> Content:
    """What the form asks: a mark for each kind of goods that came, then open questions."""

    def said(key: str) -> str:
        return word(key, language)

    orders = Order.objects.filter(lines__shipped__shipment=shipment).distinct().order_by("pk")
    numbers = ", ".join(order.customer_po_no or order.number for order in orders)
    arrived = day(shipment.received_on or shipment.ata or shipment.eta, language)
    facts = [(said("shipment"), shipment.number), (said("order_no"), numbers), (said("eta"), arrived)]
    goods = Table(
        columns=(
            Column(said("code")),
            Column(said("goods"), share=2),
            Column(said("quantity"), Cell.QUANTITY),
            Column(said("mark")),
            Column(said("defects"), share=2),
        ),
        rows=tuple(
            Row((line.order_line.code, line.order_line.description, f"{line.quantity:f}", "", ""))
            for line in shipment.lines.select_related("order_line").order_by("pk")
        ),
        heading=said("form_how"),
    )
    asked = Table(
        columns=(
            Column(said("no")),
            Column(said("question"), share=2),
            Column(""),
            Column(""),
            Column(said("answer"), share=2),
        ),
        rows=tuple(Row((str(place), said(key), "", "", "")) for place, key in enumerate(QUESTIONS, 1)),
    )
    return Content(
        title=said("quality_form"),
        number=shipment.number,
        language=language,
        accent=firm.layout.accent,
        seller=firm.lines(),
        buyer_label=said("buyer"),
        buyer=(shipment.customer.name,),
        facts=tuple(fact for fact in facts if fact[1]),
        tables=(goods, asked),
        signatures=(said("date"), said("attention")),
    )


def language_of(mail: OutgoingMail) -> str:
    """The language of the mail, if documents know it, else English."""
    code = mail.language.partition("-")[0]
    return code if code in LANGUAGES else "en"


def enclosed(mail: OutgoingMail, by: User, at: datetime) -> list[tuple[StoredFile, str]]:
    """The form as an Excel file, with the mail that asks how the goods sell; nothing with the other steps."""
    number, _colon, name = mail.about.removeprefix(rules.PREFIX).partition(":")
    if not number.isdecimal() or len(number) > 18:
        return []
    rows = Shipment.objects.alive().visible_to(by).select_related("customer")
    shipment = rows.filter(pk=int(number), shipped_at__isnull=False).first()
    if shipment is None or not is_feedback(name, shipment.owner_id):
        return []
    language, firm = language_of(mail), Firm.current()
    content = sheet.render(form_of(shipment, firm, language), firm.pictures())
    title = f"{word('quality_form', language)} {shipment.number}.xlsx"
    return [(files.put(at=at, stream=io.BytesIO(content)), clean_name(title))]


def is_feedback(name: str, owner_id: int | None) -> bool:
    """Whether the step of that name asks how the goods sell, as the policy in force has it."""
    steps = rules.steps_of(effective(owner_id))
    return any(step.name == name and step.purpose == rules.FEEDBACK for step in steps)
