"""Background work of setting up mailboxes: what asks the network, so that no page waits for it."""

from __future__ import annotations

from genjin.instance.queries import business_now
from genjin.jobs import job
from genjin.mail import checking, discovery
from genjin.mail.models import AccountSetup


@job(atomic=False, retries=1)
def find_servers(setup_id: int, attempt: int) -> None:
    """Look for the servers of an address."""
    from genjin.mail.actions import setups

    setup = AccountSetup.objects.filter(pk=setup_id, attempt=attempt).first()
    if setup is not None and setup.state == AccountSetup.State.FINDING:
        is_public_only = bool(setup.values.get("is_public_only", True))
        found = discovery.find(setup.address, is_public_only=is_public_only)
        setups.note_found(setup_id=setup_id, attempt=attempt, found=found, at=business_now())


@job(atomic=False, retries=1)
def check_setup(setup_id: int, attempt: int) -> None:
    """Sign in to both servers of an attempt."""
    from genjin.mail.actions import setups

    setup = AccountSetup.objects.filter(pk=setup_id, attempt=attempt).first()
    if setup is not None and setup.state == AccountSetup.State.TESTING:
        checked = checking.check(setup.as_account())
        setups.note_checked(setup_id=setup_id, attempt=attempt, checked=checked, at=business_now())


@job()
def forget_setups() -> int:
    """Remove old attempts with what they knew of passwords."""
    from genjin.mail.actions import setups

    return setups.forget_setups(at=business_now())
