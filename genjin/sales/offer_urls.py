"""Quotations, proforma invoices, documents, credits: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from genjin.sales import offer_act_views as acts
from genjin.sales import offer_document_views as documents
from genjin.sales import offer_form_views as writing
from genjin.sales import offer_layout_views as layouts
from genjin.sales import offer_views as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("offers/", views.offers, name="offers"),
    path("offers/<int:pk>/", views.offer, name="offer"),
    path("offers/<int:pk>/differences/", views.offer_differences, name="offer_differences"),
    path("offers/<int:pk>/edit/", writing.edit_offer, name="edit_offer"),
    path("offers/<int:pk>/submit/", acts.submit_offer, name="submit_offer"),
    path("offers/<int:pk>/approve/", acts.decide_offer, {"answer": "approve"}, name="approve_offer"),
    path("offers/<int:pk>/refuse/", acts.decide_offer, {"answer": "refuse"}, name="refuse_offer"),
    path("offers/<int:pk>/send/", documents.send_offer, name="send_offer"),
    path("offers/<int:pk>/sent/", acts.mark_offer_sent, name="mark_offer_sent"),
    path("offers/<int:pk>/accept/", acts.accept_offer, name="accept_offer"),
    path("offers/<int:pk>/lose/", acts.lose_offer, name="lose_offer"),
    path("offers/<int:pk>/extend/", acts.extend_offer, name="extend_offer"),
    path("offers/<int:pk>/revise/", acts.revise_offer, name="revise_offer"),
    path("offers/<int:pk>/proforma/", acts.offer_to_proforma, name="offer_to_proforma"),
    path("offers/<int:pk>/order/", acts.offer_to_order, name="offer_to_order"),
    path("offers/<int:pk>/recycle/", acts.recycle_offer, name="recycle_offer"),
    path("offers/<int:pk>/restore/", acts.restore_offer, name="restore_offer"),
    path("offers/<int:pk>/document.<str:ending>", documents.offer_document, name="offer_document"),
    path("documents/<int:pk>/document.<str:ending>", documents.issued_document, name="issued_document"),
    path(
        "credit-notes/<int:pk>/document.<str:ending>",
        documents.credit_note_document,
        name="credit_note_document",
    ),
    path("orders/<int:pk>/contract.<str:ending>", documents.contract_document, name="contract_document"),
    path("orders/<int:pk>/documents/", documents.order_documents, name="order_documents"),
    path("orders/<int:pk>/documents/issue/", documents.issue_order_document, name="issue_order_document"),
    path("customers/<int:pk>/offers/", views.customer_offers, name="customer_offers"),
    path("customers/<int:pk>/offers/new/", writing.new_offer, name="new_offer"),
    path("customers/<int:pk>/offers/line/", writing.offer_line, name="offer_line"),
    path("customers/<int:pk>/credits/new/", acts.propose_credit, name="propose_credit"),
    path("credits/<int:pk>/grant/", acts.decide_credit, {"answer": "grant"}, name="grant_credit"),
    path("credits/<int:pk>/refuse/", acts.decide_credit, {"answer": "refuse"}, name="refuse_credit"),
    path("settings/documents/", layouts.layout, name="layout"),
    path("settings/documents/preview.<str:ending>", layouts.layout_preview, name="layout_preview"),
]
