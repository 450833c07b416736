"""Scores of duplicates in words, and their reasons as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from genjin.rules.duplicates.score import Reason, Verdict

VERDICTS = {
    Verdict.SAME: pgettext_lazy("duplicate", "The same"),
    Verdict.PROBABLY: pgettext_lazy("duplicate", "Probably the same"),
    Verdict.MAYBE: pgettext_lazy("duplicate", "Maybe the same"),
    Verdict.DIFFERENT: pgettext_lazy("duplicate", "Different"),
}
FOR: Mapping[str, Any] = {
    "NAME_SAME": gettext_lazy("the same name"),
    "NAME_SOUNDS_SAME": gettext_lazy("the name sounds the same"),
    "NAME_WRITTEN_APART": gettext_lazy("the same name, divided into words differently"),
    "NAME_MISTYPED": gettext_lazy("the name differs by a typing error"),
    "NAME_SHARES_WORDS": gettext_lazy("the names share words"),
    "NAME_ACRONYM": gettext_lazy("one name abbreviates the other"),
    "NAME_ALIAS": gettext_lazy("the same under another of its names"),
    "NAME_GENERIC": gettext_lazy("the name consists of usual words only"),
    "DOMAIN_SAME": gettext_lazy("the same domain %(domain)s"),
    "DOMAIN_LABEL_SAME": gettext_lazy("the domain is %(label)s in another country"),
    "PHONE_SAME": gettext_lazy("the same phone number"),
    "PHONE_SWITCHBOARD": gettext_lazy("phone numbers of one switchboard"),
    "ADDRESS_SAME": gettext_lazy("the same address"),
    "CITY_SAME": gettext_lazy("the same city"),
}
"""What speaks for one company, by code; numbers are left out, since they may be hidden from the reader."""
AGAINST: Mapping[str, Any] = {
    "WORDS_DIFFER": gettext_lazy("a word differs"),
    "WORD_MORE": gettext_lazy("one name has a word more"),
    "TRADE_DIFFERS": gettext_lazy("the trade differs"),
    "TOWN_DIFFERS": gettext_lazy("the city differs"),
    "NUMBER_DIFFERS": gettext_lazy("the number in the name differs"),
    "BRANCH": gettext_lazy("one may be a branch"),
    "OTHER_LEGAL_PERSON": gettext_lazy("the legal form differs"),
    "COUNTRY_DIFFERS": gettext_lazy("the country differs"),
    "DOMAIN_DIFFERS": gettext_lazy("the domain differs"),
    "PHONE_DIFFERS": gettext_lazy("the phone number differs"),
    "ADDRESS_DIFFERS": gettext_lazy("the address differs"),
}
"""What speaks against it."""
OPEN_TO_ALL = frozenset(
    {code for code in FOR if code not in ("PHONE_SWITCHBOARD", "ADDRESS_SAME", "CITY_SAME")}
    | {"WORDS_DIFFER", "WORD_MORE", "TRADE_DIFFERS", "NUMBER_DIFFERS", "OTHER_LEGAL_PERSON"}
)
"""What the two names say, and what was typed: all that is told of a customer that one may not see."""


def why(reasons: Iterable[Reason], *, is_hidden: bool = False) -> str:
    """The reasons as one sentence; of a hidden customer nothing but what was typed."""
    known = [reason for reason in reasons if not is_hidden or reason.code in OPEN_TO_ALL]
    first = _(", ").join(_said(reason, FOR) for reason in known if reason.code in FOR)
    then = _(", ").join(_said(reason, AGAINST) for reason in known if reason.code in AGAINST)
    if first and then:
        return _("%(for)s; but %(against)s") % {"for": first, "against": then}
    return first or then


def _said(reason: Reason, texts: Mapping[str, Any]) -> str:
    text = str(texts[reason.code])
    return text % reason.params if "%(" in text else text


def stored(reasons: Iterable[Reason]) -> list[list[Any]]:
    """Reasons as they are kept in the database."""
    return [[reason.code, dict(reason.params)] for reason in reasons]


def read(kept: Iterable[Sequence[Any]]) -> list[Reason]:
    """Reasons that were kept; codes that are not known any more are left out."""
    return [Reason(code, params) for code, params in kept if code in FOR or code in AGAINST]
