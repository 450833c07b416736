"""Package build hook: the same asset and message builds that developers run by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds scripts, styles, fonts, icons and message catalogues before files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs for a wheel and for an editable installation; a source archive holds sources only."""
        if self.target_name == "sdist":
            return
        sys.path.insert(0, str(Path(self.root)))
        from tools import assets, messages

        try:
            assets.build(Path(self.root))
            messages.compile_catalogues(Path(self.root))
        except (assets.AssetError, messages.MessageError) as error:
            raise SystemExit(str(error)) from None
