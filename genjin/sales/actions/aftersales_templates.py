"""The wordings for shipments and money as company templates, approved from the start (000-46, 000-52)."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from genjin.mail import template_purposes
from genjin.mail.actions.templates import approve_version, create_template
from genjin.mail.models import MailTemplate
from genjin.people.models import User

DATA = Path(__file__).resolve().parent.parent / "data"
SOURCES = tuple(DATA / f"{name}_templates.toml" for name in ("aftersales", "payment", "progress", "call"))


@transaction.atomic
def load_templates(by: User, at: datetime) -> int:
    """Write and approve every wording of which the company has none yet; how many are new."""
    wordings = [
        one for path in SOURCES for one in tomllib.loads(path.read_text(encoding="utf-8"))["template"]
    ]
    there = set(
        MailTemplate.objects.alive()
        .filter(scope=MailTemplate.Scope.COMPANY, purpose__in={one["purpose"] for one in wordings})
        .values_list("purpose", "language")
    )
    count = 0
    for one in sorted(wordings, key=lambda one: one["tone"] != "formal"):
        if (one["purpose"], one["language"]) in there:
            continue
        template = create_template(
            subject=one["subject"], text=one["text"].strip(), by=by, at=at, name=_name(one),
            purpose=one["purpose"], language=one["language"], scope=MailTemplate.Scope.COMPANY,
        )  # fmt: skip
        approve_version(version_id=template.versions.get().pk, by=by, at=at)
        count += 1
    return count


def _name(one: dict[str, str]) -> str:
    """What the wording is called, in its own language."""
    with override("zh-hans" if one["language"] == "zh" else "en"):
        label = template_purposes.label(one["purpose"])
        tone = _("formal") if one["tone"] == "formal" else _("friendly")
        return _("%(label)s (%(tone)s)") % {"label": label, "tone": tone}
