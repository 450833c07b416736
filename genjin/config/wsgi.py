"""The WSGI application that granian, or any other WSGI server, runs."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genjin.config.settings")
application = get_wsgi_application()

# What is loaded now stays for ever, so the collector need not walk through it again and again: it did so
# in the middle of every twentieth page or so, for 50 to 150 ms. A page leaves few cycles behind.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 50)
