"""The columns of the customer list and what each sorts by."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from genjin.web.lists import Column, Columns

LIST = "customers.customer"

COLUMNS = Columns(
    Column("name", _("Customer"), sort="name", fixed=True),
    Column("grade", _("Follow-up grade"), sort="grade_order", descending_first=True),
    Column("country", _("Country"), sort="country_id"),
    Column("contact", _("Main contact")),
    Column("owner", _("Owner")),
    Column("next_step", _("Next step"), sort="next_step_at"),
    Column("last_contact", _("Last contact"), sort="last_contact_at", descending_first=True),
    Column("last_follow_up", _("Last follow-up"), sort="last_follow_up_at", descending_first=True),
    Column("relationship", _("Relationship class")),
    Column("value", _("Purchase class")),
    Column("stage", _("Lifecycle stage")),
    Column("dormancy", _("Dormancy")),
    Column("key_account", _("Key account")),
    Column("scores", _("Fit and potential")),
    Column("source", _("Source")),
    Column("business_type", _("Business type")),
    Column("tags", _("Tags")),
    Column("follow_ups", _("Follow-ups"), sort="follow_up_count", descending_first=True, number=True),
    Column("returns", _("Returns to the pool"), sort="returns_on"),
    Column("pool", _("Public pool")),
    Column("created", _("Created"), sort="created_at", descending_first=True),
    default="-created",
)
USUAL = ("name", "grade", "country", "contact", "owner", "next_step", "last_contact", "stage", "tags")
