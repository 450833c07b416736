"""What columns of order books may mean: the head of an order, its lines, its voyage, its money (002-53)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.exchange.importing.register import ImportField
from genjin.sales.models import (
    ContainerType,
    ExecutionState,
    Order,
    OrderKind,
    OrderLine,
    PaymentMethod,
    Receipt,
    Shipment,
    TransportMode,
)

HEAD_GROUP, LINE_GROUP = _("Order"), _("Order line")
SHIPMENT_GROUP, MONEY_GROUP = _("Shipment"), _("Receipt")
STATE_WORDS = {
    "CANCELLED": "取消|已取消|作废|退单|cancelled|canceled|void",
    "CLOSED": (
        "完成|已完成|完结|已完结|结清|已结清|已收齐|closed|completed|complete|done|paid|finished|settled"
    ),
    "SHIPPED": "已发货|已出货|已发运|在途|shipped|in transit|sent",
    "DELIVERED": "已到货|已交付|已收货|已签收|delivered|received|arrived",
    "PARTLY_SHIPPED": "部分发货|部分出货|partially shipped|part shipped",
    "READY": "待发货|待出货|已完工|ready",
    "IN_PRODUCTION": "生产中|在产|备货中|in production|processing|production",
    "CONFIRMED": "已确认|执行中|进行中|已下单|open|confirmed|new|pending|on hold",
}
KIND_WORDS = {
    "SAMPLE": "样品|样品单|打样|sample|samples",
    "TRIAL": "试单|首单|trial|first",
    "BULK": "大货|返单|翻单|批量|bulk|repeat|mass|regular",
    "PROJECT": "项目|工程|project",
}
MODE_WORDS = {
    "SEA": "海运|sea freight|by sea|ocean|vessel",
    "AIR": "空运|air freight|by air",
    "RAIL": "铁路|中欧班列|班列|train|by rail",
    "ROAD": "陆运|卡航|汽运|truck|by truck",
    "COURIER": "快递|express|dhl|fedex|ups|tnt",
    "POST": "邮寄|mail",
}
METHOD_WORDS = {
    "TT": "tt|电汇|telegraphic transfer|wire|wire transfer|bank transfer|remittance",
    "TT_ADVANCE": "前tt|预付|100% tt|prepayment|in advance",
    "LC": "lc|信用证|letter of credit",
    "DP": "dp|付款交单",
    "DA": "da|承兑交单",
    "OA": "oa|赊销|open account",
    "WESTERN_UNION": "西联|西联汇款|wu",
    "CREDIT_CARD": "信用卡|card",
    "ALIPAY": "支付宝",
    "WECHAT": "微信|微信支付|wechat pay",
}
BL_WORDS = {
    "ORIGINAL": "正本|original|original b/l",
    "TELEX": "电放|telex|telex release|surrendered",
    "SEAWAY": "seaway bill|sea waybill|海运单|express release",
}
CONTAINER_WORDS = {
    "20GP": "20尺|20'|20ft|1x20gp|20尺柜|小柜",
    "40GP": "40尺|40'|40ft|1x40gp|40尺柜|大柜|平柜",
    "40HQ": "40高柜|40hc|高柜|1x40hq|40'hq",
    "45HQ": "45高柜|45hc",
    "LCL": "拼箱|散货|拼柜",
}


def label_of(model: Any, name: str) -> Any:
    """What people call a column."""
    return model._meta.get_field(name).verbose_name


def head(name: str, type_: str = "text", detail: Any = None, **more: Any) -> ImportField:
    """A column of the order itself."""
    return ImportField(f"order.{name}", label_of(Order, name), HEAD_GROUP, type_, detail, **more)


def _sum(name: str, label: Any) -> ImportField:
    return ImportField(f"order.{name}", label, HEAD_GROUP, "priced")


def _line(name: str, type_: str = "text", detail: Any = None) -> ImportField:
    return ImportField(f"line.{name}", label_of(OrderLine, name), LINE_GROUP, type_, detail)


def _shipment(name: str, type_: str = "text", detail: Any = None) -> ImportField:
    return ImportField(f"shipment.{name}", label_of(Shipment, name), SHIPMENT_GROUP, type_, detail)


def _receipt(name: str, type_: str = "text", detail: Any = None) -> ImportField:
    return ImportField(f"receipt.{name}", label_of(Receipt, name), MONEY_GROUP, type_, detail)


def _paid(name: str, label: Any, type_: str) -> ImportField:
    return ImportField(f"payment.{name}", label, MONEY_GROUP, type_)


NUMBER = head("number")
NUMBERS = ImportField("order.numbers", label_of(Order, "number"), HEAD_GROUP, "numbers", many=True)
HEAD = (
    NUMBER,
    head("ordered_on", "day"),
    head("delivery_on", "day"),
    head("kind", "choice", (OrderKind.choices, KIND_WORDS)),
    head("state", "choice", (ExecutionState.choices, STATE_WORDS)),
    head("currency", "currency"),
    head("exchange_rate", "rate"),
    head("incoterm", "term"),
    head("incoterm_place"),
    head("port_of_loading"),
    head("port_of_destination"),
    head("transport_mode", "choice", (TransportMode.choices, MODE_WORDS)),
    head("payment_method", "choice", (PaymentMethod.choices, METHOD_WORDS)),
    head("payment_terms"),
    head("customer_po_no"),
    _sum("amount", _("Order amount")),
    _sum("freight", _("Freight charged")),
    _sum("insurance", _("Insurance charged")),
    _sum("discount", _("Discount on the order")),
    _sum("other", _("Other charges")),
    head("remarks", detail="lines", many=True),
    head("owner", "person", right="assign_owner"),
)
LINE = (
    _line("code"),
    _line("description"),
    _line("model"),
    _line("colour"),
    _line("spec", detail="lines"),
    _line("quantity", "decimal"),
    ImportField(
        "line.cancelled_quantity", pgettext_lazy("order line", "Cancelled quantity"), LINE_GROUP, "decimal"
    ),
    _line("unit"),
    _line("unit_price", "priced"),
    ImportField("line.discount", _("Discount (%)"), LINE_GROUP, "share"),
    ImportField("line.amount", _("Amount of the line"), LINE_GROUP, "priced"),
)
VOYAGE = (
    _shipment("etd", "day"),
    _shipment("eta", "day"),
    _shipment("atd", "day"),
    _shipment("ata", "day"),
    _shipment("vessel"),
    _shipment("container_no"),
    _shipment("bl_no"),
)
"""What an order book says of the voyage of an order."""
SHIPMENT = (
    _shipment("number"),
    *VOYAGE,
    _shipment("mode", "choice", (TransportMode.choices, MODE_WORDS)),
    _shipment("voyage"),
    _shipment("container_type", "choice", (ContainerType.choices, CONTAINER_WORDS)),
    _shipment("container_count", "whole"),
    _shipment("bl_type", "choice", (Shipment.BillOfLading.choices, BL_WORDS)),
    _shipment("bl_on", "day"),
    _shipment("awb_no"),
    _shipment("courier"),
    _shipment("courier_no"),
    _shipment("forwarder"),
    _shipment("booking_no"),
    _shipment("port_of_loading"),
    _shipment("port_of_destination"),
    _shipment("cleared_on", "day"),
    _shipment("received_on", "day"),
    _shipment("warehoused_on", "day"),
    _shipment("free_days", "whole"),
    _shipment("demurrage_rate", "priced"),
    _shipment("remarks", detail="lines"),
    ImportField("line.code", label_of(OrderLine, "code"), LINE_GROUP),
    ImportField("line.description", label_of(OrderLine, "description"), LINE_GROUP),
    ImportField("line.quantity", _("Quantity shipped"), LINE_GROUP, "decimal"),
)
MONEY = (
    _paid("due_on", _("Due on"), "day"),
    _paid("paid", _("Paid"), "priced"),
    _paid("paid_on", _("Paid on"), "day"),
    _paid("deposit", _("Deposit paid"), "priced"),
    _paid("deposit_on", _("Deposit paid on"), "day"),
    _paid("balance", _("Balance paid"), "priced"),
    _paid("balance_on", _("Balance paid on"), "day"),
    _paid("bank_charges", label_of(Receipt, "bank_charges"), "priced"),
)
"""What an order book says of an order's money; only who does finance may import it."""
RECEIPT = (
    _receipt("number"),
    _receipt("received_on", "day"),
    _receipt("amount_paid", "priced"),
    _receipt("amount_received", "priced"),
    _receipt("bank_charges", "priced"),
    _receipt("currency", "currency"),
    ImportField("receipt.allocated", _("Of it for this order"), MONEY_GROUP, "priced"),
    _receipt("payer"),
    _receipt("method", "choice", (PaymentMethod.choices, METHOD_WORDS)),
    _receipt("reference"),
    _receipt("note", detail="lines"),
)
