"""What a column may mean, for customers and their people; labels are those of the records themselves."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from genjin.customers.models import Contact, ContactPoint, Customer, ListEntry, NextStep
from genjin.exchange.importing.register import ImportField

COMPANY, PERSON = _("Company"), _("Contact")
_DEPARTMENT_WORDS = {
    "PURCHASING": "采购|采购部|purchase|buyer|procurement|sourcing",
    "TECHNICAL": "技术|技术部|质检|品质|qc|qa|engineering|technical|quality|r&d",
    "DOCUMENTS": "单证|报关|物流|documents|customs|logistics|shipping",
    "SALES": "销售|销售部|业务|marketing|市场|市场部",
    "WAREHOUSE": "仓库|warehouse|stock",
    "FINANCE": "财务|财务部|accounting|accounts",
    "MANAGEMENT": "管理层|总经办|董事会|owner|ceo|board",
}
_GRADE_WORDS = {
    "TOP": "高|最高|high",
    "UPPER_MID": "中上|中高",
    "MID": "中|中等|medium",
    "LOWER_MID": "中下|中低",
    "LOW": "低",
}
_STAGE_WORDS = {
    "PROSPECT": "潜在|潜在客户|lead",
    "TRIAL": "试单|试单期",
    "OLD": "老客户|existing",
    "LARGE": "大客户",
}
# The letters are this dimension's own (002-14..17), once somebody said that the column means it.
_RELATION_WORDS = {
    "VIP": "vip|贵宾|贵宾客户|A|A类|A级|class A",
    "SEED": "种子|种子客户|B|B类|B级|class B",
    "PROSPECT": "潜在|潜在客户|潜力|潜力客户|C|C类|C级|class C",
    "INTERRUPTED": "中断|中断客户|D|D类|D级|class D",
}
_KEY_WORDS = {"NO": "否|no", "PROPOSED": "是|yes|候选", "CONFIRMED": "已确认"}


def _label(model: Any, name: str) -> Any:
    return model._meta.get_field(name).verbose_name


def _company(name: str, column: str, type_: str = "text", detail: Any = None, **more: Any) -> ImportField:
    return ImportField(f"customer.{name}", _label(Customer, column), COMPANY, type_, detail, **more)


def _dimension(name: str, words: dict[str, str]) -> ImportField:
    column: Any = Customer._meta.get_field(name)
    return _company(name, name, "choice", (column.choices, words))


def _person(name: str, label: Any, type_: str = "text", detail: Any = None, **more: Any) -> ImportField:
    return ImportField(f"contact.{name}", label, PERSON, type_, detail, **more)


def _way(name: str, label: Any, kind: str, mark: str = "") -> ImportField:
    return _person(name, label, "point", (kind, mark), many=True)


IDENTITY = (
    _company("name", "name"),
    ImportField("customer.code", _("Customer code"), COMPANY),
    _company("country", "country", "country"),
    _company("website", "website"),
)
CUSTOMER = (
    *IDENTITY,
    _company("name_local", "name_local"),
    _company("short_name", "short_name"),
    _company("city", "city"),
    _company("address", "address"),
    _company("phone", "phone"),
    _company("fax", "fax"),
    _company("industry", "industry", "entry", ListEntry.List.INDUSTRY),
    _company("business_type", "business_type", "entry", ListEntry.List.BUSINESS_TYPE),
    _company("source", "source", "entry", ListEntry.List.SOURCE),
    _company("tags", "tags", "tags", many=True),
    _company("owner", "owner", "person", right="assign_owner"),
    _dimension("follow_grade", _GRADE_WORDS),
    _dimension("value_class", {}),
    _dimension("relationship_class", _RELATION_WORDS),
    _dimension("lifecycle_stage", _STAGE_WORDS),
    _dimension("key_account", _KEY_WORDS),
    _company("main_products", "main_products", detail="lines"),
    _company("employees", "employees", "whole"),
    _company("founded_year", "founded_year", "whole"),
    _company("annual_purchase", "annual_purchase", "money"),
    _company("remarks", "remarks", detail="lines", many=True),
    ImportField("customer.next_step", _label(NextStep, "purpose"), COMPANY),
    ImportField("customer.next_step_on", _("Day of the next step"), COMPANY, "day"),
)
CONTACT = (
    _person("name", _label(Contact, "name")),
    _person("family_name", _("Family name")),
    _person("given_name", _("Given name")),
    _person("salutation", _label(Contact, "salutation")),
    _person("job_title", _label(Contact, "job_title")),
    _person(
        "department",
        _label(Contact, "department"),
        "choice",
        (Contact.Department.choices, _DEPARTMENT_WORDS),
    ),
    _way("email", ContactPoint.Kind.EMAIL.label, "EMAIL"),
    _way("mobile", ContactPoint.Kind.MOBILE.label, "MOBILE"),
    _way("phone", ContactPoint.Kind.PHONE.label, "PHONE"),
    _way("whatsapp", ContactPoint.Kind.WHATSAPP.label, "WHATSAPP"),
    _way("wechat", ContactPoint.Kind.WECHAT.label, "WECHAT"),
    _way("skype", "Skype", "OTHER", "Skype"),
    _way("qq", "QQ", "OTHER", "QQ"),
    _way("linkedin", ContactPoint.Kind.LINKEDIN.label, "LINKEDIN"),
    _person("birthday", _("Birthday"), "birthday"),
    _person("languages", _label(Contact, "languages")),
)
WAYS = tuple(one.name for one in CONTACT if one.type == "point")
COLUMNS = {
    f"customer.{name}": column
    for name, column in {
        **{
            name: name
            for name in (
                "name", "name_local", "short_name", "city", "address", "website", "phone", "fax",
                "follow_grade", "value_class", "relationship_class", "lifecycle_stage", "key_account",
                "main_products", "employees", "founded_year", "remarks",
            )
        },
        "country": "country_id", "industry": "industry_id", "business_type": "business_type_id",
        "source": "source_id",
    }.items()
}  # fmt: skip
"""The column of a customer in which a field is stored as it was read."""
PERSON_FIELDS = ("salutation", "job_title", "department", "languages", "birthday_month", "birthday_day")
"""The columns of a person that rows fill, beside his name."""
