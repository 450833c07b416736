"""The WSGI application that granian, or any other WSGI server, runs."""

import os

from django.core.wsgi import get_wsgi_application

from genjin.instance import collector

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
application = get_wsgi_application()
collector.settle()
