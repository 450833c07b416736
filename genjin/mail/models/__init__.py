"""Mail accounts, what lies in them, and what leaves through them."""

from genjin.mail.models.account import AccountMember, MailAccount, MailFolder
from genjin.mail.models.message import (
    AddressHealth,
    AddressRule,
    Answering,
    Conversation,
    Filing,
    FlagChange,
    Handling,
    MailThread,
    Message,
    MessageCopy,
    MessagePart,
    Participant,
    ThreadKey,
)
from genjin.mail.models.outgoing import (
    MailOpen,
    OutgoingMail,
    OutgoingRecipient,
    Suppression,
    Tracking,
)
from genjin.mail.models.reading import AfterSending, TrustedSender
from genjin.mail.models.setup import AccountSetup, SenderDomain
from genjin.mail.models.template import MailTemplate, Signature, TemplateVersion

__all__ = [
    "AccountMember",
    "AccountSetup",
    "AddressHealth",
    "AddressRule",
    "AfterSending",
    "Answering",
    "Conversation",
    "Filing",
    "FlagChange",
    "Handling",
    "MailAccount",
    "MailFolder",
    "MailOpen",
    "MailTemplate",
    "MailThread",
    "Message",
    "MessageCopy",
    "MessagePart",
    "OutgoingMail",
    "OutgoingRecipient",
    "Participant",
    "SenderDomain",
    "Signature",
    "Suppression",
    "TemplateVersion",
    "ThreadKey",
    "Tracking",
    "TrustedSender",
]
