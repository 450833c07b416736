"""Page shell, components, static sources, list and form machinery; knows no business."""
