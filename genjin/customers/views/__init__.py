"""Pages and dialogs of customers."""
