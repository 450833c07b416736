"""The form field for several attachments at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from genjin.files.actions import too_large
from genjin.files.names import clean_name

MOST_FILES = 20


class FilesInput(forms.FileInput):
    """A control for several files; phones offer the camera too."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All files of that name."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class FilesField(forms.FileField):
    """Several attachments; cleans to a list of uploads with harmless names, each within the size limit."""

    widget = FilesInput

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Attachments"))
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Every upload checked; one sentence for each that cannot be kept."""
        uploads: list[UploadedFile[Any]] = [part for part in data or [] if part]
        if not uploads:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        if len(uploads) > MOST_FILES:
            raise forms.ValidationError(
                _("Attach at most %(limit)d files at once.") % {"limit": MOST_FILES}, code="many"
            )
        errors = []
        for upload in uploads:
            upload.name = clean_name(upload.name or "")
            trouble = ""
            if not upload.size:
                trouble = _("This file is empty.")
            elif upload.size > settings.FILE_LIMIT:
                trouble = too_large(settings.FILE_LIMIT)
            if trouble:
                errors.append(forms.ValidationError(f"{upload.name}: {trouble}", code="file"))
        if errors:
            raise forms.ValidationError(errors)
        return uploads
