"""What the register, the rail and the notices know of shipments, after-sales, complaints."""


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
