"""Companies, the people in them, what was said and what comes next."""

from genjin.customers.models.choices import ListEntry, RoleHint, Tag
from genjin.customers.models.contact import Contact, ContactPoint, SensitiveNote
from genjin.customers.models.country import Country, CountrySection, HolidayCorrection
from genjin.customers.models.customer import Collaborator, Customer, SerialCounter
from genjin.customers.models.dimension import DimensionChange
from genjin.customers.models.duplicate import DuplicateKey, DuplicateMark, DuplicatePair
from genjin.customers.models.handover import HandOver, HandOverItem
from genjin.customers.models.interaction import Interaction, NextStep
from genjin.customers.models.merge import Merge
from genjin.customers.models.pool import PoolMove, PublicPool

__all__ = [
    "Collaborator",
    "Contact",
    "ContactPoint",
    "Country",
    "CountrySection",
    "Customer",
    "DimensionChange",
    "DuplicateKey",
    "DuplicateMark",
    "DuplicatePair",
    "HandOver",
    "HandOverItem",
    "HolidayCorrection",
    "Interaction",
    "ListEntry",
    "Merge",
    "NextStep",
    "PoolMove",
    "PublicPool",
    "RoleHint",
    "SensitiveNote",
    "SerialCounter",
    "Tag",
]
