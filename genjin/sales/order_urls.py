"""Orders, their nodes, the board, samples, sell-through: addresses below `sales:`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from genjin.sales import order_edit_views as edit
from genjin.sales import order_small_views as small
from genjin.sales import order_views as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/", views.board, name="board"),
    path("orders/past/", views.past, name="past"),
    path("orders/new/", edit.create, name="new_order"),
    path("orders/<int:pk>/", views.order, name="order"),
    path("orders/<int:pk>/edit/", edit.edit, name="edit_order"),
    path("orders/<int:pk>/state/", small.order_state, name="order_state"),
    path("orders/<int:pk>/downstream/", small.order_downstream, name="order_downstream"),
    path("orders/<int:pk>/cancel/", small.cancel_order, name="cancel_order"),
    path("orders/<int:pk>/close/", small.close_order, name="close_order"),
    path("orders/<int:pk>/reopen/", small.reopen_order, name="reopen_order"),
    path("orders/<int:pk>/recycle/", small.recycle_order, name="recycle_order"),
    path("orders/<int:pk>/restore/", small.restore_order, name="restore_order"),
    path("orders/<int:pk>/checklist/", small.checklist, name="checklist"),
    path("orders/<int:pk>/shares/", small.shares, name="shares"),
    path("orders/<int:pk>/sample/", small.sample, name="sample"),
    path("orders/<int:pk>/sell-through/", small.sell_through, name="sell_through"),
    path("orders/<int:pk>/files/", small.order_files, name="order_files"),
    path("orders/<int:pk>/write-progress/", small.write_progress, name="write_progress"),
    path("orders/<int:pk>/share-progress/", small.share_progress, name="share_progress"),
    path("orders/<int:pk>/next-done/", small.next_done, name="next_done"),
    path("orders/<int:pk>/next-moved/", small.next_moved, name="next_moved"),
    path("orders/<int:pk>/nodes/add/", small.add_node, name="add_node"),
    path("orders/nodes/<int:pk>/", small.node, name="node"),
    path("orders/nodes/<int:pk>/done/", small.node_done, name="node_done"),
    path("orders/nodes/<int:pk>/edit/", small.edit_node, name="edit_node"),
    path("orders/nodes/<int:pk>/remove/", small.remove_node, name="remove_node"),
    path("orders/lines/<int:pk>/cancel/", small.cancel_quantity, name="cancel_quantity"),
    path("orders/lines/<int:pk>/spec/", small.spec_sheet, name="spec_sheet"),
    path("customers/<int:pk>/orders/", views.customer_panel, name="customer_panel"),
]
