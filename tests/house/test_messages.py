"""Chinese and English are complete at all times, and the tool that says so can be believed."""

import gettext

import pytest

from tools import messages

FOLDERS = sorted(path.parent.name for path in (messages.ROOT / "genjin").glob("*/__init__.py"))


@pytest.fixture(scope="module")
def wrong():
    return messages.problems()


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_is_missing(folder, wrong):
    signs = (f"(genjin/{folder}/", f"/{folder}.po:")
    assert [sentence for sentence in wrong if any(sign in sentence for sign in signs)] == []


def test_nothing_is_missing_outside_the_folders(wrong):
    assert [s for s in wrong if not any(f"/{name}/" in s or f"/{name}.po" in s for name in FOLDERS)] == []


@pytest.fixture
def small(tmp_path):
    """A source tree of one folder with every way of marking a text."""
    folder = tmp_path / "genjin" / "shop"
    (folder / "templates" / "shop").mkdir(parents=True)
    (folder / "views.py").write_text(
        "a = _('Open')\n"
        "b = gettext('Hello %(name)s') % {'name': n}\n"
        "c = ngettext('%(n)d order', '%(n)d orders', n)\n"
        "d = pgettext('door', 'Open')\n"
        "e = gettext_lazy(\n    'Long '\n    'text'\n)\n"
        "f = pgettext_lazy('state', 'Done')\n"
    )
    (folder / "templates" / "shop" / "page.html").write_text(
        '{% load i18n %}<p title="{% translate \'Title\' %}">{% translate "Open" context "door" %}\n'
        "{% blocktranslate trimmed with who=user.name count n=rows|length %}\n"
        "  {{ who }} has\n  {{ n }} row\n{% plural %}\n  {{ who }} has {{ n }} rows\n"
        "{% endblocktranslate %}\n"
        "{% comment %}{% translate 'Never' %}{% endcomment %}{{ _('In a variable') }}\n"
        "{% include 'x.html' with label=_('As argument') %}</p>"
    )
    return tmp_path


def test_every_way_of_marking_a_text_is_found(small):
    found = messages.found_in(small)
    assert set(found) == {
        ("", "Open"),
        ("", "Hello %(name)s"),
        ("", "%(n)d order"),
        ("door", "Open"),
        ("", "Long text"),
        ("state", "Done"),
        ("", "Title"),
        ("", "%(who)s has %(n)s row"),
        ("", "In a variable"),
        ("", "As argument"),
    }
    assert found["", "%(who)s has %(n)s row"].plural == "%(who)s has %(n)s rows"


def test_what_is_missing_empty_fuzzy_or_unused_is_named(small):
    messages.update(small)
    assert len(messages.problems(small)) == 10
    file = small / "locale" / "zh_Hans" / "shop.po"
    text = file.read_text(encoding="utf-8")
    text = text.replace('msgid "Title"\nmsgstr ""', '#, fuzzy\nmsgid "Title"\nmsgstr "标题"')
    text = text.replace('msgid "Hello %(name)s"\nmsgstr ""', 'msgid "Hello %(name)s"\nmsgstr "你好"')
    text += '\nmsgid "Gone"\nmsgstr "没了"\n'
    text = text.replace('msgid "Long text"\nmsgstr ""\n', "")
    file.write_text(text, encoding="utf-8")
    wrong = "\n".join(messages.problems(small))
    for part in ("fuzzy: 'Title'", "placeholders differ: 'Hello", "unused: 'Gone'", "missing: 'Long text'"):
        assert part in wrong
    assert "empty: 'Done'" in wrong


def test_updating_keeps_translations_and_drops_what_is_gone(small):
    messages.update(small)
    file = small / "locale" / "zh_Hans" / "shop.po"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('msgid "Title"\nmsgstr ""', 'msgid "Title"\nmsgstr "标题"'), encoding="utf-8"
    )
    (small / "genjin" / "shop" / "views.py").write_text("")
    assert messages.update(small) == ["locale/zh_Hans/shop.po"]
    text = file.read_text(encoding="utf-8")
    assert 'msgstr "标题"' in text
    assert "Long text" not in text
    assert messages.update(small) == []


def test_compiled_catalogues_answer_contexts_and_plurals(small):
    messages.update(small)
    file = small / "locale" / "zh_Hans" / "shop.po"
    text = file.read_text(encoding="utf-8")
    text = text.replace(
        'msgctxt "door"\nmsgid "Open"\nmsgstr ""', 'msgctxt "door"\nmsgid "Open"\nmsgstr "开门"'
    )
    text = text.replace(
        'msgid_plural "%(n)d orders"\nmsgstr[0] ""', 'msgid_plural "%(n)d orders"\nmsgstr[0] "%(n)d 单"'
    )
    file.write_text(text, encoding="utf-8")
    assert messages.compile_catalogues(small)
    assert not messages.compile_catalogues(small)
    with (small / "genjin/locale/zh_Hans/LC_MESSAGES/django.mo").open("rb") as stream:
        catalogue = gettext.GNUTranslations(stream)
    assert catalogue.pgettext("door", "Open") == "开门"
    assert catalogue.ngettext("%(n)d order", "%(n)d orders", 5) == "%(n)d 单"
    assert catalogue.gettext("Open") == "Open"


def test_a_broken_catalogue_is_named(small):
    file = small / "locale" / "zh_Hans" / "shop.po"
    file.parent.mkdir(parents=True)
    file.write_text('msgid "a"\nnonsense\n')
    with pytest.raises(messages.MessageError, match=r"shop\.po"):
        messages.problems(small)
