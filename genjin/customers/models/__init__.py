"""Companies, the people in them, what was said and what comes next."""

from genjin.customers.models.choices import ListEntry, RoleHint, Tag
from genjin.customers.models.contact import Contact, ContactPoint, SensitiveNote
from genjin.customers.models.country import Country, CountrySection, HolidayCorrection
from genjin.customers.models.customer import Collaborator, Customer, CustomerValue, SerialCounter
from genjin.customers.models.dimension import DimensionChange
from genjin.customers.models.duplicate import DuplicateCheck, DuplicateKey, DuplicateMark, DuplicatePair
from genjin.customers.models.handover import HandOver, HandOverItem
from genjin.customers.models.interaction import Interaction, NextStep
from genjin.customers.models.list_removal import ListRemoval, ReplacedChoice
from genjin.customers.models.merge import ContactMerge, Merge
from genjin.customers.models.pool import PoolMove, PublicPool

__all__ = [
    "Collaborator",
    "Contact",
    "ContactMerge",
    "ContactPoint",
    "Country",
    "CountrySection",
    "Customer",
    "CustomerValue",
    "DimensionChange",
    "DuplicateCheck",
    "DuplicateKey",
    "DuplicateMark",
    "DuplicatePair",
    "HandOver",
    "HandOverItem",
    "HolidayCorrection",
    "Interaction",
    "ListEntry",
    "ListRemoval",
    "Merge",
    "NextStep",
    "PoolMove",
    "PublicPool",
    "ReplacedChoice",
    "RoleHint",
    "SensitiveNote",
    "SerialCounter",
    "Tag",
]
