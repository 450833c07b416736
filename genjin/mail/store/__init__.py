"""From raw messages to rows: parsing, threads, plain rows; `mail.actions.storing` leads."""
