"""Every address of the product, by folder."""

from django.urls import include, path

from genjin.followups.views.today import today

urlpatterns = [
    path("", today, name="today"),
    path("", include("genjin.followups.urls")),
    path("", include("genjin.notifications.urls")),
    path("", include("genjin.web.urls")),
    path("search/", include("genjin.search.urls")),
    path("files/", include("genjin.files.urls")),
    path("settings/", include("genjin.instance.urls")),
    path("settings/", include("genjin.journal.urls")),
    path("settings/fields/", include("genjin.fields.urls")),
    path("settings/policy/", include("genjin.policy.urls")),
    path("", include("genjin.people.urls")),
    path("", include("genjin.jobs.urls")),
    path("countries/", include("genjin.customers.country_urls")),
    path("", include("genjin.customers.urls")),
    path("", include("genjin.mail.urls")),
    path("", include("genjin.sales.urls")),
    path("", include("genjin.exchange.urls")),
]

handler400 = "genjin.web.errors.handler400"
handler403 = "genjin.web.errors.handler403"
handler404 = "genjin.web.errors.handler404"
handler500 = "genjin.web.errors.handler500"
