"""The public collections: real mails, real bounces, replies with expected fragments, payloads of attackers."""

from __future__ import annotations

import csv
import json
import os
import re
from datetime import UTC
from pathlib import Path

import pytest

from genjin.mail.plain_text import text_html
from genjin.mail.reading import Letter, facts_of, read
from genjin.mail.sanitising import safe_html
from genjin.rules.letters import Kind, judge, trim

CORPORA = os.environ.get("GENJIN_CORPORA", "")
MAILS = Path(CORPORA, "03-email")
BOUNCES = MAILS / "bounces"
NO_BOUNCE = {"feedback": Kind.COMPLAINT, "vacation": Kind.AUTO_REPLY, "delivered": Kind.RECEIPT}

pytestmark = pytest.mark.skipif(not CORPORA, reason="needs GENJIN_CORPORA")


def _field(letter: Letter, name: str) -> object:
    if name == "subject":
        return letter.subject
    if name == "from":
        return [box.address.lower() for box in letter.from_]
    if name == "date_utc":
        return letter.date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if letter.date else None
    if name == "message_id":
        return letter.message_id
    return sorted(one.name for one in letter.attachments if one.name)


def test_header_fields_are_as_expected():
    wanted = json.loads((MAILS / "headers_expected.json").read_text())
    right = total = 0
    for name, fields in wanted.items():
        letter = read((MAILS / name.removeprefix("shared/")).read_bytes())
        for field in {"subject", "from", "date_utc", "message_id", "attachment_names"} & fields.keys():
            value = fields[field]
            expected = (
                " ".join(value.split())
                if field == "subject"
                else sorted(value)
                if field == "attachment_names"
                else value
            )
            total += 1
            right += _field(letter, field) == (
                [one.lower() for one in value] if field == "from" else expected
            )
    assert right / total >= 0.99


def test_bounces_are_recognised_with_how_final_they_are():
    rows: dict[str, list[dict[str, str]]] = {}
    with (BOUNCES / "sisimai_expected.csv").open() as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["file"], []).append(row)
    recognised, finality = [], []
    for name, expected in rows.items():
        verdict = judge(facts_of(read((BOUNCES / "sisimai" / name).read_bytes())))
        reason = expected[0]["reason"]
        if reason in NO_BOUNCE:
            assert not verdict.is_answer
            continue
        recognised.append(verdict.kind is Kind.BOUNCE)
        if recognised[-1]:
            is_hard = any(row["hardbounce"] == "1" for row in expected)
            finality.append(is_hard == any(one.is_hard for one in verdict.bounced))
    assert sum(recognised) / len(recognised) >= 0.98
    assert sum(finality) / len(finality) >= 0.9


def test_replies_are_trimmed_as_expected():
    expected = json.loads((MAILS / "reply" / "expected_fragments.json").read_text())
    for name, told in expected.items():
        reply = trim((MAILS / "reply" / name).read_text()).reply
        assert reply.split() == told["reply"].split(), name


def test_mails_of_people_are_no_bounces_and_no_notices():
    with (MAILS / "corpus_labels.csv").open() as file:
        names = [row["file"] for row in csv.DictReader(file)]
    for name in names:
        verdict = judge(facts_of(read((MAILS / "corpus" / name).read_bytes())))
        assert verdict.kind in (Kind.REPLY, Kind.BULK), name


def test_no_payload_survives_as_anything_active():
    payloads = Path(CORPORA, "07-security", "xss_payloads.jsonl").read_text(encoding="utf-8").splitlines()
    for line in payloads:
        payload = json.loads(line)["payload"]
        for shown in (safe_html(payload).html.lower(), text_html(payload).html.lower()):
            assert "<script" not in shown
            assert 'href="javascript' not in shown
            assert not re.search(r"<img[^<>]* src=.http", shown)
