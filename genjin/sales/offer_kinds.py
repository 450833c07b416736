"""What the register, the rail and the notices know of offers and documents."""


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
