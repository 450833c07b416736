"""SPF, DKIM and DMARC as the DNS tells them; what could not be asked is not wrong."""

from __future__ import annotations

import pytest

from genjin.instance import conditions
from genjin.mail import sender_checks
from genjin.mail.sender_checks import CannotAsk, look_up

SPF = "v=spf1 include:spf.mail.qq.com -all"


def told(records, **more):
    found = look_up("firm.example", ask=lambda name: records.get(name, []), **more)
    return {one.check: (one.state, one.code) for one in found}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([SPF], ("ok", "spf_ok")), ([], ("bad", "spf_missing")), (["other=1"], ("bad", "spf_missing")),
        ([SPF, SPF], ("bad", "spf_several")), (["v=spf1 mx +all"], ("bad", "spf_open")),
        (["v=spf1 include:spf.mail.qq.com ?all"], ("warn", "spf_neutral")),
        (["v=spf1 mx -all"], ("warn", "spf_provider")), (["v=spf1 redirect=_spf.x"], ("ok", "spf_ok")),
        (["v=spf1 " + "include:a.example " * 11 + "-all"], ("bad", "spf_long")),
    ],
)  # fmt: skip
def test_spf(records, expected):
    assert told({"firm.example": records}, provider="exmail")["SPF"] == expected


@pytest.mark.parametrize(
    ("records", "selectors", "expected"),
    [
        ({"s1._domainkey.firm.example": ["v=DKIM1; k=rsa; p=MIG"]}, (), ("ok", "dkim_ok")),
        ({"own._domainkey.firm.example": ["p=MIG"]}, ("own",), ("ok", "dkim_ok")),
        ({"s1._domainkey.firm.example": ["v=DKIM1; p="]}, (), ("bad", "dkim_revoked")),
        ({}, ("own",), ("bad", "dkim_missing")), ({}, (), ("warn", "dkim_unknown")),
    ],
)  # fmt: skip
def test_dkim(records, selectors, expected):
    assert told(records, selectors=selectors)["DKIM"] == expected


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=DMARC1; p=reject", ("ok", "dmarc_ok")), ("v=DMARC1;p=none;", ("warn", "dmarc_none")),
        ("v=DMARC1; p=maybe", ("bad", "dmarc_broken")), ("", ("bad", "dmarc_missing")),
    ],
)  # fmt: skip
def test_dmarc(record, expected):
    assert told({"_dmarc.firm.example": [record] if record else []})["DMARC"] == expected


def test_the_policy_of_the_domain_above_holds_for_one_below():
    records = {"_dmarc.firm.example": ["v=DMARC1; p=reject; sp=none"]}
    found = look_up("mail.firm.example", ask=lambda name: records.get(name, []))
    assert [(one.state, one.code) for one in found if one.check == "DMARC"] == [("warn", "dmarc_none")]


@pytest.mark.django_db
def test_a_silent_dns_is_said_and_not_blamed(own):
    def silent(name):
        raise CannotAsk(name)

    assert {one.state for one in look_up("firm.example", ask=silent)} == {"unknown"}
    found = list(sender_checks.probe(own.created_at, ask=silent))
    assert len(found) == 3 and {one.level for one in found} == {conditions.OK}
    assert "could not be asked" in found[0].sentence


@pytest.mark.django_db
def test_doctor_looks_at_own_domains_and_leaves_those_of_providers_alone(own, people):
    asked = []
    own.__class__.objects.create(name="x", address="lin@163.com", owner=people.lin, created_at=own.created_at)
    list(sender_checks.probe(own.created_at, ask=lambda name: asked.append(name) or []))
    assert asked and all(name.endswith("firm.example") for name in asked)
