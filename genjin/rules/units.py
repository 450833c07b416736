"""Units of goods: one code for each, whatever way it was typed (D-16)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unit:
    """One unit of goods; `others` are further ways to write it, in small letters."""

    code: str
    zh: str
    en: str
    others: tuple[str, ...] = ()


UNITS = (
    Unit("pcs", "个", "pieces", ("pc", "pce", "piece", "只", "件", "支", "枚")),
    Unit("set", "套", "sets", ("sets", "组")),
    Unit("pair", "双", "pairs", ("pairs", "prs", "对")),
    Unit("doz", "打", "dozens", ("dozen", "dozens", "dz")),
    Unit("gross", "罗", "gross", ("grs",)),
    Unit("box", "盒", "boxes", ("boxes",)),
    Unit("ctn", "箱", "cartons", ("ctns", "carton", "cartons")),
    Unit("bag", "袋", "bags", ("bags", "包")),
    Unit("bottle", "瓶", "bottles", ("bottles", "btl")),
    Unit("can", "罐", "cans", ("cans", "tin", "tins", "听")),
    Unit("barrel", "桶", "barrels", ("barrels", "bbl", "drum", "drums")),
    Unit("roll", "卷", "rolls", ("rolls",)),
    Unit("sheet", "张", "sheets", ("sheets", "片")),
    Unit("bundle", "捆", "bundles", ("bundles", "扎")),
    Unit("unit", "台", "units", ("units", "辆", "部")),
    Unit("plt", "托", "pallets", ("pallet", "pallets", "plts")),
    Unit("m", "米", "metres", ("metre", "metres", "meter", "meters", "mtr", "mtrs")),
    Unit("cm", "厘米", "centimetres"),
    Unit("yd", "码", "yards", ("yard", "yards", "yds")),
    Unit("ft", "英尺", "feet", ("foot", "feet")),
    Unit("sqm", "平方米", "square metres", ("m2", "m²", "平米", "sq.m", "sq m")),
    Unit("cbm", "立方米", "cubic metres", ("m3", "m³", "立方")),
    Unit("kg", "千克", "kilograms", ("kgs", "kilo", "公斤")),
    Unit("g", "克", "grams", ("gram", "grams")),
    Unit("t", "吨", "tonnes", ("mt", "ton", "tons", "tonne", "tonnes", "公吨")),
    Unit("lb", "磅", "pounds", ("lbs", "pound", "pounds")),
    Unit("l", "升", "litres", ("ltr", "litre", "litres", "liter", "liters")),
    Unit("hour", "小时", "hours", ("hours", "hr", "hrs")),
)

_CODES = {
    word: unit.code for unit in UNITS for word in (unit.code, unit.zh, unit.en.casefold(), *unit.others)
}


def unit_code(typed: str) -> str:
    """The code of the unit meant; what is no known unit stays itself, in small letters."""
    word = typed.strip().casefold().rstrip(".")
    return _CODES.get(word, word)
