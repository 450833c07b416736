"""What arrived and what was sent: threads, messages, their copies in folders, and to whom they are filed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from genjin.customers.models import Contact, Customer
from genjin.files.models import StoredFile
from genjin.mail import choices
from genjin.mail.models.account import MailAccount, MailFolder
from genjin.people.models import User
from genjin.records.conditions import OneByOne


class MailThread(models.Model):
    """Messages that belong together (往来邮件). Summary columns follow from its messages."""

    subject = models.CharField(
        max_length=300, blank=True, help_text="Of its first message, without prefixes."
    )
    subject_key = models.CharField(max_length=120, blank=True, help_text="Folded, for careful fallbacks.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_in_at = models.DateTimeField(null=True, help_text="The last message of a person outside.")
    last_out_at = models.DateTimeField(null=True)
    count = models.PositiveIntegerField(default=0)
    is_private = models.BooleanField(default=False, help_text="Seen by its mailboxes' readers only.")
    private_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["subject_key", "-last_at"], name="threads_by_subject")]

    def __str__(self) -> str:
        return self.subject


class ThreadKey(models.Model):
    """That a thread has, or refers to, a Message-ID: by these numbers of 64 bits messages find their thread.

    Also ids of messages that we do not have, so that two answers to one of them, or a mail that comes after
    its answer (the newest are read first), meet in one thread.
    """

    pk = models.CompositePrimaryKey("key", "thread_id")
    key = models.BigIntegerField()
    thread = models.ForeignKey(MailThread, on_delete=models.CASCADE, db_constraint=False, related_name="+")

    def __str__(self) -> str:
        return f"{self.key} of {self.thread_id}"


class Messages(models.QuerySet["Message"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> Messages:
        """Mail in mailboxes the person reads, and what is filed to customers he may see, unless private.

        Asked of each message: nobody wants all of them, which may be many ten thousands.
        """
        mine = MessageCopy.objects.filter(
            message=OuterRef("pk"), gone_at__isnull=True, account__in=MailAccount.objects.visible_to(user)
        )
        seen = Customer.objects.visible_to(user).filter(pk=OuterRef("customer_id"))
        filed = Filing.objects.filter(Exists(seen), message=OuterRef("pk"), thread__is_private=False)
        return self.filter(Q(OneByOne(mine)) | Q(OneByOne(filed)))


class Message(models.Model):
    """One distinct content: equal identity headers and body are one message, whoever received it.

    `content_key` is the SHA-256 over Message-ID, From, To, Cc, Date, Subject and the body's bytes, so that
    the traces of transport do not make two of it; equal Message-ID with another body is another message.
    """

    Verdict, Direction = choices.Verdict, choices.Direction

    thread = models.ForeignKey(MailThread, on_delete=models.PROTECT, related_name="messages")
    content_key = models.CharField(max_length=64, unique=True)
    raw = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    size = models.BigIntegerField(help_text="Bytes of the raw message.")
    message_id = models.CharField(max_length=300, blank=True, help_text="Without angle brackets.")
    in_reply_to = models.CharField(max_length=300, blank=True)
    direction = models.CharField(max_length=3, choices=Direction)
    subject = models.CharField(max_length=500, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=254, blank=True, help_text="Lower case.")
    date = models.DateTimeField(help_text="By which it is sorted: its Date if believable, else its arrival.")
    dated = models.DateTimeField(
        null=True, help_text="What its Date header says, None without a readable one."
    )
    arrived_at = models.DateTimeField(help_text="When the server got it (INTERNALDATE), or it was stored.")
    preview = models.CharField(max_length=240, blank=True, help_text="Beginning of what is new in it.")
    text = models.TextField(blank=True, help_text="What is new in it, without quotation and signature.")
    language = models.CharField(max_length=8, blank=True)
    has_attachments = models.BooleanField(default=False)
    verdict = models.CharField(max_length=10, choices=Verdict, default=Verdict.HUMAN)
    verdict_reasons = models.JSONField(default=list)
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    returns_on = models.DateField(null=True, help_text="When an automatic reply says its writer is back.")
    bounce = models.JSONField(default=list, help_text="[{address, kind: HARD|SOFT, cause, code, text}].")
    problems = models.JSONField(default=list, help_text="Codes of what could not be read as it should.")
    stored_at = models.DateTimeField()

    objects = Messages.as_manager()

    class Meta:
        ordering = ["-date", "-id"]
        indexes = [
            models.Index(fields=["thread", "date"], name="messages_of_thread"),
            models.Index(fields=["message_id"], name="messages_by_message_id"),
            models.Index(fields=["-date"], name="messages_by_date"),
            models.Index(fields=["from_address", "-date"], name="messages_by_sender"),
        ]

    def __str__(self) -> str:
        return self.subject or self.message_id


class Participant(models.Model):
    """One address in the head of a message. BCC is shown to the sender's mailbox only."""

    Role = choices.Role

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="participants")
    role = models.CharField(max_length=8, choices=Role)
    position = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=254, help_text="Lower case.")

    class Meta:
        ordering = ["message_id", "id"]
        indexes = [models.Index(fields=["address", "role", "-message"], name="participants_by_address")]

    def __str__(self) -> str:
        return self.address


class MessagePart(models.Model):
    """An attachment or inline picture inside a message; its bytes stay in the raw message."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField(
        help_text="Its number among the parts, as reading gives them."
    )
    name = models.CharField(max_length=300, blank=True)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    content_id = models.CharField(max_length=300, blank=True)
    is_inline = models.BooleanField(default=False)

    class Meta:
        ordering = ["message_id", "position"]

    def __str__(self) -> str:
        return self.name


class MessageCopy(models.Model):
    """That a message lies in a folder of a mailbox under a UID, with its flags there."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="copies")
    thread = models.ForeignKey(MailThread, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="+")
    folder = models.ForeignKey(MailFolder, on_delete=models.CASCADE, related_name="copies")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    is_read = models.BooleanField(default=False)
    is_answered = models.BooleanField(default=False)
    is_flagged = models.BooleanField(default=False)
    is_draft = models.BooleanField(default=False)
    gone_at = models.DateTimeField(null=True, help_text="When the folder did not hold it any more.")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "uid_validity", "uid"], name="one_copy_per_uid")
        ]
        indexes = [
            models.Index(fields=["folder", "thread"], name="copies_of_conversation"),
            models.Index(fields=["account", "-message"], condition=Q(is_read=False), name="unread_copies"),
            models.Index(fields=["account", "-message"], condition=Q(is_flagged=True), name="starred_copies"),
        ]

    def __str__(self) -> str:
        return f"{self.folder_id}/{self.uid}"


class FlagChange(models.Model):
    """A change made here that the server must still be told: a flag, or another folder."""

    class What(models.TextChoices):
        READ = "READ", pgettext_lazy("mail flag", "Read")
        FLAGGED = "FLAGGED", pgettext_lazy("mail flag", "Star")
        ANSWERED = "ANSWERED", pgettext_lazy("mail flag", "Answered")
        MOVE = "MOVE", pgettext_lazy("mail", "Move")

    copy = models.ForeignKey(MessageCopy, on_delete=models.CASCADE, related_name="changes")
    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=8, choices=What)
    is_set = models.BooleanField(default=True)
    target = models.ForeignKey(MailFolder, null=True, on_delete=models.CASCADE, related_name="+")
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["copy", "what"], name="one_waiting_change_each")]

    def __str__(self) -> str:
        return f"{self.what} of {self.copy_id}"


class Conversation(models.Model):
    """A thread as one folder shows it: what lists are made of. Follows from the copies in the folder."""

    folder = models.ForeignKey(MailFolder, on_delete=models.CASCADE, related_name="conversations")
    thread = models.ForeignKey(MailThread, on_delete=models.CASCADE, related_name="conversations")
    last_at = models.DateTimeField()
    last_message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    is_flagged = models.BooleanField(default=False)
    has_attachments = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["folder", "thread"], name="one_conversation_per_folder")
        ]
        indexes = [
            models.Index(fields=["folder", "-last_at", "-id"], name="conversations_of_folder"),
            models.Index(
                fields=["folder", "-last_at"], condition=Q(unread__gt=0), name="unread_conversations"
            ),
            models.Index(
                fields=["folder", "-last_at"], condition=Q(is_flagged=True), name="starred_conversations"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder_id}/{self.thread_id}"


class Handling(models.Model):
    """Who looks after a thread in a shared mailbox."""

    account = models.ForeignKey(MailAccount, on_delete=models.CASCADE, related_name="handlings")
    thread = models.ForeignKey(MailThread, on_delete=models.CASCADE, related_name="handlings")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    assigned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "thread"], name="one_handling_per_thread")]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.thread_id}"


class Answering(models.Model):
    """That somebody has an answer to a thread of a shared mailbox open at this moment; several may."""

    thread = models.ForeignKey(MailThread, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(help_text="Real time.")
    until = models.DateTimeField(help_text="Real time; put off as long as the compose box is heard of.")

    class Meta:
        ordering = ["since", "id"]
        constraints = [models.UniqueConstraint(fields=["thread", "user"], name="one_answering_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.thread_id}"


class Filings(models.QuerySet["Filing"]):
    """Every read for a person starts at `visible_to`."""

    def visible_to(self, user: User) -> Filings:
        """Those of mail that the person may see; asked for each, as a list of all his mail would be long."""
        return self.filter(Exists(Message.objects.visible_to(user).filter(pk=OuterRef("message_id"))))


class Filing(models.Model):
    """That a message belongs to a customer (归档): it stands on the customer's timeline."""

    class How(models.TextChoices):
        ADDRESS = "ADDRESS", _("Address of a contact")
        DOMAIN = "DOMAIN", _("Domain of the company")
        THREAD = "THREAD", _("Its conversation")
        HAND = "HAND", _("By hand")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="filings")
    thread = models.ForeignKey(MailThread, on_delete=models.PROTECT, related_name="filings")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="mails")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    how = models.CharField(max_length=8, choices=How)
    date = models.DateTimeField(help_text="Of the message.")
    direction = models.CharField(max_length=3, choices=Message.Direction)
    counts_as_contact = models.BooleanField(default=False)
    filed_at = models.DateTimeField()
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = Filings.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "customer"], name="filed_once_per_customer")
        ]
        indexes = [
            models.Index(fields=["customer", "-date", "-id"], name="mails_of_customer"),
            models.Index(fields=["thread", "customer"], name="filings_of_thread"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} to {self.customer_id}"


class AddressRule(models.Model):
    """What a person decided about an address: to which customer its mail belongs, or to none."""

    address = models.CharField(max_length=254, unique=True, help_text="Lower case.")
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return self.address


class AddressHealth(models.Model):
    """What bounces told of an address: the last one of each and how many since something arrived."""

    address = models.CharField(max_length=254, unique=True, help_text="Lower case.")
    kind = models.CharField(max_length=4, choices=[("HARD", _("Permanent")), ("SOFT", _("Temporary"))])
    cause = models.CharField(max_length=40)
    text = models.CharField(max_length=300, blank=True)
    count = models.PositiveIntegerField(default=1)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.address
