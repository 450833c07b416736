"""Which field a column means."""

import pytest

from genjin.exchange.headers import guess
from genjin.exchange.synonyms import GRADINGS


def _chosen(headers, kind="customers", samples=()):
    return [one.chosen for one in guess(headers, kind, samples)]


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (
            ["客户名称", "国家", "联系人", "邮箱", "手机"],
            "customer.name customer.country contact.name contact.email contact.mobile",
        ),
        (
            ["Company Name", "COUNTRY", "Contact_Name", "E-Mail:", "Tel."],
            "customer.name customer.country contact.name contact.email contact.phone",
        ),
        (["company_name", "contact_title", "website"], "customer.name contact.job_title customer.website"),
        (["Compny name", "Contry", "Adress"], "customer.name customer.country customer.address"),
        (["公司 / 名称", "联系人 / 邮箱", "客户名称 / Customer name"], "customer.name contact.email "),
    ],
)
def test_headings_of_either_language_are_understood(headers, fields):
    assert _chosen(headers) == fields.split(" ")


@pytest.mark.parametrize("header", ["等级", "Level", "Class", "Type", "客户等级", "GRADE", "级别："])
def test_a_grading_without_a_name_is_left_to_the_person_with_the_choices_named(header):
    (one,) = guess([header], "customers", [["A"], ["B"], ["C"]])
    assert (one.chosen, one.must_choose) == ("", True)
    assert [choice.field for choice in one.candidates] == list(GRADINGS)


def test_a_grading_with_its_name_is_understood():
    assert _chosen(["跟进等级", "Purchase class"]) == ["customer.follow_grade", "customer.value_class"]


def test_a_column_of_mail_addresses_is_a_mail_column_whatever_it_is_called():
    samples = [["Acme", "a@b.com"], ["Beta", "c@d.com"], ["Gamma", "e@f.com"]]
    assert _chosen(["Company", "Reach"], samples=samples) == ["customer.name", "contact.email"]


def test_a_column_of_numbers_is_no_person():
    assert _chosen(["Sales", "客户名称"], samples=[["12.5", "A"], ["7", "B"]]) == ["", "customer.name"]


def test_no_field_is_chosen_twice():
    first, second = guess(["Email", "Mail"], "contacts")
    assert (first.chosen, second.chosen) == ("contact.email", "")
    assert second.candidates[0].field == "contact.email"


def test_words_of_interactions_belong_to_interactions():
    assert _chosen(["客户", "跟进日期", "跟进内容", "下一步"], "interactions") == [
        "customer.name",
        "interaction.happened_at",
        "interaction.content",
        "interaction.next_step",
    ]


def test_unknown_words_stay_unchosen():
    assert _chosen(["Foo", "Zzz", ""]) == ["", "", ""]


def test_numbered_columns_are_further_ways_to_reach_somebody():
    assert _chosen(["E-mail Address", "E-mail 2 Address", "手机", "手机2", "Foo 2"], "contacts") == [
        "contact.email",
        "contact.email",
        "contact.mobile",
        "contact.mobile",
        "",
    ]
