"""Every write of people to mailboxes: setting up, changing, members, pausing, removing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from genjin.mail import providers, secrets
from genjin.mail.actions.setups import SERVERS, check_address, may_set_up
from genjin.mail.jobs import sync_account
from genjin.mail.models import AccountMember, AccountSetup, MailAccount, MailFolder, OutgoingMail
from genjin.mail.sending.jobs import send_account
from genjin.people import access
from genjin.people.actions import base
from genjin.people.models import User

CHANGEABLE = (
    "name", "sender_name", "aliases", "sync_from", "saves_sent", "hourly_limit", "daily_limit",
)  # fmt: skip
MOST_ALIASES = 20
RIGHTS = ("may_read", "may_answer", "may_assign")
State = MailAccount.State
HEALTHY: Mapping[str, Any] = {
    "problem": "", "problem_details": {}, "problem_since": None, "failures": 0, "try_again_at": None,
}  # fmt: skip


def _taken(account_id: int, by: User | None, at: datetime, version: int | None = None) -> MailAccount:
    """The account, locked; refused for whoever may not change its setting."""
    if by is not None:
        access.of(by, today=at.date())
        if not MailAccount.objects.administered_by(by).filter(pk=account_id).exists():
            raise ValidationError(_("This mailbox is not there any more, or you may not change it."))
    account = base.take(MailAccount, account_id, version)
    if account.removed_at is not None:
        raise ValidationError(_("This mailbox was removed meanwhile."))
    return account


@transaction.atomic
def add_account(
    *, setup_id: int, by: User, at: datetime, name: str = "", sender_name: str = "",
    sync_from: date | None = None,
) -> MailAccount:  # fmt: skip
    """Make a mailbox of an attempt that works, and begin to read it."""
    setup = _working(setup_id, by)
    if setup.account_id is not None:
        raise ValidationError(_("This attempt belongs to a mailbox that is there already."))
    may_set_up(by, at, is_shared=setup.is_shared)
    check_address(setup.address)
    provider = providers.of_key(str(setup.values.get("provider", "")))
    hourly, daily = provider.limits if provider else (None, None)
    account = MailAccount(
        name=name.strip() or setup.address, address=setup.address, sender_name=sender_name.strip(),
        is_shared=setup.is_shared, owner=None if setup.is_shared else by, secret=setup.secret,
        sync_from=sync_from, hourly_limit=hourly, daily_limit=daily, created_at=at, **setup.values,
    )  # fmt: skip
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:  # somebody was faster
        check_address(setup.address)
        raise
    if setup.is_shared:
        AccountMember.objects.create(account=account, user=by, may_assign=True)
    _use(setup, account, at)
    told = ("address", "name", "is_shared", "sender_name", "sync_from", *SERVERS)
    base.tell(account, "create", by=by, at=at, changes=base.created(account, told))
    sync_account.enqueue(account.pk)
    return account


@transaction.atomic
def change_servers(*, setup_id: int, by: User, at: datetime) -> MailAccount:
    """Give a mailbox the servers and the password of an attempt that works; what was broken is read again."""
    setup = _working(setup_id, by)
    if setup.account_id is None:
        raise ValidationError(_("This attempt belongs to no mailbox."))
    account = _taken(setup.account_id, by, at)
    is_other_secret = setup.secret != account.secret
    wanted = {name: setup.values[name] for name in SERVERS if name in setup.values}
    base.write(account, wanted, by=by, at=at)
    state = State.ACTIVE if account.state == State.BROKEN else account.state
    MailAccount.objects.filter(pk=account.pk).update(
        secret=setup.secret, state=state, is_public_only=bool(setup.values.get("is_public_only")), **HEALTHY
    )
    if is_other_secret:
        base.tell(account, "change_password", by=by, at=at)
    _use(setup, account, at)
    _begin_again(account, at)
    account.refresh_from_db()
    return account


def _working(setup_id: int, by: User) -> AccountSetup:
    setup = AccountSetup.objects.visible_to(by).select_for_update().filter(pk=setup_id).first()
    if setup is None or setup.state == AccountSetup.State.USED:
        raise ValidationError(_("This was saved already."))
    if setup.state != AccountSetup.State.WORKS:
        raise ValidationError(_("Only a mailbox that can be read and sent from is saved. Test it first."))
    return setup


def _use(setup: AccountSetup, account: MailAccount, at: datetime) -> None:
    """An attempt is used once; what it knew of the password goes."""
    AccountSetup.objects.filter(pk=setup.pk).update(
        state=AccountSetup.State.USED, secret="", changed_at=at, made=account
    )


def _begin_again(account: MailAccount, at: datetime) -> None:
    """Read at once, and let what waited for the mailbox leave."""
    if account.state == State.PAUSED:
        return
    OutgoingMail.objects.filter(
        account=account, state=OutgoingMail.State.WAITING, delay__in=("ACCOUNT_PAUSED", "CONNECTION")
    ).update(try_at=at)
    sync_account.enqueue(account.pk)
    send_account.enqueue(account.pk)


@transaction.atomic
def change_account(
    *, account_id: int, by: User, at: datetime, version: int | None = None, **given: Any
) -> MailAccount:
    """Change names, further addresses, first date, limits; `base.Stale` by version."""
    account = _taken(account_id, by, at, version)
    wanted = {name: given[name] for name in CHANGEABLE if name in given}
    if "aliases" in wanted:
        wanted["aliases"] = _aliases(wanted["aliases"], account)
    if "name" in wanted and not wanted["name"].strip():
        raise ValidationError({"name": _("Give it a name.")})
    changes = base.write(account, wanted, by=by, at=at)
    if "sync_from" in changes:
        _reread(account, *changes["sync_from"])
    return account


def _aliases(given: Iterable[str], account: MailAccount) -> list[str]:
    found = list(dict.fromkeys(one.strip().lower() for one in given if one.strip()))
    found = [one for one in found if one != account.address]
    if len(found) > MOST_ALIASES:
        raise ValidationError({"aliases": _("At most %(count)d addresses.") % {"count": MOST_ALIASES}})
    taken = MailAccount.objects.alive().filter(address__in=found).exclude(pk=account.pk).first()
    if taken is not None:
        raise ValidationError({"aliases": _("%(address)s is a mailbox of its own.") % {"address": taken}})
    return found


def _reread(account: MailAccount, old: date | None, new: date | None) -> None:
    """An earlier first date has the folders read further back."""
    if old is not None and (new is None or new < old):
        begun = MailFolder.objects.filter(account=account, filled_down_to__isnull=False)
        begun.update(filled_down_to=F("known_up_to") + 1)
        sync_account.enqueue(account.pk)


@transaction.atomic
def choose_folders(*, account_id: int, folder_ids: Sequence[int], by: User, at: datetime) -> None:
    """Say which folders are read; the inbox and the sent mails always are."""
    account = _taken(account_id, by, at)
    rows = list(MailFolder.objects.filter(account=account, gone_at__isnull=True).select_for_update())
    always = {MailFolder.Role.INBOX, MailFolder.Role.SENT}
    wanted = {row.pk for row in rows if row.pk in set(folder_ids) or row.role in always}
    before = sorted(row.path for row in rows if row.is_synced)
    after = sorted(row.path for row in rows if row.pk in wanted)
    if before == after:
        return
    MailFolder.objects.filter(account=account, pk__in=wanted).update(is_synced=True)
    MailFolder.objects.filter(account=account).exclude(pk__in=wanted).update(is_synced=False)
    base.tell(account, "change", by=by, at=at, changes={"folders": (before, after)})
    sync_account.enqueue(account.pk)


@transaction.atomic
def set_members(
    *, account_id: int, members: Mapping[int, Iterable[str]], by: User, at: datetime
) -> None:  # fmt: skip
    """Who may read, answer and assign in a shared mailbox: `members` maps people to names of `RIGHTS`.

    Whoever may answer or assign may read as well; whoever may nothing is no member.
    """
    account = _taken(account_id, by, at)
    if not account.is_shared:
        raise ValidationError(_("Only a shared mailbox has members."))
    wanted = {pk: _rights(given) for pk, given in members.items() if _rights(given)}
    known = {row.user_id: row for row in AccountMember.objects.filter(account=account).select_for_update()}
    people = set(User.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))
    if not set(wanted) <= people | set(known):
        raise ValidationError(_("Choose one of the list."))
    before = {pk: [name for name in RIGHTS if getattr(row, name)] for pk, row in known.items()}
    after = {pk: [name for name in RIGHTS if name in rights] for pk, rights in wanted.items()}
    if before == after:
        return
    AccountMember.objects.filter(account=account).exclude(user__in=list(wanted)).delete()
    for pk, rights in wanted.items():
        values = {name: name in rights for name in RIGHTS}
        AccountMember.objects.update_or_create(account=account, user_id=pk, defaults=values)
    told = {"members": (_text(before), _text(after))}
    base.tell(account, "change", by=by, at=at, changes=told)


def _rights(given: Iterable[str]) -> set[str]:
    found = {name for name in given if name in RIGHTS}
    return found | {"may_read"} if found else found


def _text(members: Mapping[int, Sequence[str]]) -> dict[str, list[str]]:
    return {str(pk): list(rights) for pk, rights in sorted(members.items())}


@transaction.atomic
def pause_account(*, account_id: int, by: User | None, at: datetime) -> None:
    """Neither read it nor send from it; mails that wait tell why."""
    account = _taken(account_id, by, at)
    base.write(account, {"state": State.PAUSED}, by=by, at=at, verb="deactivate")


@transaction.atomic
def resume_account(*, account_id: int, by: User | None, at: datetime) -> None:
    """Read it and send from it again, at once."""
    account = _taken(account_id, by, at)
    if base.write(account, {"state": State.ACTIVE}, by=by, at=at, verb="reactivate"):
        MailAccount.objects.filter(pk=account.pk).update(**HEALTHY)
        _begin_again(account, at)


@transaction.atomic
def pause_for_hand_over(*, account_id: int, by: User | None, at: datetime) -> None:
    """Pause the own mailbox of a person whose work is handed over, by whoever hands it over."""
    account = base.take(MailAccount, account_id)
    base.write(account, {"state": State.PAUSED}, by=by, at=at, verb="deactivate")


@transaction.atomic
def resume_after_hand_over(*, account_id: int, by: User | None, at: datetime) -> None:
    """Use it again when the hand-over is taken back."""
    account = base.take(MailAccount, account_id)
    if base.write(account, {"state": State.ACTIVE}, by=by, at=at, verb="reactivate"):
        _begin_again(account, at)


@transaction.atomic
def read_now(*, account_id: int, by: User, at: datetime) -> None:
    """Have a mailbox read at once, whatever pause it was given after a failure. Not journalled: it changes
    nothing that a person set.
    """
    access.of(by, today=at.date())
    rows = MailAccount.objects.visible_to(by) | MailAccount.objects.administered_by(by)
    account = rows.filter(pk=account_id).first()
    if account is None or account.state == State.PAUSED:
        raise ValidationError(_("This mailbox is paused. Resume it first."))
    if account.state == State.BROKEN:
        MailAccount.objects.filter(pk=account.pk).update(state=State.ACTIVE, failures=0)
    MailAccount.objects.filter(pk=account.pk).update(try_again_at=None)
    sync_account.enqueue(account.pk)


@transaction.atomic
def remove_account(*, account_id: int, by: User, at: datetime) -> None:
    """Use a mailbox no more and forget its password; what was filed to customers stays with them."""
    account = _taken(account_id, by, at)
    MailAccount.objects.filter(pk=account.pk).update(secret=secrets.seal(""), state=State.PAUSED)
    account.state = State.PAUSED
    base.write(account, {"removed_at": at}, by=by, at=at, verb="remove")
