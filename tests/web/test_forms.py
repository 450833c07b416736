"""Fields: what people type, read kindly or refused with one sentence."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone, translation

from genjin.web.forms import (
    Combo,
    DateField,
    Form,
    LongTextField,
    MomentField,
    TextField,
    TimeField,
    clean_text,
)
from genjin.web.moments import MomentError, localise, parse_day, parse_time

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize("bad", ["a\x00b", "a\x1bb", "a\x7f", "a\u202eb", "a\u2066b", "\ud800"])
def test_signs_that_cannot_be_kept_are_refused_by_name(bad):
    with pytest.raises(ValidationError, match=r"U\+[0-9A-F]{4}"):
        clean_text(bad)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a  ", "a"),
        ("Cafe\u0301", "Café"),
        ("宁波🚢𠮷野家", "宁波🚢𠮷野家"),
        ("شركة القصر", "شركة القصر"),
        ("a\nb", "a b"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("'; DROP TABLE x; --", "'; DROP TABLE x; --"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
    ],
)
def test_text_is_kept_as_typed_but_tidied(typed, kept):
    assert clean_text(typed) == kept


def test_lines_are_kept_where_they_belong():
    assert clean_text("a\r\nb\rc\n", lines=True) == "a\nb\nc"


class Sample(Form):
    short = TextField(max_length=5)
    long = LongTextField(required=False)

    class Media:
        pass


def test_every_text_has_a_limit_and_says_so_beside_the_field():
    form = Sample({"short": "123456", "long": "x" * 20_001})
    assert not form.is_valid()
    assert "5" in form.errors["short"][0]
    assert "20000" in form.errors["long"][0].replace(",", "")


def test_a_null_sign_is_an_error_of_its_field_and_the_text_stays():
    form = Sample({"short": "a\x00b"})
    assert "U+0000" in form.errors["short"][0]
    assert form["short"].value() == "a\x00b"


def test_plain_character_fields_of_a_form_are_cleaned_too():
    from django import forms

    class Plain(Form):
        name = forms.CharField()

    assert Plain({"name": "  Cafe\u0301 "}).is_valid()
    form = Plain({"name": "x" * 201})
    assert not form.is_valid()
    assert "U+0007" in Plain({"name": "a\x07"}).errors["name"][0]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-30", date(2026, 11, 30)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2026年12月1日", date(2026, 12, 1)),
        ("30.11.2026", date(2026, 11, 30)),
        ("20261130", date(2026, 11, 30)),
        ("12-1", date(2026, 12, 1)),
        ("1月5日", date(2027, 1, 5)),
        ("11月5日", date(2026, 11, 5)),
        ("2-29", date(2028, 2, 29)),
        ("8 Dec", date(2026, 12, 8)),
        ("Dec 8, 2027", date(2027, 12, 8)),
        ("today", TODAY),
        ("明天", date(2026, 11, 25)),
        ("+3", date(2026, 11, 27)),
        ("+2w", date(2026, 12, 8)),
        ("周五", date(2026, 11, 27)),
        ("fri", date(2026, 11, 27)),
        ("tue", date(2026, 12, 1)),
        ("下周一", date(2026, 11, 30)),
        ("２０２６－１１－３０", date(2026, 11, 30)),
    ],
)
def test_a_day_is_understood_as_people_write_it(typed, meant):
    if typed == "2-29":
        with pytest.raises(MomentError):
            parse_day(typed, today=TODAY)
        return
    assert parse_day(typed, today=TODAY) == meant


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "soon", "13-13", "99999999", "0206-01-01", "+9999w", "²", "32 Dec"]
)
def test_what_is_no_day_is_answered_with_a_sentence(typed):
    with pytest.raises(MomentError) as caught:
        parse_day(typed, today=TODAY)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)), ("9:30", time(9, 30)), ("0930", time(9, 30)), ("9点半", time(9, 30)),
        ("14：05", time(14, 5)),
        ("下午3点", time(15)), ("3:30 pm", time(15, 30)), ("12am", time(0)), ("12pm", time(12)),
        ("晚上12点", time(12)),
    ],
)  # fmt: skip
def test_a_time_is_understood_as_people_write_it(typed, meant):
    assert parse_time(typed) == meant


@pytest.mark.parametrize("typed", ["25:00", "9:75", "later", "", "9:5"])
def test_what_is_no_time_is_answered_with_a_sentence(typed):
    with pytest.raises(MomentError):
        parse_time(typed)


def test_an_hour_left_out_by_summer_time_is_refused():
    with pytest.raises(MomentError, match="clocks"):
        localise(datetime(2026, 3, 29, 2, 30), ZoneInfo("Europe/Berlin"))  # noqa: DTZ001


def test_an_hour_that_occurs_twice_means_the_first():
    moment = localise(datetime(2026, 10, 25, 2, 30), ZoneInfo("Europe/Berlin"))  # noqa: DTZ001
    assert moment == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


class Meeting(Form):
    at = MomentField()


def test_a_moment_is_typed_in_the_users_zone_and_kept_in_utc():
    with timezone.override("Asia/Kolkata"):
        form = Meeting({"at_day": "2026-11-24", "at_time": "09:00"})
        assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    with timezone.override("Asia/Kolkata"):
        assert 'value="09:00"' in str(Meeting(initial=form.cleaned_data)["at"])


def test_a_moment_that_does_not_exist_stands_beside_its_field_and_stays_typed():
    with timezone.override("Europe/Berlin"):
        form = Meeting({"at_day": "2026-03-29", "at_time": "02:30"})
        assert "clocks" in form.errors["at"][0]
    assert 'value="02:30"' in str(form["at"])


def test_half_a_moment_is_refused_without_an_error():
    for data in ({"at_day": "", "at_time": "09:00"}, {"at_day": "2026-11-24"}, {}):
        assert Meeting(data).errors["at"]


def test_a_wrong_day_is_said_in_the_users_language():
    class Day(Form):
        day = DateField()

    with translation.override("zh-hans"):
        assert Day({"day": "2026-02-30"}).errors["day"] == ["日历上没有这一天。"]


def test_a_field_ties_help_and_error_to_its_control():
    class Helped(Form):
        name = TextField(help_text="As on the invoice.")

    html = str(Helped({"name": ""})["name"].as_field_group())
    assert 'aria-invalid="true"' in html
    assert "id_name_helptext id_name_error" in html or "id_name_error" in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html


def test_a_combobox_over_plain_choices_shows_them_without_scripts():
    from django import forms

    class Country(Form):
        country = forms.ChoiceField(choices=[("DE", "德国"), ("TR", "土耳其")], widget=Combo(source="/x"))

    html = str(Country(initial={"country": "TR"})["country"])
    assert "德国" in html
    assert "selected" in html
    assert 'data-source="/x"' in html


@pytest.mark.parametrize(
    ("typed", "meant"), [("9", "09:00"), ("0930", "09:30"), ("下午6点", "18:00"), ("", None)]
)
def test_a_time_of_day_is_read_as_people_type_it(typed, meant):
    class Hours(Form):
        start = TimeField(required=False)

    form = Hours({"start": typed})
    assert form.is_valid()
    found = form.cleaned_data["start"]
    assert (f"{found:%H:%M}" if found else None) == meant
