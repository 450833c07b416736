"""What to say in a call that is due: approved wordings, filled for whoever is called (000-52)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from genjin.customers.models import Contact
from genjin.followups.models import Task
from genjin.mail import merge_fields, outgoing_html, template_purposes
from genjin.mail.models import TemplateVersion
from genjin.people.models import User
from genjin.rules.duties import Rule
from genjin.rules.facts import Channel
from genjin.rules.promised import PromiseKind

BY_RULE = {
    Rule.TRACKING: "call.TRACKING",
    Rule.TRACKING_CALL: "call.TRACKING",
    Rule.PAYMENT: "call.PAYMENT",
    Rule.REORDER: "call.REORDER",
}
"""What is said where the duty names no wording of its own."""
ASKED = f"promise:{PromiseKind.ASKED_FOR_CALL.lower().replace('_', '-')}:"
CHINESE = re.compile(r"\bzh\b|中文|汉语|漢語|普通话|chinese|mandarin", re.IGNORECASE)
MOST = 4


@dataclass(frozen=True)
class Script:
    """One wording, line by line."""

    name: str
    lines: tuple[str, ...]


def scripts_of(task: Task, contact: Contact | None, user: User) -> list[Script]:
    """The wordings for the calls of a task, in the language of who is called; none where no call is due."""
    language = language_of(contact)
    found: dict[int, Script] = {}
    for duty in task.duties:
        if duty["channel"] != Channel.AUDIO_CALL:
            continue
        known = _known(duty, task, contact, user, language)
        for version in template_purposes.wordings(purpose_of(duty), user, language):
            found.setdefault(version.pk, _filled(version, known))
    return list(found.values())[:MOST]


def purpose_of(duty: Mapping[str, Any]) -> str:
    """Which wording a duty asks for: a call's own, else by its rule; "" for none."""
    template = str(duty["reason"]["params"].get("template") or "")
    if template.endswith("_CALL"):
        return template
    if duty["key"].startswith(ASKED):
        return "call.ASKED"
    return BY_RULE.get(duty["rule"], "")


def language_of(contact: Contact | None) -> str:
    """Chinese with those who are known to speak it, else English."""
    return "zh" if contact is not None and CHINESE.search(contact.languages) else "en"


def _known(
    duty: Mapping[str, Any], task: Task, contact: Contact | None, user: User, language: str
) -> dict[str, str]:
    """What the fields of the wording stand for."""
    known = merge_fields.values(
        contact=contact, customer=task.customer, sender=user, account=None, language=language
    )
    return known | merge_fields.provided(duty["key"], language)


def _filled(version: TemplateVersion, known: Mapping[str, str]) -> Script:
    """Filled; a line that speaks of something nobody knows is shown with the name of what is missing."""
    said = version.text or outgoing_html.plain_text(version.html)
    missing = {name: f"[{merge_fields.label(name)}]" for name, value in known.items() if not value}
    text = merge_fields.filled(said, {**known, **missing})
    return Script(version.template.name, tuple(line for line in text.split("\n") if line.strip()))
