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
    "Le mardi 3 mars 2026 à 10:15:00 UTC+1, Wang Li <wang@exporter.example> a écrit :",
    "El 3 mar 2026, a las 10:15, Wang Li <wang@exporter.example> escribió:",
    "Em 3 de mar. de 2026, à(s) 10:15, Wang Li <wang@exporter.example> escreveu:",
    "Wang Li <wang@exporter.example> escreveu (terça, 3/03/2026 à(s) 10:15):",
    "Il giorno 3 mar 2026, alle ore 10:15, Wang Li <wang@exporter.example> ha scritto:",
    "Вторник, 3 марта 2026, 10:15 +03:00 от Wang Li <wang@exporter.example>:",
    '03.03.2026, 10:15, "Wang Li" <wang@exporter.example>:',
    "2026年3月3日 10:15、Wang Liさんは書きました:",
    "في الثلاثاء، ٣ مارس ٢٠٢٦ في ١٠:١٥ ص تمت كتابة ما يلي بواسطة \u202aWang Li\u202c\u200f <\u202awang@exporter.example\u202c\u200f>:",
    "Wang Li <wang@exporter.example> şunları yazdı (3 Mar 2026 10:15):",
    "wt., 3 mar 2026 o 10:15 Wang Li <wang@exporter.example> napisał(a):",
    "W dniu 03.03.2026 o 10:15, Wang Li pisze:",
    "út 3. 3. 2026 v 10:15 odesílatel Wang Li <wang@exporter.example> napsal:",
    "Dne 03.03.26 v 10:15 Wang Li napsal(a):",
    "ut 3. 3. 2026 o 10:15 Wang Li <wang@exporter.example> napísal(a):",
    "2026년 3월 3일 (화) 오전 10:15, Wang Li <wang@exporter.example>님이 작성:",
    "Vào Th 3, 3 thg 3, 2026 vào lúc 10:15 Wang Li <wang@exporter.example> đã viết:",
    "ในวันที่ อ. 3 มี.ค. 2026 เวลา 10:15 Wang Li <wang@exporter.example> เขียนว่า:",
    "Pada tanggal Sel, 3 Mar 2026 pukul 10.15 Wang Li <wang@exporter.example> menulis:",
    "मंगल, 3 मार्च 2026 को 10:15 am बजे को Wang Li <wang@exporter.example> ने लिखा:",
    "در تاریخ سه‌شنبه ۳ مارس ۲۰۲۶،\u200f ۱۰:۱۵ Wang Li <wang@exporter.example> نوشت:",
    "\u202bבתאריך יום ג׳, 3 במרץ 2026 ב-10:15 מאת \u202aWang Li\u202c\u200f <\u202awang@exporter.example\u202c\u200f>:\u202c",
    "Den tis 3 mars 2026 kl 10:15 skrev Wang Li <wang@exporter.example>:",
    "Den tirs. 3. mar. 2026 kl. 10.15 skrev Wang Li <wang@exporter.example>:",
    "tir. 3. mars 2026 kl. 10:15 skrev Wang Li <wang@exporter.example>:",
    "ti 3. maalisk. 2026 klo 10.15 Wang Li (wang@exporter.example) kirjoitti:",
    "Wang Li <wang@exporter.example> ezt írta (időpont: 2026. márc. 3., K, 10:15):",
    "În mar., 3 mar. 2026 la 10:15, Wang Li <wang@exporter.example> a scris:",
    "Στις Τρί 3 Μαρ 2026 στις 10:15 π.μ., ο/η Wang Li <wang@exporter.example> έγραψε:",
    "вт, 3 бер. 2026 р. о 10:15 Wang Li <wang@exporter.example> пише:",
    "На вт, 3.03.2026 г. в 10:15 ч. Wang Li <wang@exporter.example> написа:",
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
    "Van: Wang Li <wang@exporter.example>\nVerzonden: dinsdag 3 maart 2026 10:15\nAan: Buyer\nOnderwerp: Offerte",
    "Od: Wang Li <wang@exporter.example>\nWysłano: wtorek, 3 marca 2026 10:15\nDo: Buyer\nTemat: Oferta",
    "Od: Wang Li <wang@exporter.example>\nOdesláno: úterý 3. března 2026 10:15\nKomu: Buyer\nPředmět: Nabídka",
    "보낸 사람: Wang Li <wang@exporter.example>\n보낸 날짜: 2026년 3월 3일 화요일 오전 10:15\n받는 사람: Buyer\n제목: 견적",
    "Từ: Wang Li <wang@exporter.example>\nĐã gửi: Thứ Ba, 3 tháng 3, 2026 10:15\nĐến: Buyer\nChủ đề: Báo giá",
    "จาก: Wang Li <wang@exporter.example>\nส่ง: 3 มีนาคม 2026 10:15\nถึง: Buyer\nเรื่อง: ใบเสนอราคา",
    "Dari: Wang Li <wang@exporter.example>\nTerkirim: Selasa, 3 Maret 2026 10:15\nKepada: Buyer\nSubjek: Penawaran",
    "Från: Wang Li <wang@exporter.example>\nSkickat: den 3 mars 2026 10:15\nTill: Buyer\nÄmne: Offert",
    "Fra: Wang Li <wang@exporter.example>\nSendt: 3. marts 2026 10:15\nTil: Buyer\nEmne: Tilbud",
    "Lähettäjä: Wang Li <wang@exporter.example>\nLähetetty: tiistai 3. maaliskuuta 2026 10.15\nVastaanottaja: Buyer\nAihe: Tarjous",
    "Feladó: Wang Li <wang@exporter.example>\nElküldve: 2026. március 3. 10:15\nCímzett: Buyer\nTárgy: Ajánlat",
    "De la: Wang Li <wang@exporter.example>\nTrimis: marți, 3 martie 2026 10:15\nCătre: Buyer\nSubiect: Ofertă",
    "Από: Wang Li <wang@exporter.example>\nΣτάλθηκε: Τρίτη, 3 Μαρτίου 2026 10:15\nΠρος: Buyer\nΘέμα: Προσφορά",
    "מאת: Wang Li <wang@exporter.example>\nנשלח: יום שלישי 3 מרץ 2026 10:15\nאל: Buyer\nנושא: הצעה",
    "از: Wang Li <wang@exporter.example>\nارسال شده: 3 مارس 2026 10:15\nبه: Buyer\nموضوع: پیشنهاد",
    "प्रेषक: Wang Li <wang@exporter.example>\nभेजा गया: 3 मार्च 2026 10:15\nप्रति: Buyer\nविषय: प्रस्ताव",
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
