"""The way out: the SMTP dialogue, what limits it, and the worker's side of the outbox."""
