"""No model without a decision how long its rows live (design, section 3)."""

from __future__ import annotations

from django.apps import apps

RECYCLED = "goes to the recycle bin, can be restored"
KEPT = "kept as history; switched off instead of deleted"
WITH_PARENT = "lives and goes with the record it belongs to"
SINGLE = "a single row that is never deleted"
COMPUTED = "computed; deleted and made again"
PRUNED = "pruned by a recurring job"

DECISIONS = {
    "customers.collaborator": WITH_PARENT,
    "customers.contact": RECYCLED,
    "customers.contactpoint": WITH_PARENT,
    "customers.country": KEPT,
    "customers.countrysection": KEPT,
    "customers.contactmerge": KEPT,
    "customers.customer": RECYCLED,
    "customers.customervalue": COMPUTED,
    "customers.dimensionchange": KEPT,
    "customers.duplicatecheck": SINGLE,
    "customers.duplicatekey": COMPUTED,
    "customers.duplicatemark": COMPUTED,
    "customers.duplicatepair": "computed; what people said to it is kept",
    "customers.handover": KEPT,
    "customers.handoveritem": WITH_PARENT,
    "customers.holidaycorrection": KEPT,
    "customers.interaction": RECYCLED,
    "customers.listentry": KEPT,
    "customers.merge": KEPT,
    "customers.listremoval": KEPT,
    "customers.nextstep": KEPT,
    "customers.poolmove": KEPT,
    "customers.publicpool": KEPT,
    "customers.replacedchoice": PRUNED,
    "customers.rolehint": KEPT,
    "customers.sensitivenote": "erased on request, with its journal values",
    "customers.serialcounter": SINGLE,
    "customers.tag": KEPT,
    "exchange.export": PRUNED,
    "exchange.import": KEPT,
    "exchange.importrow": PRUNED,
    "exchange.rememberedcolumns": KEPT,
    "exchange.rememberedvalue": KEPT,
    "fields.customfield": KEPT,
    "fields.fieldchoice": KEPT,
    "files.attachment": RECYCLED,
    "files.storedfile": PRUNED,
    "followups.customerdecision": COMPUTED,
    "followups.dutyday": "replaced by hand; its history stands in the journal",
    "followups.outcome": KEPT,
    "followups.seen": COMPUTED,
    "followups.sequencerun": KEPT,
    "followups.task": COMPUTED,
    "instance.errorreport": PRUNED,
    "instance.instance": SINGLE,
    "jobs.job": PRUNED,
    "jobs.schedule": COMPUTED,
    "jobs.worker": PRUNED,
    "journal.cursor": KEPT,
    "journal.entry": "append-only, kept for ever",
    "journal.mark": COMPUTED,
    "journal.personal": "erased on request",
    "mail.accountmember": WITH_PARENT,
    "mail.accountsetup": PRUNED,
    "mail.addresshealth": COMPUTED,
    "mail.addressrule": KEPT,
    "mail.aftersending": WITH_PARENT,
    "mail.answering": "goes a minute after the box was closed",
    "mail.conversation": COMPUTED,
    "mail.filing": WITH_PARENT,
    "mail.flagchange": "goes when the server was told",
    "mail.handling": WITH_PARENT,
    "mail.mailaccount": "removed by its owner; what is filed to customers stays",
    "mail.mailfolder": WITH_PARENT,
    "mail.mailopen": WITH_PARENT,
    "mail.mailtemplate": RECYCLED,
    "mail.mailthread": WITH_PARENT,
    "mail.message": KEPT,
    "mail.messagecopy": WITH_PARENT,
    "mail.messagepart": WITH_PARENT,
    "mail.outgoingmail": RECYCLED,
    "mail.outgoingrecipient": WITH_PARENT,
    "mail.participant": WITH_PARENT,
    "mail.threadkey": COMPUTED,
    "mail.trustedsender": KEPT,
    "mail.senderdomain": COMPUTED,
    "mail.signature": WITH_PARENT,
    "mail.suppression": KEPT,
    "mail.templateversion": KEPT,
    "mail.tracking": KEPT,
    "notifications.digest": PRUNED,
    "notifications.notice": PRUNED,
    "notifications.noticepreference": WITH_PARENT,
    "people.absence": KEPT,
    "people.calendarday": KEPT,
    "people.equipmentloan": KEPT,
    "people.listpreference": WITH_PARENT,
    "people.organisation": SINGLE,
    "people.role": KEPT,
    "people.savedview": WITH_PARENT,
    "people.team": KEPT,
    "people.user": KEPT,
    "policy.companyswitches": SINGLE,
    "policy.layer": KEPT,
    "search.document": COMPUTED,
    "search.indexformat": SINGLE,
    "search.word": COMPUTED,
    "web.submission": "forgotten after a day, whenever another form is sent",
}


def test_every_model_has_a_decision_and_every_decision_a_model():
    ours = {
        model._meta.label_lower
        for model in apps.get_models()
        if model.__module__.startswith("genjin.") and not model._meta.auto_created
    }
    assert ours == set(DECISIONS)
