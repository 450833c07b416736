"""Notices of failure: recognised, with whose address, how final and why; a person is never taken for one."""

from __future__ import annotations

import pytest

from genjin.rules.letters import Cause, Kind, LetterFacts, judge

DAEMON = "mailer-daemon@mx.example"
OURS = "wang@exporter.example"

NOTICES = [
    ("Exim", DAEMON, "Mail delivery failed: returning message to sender",
     "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its recipients. This is a permanent error. The following address(es) failed:\n\n  buyer@acme.example\n    host mx.acme.example [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<buyer@acme.example>:\n    550 5.1.1 User unknown\n",
     "buyer@acme.example", True, Cause.USER_UNKNOWN),
    ("qmail", "MAILER-DAEMON@mx.example", "failure notice",
     "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<buyer@acme.example>:\n192.0.2.1 failed after I sent the message.\nRemote host said: 552 5.2.2 Mailbox full\n",
     "buyer@acme.example", False, Cause.MAILBOX_FULL),
    ("Postfix", DAEMON, "Undelivered Mail Returned to Sender",
     "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message could not be delivered.\n\n<buyer@acme.example>: Host or domain name not found. Name service error for\n    name=acme.example type=A: Host not found\n",
     "buyer@acme.example", True, Cause.HOST_UNKNOWN),
    ("Exchange", "postmaster@acme.example", "Undeliverable: Quotation Q-88",
     "Delivery has failed to these recipients or groups:\n\nbuyer@acme.example\nThe email address you entered couldn't be found. Please check the recipient's email address.\n\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup'",
     "buyer@acme.example", True, Cause.USER_UNKNOWN),
    ("Gmail", "mailer-daemon@googlemail.com", "Delivery Status Notification (Failure)",
     "** Address not found **\n\nYour message wasn't delivered to buyer@acme.example because the address couldn't be found, or is unable to receive mail.\n\nThe response was:\n\n550 5.1.1 The email account that you tried to reach does not exist.",
     "buyer@acme.example", True, Cause.USER_UNKNOWN),
    ("QQ", "postmaster@qq.com", "来自qq.com的退信",
     "很抱歉，您的邮件被退回。\n\n原邮件信息\n收件人：buyer@acme.example\n退信原因：收件人邮箱地址不存在，请核实后重新发送。\n(550 Mailbox not found)",
     "buyer@acme.example", True, Cause.USER_UNKNOWN),
    ("163", "postmaster@163.com", "系统退信",
     "抱歉，您的邮件被退回来了……\n\n原邮件信息：\n时 间：2026-03-04 10:00:00\n主 题：报价\n收件人：buyer@acme.example\n\n退信原因：\n收件人邮箱空间不足\nSMTP error, RCPT TO: 552 mailbox is full",
     "buyer@acme.example", False, Cause.MAILBOX_FULL),
    ("Aliyun", "postmaster@service.alibaba.com", "系统退信/Systems bounce",
     "邮件无法投递\n\n收件人 buyer@acme.example\n邮件被对方服务器拒收，原因：疑似垃圾邮件\n554 rejected due to spam content",
     "buyer@acme.example", False, Cause.SPAM),
    ("German", DAEMON, "Unzustellbar: Angebot",
     "Ihre Nachricht konnte nicht zugestellt werden.\n\nbuyer@acme.example\nEmpfänger unbekannt (550 5.1.1)",
     "buyer@acme.example", True, Cause.USER_UNKNOWN),
    ("refused network", DAEMON, "Undelivered Mail Returned to Sender",
     "could not be delivered\n\n<buyer@acme.example>: host mx.acme.example said: 554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org",
     "buyer@acme.example", False, Cause.BLOCKED),
]  # fmt: skip

REPORT = """Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; one@acme.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <one@acme.example>: User unknown

Final-Recipient: rfc822; Two@acme.example
Action: delayed
Status: 4.4.1
Diagnostic-Code: smtp; connect to mx.acme.example: Connection timed out

Final-Recipient: rfc822; three@acme.example
Action: delivered
Status: 2.0.0
"""


def notice(sender: str, subject: str, text: str, **more: object) -> LetterFacts:
    """What a server sends us."""
    values: dict[str, object] = {
        "from_": (sender.lower(),),
        "recipients": (OURS,),
        "subject": subject,
        "text": text,
    }
    return LetterFacts(**{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sender", "subject", "text", "address", "is_hard", "cause"),
    [row[1:] for row in NOTICES],
    ids=[row[0] for row in NOTICES],
)
def test_a_free_notice_tells_whose_address_how_final_and_why(sender, subject, text, address, is_hard, cause):
    verdict = judge(notice(sender, subject, text))
    assert verdict.kind is Kind.BOUNCE
    assert [(one.address, one.is_hard, one.cause) for one in verdict.bounced] == [(address, is_hard, cause)]


def test_a_report_lists_those_that_failed_and_those_that_wait():
    verdict = judge(notice(DAEMON, "Undelivered Mail", "", types=("multipart/report",), reports=(REPORT,)))
    assert [(one.address, one.is_hard, one.cause, one.status) for one in verdict.bounced] == [
        ("one@acme.example", True, Cause.USER_UNKNOWN, "5.1.1"),
        ("two@acme.example", False, Cause.NETWORK, "4.4.1"),
    ]


def test_a_report_of_success_is_a_receipt():
    report = (
        "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@b.example\nAction: delivered\nStatus: 2.0.0"
    )
    letter = notice(
        DAEMON, "Delivered", "Your message was delivered.", types=("multipart/report",), reports=(report,)
    )
    assert judge(letter).kind is Kind.RECEIPT


def test_an_event_mailed_as_json_is_a_bounce():
    text = (
        '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":'
        '"buyer@acme.example","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 user unknown"}]}}'
    )
    found = judge(notice("no-reply@sns.amazonaws.com", "AWS Notification Message", text)).bounced
    assert [(one.address, one.is_hard) for one in found] == [("buyer@acme.example", True)]


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        (
            "Fwd: Undelivered Mail Returned to Sender",
            "Can you help? My mail came back:\n\n550 5.1.1 User unknown",
        ),
        ("Re: Undeliverable: Quotation", "Our mailbox works again, please send it once more."),
        (
            "Delivery failed to arrive",
            "The goods could not be delivered to Hamburg, the carrier returned them. Please call.",
        ),
        ("Failure of pump 550", "The pump failed. Please send spare parts to service@acme.example."),
        ("Returned goods", "We returned the goods. Please confirm."),
    ],
)
def test_a_person_who_speaks_of_a_failure_is_no_bounce(subject, text):
    letter = notice("buyer@acme.example", subject, text, in_reply_to=("<1@exporter.example>",))
    assert judge(letter).kind is Kind.REPLY
    assert judge(notice("buyer@acme.example", subject, text)).kind is Kind.REPLY
