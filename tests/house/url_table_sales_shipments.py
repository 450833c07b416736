"""The part of `url_table` about shipments, complaints and the chain after them."""

_SEEN = ("shipments", "complaints")
_PAGES = ("shipment", "order_shipments", "complaint")
_FORMS = ("edit_shipment", "ship", "schedule", "arrival", "feedback", "step_done", "testimonial")
_PRESSED = ("take_back_shipping", "shipment_files")
_BINNED = ("recycle_shipment", "restore_shipment")
SHIPMENTS_GET = {
    **{f"sales:{name}": "s......." for name in _SEEN},
    **{f"sales:{name}": "s.-....." for name in _PAGES},
    **{f"sales:{name}": "s.-..-.-" for name in _FORMS},
    **{f"sales:{name}": "xxxxxxxx" for name in (*_PRESSED, *_BINNED)},
    "sales:new_shipment": "s-------",
    "sales:new_complaint": "s-------",
    "followups:shipment_plan": "s.-.....",
    "followups:skip_step": "xxxxxxxx",
}
SHIPMENTS_POST = {
    **{f"sales:{name}": "xxxxxxxx" for name in (*_SEEN, "shipment", "order_shipments")},
    **{f"sales:{name}": "s.-..-.-" for name in _FORMS},
    **{f"sales:{name}": "s>->>->-" for name in _PRESSED},
    "sales:recycle_shipment": "s-->>->-",
    "sales:restore_shipment": "s-------",
    "sales:complaint": "s.-..-.-",
    "sales:arrival": "s>->>->-",
    "sales:new_shipment": "s-------",
    "sales:new_complaint": "s-------",
    "followups:shipment_plan": "xxxxxxxx",
    "followups:skip_step": "s>->>->-",
}
