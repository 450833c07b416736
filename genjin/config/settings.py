"""Django settings of every Genjin process; all choices come from `genjin.config.environment`."""

from __future__ import annotations

import sys
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from genjin.config import environment as env

PACKAGE = Path(__file__).resolve().parent.parent
DATA = env.data_folder()
TESTING = "pytest" in sys.modules

SECRET_KEY = env.secret_key()
MAIL_KEY = env.mail_key()
MAIL_OAUTH = env.mail_oauth()
DEBUG = env.read("GENJIN_DEBUG") == "1"
PUBLIC_URL = env.read("GENJIN_URL").rstrip("/") or f"http://{env.read('GENJIN_BIND')}"
ALLOWED_HOSTS = env.allowed_hosts(PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
BIND = env.read("GENJIN_BIND")
TELLS_TIMING = env.read("GENJIN_TIMING") == "1"
BUSINESS_CLOCK_START = env.read("GENJIN_NOW")
SECURE = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "genjin.people",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "django_tasks",
    "template_partials",
    "genjin.config",
    "genjin.web",
    "django.forms",  # after ours, which replace some of its templates
    "genjin.records",
    "genjin.instance",
    "genjin.policy",
    "genjin.jobs",
    "genjin.journal",
    "genjin.search",
    "genjin.files",
    "genjin.fields",
    "genjin.notifications",
    "genjin.customers",
    "genjin.mail",
    "genjin.sales",
    "genjin.followups",
    "genjin.exchange",
    "genjin.demo",
]

MIDDLEWARE = [
    "genjin.instance.health.Health",
    "genjin.web.middleware.RequestId",
    "genjin.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "genjin.instance.middleware.RequestLog",
    "genjin.web.turns.Turns",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "genjin.instance.middleware.InstanceMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "genjin.people.middleware.PersonMiddleware",
    "genjin.web.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "genjin.web.middleware.HtmxFragments",
    "genjin.web.errors.Unanswered",
    "genjin.people.middleware.FirstThingsMiddleware",
]

ROOT_URLCONF = "genjin.config.urls"
WSGI_APPLICATION = "genjin.config.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "genjin.web.context.shell",
            ],
        },
    }
]

FORM_RENDERER = "genjin.web.forms.Renderer"

DATABASES = {"default": env.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "genjin_cache",
    }
}
TASKS = {
    "default": {
        "BACKEND": "genjin.jobs.backend.LeaseBackend",
        "OPTIONS": {
            "schedule": "genjin.config.schedule.SCHEDULE",
            "zone": "genjin.config.schedule.company_zone",
            "around": [
                "genjin.config.schedule.journal_door",
            ],
            "beside": ["genjin.mail.watching.keep", "genjin.demo.receiving.keep"],
        },
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["genjin.people.backend.PeopleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "genjin.people.signin.SignIn"
ACCOUNT_FORMS = {
    "login": "genjin.people.forms.SignInForm",
    "reauthenticate": "genjin.people.forms.ConfirmForm",
}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Failed attempts by network address and by account; successes are not counted.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/5m/key",
}
MFA_ADAPTER = "genjin.people.signin.SecondFactor"
MFA_FORMS = {
    "authenticate": "genjin.people.forms.CodeForm",
    "reauthenticate": "genjin.people.forms.ConfirmCodeForm",
    "activate_totp": "genjin.people.forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Genjin"
USERSESSIONS_TRACK_ACTIVITY = False  # genjin.people.sessions notes use every five minutes, not on every page

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "genjin_session"
CSRF_COOKIE_NAME = "genjin_csrf"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.number("GENJIN_PROXIES") else None
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.number("GENJIN_PROXIES")
CSRF_FAILURE_VIEW = "genjin.web.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
FILES = env.files_place()
S3 = env.s3()
FILE_LIMIT = env.number("GENJIN_FILE_LIMIT") * 1024 * 1024
# An offer or order has up to 2,000 lines of 11 or 12 fields each; Django's own bound would stop at 80 lines.
# What is beyond is refused (413) before anything is read of it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 25_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "genjin_language"
LOCALE_PATHS = [PACKAGE / "locale"]
FORM_RENDERER = "genjin.web.forms.Renderer"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Built once, with a hash of the content in each name: nothing is collected, browsers keep them for ever.
STATIC_ROOT = PACKAGE / "web" / "assets"
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[0-9A-Z]{8}\.[a-z0-9]+$"
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

for _name, _value in env.email().items():
    globals()[_name] = _value
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

LOGGING = env.logging_settings()
# A case-insensitive unique constraint stands in for `unique=True` on the sign-in address.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
