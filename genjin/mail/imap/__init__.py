"""Mailboxes as reading sees them: one interface, for IMAP servers and for the demo's folders."""
