"""What the writer wrote, in the ways of many mail programs and languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genjin.rules.letters import Mark, marked, trim

OWN = "Please send the new price list.\n\nWe wait for it."
CITED = "> Dear Sir\n> our offer stands\n>> older words"
FLAT = "Dear Sir\nour offer stands\n\nolder words"

WROTE = [
    "On Tue, Mar 3, 2026 at 10:15 AM Wang Li <wang@exporter.example> wrote:",
    "On 3 Mar 2026, at 10:15, Wang Li <wang@exporter.example> wrote:",
    "On Tue, Mar 3, 2026 at 10:15 AM Wang Li Very Long Name <\nwang@exporter.example> wrote:",
    'At 2026-03-03 10:15:00, "Wang Li" <wang@exporter.example> wrote:',
    "2026-03-03 10:15 GMT+08:00 Wang Li <wang@exporter.example>:",
    '在 2026-03-03 10:15:00，"王力" <wang@exporter.example> 写道：',
    "在 2026年3月3日，上午10:15，王力 <wang@exporter.example> 写道：",
    "王力 <wang@exporter.example> 于2026年3月3日周二 10:15写道：",
    "王力 <wang@exporter.example> 於 2026年3月3日 週二 上午10:15 寫道：",
    "Am 03.03.2026 um 10:15 schrieb Wang Li:",
    "Am Di., 3. März 2026 um 10:15 Uhr schrieb Wang Li <wang@exporter.example>:",
    "Le mar. 3 mars 2026 à 10:15, Wang Li <wang@exporter.example> a écrit :",
    "El mar, 3 mar 2026 a las 10:15, Wang Li (<wang@exporter.example>) escribió:",
    "Em ter., 3 de mar. de 2026 às 10:15, Wang Li <wang@exporter.example> escreveu:",
    "Il giorno mar 3 mar 2026 alle ore 10:15 Wang Li <wang@exporter.example> ha scritto:",
    "вт, 3 мар. 2026 г. в 10:15, Wang Li <wang@exporter.example>:",
    "3 марта 2026 г., в 10:15, Wang Li <wang@exporter.example> написал(а):",
    "03.03.2026 10:15, Wang Li пишет:",
    "2026年3月3日(火) 10:15 Wang Li <wang@exporter.example>:",
    "2026/03/03 10:15、Wang Li <wang@exporter.example>のメール:",
    "في الثلاثاء، 3 مارس 2026 في 10:15 ص تمت كتابة ما يلي بواسطة Wang Li <wang@exporter.example>:",
    "Wang Li <wang@exporter.example>, 3 Mar 2026 Sal, 10:15 tarihinde şunu yazdı:",
    "Op di 3 mrt 2026 om 10:15 schreef Wang Li <wang@exporter.example>:",
]

BLOCKS = [
    "-----Original Message-----\nFrom: Wang Li [mailto:wang@exporter.example]\nSent: Tuesday, March 3, 2026 10:15 AM\nTo: Buyer\nSubject: Offer",
    "________________________________\nFrom: Wang Li <wang@exporter.example>\nSent: Tuesday, March 3, 2026 10:15 AM\nTo: Buyer <b@acme.example>\nSubject: Offer",
    "发件人: 王力 <wang@exporter.example>\n发送时间: 2026年3月3日 10:15\n收件人: Buyer <b@acme.example>\n主题: 报价",
    "发件人： 王力\n发送时间： 2026-03-03 10:15\n收件人： buyer\n抄送： li\n主题： 报价",
    '------------------ 原始邮件 ------------------\n发件人: "王力" <wang@exporter.example>;\n发送时间: 2026年3月3日(星期二) 上午10:15\n收件人: "Buyer"<b@acme.example>;\n主题: 报价',
    '------------------ Original ------------------\nFrom:  "Wang";<wang@exporter.example>;\nDate:  Tue, Mar 3, 2026 10:15 AM\nTo:  "Buyer"<b@acme.example>;\n\nSubject:  Offer',
    "-------- 转发邮件信息 --------\n发件人：王力 <wang@exporter.example>\n发送日期：2026-03-03 10:15:00\n收件人：Buyer\n主题：报价",
    "寄件者: 王力\n寄件日期: 2026年3月3日 上午 10:15\n收件者: Buyer\n主旨: 報價",
    "Von: Wang Li <wang@exporter.example>\nGesendet: Dienstag, 3. März 2026 10:15\nAn: Buyer\nBetreff: Angebot",
    "-----Ursprüngliche Nachricht-----\nVon: Wang Li\nGesendet: Dienstag, 3. März 2026 10:15\nAn: Buyer\nBetreff: Angebot",
    "De : Wang Li <wang@exporter.example>\nEnvoyé : mardi 3 mars 2026 10:15\nÀ : Buyer\nObjet : Offre",
    "-----Message d'origine-----\nDe : Wang Li\nEnvoyé : mardi 3 mars 2026 10:15\nÀ : Buyer\nObjet : Offre",
    "De: Wang Li <wang@exporter.example>\nEnviado el: martes, 3 de marzo de 2026 10:15\nPara: Buyer\nAsunto: Oferta",
    "De: Wang Li <wang@exporter.example>\nEnviada em: terça-feira, 3 de março de 2026 10:15\nPara: Buyer\nAssunto: Oferta",
    "Da: Wang Li <wang@exporter.example>\nInviato: martedì 3 marzo 2026 10:15\nA: Buyer\nOggetto: Offerta",
    "От: Wang Li <wang@exporter.example>\nОтправлено: 3 марта 2026 г. 10:15\nКому: Buyer\nТема: Предложение",
    "差出人: Wang Li <wang@exporter.example>\n送信日時: 2026年3月3日 10:15\n宛先: Buyer\n件名: 見積",
    "من: Wang Li <wang@exporter.example>\nتاريخ الإرسال: 3 مارس 2026 10:15\nإلى: Buyer\nالموضوع: عرض",
    "Kimden: Wang Li <wang@exporter.example>\nGönderildi: 3 Mart 2026 Salı 10:15\nKime: Buyer\nKonu: Teklif",
    "*From:* Wang Li <wang@exporter.example>\n*Date:* Tue, 3 Mar 2026\n*To:* Buyer\n*Subject:* Offer",
    "Begin forwarded message:\n\nFrom: Wang Li <wang@exporter.example>\nSubject: Offer\nDate: 3 March 2026\nTo: Buyer",
    "---------- Forwarded message ---------\nFrom: Wang Li <wang@exporter.example>\nDate: Tue, Mar 3, 2026\nSubject: Offer\nTo: Buyer",
]

SIGNATURES = [
    "-- \nJohn Smith\nACME Ltd",
    "Sent from my iPhone",
    "Get Outlook for iOS",
    "发自我的iPhone",
    "发自我的华为手机",
    "从我的小米手机发送",
    "Von meinem iPhone gesendet",
    "Envoyé de mon iPhone",
    "Enviado desde mi iPhone",
    "Enviado do meu iPhone",
    "Inviato da iPhone",
    "Отправлено с iPhone",
    "iPhoneから送信",
    "أرسلت من الـ iPhone",
    "iPhone'umdan gönderildi",
    "Best regards,\nJohn Smith\nACME Ltd\nTel: +49 89 1234567\nwww.acme.example",
    "此致\n敬礼\n王力\n电话：0755-12345678\n邮箱：wang@exporter.example",
]

OWN_WORDS = [
    "On Monday I spoke with Tom, who wrote:\nThe goods are fine.\nSo please ship.",
    "We need:\n- 100 pcs red\n- 200 pcs blue\n\nPrice: 5 USD",
    "From: our side all is clear.\nPlease go on.",
    "To: the packing team\nplease use strong cartons -- they break.",
    "日期：3月3日\n数量：500\n请确认。",
    "Time: 10:15\nPlace: hall 4",
]


def flat(text: str) -> str:
    """A text without regard to its spaces."""
    return " ".join(text.split())


@pytest.mark.parametrize("introduction", WROTE)
@pytest.mark.parametrize("quotation", [CITED, FLAT], ids=["cited", "flat"])
def test_what_somebody_wrote_before_is_taken_away(introduction, quotation):
    trimmed = trim(f"{OWN}\n\n{introduction}\n\n{quotation}\n")
    assert flat(trimmed.reply) == flat(OWN)
    assert flat(trimmed.quotation) == flat(f"{introduction} {quotation}")


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("quotation", [CITED, FLAT], ids=["cited", "flat"])
def test_a_block_of_headers_begins_a_quotation(block, quotation):
    assert flat(trim(f"{OWN}\n\n{block}\n\n{quotation}\n").reply) == flat(OWN)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_is_taken_away(signature):
    trimmed = trim(f"{OWN}\n\n{signature}\n\nOn 3 Mar 2026, at 10:15, Wang <w@e.example> wrote:\n\n{CITED}")
    assert flat(trimmed.reply) == flat(OWN)
    assert flat(trimmed.signature) == flat(signature)


@pytest.mark.parametrize("text", OWN_WORDS)
def test_what_only_looks_like_a_quotation_stays(text):
    assert flat(trim(text).reply) == flat(text)


def test_answers_between_the_quoted_lines_stay():
    text = "On 3 Mar 2026, at 10:15, Wang <w@e.example> wrote:\n> Colour?\nRed.\n> Size?\nLarge.\n> Bye"
    assert flat(trim(text).reply) == "Red. Large."


LINES = st.lists(
    st.one_of(
        st.sampled_from([*"\n".join([*WROTE, *BLOCKS, *SIGNATURES, *OWN_WORDS, CITED]).split("\n"), ""]),
        st.text(max_size=40),
    ),
    max_size=30,
)


@given(LINES)
def test_every_line_is_kept_once_and_in_order(lines):
    text = "\n".join(lines)
    pairs = marked(text)
    assert [line for _, line in pairs] == text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    own = [line for mark, line in pairs if mark is Mark.OWN]
    assert trim(text).reply.strip() == "\n".join(own).strip()


@given(st.text())
def test_any_text_can_be_trimmed(text):
    trimmed = trim(text)
    assert len(trimmed.reply) <= len(text)
