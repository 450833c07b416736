"""The part of `url_table` about offers, documents and credits."""

OFFERS_ARGUMENTS = {
    name: {"pk": "offers"}
    for name in (
        "sales:offer", "sales:offer_differences", "sales:edit_offer", "sales:submit_offer",
        "sales:approve_offer",
        "sales:refuse_offer", "sales:send_offer", "sales:mark_offer_sent", "sales:accept_offer",
        "sales:lose_offer", "sales:extend_offer", "sales:revise_offer", "sales:offer_to_proforma",
        "sales:offer_to_order", "sales:recycle_offer", "sales:restore_offer", "sales:offer_document",
    )
} | {
    "sales:issued_document": {"pk": "issued_documents"},
    "sales:grant_credit": {"pk": "credits"},
    "sales:refuse_credit": {"pk": "credits"},
    "sales:contract_document": {"pk": "orders"},
    "sales:order_documents": {"pk": "orders"},
    "sales:issue_order_document": {"pk": "orders"},
    "sales:customer_offers": {"pk": "customers"},
    "sales:new_offer": {"pk": "customers"},
    "sales:offer_line": {"pk": "customers"},
    "sales:propose_credit": {"pk": "customers"},
}  # fmt: skip
_SEEN, _EDITED, _PRESSED, _NEVER = "s.-.....", "s.-..-.-", "s>->>->-", "xxxxxxxx"
_VERBS = (
    "submit_offer", "send_offer", "mark_offer_sent", "accept_offer", "revise_offer", "offer_to_proforma",
    "recycle_offer",
)  # fmt: skip
_DIALOGS = ("lose_offer", "extend_offer", "offer_to_order", "edit_offer", "new_offer", "propose_credit")
_PAGES = ("offer", "offer_document", "contract_document", "order_documents", "customer_offers")
OFFERS_GET = (
    {f"sales:{name}": _NEVER for name in (*_VERBS, "restore_offer", "grant_credit", "refuse_credit")}
    | {f"sales:{name}": _EDITED for name in _DIALOGS}
    | {f"sales:{name}": _SEEN for name in _PAGES}
    | {
        "sales:offers": "s.......",
        "sales:offer_differences": "s-------",
        "sales:issued_document": "s>->>>>>",
        "sales:approve_offer": "s--..-.-",
        "sales:refuse_offer": "s--..-.-",
        "sales:issue_order_document": _NEVER,
        "sales:offer_line": "s-------",
        "sales:layout": "s-----.-",
        "sales:layout_preview": "s-----.-",
    }
)
OFFERS_POST = (
    {f"sales:{name}": _PRESSED for name in _VERBS}
    | {f"sales:{name}": _EDITED for name in _DIALOGS}
    | {f"sales:{name}": _NEVER for name in _PAGES}
    | {
        "sales:offers": _NEVER,
        "sales:offer_differences": _NEVER,
        "sales:issued_document": _NEVER,
        "sales:restore_offer": "s-------",
        "sales:grant_credit": "s-->>->-",
        "sales:refuse_credit": "s-->>->-",
        "sales:approve_offer": "s--..-.-",
        "sales:refuse_offer": "s--..-.-",
        "sales:issue_order_document": "s-------",
        "sales:offer_line": _NEVER,
        "sales:layout": "s-----.-",
        "sales:layout_preview": _NEVER,
    }
)
