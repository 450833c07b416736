"""From raw messages to rows: parsing, threads, and the plain rows of one slice; `mail.actions.storing` leads."""
