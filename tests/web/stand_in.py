"""Stands in for the folders above the shell: a person, their rights, the business clock."""

from django.utils import timezone


class Person:
    """Somebody signed in."""

    is_authenticated = True
    is_active = True
    theme = ""
    language = ""

    def __str__(self):
        return "林晓雯"


class Access:
    """May everything."""

    def may(self, right):
        """Whether the right is granted."""
        return right != "never"


class StandIn:
    """Middleware that sets what people and instance will set."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = Person()
        request.access = Access()
        request.now = timezone.now()
        return self.get_response(request)
