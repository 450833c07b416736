"""Months, weekdays, spans and words of returning, by language: tables for `return_dates`."""

from __future__ import annotations

import re

_MONTHS = (
    "january jan januar janvier janv enero ene janeiro gennaio gen января янв январь ocak oca يناير stycznia januari jänner كانون_الثاني ledna tammikuuta มกราคม leden siječnja січня ianuarie ιανουαρίου जनवरी januára",
    "february feb februar février fevrier févr fev febrero fevereiro febbraio febr февраля фев февраль şubat şub subat فبراير lutego februari feber شباط února helmikuuta februarie φεβρουαρίου лютого फ़रवरी फरवरी กุมภาพันธ์ veljače",
    "march mar märz maerz mrz mars marzo março marco марта мар март mart مارس marca maart mär آذار března maaliskuuta maret marts martie μαρτίου березня मार्च มีนาคม ožujka március márc",
    "april apr avril avr abril abr aprile апреля апр апрель nisan nis أبريل ابريل إبريل kwietnia نيسان dubna huhtikuuta aprilie απριλίου квітня अप्रैल เมษายน travnja április ápr",
    "may mai mayo maio maggio mag мая май mayıs mayis مايو maja mei maj أيار května toukokuuta μαΐου травня मई พฤษภาคม svibnja május máj",
    "june jun juni juin junio junho giugno giu июня июн июнь haziran haz يونيو czerwca حزيران června kesäkuuta iunie ιουνίου червня जून มิถุนายน lipnja június jún",
    "july jul juli juillet juil julio julho luglio lug июля июл июль temmuz tem يوليو lipca تموز července heinäkuuta iulie ιουλίου липня जुलाई กรกฎาคม srpnja július júl",
    "august aug août aout agosto ago августа авг август ağustos agustos ağu أغسطس اغسطس sierpnia augustus augusti آب srpna elokuuta agustus αυγούστου серпня अगस्त สิงหาคม kolovoza augusztus ogos",
    "september sep sept septembre septiembre setembro set settembre сентября сен сент сентябрь eylül eylul eyl سبتمبر września أيلول září syyskuuta septembrie σεπτεμβρίου вересня सितंबर กันยายน rujna szeptember szept",
    "october oct oktober okt octobre octubre outubro out ottobre ott октября окт октябрь ekim eki أكتوبر اكتوبر października října lokakuuta octombrie οκτωβρίου жовтня अक्टूबर ตุลาคม október",
    "november nov novembre noviembre novembro ноября ноя ноябрь kasım kasim kas نوفمبر listopada marraskuuta noiembrie νοεμβρίου листопада नवंबर พฤศจิกายน studenoga listopadu",
    "december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre декабря дек декабрь aralık aralik ara ديسمبر grudnia desember joulukuuta prosince decembrie δεκεμβρίου грудня दिसंबर ธันวาคม prosinca disember",
)
MONTHS = {word.replace("_", " "): number for number, words in enumerate(_MONTHS, 1) for word in words.split()}

_WEEKDAYS = (
    "monday mon montag lundi lunes segunda-feira segunda lunedì lunedi понедельник понедельника pazartesi الاثنين الإثنين maandag poniedziałek måndag mandag",
    "tuesday tue dienstag mardi martes terça-feira terça martedì martedi вторник вторника salı sali الثلاثاء dinsdag wtorek tisdag tirsdag",
    "wednesday wed mittwoch mercredi miércoles miercoles quarta-feira quarta mercoledì mercoledi среду среда среды çarşamba carsamba الأربعاء الاربعاء woensdag środa onsdag",
    "thursday thu donnerstag jeudi jueves quinta-feira quinta giovedì giovedi четверг четверга perşembe persembe الخميس donderdag czwartek torsdag",
    "friday fri freitag vendredi viernes sexta-feira sexta venerdì venerdi пятницу пятница пятницы cuma الجمعة vrijdag piątek fredag",
    "saturday sat samstag sonnabend samedi sábado sabado sabato субботу суббота субботы cumartesi السبت zaterdag sobota lördag lørdag",
    "sunday sun sonntag dimanche domingo domenica воскресенье pazar الأحد الاحد zondag niedziela söndag søndag",
)
WEEKDAYS = {word: number for number, words in enumerate(_WEEKDAYS) for word in words.split()}

TODAY = frozenset(
    (
        "today",
        "heute",
        "aujourd'hui",
        "hoy",
        "hoje",
        "oggi",
        "сегодня",
        "今天",
        "今日",
        "本日",
        "اليوم",
        "bugün",
    )
)
TOMORROW = frozenset(
    (
        "tomorrow",
        "morgen",
        "demain",
        "mañana",
        "amanhã",
        "domani",
        "завтра",
        "明天",
        "明日",
        "غدا",
        "غداً",
        "yarın",
        "jutro",
    )
)
NEXT_WEEK = frozenset(
    (
        *(
            "next week",
            "nächste woche",
            "nächster woche",
            "kommende woche",
            "la semaine prochaine",
            "semaine prochaine",
        ),
        *(
            "la próxima semana",
            "próxima semana",
            "la semana que viene",
            "semana que vem",
            "la prossima settimana",
        ),
        *(
            "prossima settimana",
            "settimana prossima",
            "следующей неделе",
            "следующую неделю",
            "下周",
            "下星期",
            "下週",
            "来週",
        ),
        *(
            "الأسبوع القادم",
            "الأسبوع المقبل",
            "gelecek hafta",
            "önümüzdeki hafta",
            "haftaya",
            "volgende week",
        ),
    )
)

NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "a an one ein eine einer einem une un una uno uma um одну один bir 一 1 أسبوع_واحد",
            "two zwei deux dos dois duas due два две iki 两 二 兩",
            "three drei trois tres três tre три üç 三 ثلاثة ثلاث",
            "four vier quatre cuatro quatro quattro четыре dört 四 أربعة",
            "five fünf cinq cinco cinque пять beş 五 خمسة",
            "six sechs seis sei шесть altı 六 ستة",
            "seven sieben sept siete sete sette семь yedi 七 سبعة",
            "eight acht huit ocho oito otto восемь sekiz 八",
            "nine neun neuf nueve nove девять dokuz 九",
            "ten zehn dix diez dez dieci десять on 十 عشرة",
        ),
        1,
    )
    for word in words.split()
}
SPANS = {
    **dict.fromkeys(
        ("day", "days", "tag", "tage", "tagen", "jour", "jours", "día", "días", "dia", "dias", "giorno"), 1
    ),
    **dict.fromkeys(("giorni", "день", "дня", "дней", "天", "日間", "日内", "gün", "أيام", "يوم"), 1),
    **dict.fromkeys(
        ("week", "weeks", "woche", "wochen", "semaine", "semaines", "semana", "semanas", "settimana"), 7
    ),
    **dict.fromkeys(
        (
            "settimane",
            "неделю",
            "недели",
            "недель",
            "周后",
            "周",
            "个星期",
            "星期",
            "週間",
            "hafta",
            "أسابيع",
        ),
        7,
    ),
    **dict.fromkeys(
        ("个月", "个月后", "month", "months", "monat", "monate", "monaten", "mois", "meses", "mês", "mes"), 30
    ),
    **dict.fromkeys(("mese", "mesi", "месяц", "месяца", "ay", "أشهر"), 30),
}

CUES: dict[str, tuple[str, ...]] = {
    "en": (r"\breturn(?:ing|s|ed)?\b", r"\b(?:be )?back\b", r"\bresume\b", r"\bavailable (?:again|from)\b", r"\breopen", r"\bin (?:the )?office (?:again )?(?:on|from)\b"),
    "zh": (r"返回", r"回来", r"回到", r"恢复", r"上班", r"返工", r"返岗", r"回办公室", r"复工", r"回國", r"返回", r"回國", r"销假"),
    "de": (r"\bzur[üu]ck\b", r"\bwieder\b", r"\berreichbar\b", r"\bab dem\b", r"\br[üu]ckkehr"),
    "fr": (r"\bretour\b", r"\breviendrai\b", r"\breprendr", r"\bde nouveau\b", r"\brentre"),
    "es": (r"\bregres", r"\bvolver", r"\bvuelv", r"\bretorn", r"\breincorpor", r"\bde vuelta\b"),
    "pt": (r"\bretorn", r"\bvoltar", r"\bvolto\b", r"\bregress", r"\bde volta\b"),
    "it": (r"\brientr", r"\btorn", r"\britorn", r"\bdi nuovo\b"),
    "ru": (r"верн", r"возвращ", r"выйду", r"выхожу", r"буду (?:на|в офисе|доступ)", r"приступ"),
    "ja": (r"復帰", r"出社", r"戻", r"以降", r"再開", r"営業開始", r"通常(?:営業|業務)"),
    "ar": (r"سأعود", r"العودة", r"أعود", r"عودتي", r"سوف أعود", r"نعود"),
    "tr": (r"d[öo]n(?:ece|üş|mü[şs]|üyor)", r"geri (?:d[öo]n|gel)", r"ofiste olaca", r"tekrar", r"ba[şs][ıi]nda olaca", r"i[şs]ba[şs][ıi]"),
    "nl": (r"\bterug\b", r"\bweer\b"),
    "pl": (r"wr[óo]c", r"powr"),
    "sv": (r"tillbaka", r"tilbake", r"åter"),
    "fi": (r"palaan",),
    "ko": (r"복귀",),
    "cs": (r"vr[áa]t[íi]",),
    "hu": (r"vissza",),
    "ro": (r"revin", r"[îi]ntorc"),
    "el": (r"επιστρ",),
    "he": (r"אחזור|אשוב",),
    "uk": (r"поверн",),
    "id": (r"kembali",),
    "vi": (r"trở lại",),
}  # fmt: skip

ENDS = (
    r"\b(?:until|till|through|thru|to|up to|and|bis(?: (?:zum|einschließlich|einschl\.?))?|jusqu['’](?:au|à)|au|hasta(?: el)?|al|até(?: o dia| dia| o)?|a|ao|"
    r"fino al|al|по|до|tot(?: en met)?|do(?: dnia)?|till och med|til og med|t\.?o\.?m\.?|inclusive|sampai|hingga|đến(?: ngày)?|p[âa]n[ăa] (?:la|pe)|έως|μέχρι|עד|تا|ถึง)(?!\w)[^.!?]{0,18}$",
    r"(?:至|到|截至|直到|–|—|-|~|～|〜|から)\s*\S{0,8}$",
    r"(?:حتى|إلى|لغاية)[^.]{0,14}$",
)

MONTH_FIRST_HINTS = re.compile(
    r"\b(?:PTO|Thanksgiving|Memorial Day|Labor Day|Independence Day|E[SD]T|P[SD]T|C[SD]T|[ap]\.?m\.?)\b|(?<!\d)(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])(?!\d)"
)
