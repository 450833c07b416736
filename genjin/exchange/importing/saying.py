"""What the verdict of a row says of fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from genjin.customers.models import Contact, Customer, NextStep
from genjin.exchange.importing import custom
from genjin.exchange.importing.register import Run
from genjin.fields import value_actions as fields


def labels_of(run: Run, found: Mapping[str, Any], *, has_tags: bool) -> list[str]:
    """What people call the columns of a customer that a row changes, custom fields too."""
    names: dict[str, Any] = {one.attname: one.verbose_name for one in Customer._meta.concrete_fields}
    if fields.names_in([found]):
        names |= custom.labels_of(run.fields.values())
    labels = [str(names.get(name, name)) for name in found]
    return [*labels, str(Customer._meta.get_field("tags").verbose_name)] if has_tags else labels


def sentences(problems: Mapping[str, str]) -> list[str]:
    """What an action refused, each with its field where it has one."""
    models = (NextStep, Contact, Customer)
    labels = {field.name: field.verbose_name for model in models for field in model._meta.fields}
    said = _("%(label)s: %(text)s")
    return [
        said % {"label": labels[n], "text": text} if n in labels else text for n, text in problems.items()
    ]
