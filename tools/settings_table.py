"""Writes the table of all settings into docs/operators/settings.md: `python -m tools.settings_table`."""

from __future__ import annotations

from pathlib import Path

from genjin.config.environment import VARIABLES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "operators" / "settings.md"
START, END = "<!-- table -->\n", "<!-- end of table -->"


def table() -> str:
    """The settings in the order of `VARIABLES`, as Markdown."""
    rows = [f"| `{v.name}` | {f'`{v.default}`' if v.default else 'empty'} | {v.meaning} |" for v in VARIABLES]
    return "\n".join(["| Variable | Default | Meaning |", "|---|---|---|", *rows, ""])


def filled(page: str) -> str:
    """The page with the table between its two marks."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{table()}{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
