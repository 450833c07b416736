"""The policy in people's words: what each setting is called, its unit, its values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from genjin.rules.policy import UNLIMITED, Kind, SettingSpec

GROUPS: dict[str, Any] = {
    "tracking": gettext_lazy("Tracking sent mail"),
    "mail": gettext_lazy("Sending mail"),
    "daily": gettext_lazy("Each day"),
    "aftersales": gettext_lazy("After the order"),
    "money": gettext_lazy("Payments and letters of credit"),
    "campaigns": gettext_lazy("Campaigns"),
    "classes": gettext_lazy("Classes of customers"),
    "rhythm": gettext_lazy("Rhythm of contact"),
    "followup": gettext_lazy("Next steps and the work list"),
    "pool": gettext_lazy("Public pool"),
    "log": gettext_lazy("Logging contacts"),
    "export": gettext_lazy("Exports"),
    "targets": gettext_lazy("Targets"),
    "care": gettext_lazy("Complaints and care"),
    "leads": gettext_lazy("Leads"),
    "sequences": gettext_lazy("Sequences"),
    "quoted": gettext_lazy("For comparison"),
}
LABELS: dict[str, Any] = {
    "tracking_delay_days": gettext_lazy("Follow up an unanswered mail after"),
    "tracking_attempts": gettext_lazy("Attempts before giving up"),
    "tracking_channels": gettext_lazy("Channels of the attempts"),
    "call_required_after_unanswered": gettext_lazy("Call after this many unanswered mails"),
    "other_sender_after_unanswered": gettext_lazy("Propose another mailbox after unanswered mails"),
    "tracking_call_days": gettext_lazy("Call on this many days before another way is tried"),
    "call_recap_hours": gettext_lazy("Mail after a call within"),
    "answer_workdays": gettext_lazy("Answer a customer's mail within (0 is the same day)"),
    "tracking_list_clear_per_day": gettext_lazy("Clear the tracking list each day"),
    "mail_per_hour": gettext_lazy("Mails an hour from one mailbox at most"),
    "mail_per_day": gettext_lazy("Mails in 24 hours from one mailbox at most"),
    "mail_per_domain_hour": gettext_lazy("Recipients an hour at one domain at most"),
    "mail_pause_seconds": gettext_lazy("Rest of a mailbox after each mail"),
    "mail_open_pixel": gettext_lazy("Writers may ask for a hint that a mail was opened"),
    "daily_followups.closed": gettext_lazy("Customers with orders to contact each day"),
    "daily_followups.prospect": gettext_lazy("Prospects to contact each day"),
    "daily_followups.prospect_without_closed": gettext_lazy("Prospects a day for those without customers"),
    "daily_rest_days": gettext_lazy("Prospects rest after a contact for"),
    "catch_up.per_day": gettext_lazy("Catching up: tasks a day can hold"),
    "catch_up.from_overdue": gettext_lazy("Catching up is offered from so many overdue tasks"),
    "catch_up.drop_after_days": gettext_lazy("Catching up: propose to drop after"),
    "kpi_calls_per_workday": gettext_lazy("Calls each workday"),
    "kpi_call_customers_per_month": gettext_lazy("Different customers called each month"),
    "aftersales_offsets": gettext_lazy("Steps around the arrival (days; negative is before)"),
    "short_transit_days": gettext_lazy("A voyage counts as short up to"),
    "testimonial_discount_percent": gettext_lazy("Discount offered for a testimonial"),
    "visit_slides_due_workdays": gettext_lazy("Presentation ready before a visit"),
    "photo_width_px": gettext_lazy("Width of photos in mails"),
    "deposit_grace_days": gettext_lazy("Ask for a deposit that did not come, days after it was due"),
    "balance_ahead_days": gettext_lazy("Remind of a balance that holds the goods, days before it is due"),
    "payment_repeat_days": gettext_lazy("Remind of open money again after"),
    "payment_formal_days": gettext_lazy("Reminders become formal after the due day by"),
    "lc_alarm_days": gettext_lazy("Dates of a letter of credit: warn before"),
    "offer_ahead_days": gettext_lazy("Follow up an offer before its validity ends"),
    "campaigns_per_month_min": gettext_lazy("Campaigns each month at least"),
    "campaign_products_max": gettext_lazy("Products in one campaign at most"),
    "exhibition_invites_min": gettext_lazy("Invitations to an exhibition at least"),
    "value_class.A_cumulative_percent": gettext_lazy("Purchase class A: share of turnover up to"),
    "value_class.B_cumulative_percent": gettext_lazy("Purchase class B: share of turnover up to"),
    "touchpoints_target": gettext_lazy("Touchpoints in one cooperation cycle"),
    "old_customer_min_orders": gettext_lazy("An old customer has ordered at least"),
    "old_customer_min_age.is_on": gettext_lazy("An old customer also needs a minimum age"),
    "old_customer_min_age.months": gettext_lazy("Minimum age of an old customer"),
    "relationship_meetings_min_orders": gettext_lazy("Orders that ask for a personal meeting"),
    "contact_departments_min": gettext_lazy("Departments known at a customer at least"),
    "cadence.A": gettext_lazy("Purchase class A: contact every"),
    "cadence.B": gettext_lazy("Purchase class B: contact every"),
    "cadence.C": gettext_lazy("Purchase class C: contact every"),
    "first_contact_workdays": gettext_lazy("First contact with a new customer within"),
    "no_next_step.is_on": gettext_lazy("Warn about customers without a next step"),
    "no_next_step.exempt_grades": gettext_lazy("Grades that need no next step"),
    "no_next_step.exempt_inactive": gettext_lazy("Inactive customers need no next step"),
    "no_next_step.rhythm_counts": gettext_lazy("The rhythm counts as a next step"),
    "no_next_step.grace_workdays": gettext_lazy("Time to enter a next step"),
    "no_next_step.again_after_days": gettext_lazy("Warn again after"),
    "contact_data.again_after_days": gettext_lazy("Look for a phone number again after"),
    "missing_next_steps_per_day": gettext_lazy("Missing next steps shown each day at most"),
    "merge_window_days": gettext_lazy("Duties this close become one task"),
    "proactive_mails_per_day": gettext_lazy("Proactive mails to one customer each day at most"),
    "not_before_max_days": gettext_lazy("“Do not contact before” reaches at most"),
    "overdue.remind_workdays": gettext_lazy("Overdue: remind after"),
    "overdue.manager_workdays": gettext_lazy("Overdue: tell the manager after"),
    "overdue.risk_workdays": gettext_lazy("Overdue: at risk after"),
    "few_follow_ups_warning": gettext_lazy("Warn below this many follow-ups"),
    "priority_list_max": gettext_lazy("Length of the priority list at most"),
    "pool.is_on": gettext_lazy("Customers return to the public pool by rule"),
    "pool.prospect_follow_up_days": gettext_lazy("A prospect returns without a follow-up for"),
    "pool.customer_follow_up_days": gettext_lazy("A customer with orders returns without a follow-up for"),
    "pool.prospect_order_days": gettext_lazy("A prospect returns without an order for"),
    "pool.customer_order_days": gettext_lazy("A customer with orders returns without a new order for"),
    "pool.reminder_max_days": gettext_lazy("A future reminder delays the return by at most"),
    "pool.warn_days": gettext_lazy("Warn the owner before the return"),
    "pool.claims_per_day": gettext_lazy("Claims a day for each person at most"),
    "pool.holding_max": gettext_lazy("Prospects held by each person at most"),
    "pool.former_owner_days": gettext_lazy("The former owner waits before claiming again"),
    "pool.frozen_days": gettext_lazy("A newcomer to the pool cannot be claimed for"),
    "log.late_after_hours": gettext_lazy("A log counts as late after"),
    "log.backdating_days": gettext_lazy("Logs can be dated back by at most"),
    "log.edit_hours": gettext_lazy("One’s own log can be edited for"),
    "log.call_content_min": gettext_lazy("What was said in a connected call, at least"),
    "export_large_rows": gettext_lazy("Tell administrators of exports from"),
    "target_min_orders": gettext_lazy("Orders that a target needs at least"),
    "target_min_orders.trial": gettext_lazy("Orders that a trial target needs at least"),
    "target_talk_lead_months": gettext_lazy("Talk about targets this long before"),
    "target_reviews": gettext_lazy("Reviews of targets"),
    "complaint_first_reply": gettext_lazy("First reply to a complaint"),
    "complaint_solution.warn_hours": gettext_lazy("Solution of a complaint: warn after"),
    "complaint_solution.due_hours": gettext_lazy("Solution of a complaint: due after"),
    "order_decline.too_late_at": gettext_lazy("Declining orders: too late at"),
    "order_decline.escalate_at": gettext_lazy("Declining orders: tell the manager at"),
    "order_decline.drop_percent": gettext_lazy("Declining orders: a fall counts from"),
    "reorder.production_days": gettext_lazy("Next order: production, where it is not known"),
    "reorder.transit_days": gettext_lazy("Next order: transit, where it is not known"),
    "reorder.margin_days": gettext_lazy("Next order: speak of it earlier by"),
    "dormancy.warn_percent": gettext_lazy("Silence: warn from this share of the interval"),
    "dormancy.dormant_percent": gettext_lazy("Silence: dormant from this share of the interval"),
    "dormancy.one_order_days": gettext_lazy("Silence: dormant after a single order after"),
    "promise_warn_percent": gettext_lazy("Promises: warn after this share of the time"),
    "dormant_rescue_window_months": gettext_lazy("Dormant customers can be rescued for"),
    "lead_first_response_hours": gettext_lazy("First response to an inquiry within"),
    "lead_first_response_minutes_when_asked": gettext_lazy("First response when a call was asked for within"),
    "callback_second_days": gettext_lazy("Second call after"),
    "buying_timeframe.A_max_months": gettext_lazy("Buying time A: up to"),
    "buying_timeframe.B_max_months": gettext_lazy("Buying time B: up to"),
    "nurture": gettext_lazy("Sequence that keeps a lead warm"),
    "lead_response": gettext_lazy("Sequence that answers a new lead"),
    "wake_up": gettext_lazy("Sequence that wakes a dormant customer"),
    "closing": gettext_lazy("Sequence that closes an order"),
    "sequence_exits.lead_response": gettext_lazy("The answer to a new lead ends early with"),
    "sequence_exits.nurture": gettext_lazy("Nurture ends early with"),
    "sequence_exits.closing": gettext_lazy("Closing ends early with"),
    "sequence_exits.wake_up": gettext_lazy("Waking up ends early with"),
    "wake_up_begins_itself": gettext_lazy("Waking up begins when a customer falls dormant"),
    "own_sequences": gettext_lazy("Sequences of your own"),
    "quoted_close_curve_percent": gettext_lazy("Orders closed at the 1st to 5th follow-up"),
    "winback_benchmark_percent": gettext_lazy("Dormant customers won back"),
    "quoted_rfq_competitors": gettext_lazy("Competing quotations on a platform"),
}
GRADES: dict[str, Any] = {
    "TOP": gettext_lazy("top grade"),
    "UPPER_MID": gettext_lazy("upper middle grade"),
    "MID": gettext_lazy("middle grade"),
    "LOWER_MID": gettext_lazy("lower middle grade"),
    "LOW": gettext_lazy("low grade"),
    "NONE": gettext_lazy("without a grade"),
}
VALUES: dict[str, Any] = GRADES | {
    "EMAIL": gettext_lazy("Mail"),
    "AUDIO_CALL": gettext_lazy("Phone call"),
    "VIDEO_CALL": gettext_lazy("Video call"),
    "VISIT": gettext_lazy("Visit"),
    "CHAT": gettext_lazy("Chat message"),
    "MEETING": gettext_lazy("Meeting"),
    "OTHER": gettext_lazy("Other"),
    "REPLY": gettext_lazy("a reply by a person"),
    "ORDER": gettext_lazy("an order"),
    "STATUS": gettext_lazy("another status of the lead"),
    "AWAKE": gettext_lazy("no longer dormant"),
    "INQUIRY": gettext_lazy("a new inquiry"),
    "DORMANT": gettext_lazy("a customer falls dormant"),
    "SAME_DAY": gettext_lazy("The same day"),
    "NEXT_DAY": gettext_lazy("The next day"),
    "MONTHLY": gettext_lazy("Monthly"),
    "QUARTERLY": gettext_lazy("Quarterly"),
    "HALF_YEAR_ADJUST": gettext_lazy("Adjusted at half-year"),
    "Q3_FULL_YEAR_FORECAST": gettext_lazy("Full-year forecast in the third quarter"),
}
UNITS: dict[str, Any] = {
    "attempts": gettext_lazy("attempts"),
    "calls": gettext_lazy("calls"),
    "campaigns": gettext_lazy("campaigns"),
    "characters": gettext_lazy("characters"),
    "customers": gettext_lazy("customers"),
    "tasks": gettext_lazy("tasks"),
    "days": gettext_lazy("days"),
    "departments": gettext_lazy("departments"),
    "follow-ups": gettext_lazy("follow-ups"),
    "hours": gettext_lazy("hours"),
    "invitations": gettext_lazy("invitations"),
    "mails": gettext_lazy("mails"),
    "minutes": gettext_lazy("minutes"),
    "months": gettext_lazy("months"),
    "orders": gettext_lazy("orders"),
    "percent": gettext_lazy("percent"),
    "pixels": gettext_lazy("pixels"),
    "products": gettext_lazy("products"),
    "quotations": gettext_lazy("quotations"),
    "recipients": gettext_lazy("recipients"),
    "rows": gettext_lazy("rows"),
    "seconds": gettext_lazy("seconds"),
    "times": gettext_lazy("times"),
    "touchpoints": gettext_lazy("touchpoints"),
    "workdays": gettext_lazy("workdays"),
}


def label(spec: SettingSpec) -> str:
    """What a setting is called; of a family by grade the grade is named too."""
    known = LABELS.get(spec.key)
    if known is not None:
        return str(known)
    family, _dot, member = spec.key.rpartition(".")
    if family in LABELS and member in GRADES:
        return _("%(setting)s (%(grade)s)") % {"setting": LABELS[family], "grade": GRADES[member]}
    return spec.key


ONE: dict[str, Any] = {
    "customers": gettext_lazy("customer"),
    "tasks": gettext_lazy("task"),
    "days": gettext_lazy("day"),
    "hours": gettext_lazy("hour"),
    "workdays": gettext_lazy("workday"),
}
"""Units that stand behind a number, as they are called for one."""


def unit(spec: SettingSpec, value: object = None) -> str:
    """The unit in the reader's language, empty without one; that of `value` if given."""
    if value == 1 and spec.unit in ONE:
        return str(ONE[spec.unit])
    return str(UNITS.get(spec.unit, spec.unit))


def group(name: str) -> str:
    """The title of a group of settings."""
    return str(GROUPS.get(name, name))


def choice(name: str) -> str:
    """One choice in words."""
    return str(VALUES.get(name, name))


def value_text(spec: SettingSpec, value: Any) -> str:
    """A value as people read it."""
    if value == UNLIMITED:
        return _("unlimited")
    if spec.kind is Kind.BOOL:
        return _("yes") if value else _("no")
    if spec.kind is Kind.CHOICE:
        return choice(value)
    if spec.kind is Kind.CHOICES:
        return _(", ").join(choice(item) for item in value) or "—"
    if spec.kind is Kind.INTS:
        return _(", ").join(str(item) for item in value)
    if spec.kind is Kind.STEPS:
        count = len(value)
        return ngettext("%(n)d step", "%(n)d steps", count) % {"n": count}
    if spec.kind is Kind.SEQUENCES:
        return ngettext("%(n)d sequence", "%(n)d sequences", len(value)) % {"n": len(value)}
    return str(value)
