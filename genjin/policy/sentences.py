"""One sentence for everything a value may be refused for."""

from __future__ import annotations

from django.utils.translation import gettext as _

from genjin.policy import words
from genjin.rules.policy import PolicyError, catalogue


def sentence(error: PolicyError) -> str:
    """The sentence for a refused value, in the reader's language."""
    if error.code == "WRONG_TYPE" and error.params.get("expected") == "int":
        return _("Enter a whole number.")
    if error.code == "OUT_OF_RANGE":
        return _("Enter a whole number from %(minimum)d to %(maximum)d.") % error.params
    if error.code == "NOT_A_CHOICE":
        return _("Choose from what is offered.")
    if error.code == "NOT_IN_ORDER" and "other" in error.params:
        other = words.label(catalogue()[error.params["other"]])
        return _("This must not exceed “%(other)s”.") % {"other": other}
    if error.code == "NOT_IN_ORDER":
        return _("Give each value once, in rising order.")
    if error.code == "LEVEL_TOO_LOW":
        return (
            _("Only the company may set this.")
            if error.params["lowest"] == "COMPANY"
            else _("Only company and team may set this.")
        )
    if error.code == "WEAKENS":
        return _("This may only be stricter than the level above (%(above)s).") % {
            "above": words.value_text(catalogue()[error.key], error.params["above"])
        }
    return _("This value cannot be used.")
