"""The words for what rules say of orders: advice by state, checklist, fields."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.rules.order_states import Attention, advice_of

ATTENTION = {
    Attention.NATURAL: _("Naturally watched"),
    Attention.MAYBE_NEGLECTED: _("Maybe neglected"),
    Attention.EASILY_NEGLECTED: _("Easily neglected"),
}
ADVICE = {
    Attention.NATURAL: _("Share progress promptly, with pictures and videos."),
    Attention.MAYBE_NEGLECTED: _("Tell the customer in advance and help them to prepare."),
    Attention.EASILY_NEGLECTED: _("Ask how it sells and what is left: sales staff and warehouse know."),
}
MAY_PRESS = _("The best time to ask for the next order.")
MAY_NOT_PRESS = _(
    "Do not press for the next order now: the goods have not reached the customer's warehouse. "
    "Whoever presses right after shipment seems not to care whether they arrive."
)
CHECKLIST = {
    "quantity": _("Quantity confirmed"),
    "price": _("Unit price confirmed"),
    "amount": _("Amount confirmed"),
    "terms": _("Payment terms confirmed"),
}
FIELDS = {
    "code": _("Product code"),
    "description": _("Description"),
    "spec": _("Specification"),
    "model": _("Model"),
    "colour": _("Colour"),
    "unit": _("Unit"),
}


def advice(downstream: str) -> dict[str, Any]:
    """What a state asks of us, in words (003-19 to 003-25)."""
    said = advice_of(downstream)
    return {
        "attention": ATTENTION[said.attention],
        "text": ADVICE[said.attention],
        "may_press": said.may_press,
        "press": MAY_PRESS if said.may_press else MAY_NOT_PRESS,
        "shares_progress": said.shares_progress,
        "tone": "warn" if said.attention is Attention.EASILY_NEGLECTED else "",
    }
