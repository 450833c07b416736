"""Signatures and templates: fields are checked, versions kept, colleagues use what was approved."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from genjin.customers.models import Contact
from genjin.mail.actions import signatures, templates
from genjin.mail.models import MailTemplate, Signature, TemplateVersion

pytestmark = pytest.mark.django_db


@pytest.fixture
def team_template(people, moment):
    return templates.create_template(
        name="After a fair", subject="Hello", text="Dear {{contact.name}},\nthank you.", scope="TEAM",
        by=people.lin, at=moment,
    )  # fmt: skip


def test_a_field_that_nothing_fills_is_refused_by_its_name(sign_in, people):
    typed = {
        "name": "x", "language": "en", "scope": "OWN", "subject": "For {{customer.nme}}",
        "text": "Dear {{contact.name}} {{boss}}",
    }  # fmt: skip
    page = sign_in(people.lin).post(reverse("mail:template_new"), typed).content.decode()
    assert "There is no field {{customer.nme}}." in page and "There is no field {{boss}}." in page
    assert not MailTemplate.objects.exists()


def test_whoever_leads_the_team_approves_what_a_member_wrote(people, team_template, moment):
    draft = team_template.versions.get()
    for person in (people.lin, people.wang, people.hu):
        with pytest.raises(ValidationError):
            templates.approve_version(version_id=draft.pk, by=person, at=moment)
    assert (
        templates.approve_version(version_id=draft.pk, by=people.chen, at=moment).approved_by == people.chen
    )


def test_another_wording_is_a_draft_while_the_approved_one_stays_in_use(people, team_template, moment):
    first = team_template.versions.get()
    templates.approve_version(version_id=first.pk, by=people.chen, at=moment)
    templates.change_template(
        template_id=team_template.pk, subject="Hello", text="Another.", by=people.lin, at=moment
    )
    states = dict(TemplateVersion.objects.values_list("number", "state"))
    assert states == {1: "APPROVED", 2: "DRAFT"}
    second = TemplateVersion.objects.get(number=2)
    templates.approve_version(version_id=second.pk, by=people.chen, at=moment)
    assert dict(TemplateVersion.objects.values_list("number", "state")) == {1: "RETIRED", 2: "APPROVED"}


def test_what_is_for_more_people_than_before_is_approved_anew(people, moment):
    made = templates.create_template(name="x", subject="", text="Hello", by=people.lin, at=moment)
    templates.approve_version(version_id=made.versions.get().pk, by=people.lin, at=moment)
    templates.change_template(
        template_id=made.pk, subject="", text="Hello", scope="COMPANY", by=people.lin, at=moment
    )
    assert made.versions.get().state == "DRAFT"
    with pytest.raises(ValidationError):
        templates.approve_version(version_id=made.versions.get().pk, by=people.chen, at=moment)


def test_the_same_wording_saved_again_makes_no_version(people, team_template, moment):
    last = team_template.versions.get()
    templates.change_template(
        template_id=team_template.pk,
        subject=last.subject,
        text=last.text,
        name="Fair",
        by=people.lin,
        at=moment,
    )
    assert team_template.versions.count() == 1


def test_another_team_does_not_see_it(sign_in, people, team_template):
    assert sign_in(people.hu).get(reverse("mail:template", args=[team_template.pk])).status_code == 404
    page = sign_in(people.wang).get(reverse("mail:template", args=[team_template.pk])).content.decode()
    assert "thank you" in page and 'name="text"' not in page


def test_what_the_policy_wants_and_nobody_wrote_is_listed(sign_in, people, moment):
    browser = sign_in(people.lin)
    assert "Nurturing: introduction" in browser.get(reverse("mail:templates")).content.decode()
    made = templates.create_template(
        name="x", subject="", text="Hello", purpose="nurture.INTRODUCTION", by=people.lin, at=moment
    )
    templates.approve_version(version_id=made.versions.get().pk, by=people.lin, at=moment)
    missing = browser.get(reverse("mail:templates")).content.decode().partition('id="missing"')[2]
    assert "Nurturing: introduction" not in missing and "Nurturing: monthly mail" in missing


def test_the_preview_fills_in_a_customer_and_names_what_stays_empty(sign_in, people, customer, moment):
    row = customer(name="Ege Pompa")
    Contact.objects.create(
        customer=row, name="Elif Demirkan", is_primary=True, created_at=moment, updated_at=moment
    )
    made = templates.create_template(
        name="x", subject="For {{customer.name}}", text="Dear {{contact.first_name}}, {{customer.city}}",
        by=people.lin, at=moment,
    )  # fmt: skip
    page = sign_in(people.lin).get(reverse("mail:template_preview", args=[made.pk]) + f"?customer={row.pk}")
    text = page.content.decode()
    assert "For Ege Pompa" in text and "Dear Elif," in text and "City of the company" in text


def test_versions_are_compared_line_by_line(sign_in, people, team_template, moment):
    templates.change_template(
        template_id=team_template.pk,
        subject="Hello",
        text="Dear {{contact.name}},\nbye.",
        by=people.lin,
        at=moment,
    )
    page = (
        sign_in(people.lin).get(reverse("mail:template_versions", args=[team_template.pk])).content.decode()
    )
    assert "thank you.</del>" in page and "bye.</ins>" in page


def test_a_template_comes_back_from_the_recycle_bin(sign_in, people, team_template):
    browser = sign_in(people.lin)
    path = reverse("mail:template_recycle", args=[team_template.pk])
    browser.post(path)
    assert browser.get(reverse("mail:template", args=[team_template.pk])).status_code == 404
    assert "After a fair" in browser.get(reverse("mail:templates") + "?bin").content.decode()
    browser.post(path, {"to": "restore"})
    assert browser.get(reverse("mail:template", args=[team_template.pk])).status_code == 200


def test_a_signature_is_kept_by_language_and_an_empty_one_goes(sign_in, people, own):
    path = reverse("mail:account_signature", args=[own.pk, "all"]) + "?language=en"
    browser = sign_in(people.lin)
    assert browser.post(path, {"text": "Lin <b>Xiaowen</b>\nFirm"}).status_code == 302
    row = Signature.objects.get()
    assert (row.language, row.user) == ("en", None)
    assert row.html == "<p>Lin &lt;b&gt;Xiaowen&lt;/b&gt;<br>Firm</p>"
    browser.post(path, {"text": " "})
    assert not Signature.objects.exists()


def test_in_a_shared_mailbox_members_write_their_own_signature_only(people, shared, moment):
    def save(by, is_own):
        return signatures.save_signature(
            account_id=shared.pk, language="", is_own=is_own, text=f"{by}", by=by, at=moment
        )

    assert save(people.lin, True).user == people.lin
    assert save(people.admin, False).user is None
    for by, is_own in ((people.lin, False), (people.hu, True), (people.admin, True)):
        with pytest.raises(ValidationError):
            save(by, is_own)
