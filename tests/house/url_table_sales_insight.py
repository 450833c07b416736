"""The part of `url_table` about comparisons, declines and expected orders."""

INSIGHT_GET = {
    "sales:order_compare": "s.-.....",
    "sales:take_recommended": "s.-..-.-",
    "sales:offer_recommended": "s.-..-.-",
    "sales:declines": "s.......",
    "sales:decline": "s.-..-.-",
    "sales:reorders": "s.......",
    "sales:customer_rhythm": "s.-.....",
}
INSIGHT_POST = {
    "sales:order_compare": "xxxxxxxx",
    "sales:take_recommended": "s.-..-.-",
    "sales:offer_recommended": "s.-..-.-",
    "sales:declines": "xxxxxxxx",
    "sales:decline": "s.-..-.-",
    "sales:reorders": "xxxxxxxx",
    "sales:customer_rhythm": "xxxxxxxx",
}
