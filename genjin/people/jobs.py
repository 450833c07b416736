"""Background work about people: mails of the system itself, the yearly calendar."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from genjin.instance import queries as instance
from genjin.jobs import job
from genjin.people import actions, addresses, links, queries
from genjin.people.models import User


@job(atomic=False)
def send_link(user_id: int, purpose: str) -> str:
    """Mail an invitation or reset link; says what was done. Nothing leaves a held instance."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not can_mail():
        return "not sent"
    with translation.override(user.language or settings.LANGUAGE_CODE):
        subject, body = _letter(user, purpose)
        EmailMessage(subject=subject, body=body, to=[user.email]).send()
    return "sent"


@job(atomic=False)
def send_reset(address: str) -> str:
    """Mail a reset link to whoever has that address; an unknown one ends here, unnoticed."""
    user = User.objects.can_sign_in().filter(email__iexact=addresses.clean_address(address)).first()
    return send_link.func(user.pk, links.RESET) if user else "not sent"


@job()
def refresh_calendar() -> int:
    """In December and January: take over the public holidays of this year and the next."""
    now = instance.business_now()
    if now.month not in (12, 1):
        return 0
    return actions.refresh_official_days(years=(now.year, now.year + 1), by=None, at=now)


def can_mail() -> bool:
    """Whether the system may send a mail: an account is set and the instance is not held."""
    return bool(settings.EMAIL_HOST) and not instance.current().is_held


def _letter(user: User, purpose: str) -> tuple[str, str]:
    values = {"name": str(user), "firm": str(queries.organisation()), "url": links.url(user, purpose)}
    if purpose == links.INVITATION:
        return (
            _("Your access to Genjin at %(firm)s") % values,
            _(
                "Hello %(name)s,\n\n%(firm)s invites you to work in Genjin. Choose your password here:\n\n"
                "%(url)s\n\nThe link works once, for 7 days.\n"
            )
            % values,
        )
    return (
        _("A new password for Genjin"),
        _(
            "Hello %(name)s,\n\nhere you can choose a new password for Genjin:\n\n%(url)s\n\n"
            "The link works once, for 7 days. If you did not ask for it, ignore this mail.\n"
        )
        % values,
    )
