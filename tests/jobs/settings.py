import os
from genjin.config import environment as env
SECRET_KEY="x"
INSTALLED_APPS=["django.contrib.auth","django.contrib.contenttypes","django_tasks","genjin.jobs"]
DATABASES={"default":env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "genjin.jobs.backend.LeaseBackend"}}
USE_TZ=True
TIME_ZONE="UTC"
