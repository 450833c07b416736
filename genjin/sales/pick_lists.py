"""What is suggested while typing: units, ports, container types (D-16). Other words may be typed too."""

from __future__ import annotations

from functools import cache

from django.utils.translation import get_language

from genjin.rules.units import UNITS, unit_code
from genjin.sales.port_names import PORTS, Port

_UNITS = {unit.code: unit for unit in UNITS}


def _is_zh() -> bool:
    return (get_language() or "").startswith("zh")


def unit_choices() -> list[tuple[str, str]]:
    """Units by code, each with its name in the reader's language."""
    return [(unit.code, unit.zh if _is_zh() else unit.en) for unit in UNITS]


def unit_name(code: str) -> str:
    """A unit as pages of the reader's language write it: 个 in Chinese, pcs elsewhere."""
    unit = _UNITS.get(unit_code(code))
    return unit.zh if unit is not None and _is_zh() else code


def ports() -> list[tuple[str, str]]:
    """Ports as documents name them ("Hamburg, Germany"), each with its Chinese name."""
    return _ports()


@cache
def _ports() -> list[tuple[str, str]]:
    return [(port.text, port.zh) for port in PORTS]


def port_named(typed: str) -> Port | None:
    """The port that was meant by a name in either language or its UN/LOCODE; None for others."""
    return _by_name().get(typed.strip().casefold())


@cache
def _by_name() -> dict[str, Port]:
    named = ((name, port) for port in PORTS for name in (port.locode, port.en, port.text, port.zh))
    return {name.casefold(): port for name, port in named}
