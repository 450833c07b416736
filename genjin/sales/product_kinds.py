"""What the register, the rail and the notices know of products, suppliers and price lists."""


def register_all() -> None:
    """Put the kinds and pages of this part on the registers."""
