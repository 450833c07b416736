"""The pages of sales, one list of addresses for each part."""

from __future__ import annotations

from genjin.sales import insight_urls, money_urls, offer_urls, order_urls, product_urls, shipment_urls

app_name = "sales"
urlpatterns = [
    *product_urls.urlpatterns,
    *offer_urls.urlpatterns,
    *order_urls.urlpatterns,
    *shipment_urls.urlpatterns,
    *money_urls.urlpatterns,
    *insight_urls.urlpatterns,
]
