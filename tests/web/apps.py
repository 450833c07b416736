"""Rail entries as the business would register them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from genjin.web.navigation import Entry, Hit, register_entry, register_finder


class StandInConfig(AppConfig):
    name = "tests.web"
    label = "web_stand_in"

    def ready(self):
        for order, (name, label, icon, place, phone) in enumerate(
            (
                ("today", _("Today"), "today", "rail", True),
                ("mail", _("Mail"), "mail", "rail", True),
                ("customers", _("Customers"), "customers", "rail", True),
                ("inquiries", _("Inquiries"), "inquiry", "rail", False),
                ("orders", _("Orders"), "box", "rail", True),
                ("campaigns", _("Campaigns"), "campaign", "rail", False),
                ("insights", _("Insights"), "chart", "rail", False),
                ("team", _("Team"), "team", "foot", False),
                ("settings", _("Settings"), "adjustments", "foot", False),
            )
        ):
            register_entry(Entry(name, label, f"stand_in:{name}", icon, place=place, order=order, phone=phone))
        register_entry(Entry("sign-out", _("Sign out"), "stand_in:sign-out", "logout", place="user", post=True))
        register_finder("customers", _("Customers"), find)


def find(request, words, limit):
    names = ("Nordkai Armaturen GmbH", "Qasr Al-Miyah Trading Est.", "Marmara Akış Teknik A.Ş.", "宁波恒泰阀门")
    return [Hit(n, "/customers/", "customers", note="德国") for n in names if words.casefold() in n.casefold()]
