"""Values of every JSON kind are told in words."""

from genjin.journal.describe import value_text
from genjin.records import registry


def test_a_list_of_values_is_told_one_by_one_even_where_a_kind_names_its_values():
    kind = registry.get("customers.customer")
    assert value_text(kind, "follow_grade", ["TOP", "LOW"]) == "Top, Low"
    assert value_text(kind, "social_links", {"x": 1})
