"""Forms of customers, contacts, logs and what belongs to them."""

from genjin.customers.forms.contact import ContactForm, PointForm, points_text
from genjin.customers.forms.customer import CustomerForm, CustomValuesForm, NewCustomerForm
from genjin.customers.forms.log import EditLogForm, LogForm

__all__ = [
    "ContactForm",
    "CustomValuesForm",
    "CustomerForm",
    "EditLogForm",
    "LogForm",
    "NewCustomerForm",
    "PointForm",
    "points_text",
]
