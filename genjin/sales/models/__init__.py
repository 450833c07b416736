"""What is sold: products, offers, orders, shipments, money."""

from genjin.sales.models.choices import (
    ChargeKind,
    ContainerType,
    Incoterm,
    PaymentMethod,
    TransportMode,
)
from genjin.sales.models.insight import MarketSnapshot, NearProduct, OrderRhythm
from genjin.sales.models.money import (
    CreditNote,
    LetterOfCredit,
    PaymentPlanLine,
    PaymentTrigger,
    Receipt,
    ReceiptAllocation,
)
from genjin.sales.models.number import ExchangeRate, NumberCounter, NumberKind
from genjin.sales.models.offer import (
    BelowFloor,
    CustomerCredit,
    DocumentLayout,
    IssuedDocument,
    Offer,
    OfferCharge,
    OfferLine,
)
from genjin.sales.models.order import (
    DownstreamState,
    ExecutionState,
    NodeKind,
    Order,
    OrderCharge,
    OrderDecline,
    OrderKind,
    OrderLine,
    OrderNode,
    OrderShare,
    SampleDetails,
    SellThrough,
)
from genjin.sales.models.product import (
    PriceTier,
    Product,
    ProductCategory,
    ProductLink,
    Supplier,
    SupplierOffer,
)
from genjin.sales.models.shipment import (
    AfterSalesStep,
    Complaint,
    ScheduleChange,
    Shipment,
    ShipmentLine,
    Testimonial,
)

__all__ = [
    "AfterSalesStep", "BelowFloor", "ChargeKind", "Complaint", "ContainerType", "CreditNote",
    "CustomerCredit", "DocumentLayout", "DownstreamState", "ExchangeRate", "ExecutionState", "Incoterm",
    "IssuedDocument", "LetterOfCredit", "MarketSnapshot", "NearProduct", "NodeKind", "NumberCounter",
    "NumberKind", "Offer", "OfferCharge", "OfferLine", "Order", "OrderCharge", "OrderDecline", "OrderKind",
    "OrderLine", "OrderNode", "OrderRhythm", "OrderShare", "PaymentMethod", "PaymentPlanLine",
    "PaymentTrigger", "PriceTier", "Product", "ProductCategory", "ProductLink", "Receipt",
    "ReceiptAllocation", "SampleDetails", "ScheduleChange", "SellThrough", "Shipment", "ShipmentLine",
    "Supplier", "SupplierOffer", "Testimonial", "TransportMode",
]  # fmt: skip
