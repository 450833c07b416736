from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "genjin.customers"
    label = "customers"
