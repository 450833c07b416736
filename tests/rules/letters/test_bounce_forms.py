"""How the servers and providers of the world word it: what each form means for the address that was written to."""

from __future__ import annotations

import pytest

from genjin.rules.letters import Cause, Kind, judge
from tests.rules.letters.test_bounces import DAEMON, OURS, notice

BUYER = "buyer@acme.example"
POSTFIX = "I'm sorry to have to inform you that your message could not be delivered.\n\n<{}>: host mx.acme.example[192.0.2.7] said: {}\n"

SAID = [
    ("550 5.1.1 <buyer@acme.example>: Recipient address rejected: User unknown in virtual mailbox table (in reply to RCPT TO command)", Cause.USER_UNKNOWN),
    ("550 5.2.1 <buyer@acme.example>... User Unknown (in reply to RCPT TO command)", Cause.USER_UNKNOWN),
    ("550 5.2.0 User unknown", Cause.FILTERED),
    ("550 5.7.1 <buyer@acme.example>: Recipient address rejected: User unknown", Cause.FILTERED),
    ("550 User unknown (in reply to end of DATA command)", Cause.FILTERED),
    ("550 5.1.1 User unknown (in reply to end of DATA command)", Cause.USER_UNKNOWN),
    ("550 5.5.0 Requested action not taken: mailbox unavailable (in reply to RCPT TO command)", Cause.USER_UNKNOWN),
    ("450 4.2.0 <buyer@acme.example>: Recipient address rejected: Greylisted, please try again in 300 seconds", Cause.SERVER),
    ("451 4.7.1 Greylisting in action, please come back later", Cause.SERVER),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", Cause.USER_UNKNOWN),
    ("550 5.4.310 DNS domain acme.example does not exist", Cause.HOST_UNKNOWN),
    ("550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required", Cause.FILTERED),
    ("550 5.7.606 Access denied, banned sending IP [192.0.2.9]", Cause.BLOCKED),
    ("554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using Barracuda Reputation", Cause.BLOCKED),
    ("550 permanent failure for one or more recipients (buyer@acme.example:blocked)", Cause.FILTERED),
    ("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.9", Cause.BLOCKED),
    ("550 csi.mimecast.org Poor Reputation Sender", Cause.BLOCKED),
    ("550 Rejected by header based manually Blocked Senders: wang@exporter.example", Cause.FILTERED),
    ("550 5.7.26 This mail has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.", Cause.AUTHENTICATION),
    ("550-5.2.1 The email account that you tried to reach is inactive.", Cause.SUSPENDED),
    ("452-4.2.2 The email account that you tried to reach is over quota.", Cause.MAILBOX_FULL),
    ("554 delivery error: dd This user doesn't have a yahoo.example account (buyer@acme.example) [0]", Cause.USER_UNKNOWN),
    ("554 30 Sorry, your message to buyer@acme.example cannot be delivered. This mailbox is disabled (554.30).", Cause.SUSPENDED),
    ("552 1 Requested mail action aborted, mailbox over quota", Cause.MAILBOX_FULL),
    ("550 5.7.1 Relaying denied", Cause.RELAY_DENIED),
    ("454 4.7.1 <buyer@acme.example>: Relay access denied", Cause.RELAY_DENIED),
    ("552 5.3.4 Message size exceeds fixed limit", Cause.TOO_BIG),
    ("421 4.7.0 Too many connections from 192.0.2.9", Cause.TOO_MANY),
    ("550 Mailbox not found. http://service.mail.qq.com/cgi-bin/help?subtype=1&&id=20022&&no=1000728", Cause.USER_UNKNOWN),
    ("550 Ip frequency limited. http://service.mail.qq.com/cgi-bin/help?id=20022", Cause.TOO_MANY),
    ("550 Mail content denied. http://service.mail.qq.com/cgi-bin/help?id=20022", Cause.SPAM),
    ("550 Mail is rejected by recipients", Cause.FILTERED),
    ("554 DT:SPM 163 smtp5,D9GowACXnJ, please see http://mail.163.com/help/help_spam_16.htm", Cause.SPAM),
    ("553 DT:SUM 信封发件人和信头发件人不匹配", Cause.AUTHENTICATION),
    ("550 User not found: buyer@acme.example", Cause.USER_UNKNOWN),
    ("550 User suspended", Cause.SUSPENDED),
    ("554 Reject by content spam at Data stage", Cause.SPAM),
    ("550 5.7.27 Sender address has null MX", Cause.SENDER_REFUSED),
    ("556 5.1.10 Recipient address has null MX", Cause.NOT_ACCEPTING),
    ("551 5.1.6 User has moved to buyer@new.example", Cause.MOVED),
]  # fmt: skip

REASONS = [
    ("Exim, no mail exchanger", "An error: all relevant MX records point to non-existent hosts", Cause.HOST_UNKNOWN),
    ("Exim, null MX", "an MX or SRV record indicated no SMTP service", Cause.NOT_ACCEPTING),
    ("DragonFly", "DNS lookup failure: host mx.acme.example not found", Cause.HOST_UNKNOWN),
    ("qmail, in the queue too long", "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too long.", Cause.EXPIRED),
    ("OpenSMTPD", "Envelope expired", Cause.EXPIRED),
    ("DragonFly, given up", "Could not deliver for the last 432000 seconds. Giving up.", Cause.EXPIRED),
    ("Domino", "User buyer (buyer@acme.example) not listed in Domino Directory", Cause.USER_UNKNOWN),
    ("Domino, no route", "No route found to domain acme.example from server MAIL/ACME. Check DNS configuration.", Cause.HOST_UNKNOWN),
    ("X.400", "Reason 1 (Unable-To-Transfer); Diagnostic 0 (Unrecognised-OR-Name)", Cause.USER_UNKNOWN),
    ("Chinese, no such address", "退信原因：收件人邮件地址（buyer@acme.example）不存在，邮件无法送达", Cause.USER_UNKNOWN),
    ("Chinese, full", "退信原因：对方邮箱已满", Cause.MAILBOX_FULL),
    ("Chinese, frozen", "退信原因：收件人帐号被冻结", Cause.SUSPENDED),
    ("Chinese, unknown domain", "退信原因：域名不存在", Cause.HOST_UNKNOWN),
    ("Chinese, too often", "退信原因：发送频率过高，发送过于频繁", Cause.TOO_MANY),
    ("traditional Chinese", "原因：查無此使用者", Cause.USER_UNKNOWN),
    ("German", "Der Empfänger ist unbekannt", Cause.USER_UNKNOWN),
    ("French", "L'adresse de messagerie référencée ci-dessus n'existe pas", Cause.USER_UNKNOWN),
    ("Spanish", "La dirección de correo no existe", Cause.USER_UNKNOWN),
    ("Spanish, full", "Espacio en casilla de mail agotado", Cause.MAILBOX_FULL),
    ("Portuguese", "O usuário não existe", Cause.USER_UNKNOWN),
    ("Portuguese, full", "A caixa de entrada está cheia", Cause.MAILBOX_FULL),
    ("Italian", "L'utente è sconosciuto, casella inesistente", Cause.USER_UNKNOWN),
    ("Russian", "Пользователь не найден", Cause.USER_UNKNOWN),
    ("Japanese", "宛先のメールアドレスが存在しません", Cause.USER_UNKNOWN),
    ("Korean", "수신자 메일 주소가 존재하지 않습니다", Cause.USER_UNKNOWN),
    ("Turkish", "Kullanıcı bulunamadı", Cause.USER_UNKNOWN),
    ("Polish", "Adresat nie istnieje", Cause.USER_UNKNOWN),
    ("Dutch", "De ontvanger is onbekend", Cause.USER_UNKNOWN),
    ("Arabic", "المستخدم غير موجود", Cause.USER_UNKNOWN),
]  # fmt: skip

HARD = {Cause.USER_UNKNOWN, Cause.HOST_UNKNOWN, Cause.MOVED, Cause.NOT_ACCEPTING}


@pytest.mark.parametrize(("said", "cause"), SAID, ids=[row[0][:50] for row in SAID])
def test_what_a_server_said_tells_whether_the_address_is_gone(said, cause):
    text = POSTFIX.format(BUYER, said)
    (found,) = judge(notice(DAEMON, "Undelivered Mail Returned to Sender", text)).bounced
    assert (found.address, found.cause, found.is_hard) == (BUYER, cause, cause in HARD)


@pytest.mark.parametrize(("said", "cause"), [row[1:] for row in REASONS], ids=[row[0] for row in REASONS])
def test_a_reason_is_understood_in_the_words_of_its_program_and_language(said, cause):
    text = f"Your message could not be delivered to the following address:\n\n{BUYER}\n{said}\n"
    (found,) = judge(notice(DAEMON, "Undelivered Mail Returned to Sender", text)).bounced
    assert (found.address, found.cause, found.is_hard) == (BUYER, cause, cause in HARD)


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("5.1.1", Cause.USER_UNKNOWN), ("5.1.2", Cause.HOST_UNKNOWN), ("5.1.6", Cause.MOVED),
        ("5.2.1", Cause.SUSPENDED), ("5.2.2", Cause.MAILBOX_FULL), ("5.2.3", Cause.TOO_BIG), ("5.3.4", Cause.TOO_BIG),
        ("5.4.4", Cause.HOST_UNKNOWN), ("5.4.7", Cause.EXPIRED), ("5.5.3", Cause.TOO_MANY), ("5.6.1", Cause.CONTENT),
        ("5.7.13", Cause.SUSPENDED), ("5.7.23", Cause.AUTHENTICATION), ("5.7.25", Cause.BLOCKED), ("5.7.27", Cause.SENDER_REFUSED),
    ],
)  # fmt: skip
def test_a_bare_enhanced_status_tells_the_cause_by_its_subject_and_detail(status, cause):
    report = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {BUYER}\nAction: failed\nStatus: {status}\n"
    letter = notice(DAEMON, "Undelivered", "", types=("multipart/report",), reports=(report,))
    (found,) = judge(letter).bounced
    assert (found.cause, found.is_hard) == (cause, cause in HARD)


@pytest.mark.parametrize(
    ("sender", "subject", "text"),
    [
        (DAEMON, "Warning: message 1abc delayed 24 hours",
         f"A message that you sent has not yet been delivered. No action is required on your part.\n\n  {BUYER}\n"),
        (DAEMON, "Warning: message has not yet been delivered",
         f"Your message to:\n\t{BUYER}\n\nhas not yet been delivered because the recipient server did not respond.\nThis is just a warning. We will continue to attempt delivery of this message for 5 days.\n"),
        ("antivirus_gateway@acme.example", "Delivery failure notification",
         f"Your message could not be delivered to the following recipients:\n\n{BUYER}\n\nDelivery attempts will continue to be made for 5 day(s).\n"),
        (DAEMON, "Mail Delivery Warning",
         f"Delivery of email to this address\n\n{BUYER}\n\nhas been postponed. We will continue to try to deliver your message.\n"),
        ("postmaster@qq.com", "邮件投递延迟", f"您的邮件暂时无法投递，将继续尝试投递。\n\n收件人：{BUYER}\n"),
    ],
)  # fmt: skip
def test_a_warning_of_delay_marks_nobody_as_unreachable(sender, subject, text):
    verdict = judge(notice(sender, subject, text))
    assert verdict.kind is Kind.BOUNCE
    assert [(one.address, one.is_hard, one.cause) for one in verdict.bounced] == [
        (BUYER, False, Cause.DELAYED)
    ]


def test_a_delayed_report_is_never_hard_whatever_its_notice_says():
    report = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; {BUYER}\nAction: delayed\nStatus: 4.0.0\n"
    text = f"<{BUYER}>: user unknown at this moment, still trying\n"
    letter = notice(DAEMON, "Delayed Mail", text, types=("multipart/report",), reports=(report,))
    assert [one.is_hard for one in judge(letter).bounced] == [False]


def test_the_address_that_was_written_to_counts_not_the_one_it_was_forwarded_to():
    report = (
        f"Reporting-MTA: dns; mx\n\nOriginal-Recipient: rfc822;{BUYER}\n"
        "Final-Recipient: rfc822; x1@internal.example\nAction: failed\nStatus: 5.1.1\n"
    )
    letter = notice(DAEMON, "Undelivered", "", types=("multipart/report",), reports=(report,))
    assert [one.address for one in judge(letter).bounced] == [BUYER]


def test_an_event_wrapped_by_its_messenger_is_a_bounce():
    inner = '{\\"notificationType\\":\\"Bounce\\",\\"bounce\\":{\\"bouncedRecipients\\":[{\\"emailAddress\\":\\"buyer@acme.example\\",\\"status\\":\\"5.1.1\\"}]}}'
    text = f'{{"Type" : "Notification", "Message" : "{inner}"}}'
    found = judge(notice("no-reply@sns.example", "AWS Notification Message", text)).bounced
    assert [(one.address, one.is_hard) for one in found] == [(BUYER, True)]


def test_a_notice_that_keeps_the_subject_of_an_answer_is_a_bounce_but_a_person_who_quotes_it_is_not():
    text = f"Votre message n'a pas pu etre delivre a\n{BUYER}\n\nYour message could not be delivered to\n{BUYER}\n"
    assert judge(notice("mail@acme.example", "RE: Offer : non remis", text)).kind is Kind.BOUNCE
    quoted = (
        "My colleague told me your mail failed. Please send it again, we need the price today.\n\n" + text
    )
    assert judge(notice("anna@acme.example", "RE: Offer", quoted)).kind is Kind.REPLY
    answered = notice("anna@acme.example", "RE: Offer : non remis", text, in_reply_to=(f"<1@{OURS}>",))
    assert judge(answered).kind is Kind.REPLY
