"""Addresses of writing: drafts, what they hold, and what completes them."""

from django.urls import path

from genjin.mail import compose_parts, compose_saving, compose_views

urlpatterns = [
    path("compose/", compose_views.compose, name="compose"),
    path("compose/recipients/", compose_parts.recipients, name="recipients"),
    path("compose/picture/", compose_parts.remote_picture, name="remote_picture"),
    path("messages/<int:pk>/reply/", compose_views.reply, name="reply"),
    path("messages/<int:pk>/reply-all/", compose_views.reply_all, name="reply_all"),
    path("messages/<int:pk>/forward/", compose_views.forward, name="forward"),
    path("drafts/", compose_views.drafts, name="drafts"),
    path("drafts/<int:pk>/", compose_views.draft, name="draft"),
    path("drafts/<int:pk>/save/", compose_saving.save, name="save_draft"),
    path("drafts/<int:pk>/send/", compose_saving.send, name="send_draft"),
    path("drafts/<int:pk>/undo/", compose_saving.undo, name="undo_send"),
    path("drafts/<int:pk>/discard/", compose_saving.discard, name="discard_draft"),
    path("drafts/<int:pk>/restore/", compose_saving.restore, name="restore_draft"),
    path("drafts/<int:pk>/attach/", compose_parts.attach, name="attach_to_draft"),
    path("drafts/<int:pk>/detach/<int:attachment_id>/", compose_parts.detach, name="detach_from_draft"),
    path("drafts/<int:pk>/files/", compose_parts.customer_files, name="draft_files"),
    path("drafts/<int:pk>/template/", compose_parts.template, name="template_for_draft"),
    path("drafts/<int:pk>/signature/", compose_parts.signature, name="draft_signature"),
]
