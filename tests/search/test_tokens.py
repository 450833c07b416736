"""Tokens: the same for what is written and for what is asked."""

from __future__ import annotations

import pytest

from genjin.search.tokens import asked_terms, folded, index_tokens, same, sort_key


def matches(asked, title, further=""):
    """Whether all terms of what is asked are among the tokens, as the engines compare them."""
    tokens = index_tokens(title, further)
    return all(
        any(
            token.startswith(wanted) if term.is_beginning else token == wanted
            for wanted in term.tokens
            for token in tokens
        )
        for term in asked_terms(asked)
    )


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("恒泰", "宁波恒泰阀门有限公司"), ("阀", "宁波恒泰阀门有限公司"),
        ("宁波 阀门", "宁波恒泰阀门有限公司"),
        ("nb", "宁波恒泰阀门有限公司"), ("nbht", "宁波恒泰阀门有限公司"), ("htfm", "宁波恒泰阀门有限公司"),
        ("ningbo", "宁波恒泰阀门有限公司"), ("hengtai", "宁波恒泰阀门有限公司"), ("chongqing", "重庆机械"),
        ("寧波", "宁波恒泰"), ("宁波", "寧波恆泰閥門"), ("nordkai", "Nordkai Armaturen GmbH"),
        ("NORD arm", "Nordkai Armaturen GmbH"), ("valvulas", "Válvulas Pinheiral Ltda."),
        ("Válvulas", "VALVULAS PINHEIRAL"), ("strasse", "Straße & Söhne"), ("sohne", "Straße & Söhne"),
        ("akis teknik", "Marmara Akış Teknik A.Ş."),
        ("lodz", "Łódź Pumps"), ("ｎｏｒｄ", "Nordkai"),
        ("القصر", "شركة القصر للمياه"), ("завод", "ЗАВОД №5"),
        ("हिन्दी", "हिन्दी पंप"), ("株式会社", "株式会社山田"),
        ("한국펌프", "한국펌프 주식회사"), ("t-shirt", "T Shirt Factory"),
    ],
)  # fmt: skip
def test_what_is_meant_is_found(asked, title):
    assert matches(asked, title)


@pytest.mark.parametrize(
    ("asked", "title"),
    [("恒阀", "宁波恒泰阀门"), ("ordkai", "Nordkai"), ("nbx", "宁波恒泰"), ("nordkai gmbh", "Nordkai AG")],
)
def test_what_is_not_meant_is_not_found(asked, title):
    assert not matches(asked, title)


@pytest.mark.parametrize(
    "asked",
    [
        "+49 40 5550142", "004940 5550142", "(040) 555-0142", "+49 (0)40 555 01 42", "5550142", "0142",
        "555 01",
        "４９４０５５５０１４２", "49405550142",
    ],
)  # fmt: skip
def test_a_phone_number_is_found_in_any_formatting(asked):
    assert matches(asked, "Jens", "+49 40 555 0142")


def test_another_phone_number_is_not_found():
    assert not matches("5550143", "Jens", "+49 40 555 0142")
    assert not matches("+49 40 5550142", "Order 49405550142777")


@pytest.mark.parametrize("asked", ["C00231", "c231", "231", "c00231"])
def test_a_serial_is_found_with_and_without_its_zeros(asked):
    assert matches(asked, "Nordkai", "C00231")


@pytest.mark.parametrize(
    "asked", ["jens.wittkamp@nordkai.example", "wittkamp", "@nordkai", "nordkai.example"]
)
def test_a_mail_address_is_found_whole_and_by_its_parts(asked):
    assert matches(asked, "Jens", "Jens.Wittkamp@nordkai.example")


@pytest.mark.parametrize("asked", ["", "   ", "!!!", "🎉", "'\"*()", "\u202e", "AND OR NOT NEAR"])
def test_no_words_ask_for_nothing_and_operators_are_words(asked):
    assert all(token.isalnum() for term in asked_terms(asked) for token in term.tokens)


def test_tokens_are_letters_and_digits_only_and_bounded():
    tokens = index_tokens("a'b\"c:*&|!(d) e_f\u200bg", "\n".join(f"word{n}" for n in range(5000)))
    assert all(token.isalnum() for token in tokens) and len(tokens) <= 2000
    assert max(map(len, index_tokens("x" * 500))) == 60
    assert len(asked_terms("a b c d e f g h i j k l m n")) == 10


def test_a_long_chinese_text_gets_no_pinyin():
    assert "yb" not in index_tokens("", "一般" * 30)


def test_the_sort_key_of_a_beginning_begins_the_sort_key():
    whole = sort_key("Ñandú 宁波")
    assert whole.startswith(sort_key("nan")) and whole.startswith(sort_key("NANDU 宁"))
    assert len(sort_key("宁" * 100)) <= 120


def test_exactly_the_same_is_recognised():
    assert same("c00231", ["Nordkai", "C00231"])
    assert same("555-0142 ", ["+49 40 555 0142"])
    assert not same("0142", ["+49 40 555 0142"])
    assert folded("ﬁne Ⅷ") == "fine viii"
