"""The organisation's logo is chosen by an administrator and shows on the sign-in page."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from genjin.people.models import Organisation


def picture(width: int) -> SimpleUploadedFile:
    stream = BytesIO()
    Image.new("RGB", (width, 200), "navy").save(stream, "PNG")
    return SimpleUploadedFile("logo.png", stream.getvalue(), "image/png")


def test_a_logo_is_scaled_shown_at_the_sign_in_and_can_be_removed(people, sign_in):
    browser = sign_in(people.admin)
    assert browser.post("/files/logo/change", {"picture": picture(900)}).status_code == 302
    assert Organisation.objects.get().logo.width == 400
    assert 'src="/files/logo"' in Client().get("/sign-in/").content.decode()
    assert Client().get("/files/logo").status_code == 200
    browser.post("/files/logo/change", {"remove": "1"})
    assert Organisation.objects.get().logo is None


def test_what_is_no_picture_gets_a_sentence_and_changes_nothing(people, sign_in):
    text = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    answer = sign_in(people.admin).post("/files/logo/change", {"picture": text})
    assert answer.status_code == 422
    assert "This is not a picture that can be read" in answer.content.decode()
    assert Organisation.objects.get().logo is None
