"""A company's name taken apart."""

import subprocess
import sys

import pytest

from bench.duplicates import read_pairs
from genjin.rules.duplicates.facts import company, exact_key
from genjin.rules.duplicates.legal_forms import FORMS, Kind
from genjin.rules.duplicates.names import company_name, normalised
from genjin.rules.duplicates.score import compare
from genjin.rules.duplicates.scripts import pinyin
from genjin.rules.duplicates.words import READINGS

NAMES = sorted({name for pair in read_pairs() for name in pair.names})
FORMS_BY_COUNTRY = """
DE: GmbH, AG, GmbH & Co. KG, e.K., UG (haftungsbeschränkt), G.m.b.H. | FR: SARL, S.A.S., S.A., EURL
IT: S.r.l., SpA, S.p.A. | ES: S.L., S.A., SLU | PT: Lda, S.A., Unipessoal Lda | BR: Ltda., S/A, EIRELI
MX: S.A. de C.V., SA de CV, S. de R.L. de C.V. | AR: S.R.L., S.A. | CL: Ltda, SpA | CO: S.A.S.
PE: S.A.C., E.I.R.L.
NL: B.V., BV, N.V. | BE: BVBA, NV | SE: AB | FI: Oy, Oyj | DK: ApS, A/S | NO: AS, ASA | IS: ehf. | EE: OÜ
LV: SIA | LT: UAB
PL: Sp. z o.o., S.A., sp. j. | CZ: s.r.o., a.s., spol. s r.o. | HU: Kft., Zrt., Nyrt.
SI: d.o.o., d.d. | RO: S.R.L.
BG: EOOD, ЕООД, OOD, AD | GR: A.E., ΑΕ, ΕΠΕ, IKE | AL: Sh.p.k. | TR: A.Ş., Ltd. Şti., Limited Şirketi
RU: ООО, OOO, ПАО
UA: ТОВ, TOV | KZ: ТОО | UZ: MChJ | GB: Ltd, Limited, PLC, LLP | IE: DAC
US: Inc., LLC, L.L.C., Corp., Corporation
CA: ULC, Ltée | IN: Pvt. Ltd., Private Limited, (P) Ltd | MY: Sdn. Bhd., Berhad | SG: Pte. Ltd.
ID: Tbk | TH: Co., Ltd., PCL
VN: JSC | JP: K.K., 株式会社, ㈱, Co., Ltd. | KR: 주식회사, (주)
CN: 有限公司, 有限责任公司, 股份有限公司 | TW: 股份有限公司, 有限公司
HK: Limited | AE: L.L.C, FZE, FZCO, FZ-LLC, DMCC | SA: Est. | QA: W.L.L. | EG: S.A.E. | IL: בע"מ
ZA: (Pty) Ltd, CC
AU: Pty Ltd | NG: Nig. Ltd
"""
CASES = [
    (country.strip(), form.strip())
    for part in FORMS_BY_COUNTRY.replace("\n", "|").split("|")
    if part.strip()
    for country, _, forms in [part.partition(":")]
    for form in forms.replace("Co., Ltd.", "Co Ltd").split(",")
]


def test_the_legal_forms_of_forty_countries_and_more_are_known() -> None:
    assert len({country for country, _form in CASES}) >= 40
    assert len({country for form in FORMS.values() for country in form.countries}) >= 40


@pytest.mark.parametrize(("country", "form"), CASES)
def test_a_name_is_itself_with_any_legal_form_of_its_country(country: str, form: str) -> None:
    bare, full = "Zarvatex", f"Zarvatex {form}"
    assert company_name(full).core == ("zarvatex",)
    assert normalised(full) == normalised(bare)
    assert exact_key(full, country) == exact_key(bare, country)
    assert compare(company(full, country=country), company(bare, country=country)).score >= 90


@pytest.mark.parametrize(
    "name",
    [
        "ООО Zarvatex",
        "PT Zarvatex Tbk",
        "株式会社 Zarvatex",
        "AB Zarvatex",
        "S.A. Zarvatex",
        "Công ty TNHH Zarvatex",
    ],
)
def test_some_legal_forms_come_first(name: str) -> None:
    assert company_name(name).core == ("zarvatex",)


def test_a_form_that_is_all_there_is_remains_a_name() -> None:
    assert company_name("Limited").core == ("limited",)
    assert normalised("AB") == "ab"


def test_two_legal_persons_are_told_by_their_kind() -> None:
    assert company_name("Weber GmbH").kinds == {Kind.LIMITED}
    assert company_name("Weber AG").kinds == {Kind.STOCK}
    assert company_name("Weber Ltd").kinds == frozenset()


@pytest.mark.parametrize(
    ("name", "core", "trades"),
    [
        ("宁波市海曙恒泰五金工具有限公司", ("hengtai",), ("hardware", "tool")),
        ("寧波恒泰工具（中国）有限公司", ("hengtai",), ("tool",)),
        ("Ningbo Hengtai Tools Co., Ltd.", ("hengtai",), ("tool",)),
        ("Müller & Söhne GmbH & Co. KG", ("muller",), ("son",)),
        ("ООО «Сигма Трейд»", ("sigma",), ("trade",)),
        ("Παπαδόπουλος Α.Ε.", ("papadopoulos",), ()),
        ("Kaya Aydınlatma San. ve Tic. A.Ş.", ("kaya",), ("light", "industry", "trade")),
        ("トヨタ㈱", ("toyota",), ()),
        ("Delta Imp. & Exp. Mfg. Intl", ("delta",), ("import", "export", "manufacture", "international")),
    ],
)
def test_own_words_are_told_from_those_of_many(
    name: str, core: tuple[str, ...], trades: tuple[str, ...]
) -> None:
    found = company_name(name)
    assert (found.core, found.trades) == (core, trades)


def test_places_numbers_and_aliases_are_taken_out() -> None:
    name = company_name("Acme Ltd t/a Blue Star (Shanghai) Factory No. 2")
    assert name.core == ("acme",)
    assert [alias.core for alias in name.aliases] == [("blue", "star")]
    assert name.aliases[0].numbers == {"2"}
    assert company_name("上海宝钢二厂").numbers == {"2"}
    assert company_name("宁波恒泰工具有限公司").towns == {"ningbo"}


@pytest.mark.parametrize("name", NAMES)
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = normalised(name)
    assert normalised(once) == once


def test_the_exact_key_joins_spellings_and_keeps_firms_apart() -> None:
    assert exact_key("Müller Tools GmbH", "DE") == exact_key("MUELLER TOOLS", "Germany") != ""
    assert exact_key("宁波恒泰工具有限公司", "CN") == exact_key("Ningbo Hengtai Tools Co., Ltd.", "China")
    assert exact_key("Müller Tools", "DE") != exact_key("Müller Tools", "AT")
    assert exact_key("Canon", "DE") != exact_key("Kanon", "DE")
    assert exact_key("General Trading LLC", "AE") == ""
    assert exact_key("", "AE") == ""


def test_towns_are_written_down_as_they_are_read() -> None:
    assert {town: pinyin(town) for town in READINGS} == READINGS


def test_names_are_taken_apart_without_the_tables_of_every_character() -> None:
    asked = "import sys, genjin.rules.duplicates.facts; print('pypinyin' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
