"""Products, categories, suppliers, price lists: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from genjin.sales import price_list_views as price_lists
from genjin.sales import product_detail_views as details
from genjin.sales import product_views as views
from genjin.sales import supplier_views as suppliers
from genjin.sales.bin_views import recycle_bin

urlpatterns: list[URLPattern | URLResolver] = [
    path("products/", views.products, name="products"),
    path("products/new/", views.add_product, name="add_product"),
    path("products/chosen/", views.change_products, name="change_products"),
    path("orders/bin/", recycle_bin, name="bin"),
    path("products/options/", views.product_choices, name="product_choices"),
    path("products/categories/", details.categories, name="categories"),
    path("products/categories/new/", details.add_category, name="add_category"),
    path("products/categories/<int:pk>/", details.edit_category, name="edit_category"),
    path("products/categories/<int:pk>/remove/", details.remove_category, name="remove_category"),
    path("products/<int:pk>/", views.product, name="product"),
    path("products/<int:pk>/edit/", views.edit_product, name="edit_product"),
    path("products/<int:pk>/restore/", views.restore_product, name="restore_product"),
    path("products/<int:pk>/prices/", details.prices, name="product_prices"),
    path("products/<int:pk>/links/<str:kind>/", details.links, name="product_links"),
    path("products/<int:pk>/pictures/", details.pictures, name="product_pictures"),
    path("products/<int:pk>/pictures/<int:picture>/first/", details.main_picture, name="main_picture"),
    path("products/<int:pk>/offers/new/", suppliers.add_offer, name="add_supplier_offer"),
    path("products/price-list/", price_lists.price_list, name="price_list"),
    path("products/price-list/<int:pk>/", price_lists.price_list_issued, name="price_list_issued"),
    path("products/catalogue/", price_lists.catalogue, name="catalogue"),
    path("suppliers/", suppliers.suppliers, name="suppliers"),
    path("suppliers/new/", suppliers.add_supplier, name="add_supplier"),
    path("suppliers/options/", suppliers.supplier_choices, name="supplier_choices"),
    path("suppliers/<int:pk>/", suppliers.supplier, name="supplier"),
    path("suppliers/<int:pk>/edit/", suppliers.edit_supplier, name="edit_supplier"),
    path("suppliers/<int:pk>/recycle/", suppliers.recycle_supplier, name="recycle_supplier"),
    path("suppliers/<int:pk>/restore/", suppliers.restore_supplier, name="restore_supplier"),
    path("suppliers/offers/<int:pk>/remove/", suppliers.remove_offer, name="remove_supplier_offer"),
]
