"""Whatever hangs on a customer, or a contact, goes along when two become one: each column has a mover."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from genjin.customers.models import Contact, Customer
from genjin.records.merging import CONTACT, movers

STAYS = {
    "customers.customervalue:record": "computed from what the customer holds",
    "customers.duplicatekey:customer": "computed",
    "customers.duplicatemark:customer": "computed",
    "customers.duplicatepair:first": "found anew; what was decided of the other one waits for its return",
    "customers.duplicatepair:second": "found anew; what was decided of the other one waits for its return",
    "customers.handoveritem:customer_id": "tells what was handed over then",
    "customers.merge:kept": "tells of the merge itself",
    "customers.merge:gone": "tells of the merge itself",
    "customers.replacedchoice:customer": "tells what a removed choice was there, for its return",
    "exchange.importrow:customer_id": "tells what a row made then; the address leads on",
    "followups.customerdecision:customer": "computed, one for each",
    "journal.entry:customer_id": "never changed; the timeline reads those of what was merged too",
    "sales.orderrhythm:customer": "computed, one for each",
    "search.document:customer_id": "computed",
}


def test_every_column_that_names_a_customer_has_a_mover_or_a_reason():
    named = {
        f"{model._meta.label_lower}:{field.name}"
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("genjin.")
        for field in model._meta.concrete_fields
        if field.name == "customer_id"
        or (isinstance(field, models.ForeignKey) and field.related_model is Customer)
    }
    moved = {f"{mover.name}:{column}" for mover in movers() for column in mover.columns}
    assert named - moved == set(STAYS)
    assert moved - named == {"files.attachment:object_id"}


CONTACTS_STAY = {
    "customers.contactmerge:kept": "tells of the merge itself",
    "customers.contactmerge:gone": "tells of the merge itself",
}


def test_every_column_that_names_a_contact_has_a_mover_or_a_reason():
    named = {
        f"{model._meta.label_lower}:{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Contact
    }
    moved = {f"{mover.name}:{column}" for mover in movers(CONTACT) for column in mover.columns}
    assert named - moved == set(CONTACTS_STAY)
    assert moved < named
