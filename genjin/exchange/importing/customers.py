"""Importing customers with their people, and people of customers that are there."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from genjin.customers.actions import imports as verbs
from genjin.exchange.importing import companies, custom, fields, register
from genjin.exchange.importing.memory import Memory, recall
from genjin.exchange.importing.register import ImportKind, Line, Run, Undoing
from genjin.exchange.importing.slices import Slice
from genjin.exchange.importing.writing import CONTACT, CUSTOMER, NEXT_STEP


def _judge_customers(run: Run, lines: Sequence[Line]) -> Slice:
    return Slice(run, lines, makes_companies=True)


def _judge_contacts(run: Run, lines: Sequence[Line]) -> Slice:
    return Slice(run, lines, makes_companies=False)


def register_all() -> None:
    """Put customers and contacts on the register."""
    keys = (_("Customer code"), _("Website"), _("Name without legal form"), _("Mail address"), _("Phone"))
    register.register(
        ImportKind(
            name="customers", label=_("Customers with their contacts"), icon="building",
            fields=(*fields.CUSTOMER, *fields.CONTACT),
            one_of=(("customer.name", "customer.name_local", "customer.code"),),
            match_keys=keys, prepare=lambda run: Memory(), judge=_judge_customers, recall=recall,
            makes=(NEXT_STEP, CONTACT, CUSTOMER),
            options=("existing", "similar", "owner", "unknown"), look=companies.look,
            further=lambda by: (
                *custom.import_fields(CUSTOMER, "customer", fields.COMPANY, by),
                *custom.import_fields(CONTACT, "contact", fields.PERSON, by),
            ),
        )
    )  # fmt: skip
    register.register(
        ImportKind(
            name="contacts", label=_("Contacts of customers that are there"), icon="users",
            fields=(*fields.CONTACT, *fields.IDENTITY),
            one_of=(
                ("contact.name", "contact.given_name", "contact.family_name", "contact.email"),
                ("customer.name", "customer.code", "customer.website", "contact.email"),
            ),
            match_keys=keys, prepare=lambda run: Memory(), judge=_judge_contacts, recall=recall,
            makes=(CONTACT,), options=("existing",), look=companies.look,
            further=lambda by: custom.import_fields(CONTACT, "contact", fields.PERSON, by),
        )
    )  # fmt: skip
    register.register_undoing(NEXT_STEP, Undoing(verbs.withdraw_next_steps))
    register.register_undoing(
        CUSTOMER,
        Undoing(
            verbs.withdraw_customers,
            lambda values, by, at: verbs.update_customers(
                changes=values,
                drop_tags={pk: given["tags"] for pk, given in values.items() if "tags" in given},
                by=by,
                at=at,
            ),
        ),
    )
    register.register_undoing(
        CONTACT,
        Undoing(
            verbs.withdraw_contacts,
            lambda values, by, at: verbs.update_contacts(
                changes=values,
                drop_points={pk: given["points"] for pk, given in values.items() if "points" in given},
                by=by,
                at=at,
            ),
        ),
    )
