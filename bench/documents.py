"""`python -m bench.documents`: how long a proforma invoice of two pages and 40 lines takes, as PDF and Excel.

Every round prints other texts: Typst remembers what it has set before.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable

from genjin.sales.documents import pdf, sheet
from genjin.sales.documents.content import Cell, Column, Content, Row, Section, Sum, Table

LINES = 40


def content(lines: int = LINES, turn: int = 0) -> Content:
    """A document with as many lines, in English and Chinese; other texts in every turn."""
    columns = (
        Column("No.", Cell.COUNT),
        Column("Code 货号"),
        Column("Description 品名及规格", share=3),
        Column("Quantity 数量", Cell.QUANTITY),
        Column("Unit price 单价", Cell.PRICE),
        Column("Amount 金额", Cell.AMOUNT),
    )
    rows = tuple(
        Row((str(i), f"LED-{i:04}", f"LED bulb 灯泡 {turn} {i}", str(1200 + turn), "1.235", "1482"))
        for i in range(1, lines + 1)
    )
    return Content(
        title="Proforma invoice 形式发票",
        number=f"PI2026-{turn:04}",
        language="en-zh",
        currency="USD",
        seller=("Ningbo Sunrise Lighting Co., Ltd.", "宁波旭日照明有限公司"),
        buyer_label="Buyer 买方",
        buyer=("Gulf Trading LLC", "Riyadh"),
        facts=(
            ("Price terms 价格条款", "FOB Ningbo"),
            ("Payment 付款方式", "30% deposit, 70% against B/L copy"),
        ),
        tables=(Table(columns, rows),),
        sums=(Sum("Total 合计 USD", str(1482 * lines), strong=True),),
        sections=(Section("Bank details 银行信息", "Bank of China\nSWIFT BKCHCNBJ92A"),),
    )


def measure(make: Callable[[int], bytes], rounds: int) -> dict[str, float]:
    """The first call (it reads fonts) and the median of the others, in milliseconds of wall and CPU time."""
    walls, works = [], []
    for turn in range(rounds + 1):
        wall, work = time.perf_counter(), time.process_time()
        size = len(make(turn))
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - work) * 1000)
    return {
        "first_ms": round(walls[0], 1),
        "median_ms": round(statistics.median(walls[1:]), 1),
        "cpu_median_ms": round(statistics.median(works[1:]), 1),
        "kilobytes": round(size / 1024, 1),
    }


def main() -> None:
    """Prints one JSON object a format."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=LINES)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    for name, render in (("pdf", pdf.render), ("xlsx", sheet.render)):
        figures = measure(lambda turn, render=render: render(content(options.lines, turn)), options.rounds)
        print(json.dumps({"format": name, "lines": options.lines, **figures}))


if __name__ == "__main__":
    main()
