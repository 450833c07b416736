"""A notice of absence is never an answer; a person who mentions an absence is none."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from genjin.rules.letters import Kind, LetterFacts, judge
from genjin.rules.letters.return_dates import return_date

SENT = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # a Wednesday

NOTICES = [
    ("en", "Automatic reply: Quotation Q-88", "I am out of the office until 16 March 2026 with limited access to email.", "2026-03-16"),
    ("en", "Out of Office: Re: price list", "Thank you for your message. I'm away from March 2nd to March 10th, returning on March 11th.", "2026-03-11"),
    ("en", "Re: samples", "I am currently on annual leave and will be back on Monday, 9 March. For urgent matters please contact Tom.", "2026-03-09"),
    ("en", "Re: order 77", "I'm out of the office for two weeks. I will reply upon my return.", "2026-03-18"),
    ("zh", "自动回复：询价单", "您好，我正在休假，3月16日返回公司，紧急事宜请联系李小姐。", "2026-03-16"),
    ("zh", "Re: 报价", "您好！本人于2026年3月2日至2026年3月13日外出出差，无法及时回复邮件，如有急事请致电。", "2026-03-13"),
    ("zh", "自动回复: PI", "我目前休假，下周一上班，会尽快回复您。", "2026-03-09"),
    ("zh", "自動回覆: 詢價", "我目前外出中，無法即時回覆，將於明天回來。", "2026-03-05"),
    ("de", "Automatische Antwort: Angebot", "Ich bin bis einschließlich 13.03.2026 nicht im Büro. In dringenden Fällen wenden Sie sich an Frau Koch.", "2026-03-13"),
    ("de", "AW: Muster", "Vielen Dank für Ihre Nachricht. Ich bin derzeit im Urlaub und ab dem 23. März wieder erreichbar.", "2026-03-23"),
    ("de", "Abwesenheitsnotiz", "Ich bin am Montag, den 9. März wieder im Haus.", "2026-03-09"),
    ("fr", "Réponse automatique : Devis", "Je suis absente du bureau jusqu'au 20 mars. En cas d'urgence, merci de contacter M. Roux.", "2026-03-20"),
    ("fr", "Absence", "Actuellement en congés, je serai de retour le lundi 16 mars 2026.", "2026-03-16"),
    ("es", "Respuesta automática: Cotización", "Estoy fuera de la oficina hasta el 18 de marzo de 2026. Para urgencias, contacte con Ana.", "2026-03-18"),
    ("es", "Re: muestras", "Me encuentro de vacaciones, regreso el 12/03/2026. Si es urgente puede contactar a ventas.", "2026-03-12"),
    ("pt", "Resposta automática: Orçamento", "Estou de férias e retorno no dia 17 de março. Em caso de urgência, favor contatar a Maria.", "2026-03-17"),
    ("it", "Risposta automatica: Offerta", "Sono fuori ufficio fino al 14 marzo. Per urgenze contattare Luca.", "2026-03-14"),
    ("it", "R: campioni", "Sono in ferie e rientrerò lunedì 16 marzo. Per urgenze contattare l'ufficio.", "2026-03-16"),
    ("ru", "Автоответ: Коммерческое предложение", "Я нахожусь в отпуске до 20 марта 2026 г. По срочным вопросам обращайтесь к Ивановой.", "2026-03-20"),
    ("ru", "Re: образцы", "Добрый день! Меня не будет в офисе, вернусь 11 марта. Срочные вопросы: 123.", "2026-03-11"),
    ("ja", "自動応答: 見積", "3月10日まで休暇をいただいております。お急ぎの場合は営業部までご連絡ください。", "2026-03-10"),
    ("ar", "رد تلقائي: عرض السعر", "أنا خارج المكتب حالياً وسأعود في 15 مارس 2026. للحالات العاجلة يرجى الاتصال بأحمد.", "2026-03-15"),
    ("tr", "Otomatik yanıt: Teklif", "13 Mart 2026 tarihine kadar izindeyim. Acil durumlarda Ayşe ile iletişime geçebilirsiniz.", "2026-03-13"),
    ("nl", "Automatisch antwoord: offerte", "Ik ben afwezig tot en met 11 maart. Bij spoed kunt u contact opnemen met Jan.", "2026-03-11"),
    ("en", "Re: PI-2026", "Thank you for your e-mail. Our office is closed for the holidays from 2 March and we will be back on 10 March.", "2026-03-10"),
    ("en", "Out of the Office", "I'm travelling with limited access to e-mail and return on 3/16.", "2026-03-16"),
    ("zh", "Re: 样品", "感谢来信！本公司春节放假至3月12日，3月13日正式上班，期间邮件将于节后回复。", "2026-03-13"),
    ("fr", "Re: échantillons", "Bonjour, je suis en déplacement et de retour le 12 mars. En cas d'urgence, contactez M. Roux.", "2026-03-12"),
    ("es", "Fuera de la oficina", "Hola, estaré ausente hasta el lunes 16 de marzo. Para temas urgentes: ventas@acme.example", "2026-03-16"),
    ("pt", "Re: amostras", "Olá, estou ausente do escritório e voltarei no dia 12/03/2026. Urgências: vendas@acme.example", "2026-03-12"),
    ("ja", "Re: 見積", "ただいま出張のため不在にしております。3月11日以降にご連絡いたします。", "2026-03-11"),
    ("tr", "Re: numune", "Yıllık iznimdeyim, 16 Mart 2026 tarihinde ofise döneceğim. Acil durumlar için Ayşe'ye yazabilirsiniz.", "2026-03-16"),
    ("ar", "Re: عينات", "أنا في إجازة حتى 15 مارس 2026. للحالات العاجلة يرجى التواصل مع أحمد.", "2026-03-15"),
    ("ru", "Re: цена", "Здравствуйте! Я в командировке до 16.03.2026. По срочным вопросам звоните: +7 900 000 00 00", "2026-03-16"),
    ("pl", "Automatyczna odpowiedź: oferta", "Jestem na urlopie do 13 marca. W pilnych sprawach proszę o kontakt z Anną.", "2026-03-13"),
    ("ko", "자동 회신: 견적", "현재 휴가 중이며 3월 16일에 복귀합니다. 급한 용무는 김 과장에게 연락 바랍니다.", "2026-03-16"),
    ("cs", "Automatická odpověď: nabídka", "Jsem na dovolené do 13. 3. 2026. V naléhavých případech kontaktujte Janu.", "2026-03-13"),
    ("sv", "Autosvar: offert", "Jag är på semester till och med 13 mars. Vid brådskande ärenden kontakta Anna.", "2026-03-13"),
    ("da", "Autosvar: tilbud", "Jeg er på ferie til og med den 13. marts. Kontakt Anna, hvis det haster.", "2026-03-13"),
    ("fi", "Automaattinen vastaus: tarjous", "Olen lomalla 13.3.2026 saakka. Kiireellisissä asioissa ota yhteyttä Annaan.", "2026-03-13"),
    ("vi", "Trả lời tự động: báo giá", "Tôi đang nghỉ phép đến ngày 13/03/2026. Việc gấp xin liên hệ chị Lan.", "2026-03-13"),
    ("id", "Balasan otomatis: penawaran", "Saya sedang cuti sampai 13 Maret 2026. Untuk hal mendesak hubungi Budi.", "2026-03-13"),
    ("hu", "Automatikus válasz: ajánlat", "Szabadságon vagyok 2026.03.13-ig. Sürgős esetben forduljon Annához.", "2026-03-13"),
    ("ro", "Răspuns automat: ofertă", "Sunt în concediu până la 13.03.2026. Pentru urgențe contactați-o pe Ana.", "2026-03-13"),
    ("el", "Αυτόματη απάντηση: προσφορά", "Βρίσκομαι σε άδεια έως 13/03/2026. Για επείγοντα επικοινωνήστε με την Άννα.", "2026-03-13"),
    ("he", "תשובה אוטומטית: הצעה", "אני בחופשה עד 13/03/2026. לעניינים דחופים פנו לדנה.", "2026-03-13"),
    ("fa", "پاسخ خودکار: پیشنهاد", "تا 13/03/2026 در مرخصی هستم. در موارد فوری با علی تماس بگیرید.", "2026-03-13"),
    ("th", "ตอบกลับอัตโนมัติ: ใบเสนอราคา", "ฉันลาพักร้อนถึง 13/03/2026 กรณีเร่งด่วนโปรดติดต่อคุณนก", "2026-03-13"),
    ("hi", "स्वचालित उत्तर: प्रस्ताव", "मैं 13/03/2026 तक छुट्टी पर हूँ। ज़रूरी काम के लिए अजय से संपर्क करें।", "2026-03-13"),
    ("uk", "Автоматична відповідь: пропозиція", "Я у відпустці до 13.03.2026. З термінових питань звертайтеся до Анни.", "2026-03-13"),
    ("en", "Automatic reply: hello", "Hello, I no longer work at ACME. Please contact sales@acme.example for assistance.", None),
]  # fmt: skip

PEOPLE = [
    ("Re: Quotation", "Thanks for the quotation. I will be out of the office next week, so please send the samples before. What is your best price?"),
    ("回复: 报价单", "王经理您好，报价已收到，价格偏高，能否再优惠一些？我下周出差，请本周内回复。"),
    ("Re: Muster", "Danke, die Muster sind angekommen. Ich bin nächste Woche im Urlaub, können wir heute noch telefonieren?"),
    ("Re: visit", "We will visit your booth at the Canton Fair on 15 April."),
    ("Re: delivery", "Please deliver until 20 March, otherwise our line stops."),
    ("Fwd: Automatic reply: Q-88", "FYI, he is away. Can you call his colleague?"),
    ("Re: Out of Office: Q-88", "Welcome back! Did you find time to read our offer?"),
]  # fmt: skip


def facts(subject: str, text: str, **more: object) -> LetterFacts:
    """A mail from a buyer that answers one of ours."""
    values: dict[str, object] = {
        "from_": ("buyer@acme.example",), "recipients": ("wang@exporter.example",), "subject": subject, "text": text,
        "sent_at": SENT, "in_reply_to": ("<1@exporter.example>",),
    }  # fmt: skip
    return LetterFacts(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "subject", "text", "back"), NOTICES)
def test_a_notice_of_absence_is_no_answer_and_tells_the_day_of_return(language, subject, text, back):
    verdict = judge(facts(subject, text))
    assert verdict.kind is Kind.AUTO_REPLY
    assert not verdict.is_answer
    assert verdict.reasons
    assert verdict.returns_on == (date.fromisoformat(back) if back else None)


@pytest.mark.parametrize(("subject", "text"), PEOPLE)
def test_a_person_who_speaks_of_an_absence_has_answered(subject, text):
    assert judge(facts(subject, text)).is_answer


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": ("auto-replied",)},
        {"auto-submitted": ("auto-replied (vacation)",)},
        {"x-autoreply": ("yes",)},
        {"x-autorespond": ("1",)},
        {"precedence": ("auto_reply",)},
        {"x-qq-auto-reply": ("1",)},
        {"auto-submitted": ("auto-generated",)},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_a_header_of_automatic_answers_is_enough(headers):
    assert judge(facts("Re: Q-88", "Thank you for your mail.", headers=headers)).kind is Kind.AUTO_REPLY


def test_a_header_that_says_no_is_not_taken_for_a_yes():
    letter = facts(
        "Re: Q-88", "The price is fine.", headers={"auto-submitted": ("no",), "x-autoreply": ("no",)}
    )
    assert judge(letter).is_answer


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("back on 5.4.", "2026-04-05"),
        ("back 2026-04-05", "2026-04-05"),
        ("I return on 04/05/2026", "2026-05-04"),
        ("back on 03/25/2026", "2026-03-25"),
        ("I will be back in 3 days", "2026-03-07"),
        ("back tomorrow", "2026-03-05"),
        ("open from 9-17, call 020-123", None),
        ("no date at all", None),
    ],
)
def test_dates_are_read_as_they_are_written(text, day):
    assert return_date(text, SENT) == (date.fromisoformat(day) if day else None)


def test_a_year_that_is_not_said_is_the_next_one_in_december():
    sent = datetime(2025, 12, 22, tzinfo=UTC)
    assert return_date("Out of office from 24 December to 5 January, back on 6 January", sent) == date(
        2026, 1, 6
    )


def test_without_the_moment_of_sending_only_a_full_date_is_read():
    assert return_date("back on 5 April 2026", None) == date(2026, 4, 5)
    assert return_date("back tomorrow", None) is None
