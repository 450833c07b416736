"""Pages of mail for its readers."""
