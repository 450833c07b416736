"""Legal forms of companies, from public knowledge: what they are called, what kind they are, and where.

A form says little about who somebody is, but two that exclude each other (GmbH and AG, S.L. in Spain and Ltda
in Brazil) tell two legal persons apart. Forms are written as people do; spaces, dots and slashes do not count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from genjin.rules.duplicates.scripts import plain


class Kind(StrEnum):
    """What kind of legal person; ANY is what others translate theirs to (Co., Ltd., Inc.)."""

    ANY = "any"
    LIMITED = "limited"
    STOCK = "stock"
    PARTNERSHIP = "partnership"
    SOLE = "sole"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LegalForm:
    """Kind and countries (ISO codes; none: used everywhere) of a form."""

    kind: Kind
    countries: frozenset[str]


_FORMS = """
any | | Co, Company, Corp, Corporation, Inc, Incorporated, Ltd, Limited, Co Ltd, Company Limited, Co Limited, Coltd, Ltd Co, Limited Company, Corp Ltd, Co Inc, Lim
any | | Cie, Compagnie, Firma, Fa, Ets, Etablissements, Ste, Societe, Companhia, Compania, Cia, Bros Co
limited | | LLC, Limited Liability Company, L L C Co, LLC Co, Limited Liability Co
stock | | JSC, Joint Stock Company, Public Joint Stock Company, PJSC, OJSC, CJSC, Open Joint Stock Company, Closed Joint Stock Company, PLC, Public Limited Company
partnership | | LP, LLP, Limited Partnership, Limited Liability Partnership, General Partnership, GP
limited | DE AT CH LI | GmbH, mbH, Gesellschaft mit beschränkter Haftung, Ges m b H, gGmbH, UG, UG haftungsbeschränkt, Unternehmergesellschaft, GmbH Co, Sàrl
stock | DE AT CH LI | AG, Aktiengesellschaft, SE, KGaA, AG Co KGaA, SE Co KGaA, SE Co KG
partnership | DE AT CH | GmbH Co KG, GmbH Co, AG Co KG, KG, Co KG, OHG, GbR, PartG mbB, Kommanditgesellschaft, UG Co KG, GmbH Co OHG, Kollektivgesellschaft
sole | DE AT | e K, e Kfm, e Kfr, e U, eK, Inh, eingetragener Kaufmann
other | DE AT | e V, eV, eG, Stiftung
limited | GB IE | Private Limited Company, CIC, DAC, Designated Activity Company, Teoranta, Teo, Cyf, Cyfyngedig
stock | GB IE | CCC
limited | FR BE LU MA TN DZ SN CI CM | SARL, S A R L, SARLU, EURL, Société à responsabilité limitée, SPRL, SRL BE
stock | FR BE LU MA TN DZ SN CI CM | SAS, SASU, Société anonyme, SCA, Société par actions simplifiée, SA
partnership | FR BE LU | SNC, SCS, SCI, SEP, SCOP, GIE
sole | FR | EI, EIRL
limited | IT | SRL, S r l, Srls, S r l s, Società a responsabilità limitata, SRL unipersonale, SRLU, S r l a socio unico
stock | IT | SpA, S p A, Società per azioni, SAPA
partnership | IT | SNC, S n c, SAS di, SaS, Ss
sole | IT | Ditta individuale, Ditta
other | IT | Scarl, Soc Coop, Società cooperativa, Scrl, Scpa
limited | ES | SL, S L, SLU, SLL, Sociedad limitada, Sociedad de responsabilidad limitada, SLNE, SLP
stock | ES | SA, S A, SAU, Sociedad anónima, SAL
other | ES | CB, S Coop, Sdad Coop, SCP
limited | PT | Lda, Limitada PT, Unipessoal Lda, Sociedade unipessoal Lda
stock | PT | SA, SGPS, SGPS SA
limited | BR CL CO EC BO PE GT CR NI HN | Ltda, Limitada, Ltda ME, Ltda EPP, Cia Ltda, Compañía limitada, EIRELI, SPE Ltda
sole | BR | ME, MEI, EPP
stock | BR | SA, S/A, Sociedade anônima, SA ME
limited | MX | S de RL, S de RL de CV, SRL de CV, Sociedad de responsabilidad limitada de capital variable, S de R L MI, SPR de RL
stock | MX | SA de CV, SAB de CV, SAPI de CV, SAB, S en C, Sociedad anónima de capital variable, SA CV, SAPI, SC de RL
limited | AR UY PE BO PY DO | SRL, SRL AR, SC, SRLTDA
stock | AR CO PE CL UY VE EC PA CR GT DO PY BO HN NI SV CU | SA, SAS, SAC, SAA, CA, C A, SACI, SACIF, SAIC, SACIFIA, SAU, SpA CL
sole | PE CL | EIRL, E I R L
limited | NL BE | BV, B V, Besloten vennootschap, BVBA, B V B A, Flex BV
stock | NL BE | NV, N V, Naamloze vennootschap
partnership | NL BE | VOF, V O F, CommV, Comm V, Maatschap, Comm VA
other | NL BE | CVBA, Coöperatie, Coöperatieve, UA
limited | SE | AB, Aktiebolag, A B
stock | SE | AB publ, publ
partnership | SE | HB, KB, Handelsbolag, Kommanditbolag
limited | FI | Oy, Osakeyhtiö, Oy Ab, Ab Oy
stock | FI | Oyj, Oyj Abp, Abp
partnership | FI | Ky, Tmi, Ay
limited | DK | ApS, Ap S, Anpartsselskab, IVS
stock | DK NO | A/S, Aktieselskab
partnership | DK NO | I/S, K/S, P/S
limited | NO | AS, Aksjeselskap
stock | NO | ASA, Allmennaksjeselskap
sole | NO SE | ENK, Enskild firma
limited | IS | ehf, e h f
stock | IS | hf, ohf
limited | EE | OÜ, Osaühing
stock | EE LV LT | AS, AB LT, Aktsiaselts, Akcinė bendrovė, Akciju sabiedrība
limited | LV | SIA, Sabiedrība ar ierobežotu atbildību
limited | LT | UAB, Uždaroji akcinė bendrovė, MB
limited | PL | Sp z o o, Sp zoo, Spzoo, Spółka z o o, Spółka z ograniczoną odpowiedzialnością, Sp z o o Sp k, Sp z oo, Spolka zoo
stock | PL | SA, S A, Spółka akcyjna, PSA
partnership | PL | Sp j, Sp k, Spółka jawna, Spółka komandytowa, SKA, s c, Sp p, FHU, PHU, PPHU, PPH, ZPH, FPH
limited | CZ SK | s r o, spol s r o, sro, společnost s ručením omezeným
stock | CZ SK | a s, as, akciová společnost, akciova spolocnost
partnership | CZ SK | v o s, k s
limited | HU | Kft, Korlátolt felelősségű társaság
stock | HU | Zrt, Nyrt, Rt
partnership | HU | Bt, Kkt
limited | SI HR RS BA ME MK | d o o, doo, društvo s ograničenom odgovornošću, j d o o, dooel, družba z omejeno odgovornostjo, д.о.о., ДООЕЛ
stock | SI HR RS BA ME MK | d d, dd, a d, ad, dioničko društvo, АД
sole | SI HR RS BA | s p, obrt, szr, szt, str
partnership | SI HR RS | d n o, k d
limited | RO MD | SRL, S R L, SRL D, Societate cu raspundere limitata
stock | RO MD | SA, S A
sole | RO | PFA, Întreprindere individuală
limited | BG | OOD, EOOD, ООД, ЕООД, Дружество с ограничена отговорност
stock | BG | AD, EAD, АД, ЕАД
sole | BG | ET, ЕТ
partnership | BG | KD, КД, SD, СД, Командитно дружество, Събирателно дружество
limited | GR CY | EPE, ΕΠΕ, IKE, ΙΚΕ, PC, P C, Μονοπρόσωπη ΙΚΕ, Monoprosopi EPE
stock | GR CY | AE, ΑΕ, A E, AEBE, ΑΕΒΕ, ABEE, ΑΒΕΕ, S A, Ανώνυμη Εταιρεία
partnership | GR | OE, ΟΕ, EE, ΕΕ
limited | AL XK | SHPK, Sh p k
stock | AL | SHA, Sh a
limited | TR | Ltd Şti, Ltd Sti, Limited Şirketi, Ltd Şirketi, Tic Ltd Şti, Şti, Limited Sti
stock | TR | A Ş, AŞ, Anonim Şirketi, Anonim Sirket
partnership | TR | Koll Şti, Kom Şti
limited | RU BY KG UZ | ООО, OOO, Общество с ограниченной ответственностью, ОсОО, ОДО, ТОО
stock | RU BY KG UZ | ЗАО, ОАО, ПАО, АО, НАО, Публичное акционерное общество, Акционерное общество, Закрытое акционерное общество, Открытое акционерное общество
sole | RU BY KZ UA | ИП, ЧП, ФОП, Индивидуальный предприниматель, ЧУП, ЧТУП
limited | KZ | ТОО, TOO, Товарищество с ограниченной ответственностью, ЖШС
limited | UA | ТОВ, ТзОВ, TOV, Товариство з обмеженою відповідальністю, LLC UA
stock | UA | ПрАТ, ПАТ, АТ, Приватне акціонерне товариство
limited | UZ | МЧЖ, MChJ, XK, ХК
limited | AZ | MMC
stock | AZ | ASC, QSC
limited | GE AM | შპს, SHPS, ՍՊԸ
limited | IN PK BD LK NP | Pvt Ltd, Private Limited, P Ltd, Pvt Limited, Pvt, OPC Pvt Ltd, Private Ltd, (P) Ltd, SMC Pvt Ltd, SMC Private Limited, Pvt Ltd Co
stock | IN PK BD LK | Public Ltd
sole | IN PK BD | Proprietorship, Prop
limited | MY | Sdn Bhd, Sendirian Berhad, S/B, PLT
stock | MY | Bhd, Berhad
limited | SG | Pte Ltd, Pte Limited, Private Limited SG, Pte
limited | ID | PT, Perseroan terbatas, P T
stock | ID | PT Tbk, Tbk, Tbk PT
partnership | ID | CV, C V, UD, Firma ID, PD
limited | PH | OPC
limited | TH | บริษัท, จำกัด, บจก
stock | TH | PCL, Public Company Limited, มหาชน, Pub Co Ltd, Public Co Ltd, บมจ
partnership | TH | ห้างหุ้นส่วนจำกัด, หจก, Ltd Part
limited | VN | TNHH, Công ty TNHH, Cong ty TNHH, Công ty TNHH MTV, TNHH MTV, CTY TNHH, Công ty trách nhiệm hữu hạn
stock | VN | Công ty cổ phần, CTCP, Cong ty CP, CP, Công ty CP
stock | JP | 株式会社, (株), KK, K K, Kabushiki Kaisha, Kabushiki Gaisha
limited | JP | 有限会社, (有), YK, Y K, Yugen Kaisha, Yugen Gaisha, 合同会社, GK, G K, Godo Kaisha, (同)
partnership | JP | 合資会社, 合名会社, 合资会社
stock | KR | 주식회사, (주), Jusik Hoesa, Chusik Hoesa
limited | KR | 유한회사, (유), Yuhan Hoesa
stock | CN TW | 股份有限公司, 股份公司, 集团股份有限公司
limited | CN HK TW MO SG MY | 有限公司, 有限责任公司, 公司, 一人有限公司, 私人有限公司
sole | CN TW | 企业社, 商行, 经营部, 个体工商户, 商社, 个人独资企业
partnership | CN | 合伙企业, 有限合伙, 普通合伙
limited | AE SA QA KW BH OM JO EG LB | WLL, W L L, LLC FZ, FZ LLC, FZE, FZC, FZCO, FZ Co, FZ LLC Co, Free Zone Establishment, Free Zone Company, ذ.م.م, شركة, DMCC, DMCEST, SPC, S P C, LLC SPC, LLC SOC, DWC LLC, JLT, LLC OPC
stock | AE SA QA KW BH OM EG LB JO | PSC, PJSC, SAE, S A E, SAL, S A L, SAOG, SAOC, KSC, KSCC, BSC, QSC, QPSC, SJSC, BSC Closed
sole | AE SA QA KW BH OM | Est, Establishment, Sole Establishment, Sole Proprietorship, مؤسسة
limited | IL | בע״מ, בע"מ, בעמ, BM
stock | IR | PJS, Co PJS, P J S, Sahami Khass, Sahami Aam, سهامی خاص
limited | ZA NA BW ZW ZM SZ LS | Pty, Pty Ltd, Proprietary Limited, (Pty) Ltd, Pty Limited, CC, C C, Close Corporation, Pvt Ltd ZW
limited | AU NZ PG FJ | Pty Ltd, Pty, Proprietary Limited, Pty Limited, P L, Proprietary Ltd
limited | NG GH KE UG TZ | Nig Ltd, Nigeria Ltd, Ent, Ltd Gte
sole | NG GH KE | Ventures Ent
limited | MZ AO CV | Lda, SU Lda, Limitada
stock | US CA | Ltd Corp, PBC
partnership | US CA | LLLP
limited | US CA | PLLC, ULC, Ltée, Ltee, Limitée, Inc Ltee
"""
_CHINESE = re.compile("[\u4e00-\u9fff]")
_MARK = re.compile(r" (?:AR|BE|CL|ID|LT|PT|RO|SG|UA|ZW)$")
_PLAIN = re.compile(r"[^\w\u0e00-\u0e7f]+")


def _read() -> dict[str, LegalForm]:
    """The table by compact spelling; a form of several kinds or places is as much as it can be."""
    found: dict[str, LegalForm] = {}
    for line in _FORMS.strip().splitlines():
        kind, countries, names = (part.strip() for part in line.split("|"))
        for name in names.split(","):
            key = compact(_MARK.sub("", name.strip()))
            new = LegalForm(Kind(kind), frozenset(countries.split()))
            old = found.get(key)
            if old is not None:
                wide = new.countries | old.countries if new.countries and old.countries else frozenset()
                new = LegalForm(old.kind if old.kind is new.kind else Kind.ANY, wide)
            found[key] = new
    return found


def compact(text: str) -> str:
    """A form without spaces, dots, slashes, accents and case."""
    return _PLAIN.sub("", plain(text)).replace("_", "")


FORMS = _read()
LONGEST = 6
"""So many words a form has at most when its letters stand apart (S. A. de C. V.)."""
CHINESE_FORMS = sorted(
    (form for form in FORMS if _CHINESE.search(form) and len(form) > 1), key=len, reverse=True
)
FOREMOST = frozenset(
    "ab as oy pt cv ooo zao oao pao ao nao too tov tzov chp ip fop sia uab sarl sas eurl ets ste sa srl spa doo ad "
    "ood eood et kk firma fa ud pd societe cia ditta phu fhu pphu pph osoo odo jsc ojsc cjsc pjsc llc ae prat pat "
    "ctcp gmbh tnhh ctytnhh jusikhoesa yuhanhoesa compagnie companhia compania".split()
) | {form for form in FORMS if len(form) > 9}
"""Forms that may begin a name."""
INNER = frozenset(
    "gmbh ltd limited llc inc incorporated corp corporation pvtltd pteltd ptyltd sdnbhd coltd ltda sarl srl co company sadecv "
    "kft doo spzoo gmbhcokg wll fze fzco fzllc plc jsc eood ood privatelimited companylimited llp bhd".split()
)
"""Forms that are nothing else even in the middle of a name: Acme GmbH Werk 2."""
