"""Addresses of what leaves: the outbox, the tracking list, the suppression list."""

from django.urls import path

from genjin.mail import held_views, outbox_views, suppression_views, tracking_views

urlpatterns = [
    path("mail/outbox/", outbox_views.outbox, name="outbox"),
    path("mail/outbox/held/", held_views.held, name="held"),
    path("mail/outbox/match/", held_views.match, name="match"),
    path("mail/outbox/<int:pk>/take-back/", outbox_views.take_back, name="take_back"),
    path("mail/outbox/<int:pk>/cancel/", outbox_views.cancel, name="cancel_mail"),
    path("mail/outbox/<int:pk>/send/", outbox_views.send, name="send_now"),
    path("mail/outbox/<int:pk>/arrived/", outbox_views.decide_sent, name="decide_sent"),
    path("mail/outbox/<int:pk>/send-again/", outbox_views.decide_resend, name="decide_resend"),
    path("mail/outbox/<int:pk>/write-again/", outbox_views.write_again, name="write_again"),
    path("mail/tracking/", tracking_views.tracking, name="tracking"),
    path("mail/tracking/without/", tracking_views.untracked, name="untracked"),
    path("mail/tracking/add/", tracking_views.track_many, name="track_many"),
    path("mail/tracking/cancel/", tracking_views.cancel, name="cancel_tracking"),
    path("mail/tracking/<int:pk>/consent/", tracking_views.consent, name="consent"),
    path("mail/tracking/undo/", tracking_views.undo, name="undo_tracking"),
    path("mail/tracking/<int:pk>/note/", tracking_views.note, name="tracking_note"),
    path("mail/tracking/add/<int:pk>/", tracking_views.track, name="track"),
    path("mail/suppression/", suppression_views.suppression, name="suppression"),
    path("mail/suppression/add/", suppression_views.add, name="add_suppression"),
    path("mail/suppression/lift/", suppression_views.lift, name="lift_suppression"),
]
