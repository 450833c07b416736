"""Two people edit one record: nobody loses anything."""

from decimal import Decimal

from django import forms
from django.http import QueryDict

from genjin.web.forms import Checks, TextField
from genjin.web.versions import VersionedForm


class Edit(VersionedForm):
    name = TextField()
    city = TextField(required=False)
    price = forms.DecimalField(required=False)
    tags = forms.MultipleChoiceField(required=False, widget=Checks, choices=[("a", "Alpha"), ("b", "Beta")])
    priority = forms.BooleanField(required=False)


BEFORE = {"name": "Nordkai", "city": "Hamburg", "price": Decimal("1.50"), "tags": ["a"], "priority": False}


def shown(current=BEFORE, version=1):
    return Edit(current=current, version=version).initial["version"]


def submit(current, version, token, **typed):
    data = QueryDict(mutable=True)
    values = {"name": "Nordkai", "city": "Hamburg", "price": "1.50", "tags": ["a"], **typed, "version": token}
    for name, value in values.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif value is not False:
            data[name] = value
    return Edit(data, current=current, version=version, by="周敏")


def test_nothing_changed_meanwhile_so_it_saves():
    form = submit(BEFORE, 1, shown(), city="Bremen")
    assert form.is_valid()
    assert form.cleaned_data["city"] == "Bremen"
    assert "version" not in form.cleaned_data


def test_what_did_not_collide_is_merged():
    now = {**BEFORE, "name": "Nordkai GmbH", "tags": ["a", "b"], "priority": True}
    form = submit(now, 2, shown(), city="Bremen")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {**now, "city": "Bremen"}
    assert form.merged == ["name", "tags", "priority"]


def test_a_collision_shows_the_others_value_and_keeps_what_was_typed():
    form = submit({**BEFORE, "city": "Kiel"}, 2, shown(), city="Bremen")
    assert not form.is_valid()
    assert form.theirs["city"].text == "Kiel"
    assert form.theirs["city"].who == "周敏"
    assert form["city"].value() == "Bremen"
    assert set(form.theirs) == {"city"}


def test_the_second_submit_saves():
    now = {**BEFORE, "city": "Kiel"}
    first = submit(now, 2, shown(), city="Bremen")
    assert not first.is_valid()
    second = submit(now, 2, first.data["version"], city="Bremen")
    assert second.is_valid()
    assert second.cleaned_data["city"] == "Bremen"


def test_a_third_person_in_between_is_seen_again():
    first = submit({**BEFORE, "city": "Kiel"}, 2, shown(), city="Bremen")
    assert not first.is_valid()
    again = submit({**BEFORE, "city": "Rostock"}, 3, first.data["version"], city="Bremen")
    assert not again.is_valid()
    assert again.theirs["city"].text == "Rostock"


def test_both_wrote_the_same_so_there_is_nothing_to_ask():
    form = submit(
        {**BEFORE, "city": "Bremen", "price": Decimal("2.0")}, 2, shown(), city="Bremen", price="2.00"
    )
    assert form.is_valid()
    assert form.theirs == {}


def test_a_collision_in_choices_is_shown_in_words():
    form = submit({**BEFORE, "tags": ["a", "b"]}, 2, shown(), tags=[])
    assert not form.is_valid()
    assert form.theirs["tags"].text == "Alpha, Beta"


def test_merged_values_appear_in_the_form_that_is_shown_again():
    now = {**BEFORE, "name": "Nordkai GmbH", "city": "Kiel", "tags": ["b"], "priority": True}
    form = submit(now, 2, shown(), city="Bremen")
    assert not form.is_valid()
    assert form["name"].value() == "Nordkai GmbH"
    assert form["tags"].value() == ["b"]
    assert form["priority"].value()


def test_other_mistakes_do_not_hide_a_collision():
    form = submit({**BEFORE, "city": "Kiel"}, 2, shown(), city="Bremen", price="x")
    assert not form.is_valid()
    assert "price" in form.errors
    assert "city" in form.theirs


def test_a_forged_or_missing_snapshot_is_no_error():
    for token in ("", "x", "a:b:c", "\x00"):
        assert submit({**BEFORE, "city": "Kiel"}, 2, token, city="Bremen").is_valid() in (True, False)


def test_the_collision_is_rendered_beside_its_field():
    form = submit({**BEFORE, "city": "<b>Kiel</b>"}, 2, shown(), city="Bremen")
    form.is_valid()
    html = str(form["city"].as_field_group())
    assert "&lt;b&gt;Kiel" in html
    assert 'value="Bremen"' in html
