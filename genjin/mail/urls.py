"""Addresses of mail."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from genjin.mail import account_urls, open_views, outbox_urls
from genjin.mail.views import customers, inbox, letters, verbs

app_name = "mail"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(account_urls.urlpatterns)),
    path("", include(outbox_urls.urlpatterns)),
    path("o/<str:token>.gif", open_views.opened, name="opened"),
    path("mail/", inbox.inbox, name="inbox"),
    path("mail/unread/", inbox.badge, name="badge"),
    path("mail/folders/", inbox.folders, name="folders"),
    path("mail/file/", customers.file_many, name="file_many"),
    path("mail/act/", verbs.act, name="act"),
    path("mail/undo/", verbs.undo, name="undo"),
    path("mail/conversations/<int:pk>/", inbox.conversation, name="conversation"),
    path("mail/conversations/<int:pk>/private/", verbs.private, name="private"),
    path("mail/conversations/<int:pk>/assign/<int:account_id>/", verbs.assign, name="assign"),
    path("mail/conversations/<int:pk>/answering/<int:account_id>/", verbs.answering, name="answering"),
    path("mail/conversations/<int:pk>/writing/", verbs.writing, name="writing"),
    path("mail/messages/<int:pk>/", inbox.message, name="message"),
    path("mail/messages/<int:pk>/body/", letters.body, name="body"),
    path("mail/messages/<int:pk>/picture/", letters.inline, name="inline"),
    path("mail/messages/<int:pk>/parts/<int:position>/<str:name>", letters.part, name="part"),
    path("mail/messages/<int:pk>/source/", letters.source, name="source"),
    path("mail/messages/<int:pk>/message.eml", letters.eml, name="eml"),
    path("mail/messages/<int:pk>/verdict/", verbs.verdict, name="verdict"),
    path("mail/messages/<int:pk>/pictures/", verbs.pictures, name="pictures"),
    path("mail/messages/<int:pk>/file/", customers.file, name="file"),
    path("mail/messages/<int:pk>/unfile/<int:customer_id>/", customers.unfile, name="unfile"),
    path("mail/messages/<int:pk>/new-contact/", customers.contact, name="new_contact"),
    path("mail/messages/<int:pk>/new-customer/", customers.customer, name="new_customer"),
    path("mail/panel/<int:pk>/", customers.panel, name="panel"),
    path("mail/", include("genjin.mail.compose_urls")),
]
