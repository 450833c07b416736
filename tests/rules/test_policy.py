"""The catalogue of settings, and how layers make the policy in force."""

from typing import Any

import pytest

from genjin.rules.policy import Kind, Layer, Level, Policy, PolicyError, Stricter, catalogue, validate
from genjin.rules.sequences import expanded

DEFAULTS = {
    "export_large_rows": 1000,
    "mail_per_hour": 60,
    "mail_per_day": 300,
    "mail_per_domain_hour": 60,
    "mail_pause_seconds": 1,
    # domain.md A.6, line by line
    "tracking_delay_days.TOP": 1,
    "tracking_delay_days.UPPER_MID": 1,
    "tracking_delay_days.MID": 2,
    "tracking_delay_days.LOWER_MID": 3,
    "tracking_attempts.LOW": 0,
    "tracking_attempts.LOWER_MID": 1,
    "tracking_attempts.MID": 2,
    "tracking_attempts.UPPER_MID": 8,
    "tracking_attempts.TOP": "UNLIMITED",
    "tracking_channels.UPPER_MID": ["EMAIL", "AUDIO_CALL", "VIDEO_CALL"],
    "tracking_channels.TOP": ["EMAIL", "AUDIO_CALL", "VIDEO_CALL", "VISIT"],
    "call_required_after_unanswered": 1,
    "tracking_call_days": 3,
    "other_sender_after_unanswered": 2,
    "call_recap_hours": 2,
    "answer_workdays": 0,
    "mail_open_pixel": False,
    "tracking_list_clear_per_day": 1,
    "daily_followups.closed": 2,
    "daily_followups.prospect": 2,
    "daily_followups.prospect_without_closed": 4,
    "daily_rest_days": 14,
    "kpi_calls_per_workday": 1,
    "kpi_call_customers_per_month": 5,
    "aftersales_offsets": [-7, 10, 30, 60],
    "short_transit_days": 7,
    "deposit_grace_days": 3,
    "balance_ahead_days": 3,
    "payment_repeat_days": 7,
    "payment_formal_days": 14,
    "lc_alarm_days": 10,
    "testimonial_discount_percent": 1,
    "campaigns_per_month_min": 2,
    "campaign_products_max": 2,
    "exhibition_invites_min": 3,
    "visit_slides_due_workdays": 5,
    "photo_width_px": 800,
    "quoted_close_curve_percent": [2, 3, 5, 10, 80],
    "quoted_rfq_competitors": [20, 30],
    "sequence_exits.lead_response": ["ORDER", "STATUS"],
    "sequence_exits.nurture": ["ORDER", "STATUS"],
    "sequence_exits.closing": ["ORDER", "STATUS"],
    "sequence_exits.wake_up": ["ORDER", "AWAKE"],
    "wake_up_begins_itself": True,
    "own_sequences": [],
    "value_class.A_cumulative_percent": 80,
    "value_class.B_cumulative_percent": 95,
    "cadence.A": 7,
    "cadence.B": 15,
    "cadence.C": 30,
    "touchpoints_target": 100,
    "old_customer_min_orders": 2,
    "old_customer_min_age.is_on": False,
    "old_customer_min_age.months": 6,
    "target_min_orders": 3,
    "target_min_orders.trial": 1,
    "target_talk_lead_months": 3,
    "target_reviews": ["MONTHLY", "QUARTERLY", "HALF_YEAR_ADJUST", "Q3_FULL_YEAR_FORECAST"],
    "relationship_meetings_min_orders": 3,
    "contact_departments_min": 3,
    "complaint_first_reply": "SAME_DAY",
    "complaint_solution.warn_hours": 24,
    "complaint_solution.due_hours": 72,
    "order_decline.too_late_at": 3,
    "order_decline.escalate_at": 2,
    "order_decline.drop_percent": 20,
    "offer_ahead_days": 3,
    "reorder.production_days": 30,
    "reorder.transit_days": 30,
    "reorder.margin_days": 15,
    "dormancy.warn_percent": 100,
    "dormancy.dormant_percent": 150,
    "dormancy.one_order_days": 365,
    "promise_warn_percent": 75,
    "dormant_rescue_window_months": 6,
    "winback_benchmark_percent": 60,
    "lead_first_response_hours": 24,
    "lead_first_response_minutes_when_asked": 30,
    "callback_second_days": 7,
    "buying_timeframe.A_max_months": 1,
    "buying_timeframe.B_max_months": 3,
    # what the first rules need beside it
    "first_contact_workdays": 3,
    "no_next_step.is_on": True,
    "no_next_step.exempt_grades": ["LOW"],
    "no_next_step.exempt_inactive": True,
    "no_next_step.rhythm_counts": False,
    "no_next_step.grace_workdays": 1,
    "no_next_step.again_after_days": 30,
    "contact_data.again_after_days": 90,
    "missing_next_steps_per_day": 5,
    "catch_up.per_day": 20,
    "catch_up.from_overdue": 20,
    "catch_up.drop_after_days": 14,
    "merge_window_days": 3,
    "proactive_mails_per_day": 1,
    "not_before_max_days": 90,
    "overdue.remind_workdays": 3,
    "overdue.manager_workdays": 5,
    "overdue.risk_workdays": 7,
    "few_follow_ups_warning": 4,
    "priority_list_max": 20,
    # when customers return to the public pool, and who may claim how many
    "pool.is_on": True,
    "pool.prospect_follow_up_days.TOP": 30,
    "pool.prospect_follow_up_days.UPPER_MID": 45,
    "pool.prospect_follow_up_days.MID": 60,
    "pool.prospect_follow_up_days.LOWER_MID": 60,
    "pool.prospect_follow_up_days.LOW": 90,
    "pool.prospect_follow_up_days.NONE": 60,
    "pool.prospect_order_days": "UNLIMITED",
    "pool.customer_follow_up_days.TOP": 90,
    "pool.customer_follow_up_days.UPPER_MID": 90,
    "pool.customer_follow_up_days.MID": 120,
    "pool.customer_follow_up_days.LOWER_MID": 150,
    "pool.customer_follow_up_days.LOW": 180,
    "pool.customer_follow_up_days.NONE": 180,
    "pool.customer_order_days": "UNLIMITED",
    "pool.reminder_max_days": 90,
    "pool.warn_days": 7,
    "pool.claims_per_day": 10,
    "pool.holding_max": 500,
    "pool.former_owner_days": 7,
    "pool.frozen_days": 1,
    # what may be logged, and until when it may be changed
    "log.late_after_hours": 24,
    "log.backdating_days": 3,
    "log.edit_hours": 24,
    "log.call_content_min": 10,
}


def company(**values: Any) -> Layer:
    return Layer(Level.COMPANY, {key.replace("__", "."): value for key, value in values.items()})


def refused(*layers: Layer) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        Policy.from_layers(layers)
    return caught.value


def test_every_number_of_the_seeds_has_its_default() -> None:
    numbers = {
        key: value
        for key, value in Policy.default().values.items()
        if catalogue()[key].kind is not Kind.STEPS
    }
    assert numbers == DEFAULTS


def test_the_two_sequences_keep_the_days_of_the_seed() -> None:
    policy = Policy.default()
    days = [(step.channel, step.after_days) for step in expanded(policy.steps("nurture"))]
    assert days == [
        ("EMAIL", 0),
        ("AUDIO_CALL", 7),
        ("EMAIL", 14),
        ("EMAIL", 30),
        ("EMAIL", 60),
        ("EMAIL", 90),
        ("OTHER", 90),
    ]
    assert [step.after_days for step in policy.steps("closing")] == [0, 0, 0, 7]


def test_every_setting_says_where_it_comes_from() -> None:
    assert all(spec.source and spec.group for spec in catalogue().values())
    numbers = [spec for spec in catalogue().values() if spec.kind in (Kind.INT, Kind.INTS)]
    assert all(spec.unit and spec.minimum < spec.maximum for spec in numbers)


def test_a_lower_layer_overrides_a_higher_one_in_whatever_order_they_come() -> None:
    layers = [
        Layer(Level.PERSON, {"cadence.B": 10}),
        Layer(Level.TEAM, {"cadence.A": 5, "cadence.B": 12}),
        company(cadence__A=6, cadence__B=14, cadence__C=28),
    ]
    policy = Policy.from_layers(layers)
    assert [policy.number(f"cadence.{letter}") for letter in "ABC"] == [5, 10, 28]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("cadence.D", 7, "UNKNOWN_KEY"),
        ("cadence.A", "7", "WRONG_TYPE"),
        ("cadence.A", True, "WRONG_TYPE"),
        ("cadence.A", 7.5, "WRONG_TYPE"),
        ("cadence.A", None, "WRONG_TYPE"),
        ("cadence.A", 0, "OUT_OF_RANGE"),
        ("cadence.A", 366, "OUT_OF_RANGE"),
        ("cadence.A", "UNLIMITED", "WRONG_TYPE"),
        ("no_next_step.is_on", 1, "WRONG_TYPE"),
        ("complaint_first_reply", "LATER", "NOT_A_CHOICE"),
        ("complaint_first_reply", 3, "WRONG_TYPE"),
        ("tracking_channels.TOP", "EMAIL", "WRONG_TYPE"),
        ("tracking_channels.TOP", ["PIGEON"], "NOT_A_CHOICE"),
        ("tracking_channels.TOP", ["EMAIL", "EMAIL"], "NOT_IN_ORDER"),
        ("aftersales_offsets", [10, -7], "NOT_IN_ORDER"),
        ("aftersales_offsets", [-61], "OUT_OF_RANGE"),
        ("closing", [{"purpose": "CALL"}], "WRONG_TYPE"),
        ("closing", [{"purpose": "CALL", "channel": "DRUM", "after_days": 1}], "NOT_A_CHOICE"),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_name(key: str, value: object, code: str) -> None:
    with pytest.raises(PolicyError) as caught:
        validate(key, value)
    assert (caught.value.key, caught.value.code) == (key, code)
    assert code in PolicyError.CODES


def test_steps_may_not_go_back_in_time() -> None:
    steps = [
        {"purpose": "CALL", "channel": "AUDIO_CALL", "after_days": 7},
        {"purpose": "MAIL", "channel": "EMAIL", "after_days": 1},
    ]
    assert refused(company(closing=steps)).code == "NOT_IN_ORDER"


@pytest.mark.parametrize(
    "change",
    [
        {"anchor": "NOON"},
        {"repeats": 3},
        {"every_days": 30},
        {"repeats": 99, "every_days": 30},
        {"repeats": True, "every_days": 30},
        {"only_if": 1},
        {"is_compulsory": "yes"},
        {"note": "x"},
        {"purpose": None},
    ],
)
def test_a_step_has_known_parts_of_the_right_kind(change: dict[str, Any]) -> None:
    step = {"purpose": "CALL", "channel": "AUDIO_CALL", "after_days": 7}
    validate("closing", [step | {"anchor": "STEP", "repeats": 3, "every_days": 30, "is_compulsory": True}])
    with pytest.raises(PolicyError) as caught:
        validate("closing", [step | change])
    assert caught.value.code == "WRONG_TYPE"


def test_a_step_after_another_counts_anew() -> None:
    steps = [
        {"purpose": "CALL", "channel": "AUDIO_CALL", "after_days": 7},
        {"purpose": "MAIL", "channel": "EMAIL", "after_days": 1, "anchor": "STEP"},
    ]
    validate("closing", steps)


def test_settings_that_belong_together_stay_in_order() -> None:
    error = refused(company(complaint_solution__warn_hours=80))
    assert (error.key, error.code, error.params["other"]) == (
        "complaint_solution.warn_hours", "NOT_IN_ORDER", "complaint_solution.due_hours",
    )  # fmt: skip


def test_a_person_may_not_set_what_is_the_companys() -> None:
    assert refused(Layer(Level.PERSON, {"merge_window_days": 1})).code == "LEVEL_TOO_LOW"
    assert refused(Layer(Level.PERSON, {"tracking_attempts.MID": 3})).code == "LEVEL_TOO_LOW"


def test_a_team_may_only_be_stricter_where_the_company_says_so() -> None:
    assert refused(Layer(Level.TEAM, {"tracking_attempts.UPPER_MID": 5})).code == "WEAKENS"
    assert refused(Layer(Level.TEAM, {"lead_first_response_hours": 48})).code == "WEAKENS"
    assert refused(Layer(Level.TEAM, {"tracking_attempts.TOP": 20})).code == "WEAKENS"
    stricter = Policy.from_layers([Layer(Level.TEAM, {"tracking_attempts.UPPER_MID": 12})])
    assert stricter.number("tracking_attempts.UPPER_MID") == 12


def test_what_is_stricter_is_measured_against_the_layer_above_not_the_default() -> None:
    layers = [company(lead_first_response_hours=12), Layer(Level.TEAM, {"lead_first_response_hours": 20})]
    assert refused(*layers).code == "WEAKENS"


def test_lists_are_never_compared_as_stricter() -> None:
    assert all(spec.stricter is Stricter.ANY for spec in catalogue().values() if spec.kind is not Kind.INT)


def test_unlimited_is_read_as_no_limit() -> None:
    policy = Policy.default()
    assert policy.limit("tracking_attempts.TOP") is None
    assert policy.limit("tracking_attempts.MID") == 2
    with pytest.raises(PolicyError):
        policy.number("tracking_attempts.TOP")


@pytest.mark.parametrize(
    ("layers", "cadence"),
    [
        ([Layer(Level.PERSON, {"cadence.B": 5})], [7, 15, 30]),
        ([company(cadence__A=10), Layer(Level.PERSON, {"cadence.B": 8})], [10, 15, 30]),
        ([Layer(Level.PERSON, {"cadence.B": 8}), company(cadence__A=10)], [10, 15, 30]),
        ([company(cadence__A=10), Layer(Level.PERSON, {"cadence.B": 8, "cadence.C": 20})], [10, 15, 20]),
        ([company(cadence__A=5), Layer(Level.TEAM, {"cadence.A": "soon"})], [5, 15, 30]),
        ([company(cadence__A=5, cadence__D=4)], [5, 15, 30]),
    ],
)
def test_of_stored_layers_only_what_cannot_hold_gives_way(layers: list[Layer], cadence: list[int]) -> None:
    policy = Policy.in_force(layers)
    assert [policy.number(f"cadence.{letter}") for letter in "ABC"] == cadence
