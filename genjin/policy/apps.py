from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "genjin.policy"
    label = "policy"
