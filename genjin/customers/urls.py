"""Addresses of customers, contacts and what is logged of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from genjin.customers import handover_urls, list_urls
from genjin.customers.views import contacts, customers, interactions, lists, ownership, steps

app_name = "customers"
urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/", include(list_urls.urlpatterns)),
    path("settings/hand-over/", include(handover_urls.urlpatterns)),
    path("customers/new/", customers.create, name="create"),
    path("customers/duplicates/", customers.duplicates, name="duplicates"),
    path("customers/options/", customers.options, name="options"),
    path("customers/bin/", ownership.recycle_bin, name="bin"),
    path("customers/bin/restore/", ownership.restore, name="restore"),
    path("customers/<int:pk>/", customers.customer, name="customer"),
    path("customers/<int:pk>/edit/", customers.edit, name="edit"),
    path("customers/<int:pk>/timeline/", customers.more, name="timeline"),
    path("customers/<int:pk>/log/", interactions.log, name="log"),
    path("customers/<int:pk>/log/effect/", interactions.effect, name="log_effect"),
    path("customers/<int:pk>/dimensions/<slug:name>/", steps.dimension, name="dimension"),
    path("customers/<int:pk>/steps/new/", steps.add, name="add_step"),
    path("customers/<int:pk>/pause/", steps.pause, name="pause"),
    path("customers/<int:pk>/rhythm/", steps.cadence, name="cadence"),
    path("customers/<int:pk>/claim/", ownership.claim, name="claim"),
    path("customers/<int:pk>/owner/", ownership.assign, name="assign"),
    path("customers/<int:pk>/pool/", ownership.to_pool, name="to_pool"),
    path("customers/<int:pk>/collaborators/", ownership.collaborators, name="collaborators"),
    path("customers/<int:pk>/tags/", ownership.tags, name="tags"),
    path("customers/<int:pk>/recycle/", ownership.recycle, name="recycle"),
    path("customers/<int:pk>/contacts/new/", contacts.add, name="add_contact"),
    path("contacts/<int:pk>/", contacts.contact, name="contact"),
    path("contacts/<int:pk>/edit/", contacts.edit, name="edit_contact"),
    path("contacts/<int:pk>/recycle/", contacts.recycle, name="recycle_contact"),
    path("contacts/<int:pk>/restore/", contacts.restore, name="restore_contact"),
    path("contacts/<int:pk>/left/", contacts.left, name="left"),
    path("contacts/<int:pk>/erase/", contacts.erase, name="erase_contact"),
    path("contacts/<int:pk>/restricted/", contacts.sensitive, name="sensitive"),
    path("logs/<int:pk>/edit/", interactions.edit, name="edit_log"),
    path("logs/<int:pk>/correct/", interactions.correct, name="correct_log"),
    path("logs/<int:pk>/recycle/", interactions.recycle, name="recycle_log"),
    path("logs/<int:pk>/restore/", interactions.restore, name="restore_log"),
    path("steps/<int:pk>/edit/", steps.edit, name="edit_step"),
    path("steps/<int:pk>/done/", steps.done, name="done_step"),
    path("steps/<int:pk>/cancel/", steps.cancel, name="cancel_step"),
    path("settings/lists/", lists.lists, name="lists"),
    path("settings/lists/<slug:name>/add/", lists.add_entry, name="add_entry"),
    path("settings/lists/entries/<int:pk>/", lists.edit_entry, name="edit_entry"),
    path("settings/lists/entries/<int:pk>/move/", lists.move_entry, name="move_entry"),
    path("settings/hints/", lists.hints, name="hints"),
    path("settings/hints/<slug:role>/", lists.edit_hint, name="edit_hint"),
    path("settings/tags/", lists.tags, name="tag_list"),
    path("settings/tags/new/", lists.add_tag, name="add_tag"),
    path("settings/tags/<int:pk>/", lists.edit_tag, name="edit_tag"),
    path("settings/tags/<int:pk>/merge/", lists.merge_tag, name="merge_tag"),
    path("settings/tags/<int:pk>/delete/", lists.delete_tag, name="delete_tag"),
]
