"""HTML of strangers: nothing runs, nothing loads by itself, nothing pretends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genjin.mail.plain_text import text_html
from genjin.mail.sanitising import safe_html


def test_remote_pictures_wait_until_they_are_allowed():
    source = '<p>Hi <img src="https://track.example/p.gif?u=1" alt="logo"><img src="//cdn.example/a.png"></p>'
    blocked = safe_html(source)
    assert blocked.blocked_pictures == 2
    assert ' src="' not in blocked.html
    assert 'data-blocked-src="https://track.example/p.gif?u=1"' in blocked.html
    allowed = safe_html(source, remote=lambda url: f"/mail/picture?of={url[8:]}")
    assert 'src="/mail/picture?of=track.example/p.gif?u=1"' in allowed.html
    assert allowed.blocked_pictures == 0


def test_a_picture_of_the_message_itself_is_shown():
    shown = safe_html('<img src="cid:logo%40a">', inline=lambda cid: f"/mail/1/{cid}")
    assert 'src="/mail/1/logo@a"' in shown.html
    assert "src=" not in safe_html('<img src="cid:logo@a">', inline=lambda cid: None).html


def test_a_stranger_cannot_name_our_own_addresses():
    assert "src=" not in safe_html('<img src="/customers/1/delete/">').html
    assert "href=" not in safe_html('<a href="/settings/">x</a>').html


@pytest.mark.parametrize(
    ("text", "target", "hint"),
    [
        ("www.bank.example", "https://evil.example/x", "evil.example"),
        ("https://bank.example/login", "https://bank.example.evil.example/", "bank.example.evil.example"),
        ("bank.example", "https://login.bank.example/x", None),
        ("our site", "https://evil.example/x", None),
        ("bank.example", "https://bank.example@evil.example/", "evil.example"),
    ],
)
def test_a_link_shows_where_it_really_leads(text, target, hint):
    safe = safe_html(f'<a href="{target}" title="fine">{text}</a>').html
    assert f'title="{target}"' in safe
    assert 'rel="noopener noreferrer nofollow"' in safe
    assert 'target="_blank"' in safe
    assert (f"[{hint}]" in safe) if hint else "mail-true-target" not in safe


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color:red;position:fixed;top:0", "color:red"),
        ("background:url(https://track.example/x)", ""),
        ("background:rgb(1,2,3)", "background:rgb(1, 2, 3)"),
        ("width:expression(alert(1))", ""),
        ("color:r\\65 d", ""),
        ("font-size:12px;behavior:url(x)", "font-size:12px"),
    ],
)
def test_styles_keep_looks_only(style, kept):
    safe = safe_html(f'<p style="{style}">x</p>').html
    assert safe == (f'<p style="{kept}">x</p>' if kept else "<p>x</p>")


@pytest.mark.parametrize(
    "quotation",
    [
        '<div class="gmail_quote"><div>On Tue, Mar 3, 2026 at 10:15 Wang &lt;w@e.example&gt; wrote:<br></div><blockquote>old</blockquote></div>',
        '<div>在 2026-03-03 10:15:00，"Wang" &lt;w@e.example&gt; 写道：</div><blockquote id="isReplyContent"><p>old</p></blockquote>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Wang<br><b>Sent:</b> Tuesday<br><b>To:</b> B<br><b>Subject:</b> x</p></div><p>old</p>',
        '<div style="font-size:12px">------------------ 原始邮件 ------------------</div><div><b>发件人:</b> "Wang"</div><p>old</p>',
        '<hr><div id="divRplyFwdMsg"><b>Von:</b> Wang</div><div>old</div>',
        '<p>Am 03.03.2026 um 10:15 schrieb Wang Li:</p><blockquote type="cite">old</blockquote>',
    ],
)
def test_the_quotation_at_the_end_is_folded(quotation):
    safe = safe_html(f"<div><p>Yes, please.</p>{quotation}</div>", fold_label="Quoted")
    assert safe.has_quotation
    own, _, folded = safe.html.partition("<details")
    assert "Yes, please." in own
    assert "old" in folded
    assert "old" not in own


def test_a_quotation_between_the_lines_stays_open():
    safe = safe_html("<p>a</p><blockquote type=cite>question</blockquote><p>answer</p>")
    assert not safe.has_quotation


def test_plain_text_becomes_links_levels_and_a_folded_end():
    safe = text_html(
        "See https://a.example/x?y=1, or <mail> me@b.example\n> cited\n>> deeper\nAnswer\n\nOn 3 Mar 2026 10:15, W <w@e.example> wrote:\n> old"
    )
    assert 'href="https://a.example/x?y=1"' in safe.html
    assert 'href="mailto:me@b.example"' in safe.html
    assert "&lt;mail&gt;" in safe.html
    assert "<blockquote>cited<br><blockquote>deeper<br></blockquote></blockquote>" in safe.html
    assert safe.has_quotation
    assert "old" in safe.html.partition("<details")[2]


TAGS = st.sampled_from(
    ["<script>", "</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<style>*{}</style>", "<a href='java\tscript:alert(1)'>", "<form>",
     "<input>", "<math><mtext>", "<table><tr><td>", "</table>", "<!--", "-->", "<iframe srcdoc=x>", "<p style='a:b'>", "</p>", "<base href=x>", "<blockquote type=cite>",
     "<details open ontoggle=alert(1)>", "<template>", "<noscript>", "<title>", "<textarea>", "\"'>", "&lt;script&gt;", "<a href=https://e.example>e.example.org</a>"]
)  # fmt: skip


@given(st.lists(st.one_of(TAGS, st.text(max_size=10)), max_size=25))
@settings(deadline=None)
def test_no_mixture_of_tags_leaves_anything_active(pieces):
    safe = safe_html("".join(pieces)).html.lower()
    for active in (
        "<script",
        "<svg",
        "<iframe",
        "<form",
        "<input",
        "<style",
        "<base",
        "<math",
        " onerror=",
        " onload=",
        " ontoggle=",
    ):
        assert active not in safe.replace("&lt;", "")
    assert 'href="java' not in safe


@given(st.text())
@settings(deadline=None)
def test_no_plain_text_becomes_a_tag(text):
    bare = text_html(text).html
    for tag in (
        "<blockquote>",
        "</blockquote>",
        "<br>",
        "</a>",
        '<details class="mail-quotation"><summary>…</summary>',
        "</details>",
        '<div class="mail-signature">',
        "</div>",
    ):
        bare = bare.replace(tag, "")
    assert "<" not in bare.replace("<a href=", "")
