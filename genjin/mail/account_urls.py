"""Addresses of mailboxes, signatures and templates; part of the namespace `mail`."""

from __future__ import annotations

from django.urls import URLPattern, path

from genjin.mail import account_views, setup_views, template_views

urlpatterns: list[URLPattern] = [
    path("mail/accounts/", account_views.accounts, name="accounts"),
    path("mail/accounts/after-sending/", account_views.after_sending, name="after_sending"),
    path("mail/accounts/new/", setup_views.account_new, name="account_new"),
    path("mail/accounts/setup/<int:setup_id>/", setup_views.account_setup, name="account_setup"),
    path(
        "mail/accounts/setup/<int:setup_id>/state/",
        setup_views.account_setup_state,
        name="account_setup_state",
    ),
    path("mail/accounts/setup/<int:setup_id>/add/", setup_views.account_add, name="account_add"),
    path("mail/accounts/setup/<int:setup_id>/consent/", setup_views.account_consent, name="account_consent"),
    path("mail/accounts/consented/", setup_views.account_consented, name="account_consented"),
    path("mail/accounts/<int:account_id>/", account_views.account, name="account"),
    path("mail/accounts/<int:account_id>/progress/", account_views.account_progress, name="account_progress"),
    path("mail/accounts/<int:account_id>/servers/", account_views.account_servers, name="account_servers"),
    path("mail/accounts/<int:account_id>/folders/", account_views.account_folders, name="account_folders"),
    path("mail/accounts/<int:account_id>/members/", account_views.account_members, name="account_members"),
    path("mail/accounts/<int:account_id>/pause/", account_views.account_pause, name="account_pause"),
    path("mail/accounts/<int:account_id>/read/", account_views.account_read, name="account_read"),
    path("mail/accounts/<int:account_id>/remove/", account_views.account_remove, name="account_remove"),
    path("mail/accounts/<int:account_id>/sender/", account_views.account_sender, name="account_sender"),
    path(
        "mail/accounts/<int:account_id>/signatures/",
        template_views.account_signatures,
        name="account_signatures",
    ),
    path(
        "mail/accounts/<int:account_id>/signatures/<str:whose>/",
        template_views.account_signature,
        name="account_signature",
    ),
    path("mail/templates/", template_views.template_list, name="templates"),
    path("mail/templates/new/", template_views.template_new, name="template_new"),
    path("mail/templates/<int:template_id>/", template_views.template, name="template"),
    path(
        "mail/templates/<int:template_id>/approve/", template_views.template_approve, name="template_approve"
    ),
    path(
        "mail/templates/<int:template_id>/recycle/", template_views.template_recycle, name="template_recycle"
    ),
    path(
        "mail/templates/<int:template_id>/versions/",
        template_views.template_versions,
        name="template_versions",
    ),
    path(
        "mail/templates/<int:template_id>/preview/", template_views.template_preview, name="template_preview"
    ),
]
