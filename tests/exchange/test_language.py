"""What is written of an import in the background speaks the language of whoever brought the file."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from genjin.exchange.models import Import


@pytest.mark.parametrize(
    ("asked", "said"), [("zh-CN,zh", "国家：没有"), ("en", "Country: There is no country")]
)
def test_verdicts_speak_the_language_of_the_browser(people, sign_in, work, asked, said):
    people.lin.language = ""
    people.lin.save(update_fields=["language"])
    file = SimpleUploadedFile("list.csv", b"Company,Country\nHafen GmbH,Atlantis\n")
    browser = sign_in(people.lin)
    browser.post(
        reverse("exchange:upload"), {"kind": "customers", "file": file}, headers={"Accept-Language": asked}
    )
    job = work(Import.objects.get(), "check")
    assert job.rows.get().reasons[0].startswith(said)
