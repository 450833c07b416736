"""What becomes of the rows of a customer list."""

from __future__ import annotations

import pytest

from genjin.customers.models import Contact, ContactPoint, Customer
from genjin.exchange.models import Import

pytestmark = pytest.mark.django_db

LIST = """公司名称,国家,网址,联系人,邮箱,电话,跟进等级,备注
Marmara Teknik A.Ş.,土耳其,www.marmara.example,Elif Demirkan,elif@marmara.example,+90 212 555 01 01,高,met at fair
MARMARA TEKNIK,Turkey,,Mehmet Kaya,mehmet@marmara.example,,,
Nordhafen GmbH,Deutschland,nordhafen.example,Jan Voss,jan@nordhafen.example,,中,
,Deutschland,,Nobody,nobody@x.example,,,
Falsch AG,Atlantis,,Max,max@falsch.example,,,
Bad Mail Ltd,UK,,Bo,bo.at.mail,,,
"""


def verdicts(job: Import) -> list[str]:
    return list(job.rows.order_by("number").values_list("verdict", flat=True))


EXPECTED = ["NEW", "NEW", "NEW", "ERROR", "ERROR", "ERROR"]


def test_a_dry_run_says_what_the_import_then_does(bring, work):
    job = work(bring(LIST), "check")
    assert verdicts(job) == EXPECTED, list(job.rows.values_list("number", "reasons"))
    assert job.state == "CHECKED"
    assert not Customer.objects.exists()
    job = work(job, "import")
    assert (job.state, verdicts(job)) == ("DONE", EXPECTED)
    assert job.counts == {"NEW": 3, "ERROR": 3}
    assert sorted(Customer.objects.values_list("name", flat=True)) == ["Marmara Teknik A.Ş.", "Nordhafen GmbH"]
