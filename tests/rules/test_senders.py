"""After how many unanswered mails from one mailbox another is proposed (000-39)."""

import pytest

from genjin.rules.senders import silent_sender

LIN, SALES = "lin@firm.example", "sales@firm.example"


@pytest.mark.parametrize(
    ("senders", "most", "expected"),
    [
        ([], 2, None),
        ([LIN], 2, None),
        ([LIN, LIN], 2, LIN),
        ([LIN, SALES], 2, None),
        ([LIN, LIN, SALES], 2, None),
        ([LIN, SALES, SALES], 2, SALES),
        ([LIN, LIN], 3, None),
        ([SALES, LIN, LIN, LIN], 3, LIN),
        ([LIN], 1, LIN),
        (["", ""], 2, None),
    ],
)
def test_the_mailbox_of_the_last_unanswered_mails(
    senders: list[str], most: int, expected: str | None
) -> None:
    assert silent_sender(senders, most) == expected
