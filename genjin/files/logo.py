"""The organisation's logo: `people` lies below `files`, so its picture is chosen here."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.files.actions import Refused, put_logo
from genjin.people.actions import change_organisation
from genjin.people.requests import Request
from genjin.web.forms import Form
from genjin.web.guards import requires


class LogoForm(Form):
    """One picture."""

    picture = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("PNG, JPEG, GIF or WebP; it is made at most 400 pixels wide."),
    )


@requires("administer")
def change_logo(request: Request) -> HttpResponse:
    """Choose the logo or take it away; it shows on the sign-in page."""
    form = LogoForm(request.POST, request.FILES) if request.method == "POST" else LogoForm()
    if request.method == "POST" and "remove" in request.POST:
        return _saved(request, None)
    if request.method == "POST" and form.is_valid():
        try:
            stored = put_logo(at=request.now, stream=form.cleaned_data["picture"].file)
        except Refused as error:
            form.add_error("picture", str(error))
        else:
            return _saved(request, stored.pk)
    status = 422 if form.errors else 200
    return render(request, "files/logo.html", {"form": form, "firm": request.organisation}, status=status)


def _saved(request: Request, file_id: int | None) -> HttpResponse:
    change_organisation(values={"logo_id": file_id}, version=None, by=request.user, at=request.now)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("files:change_logo"))
