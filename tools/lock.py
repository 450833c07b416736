"""Rewrites requirements/*.txt from *.in, with hashes and without any host: `python -m tools.lock`."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "requirements"
FLAGS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet"),
)


def main() -> int:
    """Needs `uv` on the path; dev.txt leads, so that the smaller sets are parts of it."""
    for name in ("dev", "build", "base", "s3"):
        target = FOLDER / f"{name}.txt"
        constraint = [] if name == "dev" else ["-c", str(FOLDER / "dev.txt")]
        command = ["uv", "pip", "compile", *FLAGS, str(FOLDER / f"{name}.in"), *constraint, "-o", str(target)]
        if subprocess.run(command, check=False).returncode:
            return 1
        if re.search(r"https?://", target.read_text()):
            print(f"{target.name} names a host; it must not.", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
