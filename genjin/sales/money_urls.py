"""Payment plans, receipts, receivables, letters of credit, rates: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from genjin.sales import money_order_views as orders
from genjin.sales import money_rate_views as rates
from genjin.sales import money_views as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("receivables/", views.receivables, name="receivables"),
    path("customers/<int:pk>/receivables/", views.customer_receivables, name="customer_receivables"),
    path("customers/<int:pk>/money/", views.customer_money, name="customer_money"),
    path("receipts/", views.receipt_list, name="receipts"),
    path("receipts/new/", views.register, name="new_receipt"),
    path("receipts/<int:pk>/", views.receipt, name="receipt"),
    path("receipts/<int:pk>/edit/", views.correct, name="edit_receipt"),
    path("receipts/<int:pk>/claim/", views.claim, name="claim_receipt"),
    path("receipts/<int:pk>/give-back/", views.give_back, name="give_back_receipt"),
    path("receipts/<int:pk>/confirm/", views.confirm, name="confirm_receipt"),
    path("receipts/<int:pk>/allocate/", views.allocate, name="allocate_receipt"),
    path("receipts/<int:pk>/recycle/", views.recycle, name="recycle_receipt"),
    path("receipts/<int:pk>/restore/", views.restore, name="restore_receipt"),
    path("receipts/allocations/<int:pk>/take-back/", views.take_back, name="take_back_allocation"),
    path("orders/<int:pk>/money/", orders.order_money, name="order_money"),
    path("orders/<int:pk>/plan/", orders.plan, name="plan"),
    path("orders/<int:pk>/credit-notes/add/", orders.add_credit_note, name="add_credit_note"),
    path("credit-notes/<int:pk>/recycle/", orders.recycle_credit_note, name="recycle_credit_note"),
    path("credit-notes/<int:pk>/restore/", orders.restore_credit_note, name="restore_credit_note"),
    path("orders/<int:pk>/letters/add/", orders.add_letter, name="add_letter_of_credit"),
    path("letters-of-credit/<int:pk>/", orders.letter, name="letter_of_credit"),
    path("letters-of-credit/<int:pk>/present/", orders.present, name="present_letter_of_credit"),
    path("letters-of-credit/<int:pk>/remove/", orders.remove_letter, name="remove_letter_of_credit"),
    path("rates/", rates.rate_list, name="rates"),
    path("rates/add/", rates.add_rate, name="add_rate"),
    path("rates/sheet/", rates.rate_sheet, name="rate_sheet"),
    path("rates/<int:pk>/remove/", rates.remove_rate, name="remove_rate"),
]
