"""Money that is late or about to be, and the three dates of letters of credit (B-17, B-18, 000-51, 000-52).

| what                          | first asked for                      | then                        |
|-------------------------------|--------------------------------------|-----------------------------|
| deposit                       | `deposit_grace_days` after it is due | every `payment_repeat_days` |
| part that holds the goods     | `balance_ahead_days` before          | the same                    |
| any other part                | the day after it was due             | the same                    |
| dates of an L/C that are to be kept | `lc_alarm_days` before, on a working day | once        |

Each reminder is asked for again until the part is paid; a mail that reminded of money counts wherever it
was begun, also the shipping advice that carries the balance (000-49). From `payment_formal_days` after the
due day on the wording is formal. What holds the goods, and every date of an L/C, ranks with order nodes.
What was due before go-live is asked for from then on, a few customers per person and day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from genjin.rules.case import Case, Plan
from genjin.rules.dues import LetterFact, PaymentFact
from genjin.rules.duties import Duty, Rule, WorkClass, because
from genjin.rules.facts import Channel
from genjin.rules.gaps import triaged
from genjin.rules.letters_of_credit import last_expiry, last_presentation
from genjin.rules.worktime import ONE_DAY, Direction

DEPOSIT, BALANCE, DEMURRAGE, OVERDUE = "DEPOSIT", "BALANCE", "DEMURRAGE", "OVERDUE"
PURPOSES = tuple(
    f"payment.{what}{tone}" for what in (DEPOSIT, BALANCE, DEMURRAGE, OVERDUE) for tone in ("", "_FORMAL")
)
"""The wordings of reminders, in their two tones."""
SHIPMENT, PRESENTATION, EXPIRY = "SHIPMENT", "PRESENTATION", "EXPIRY"


def payments(case: Case) -> Iterator[Duty]:
    """What is to be asked for: one duty for each open part that has a due day."""
    for part in case.facts.payments:
        yield _ask(case, part)


def _ask(case: Case, part: PaymentFact) -> Duty:
    calendar = case.setting.calendar(part.owner_id)
    first = _first_day(case, part)
    key, _anchor, ended = case.open_node(part.prefix, calendar.start_of_day(first))
    closed_at = ended.at if ended is not None else None
    asked = [moment for moment in (closed_at, case.facts.reminded_at) if moment is not None]
    repeat = timedelta(days=case.setting.policy.number("payment_repeat_days"))
    due = max([first, *(calendar.local_date(moment) + repeat for moment in asked)])
    return case.owe(
        Plan(
            key=key,
            owner_id=part.owner_id,
            due=due,
            day_one=lambda case, on: triaged(case, calendar, part.triage_rank, on),
            obeys_pause=False,
            channel=Channel.EMAIL,
            contact_id=part.contact_id,
        ),
        rule=Rule.PAYMENT,
        work_class=WorkClass.ORDER_NODE if part.holds_release else WorkClass.CADENCE,
        reason=because(
            "PAYMENT_DUE",
            order=part.order,
            order_id=part.order_id,
            kind=part.kind,
            amount=str(part.open),
            currency=part.currency,
            due_on=part.due_on,
            template=_template(case, part),
        ),
        requirement="000-52" if part.is_shipped else "B-17",
    )


def _first_day(case: Case, part: PaymentFact) -> date:
    """The day on which it is asked for first."""
    policy = case.setting.policy
    if part.is_deposit:
        return part.due_on + timedelta(days=policy.number("deposit_grace_days"))
    if part.holds_release:
        return part.due_on - timedelta(days=policy.number("balance_ahead_days"))
    return part.due_on + ONE_DAY


def _template(case: Case, part: PaymentFact) -> str:
    """The purpose of the wording: about demurrage while goods wait, formal when it is long late."""
    calendar = case.setting.calendar(part.owner_id)
    formal_on = part.due_on + timedelta(days=case.setting.policy.number("payment_formal_days"))
    if part.is_deposit:
        what = DEPOSIT
    elif part.holds_release:
        what = DEMURRAGE if part.is_shipped else BALANCE
    else:
        what = OVERDUE
    is_formal = case.clock.has_reached(calendar.start_of_day(formal_on))
    return f"payment.{what}{'_FORMAL' if is_formal else ''}"


def letters_of_credit(case: Case) -> Iterator[Duty]:
    """What an L/C still asks for: to ship in time, then to present in time, and not to let it run out."""
    for letter in case.facts.letters:
        for what, day in dates_of(case, letter).items():
            key = f"{letter.prefix}:{what.lower()}:{day.isoformat()}"
            if not case.is_closed(key):
                yield _alarm(case, letter, key, what, day)


def dates_of(case: Case, letter: LetterFact) -> dict[str, date]:
    """The dates that are still to be kept. Our bank works by the company's calendar."""
    bank = case.setting.company
    if letter.shipped_on is not None:
        days = letter.presentation_days
        return {PRESENTATION: last_presentation(letter.shipped_on, letter.expiry, bank, days)}
    dates = {EXPIRY: last_expiry(letter.expiry, bank)}
    if letter.latest_shipment is not None:
        dates[SHIPMENT] = letter.latest_shipment
    return dates


def _alarm(case: Case, letter: LetterFact, key: str, what: str, day: date) -> Duty:
    ahead = timedelta(days=case.setting.policy.number("lc_alarm_days"))
    return case.owe(
        Plan(
            key=key,
            owner_id=letter.owner_id,
            due=day - ahead,
            direction=Direction.EARLIER,
            obeys_pause=False,
            contact_id=letter.contact_id,
        ),
        rule=Rule.LETTER_OF_CREDIT,
        work_class=WorkClass.ORDER_NODE,
        reason=because(
            "LC_DATE",
            date_of=what,
            letter=letter.number,
            order=letter.order,
            order_id=letter.order_id,
            day=day,
        ),
        requirement="B-18",
        is_dismissable=False,
    )
