"""The collector of cycles, kept from walking through the loaded program in the middle of the work."""

import gc


def settle() -> None:
    """To be called once a process has loaded what it needs: all of that stays for ever, so it is left alone.

    Otherwise every twentieth page or so waited for 50 to 150 ms, and imports did in the middle of slices.
    Pages and rows leave few cycles behind.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 50)
