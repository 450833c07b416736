"""What the environment of this process says: the only module that reads `os.environ`."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from cryptography.fernet import Fernet


class SettingError(Exception):
    """A setting that cannot be used; its text is one sentence for the operator."""


@dataclass(frozen=True)
class Variable:
    """One environment variable of the documented table (`docs/operators/settings.md` is made from it)."""

    name: str
    default: str
    meaning: str


VARIABLES = (
    Variable("GENJIN_DATA", "var", "Folder of the database, files and keys."),
    Variable(
        "DATABASE_URL", "", "postgresql://user:password@host:port/name; empty means the embedded SQLite."
    ),
    Variable("GENJIN_BIND", "127.0.0.1:8000", "Address and port of the web server."),
    Variable("GENJIN_URL", "", "Public address of this instance, as in links of invitations."),
    Variable("GENJIN_HOSTS", "", "Further host names that may be asked for, separated by commas."),
    Variable("GENJIN_PROXIES", "0", "How many trusted proxies stand before the web server."),
    Variable("GENJIN_WEB_WORKERS", "2", "Web processes; each computes one page at a time: one a core."),
    Variable("GENJIN_WEB_THREADS", "4", "Threads of each web process; each holds one database connection."),
    Variable("GENJIN_SECRET_KEY", "", "Signing key; empty means the one generated in the data folder."),
    Variable(
        "GENJIN_MAIL_KEY", "", "Key that encrypts passwords of mailboxes; empty means the generated one."
    ),
    Variable("GENJIN_OAUTH_GOOGLE_ID", "", "Client id at Google, to use Gmail without a password."),
    Variable("GENJIN_OAUTH_GOOGLE_SECRET", "", "Its client secret."),
    Variable("GENJIN_OAUTH_MICROSOFT_ID", "", "Client id at Microsoft, for mailboxes of Microsoft 365."),
    Variable("GENJIN_OAUTH_MICROSOFT_SECRET", "", "Its client secret."),
    Variable("GENJIN_OAUTH_MICROSOFT_TENANT", "common", "Its directory; common means any."),
    Variable(
        "GENJIN_EMAIL_URL", "", "smtp://user:password@host:587?tls=starttls for invitations and resets."
    ),
    Variable("GENJIN_FILES", "", "s3://bucket/prefix keeps files there; empty means the data folder."),
    Variable("GENJIN_S3_ENDPOINT", "", "Address of the S3-compatible store; empty means Amazon's."),
    Variable("GENJIN_S3_REGION", "", "Its region."),
    Variable("GENJIN_S3_KEY", "", "Access key id; empty means the role of this machine."),
    Variable("GENJIN_S3_SECRET", "", "Its secret key."),
    Variable("GENJIN_S3_PATH_STYLE", "", "1 puts the bucket into the path, not the host name (MinIO, Ceph)."),
    Variable("GENJIN_FILE_LIMIT", "25", "Largest attachment, in megabytes."),
    Variable("GENJIN_EMAIL_FROM", "", "Sender of the system's own mails."),
    Variable("GENJIN_LOG", "text", "Log format: text or json."),
    Variable("GENJIN_NOW", "", "Start of the business clock (ISO 8601); demo and test instances only."),
    Variable("GENJIN_TIMING", "", "1 lets every answer say what it cost (Server-Timing: time and queries)."),
    Variable("GENJIN_DEBUG", "", "1 shows error pages with code; for developers only."),
)


def read(name: str) -> str:
    """The value of a documented variable; `<NAME>_FILE` names a file to read it from (secrets)."""
    default = next(v.default for v in VARIABLES if v.name == name)
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(
                f"{name}_FILE names {file}, which cannot be read: {error.strerror}."
            ) from error
    return os.environ.get(name, default).strip()


def number(name: str) -> int:
    """A whole number; anything else is refused by name."""
    text = read(name)
    try:
        return int(text)
    except ValueError:
        raise SettingError(f"{name} must be a whole number, not “{text}”.") from None


def data_folder() -> Path:
    """The folder of database, files and keys; made, readable by its owner only, when first needed."""
    folder = Path(read("GENJIN_DATA")).expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"The data folder {folder} cannot be made: {error.strerror}.") from error
    return folder


def secret_key() -> str:
    """The signing key from the environment, or the one generated once in the data folder (mode 0600)."""
    return read("GENJIN_SECRET_KEY") or _generated("secret_key", secrets.token_urlsafe(48))


def mail_key() -> str:
    """The key (32 bytes, URL-safe base 64) that encrypts what mailboxes are opened with; it never lies in
    the database. Raises `SettingError` for one that was given and is none.
    """
    key = read("GENJIN_MAIL_KEY") or _generated("mail_key", Fernet.generate_key().decode("ascii"))
    try:
        Fernet(key)
    except ValueError:
        raise SettingError("GENJIN_MAIL_KEY must be 32 random bytes in URL-safe base 64.") from None
    return key


def _generated(name: str, fresh: str) -> str:
    """The secret in that file of the data folder, which is made with `fresh` if there is none."""
    file = data_folder() / "keys" / name
    file.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(fresh)
    return file.read_text(encoding="ascii").strip()


def database() -> dict[str, object]:
    """Django's `DATABASES["default"]` for `DATABASE_URL`, or for SQLite in WAL mode in the data folder."""
    url = read("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "genjin.config.sqlite",
            "NAME": data_folder() / "genjin.sqlite3",
            # Tests run on a file as well: an in-memory database has other locking rules.
            "TEST": {"NAME": data_folder() / "test.sqlite3"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
                    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456; PRAGMA cache_size=-32000;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise SettingError("DATABASE_URL must begin with postgresql:// (or be left empty for SQLite).")
    options: dict[str, object] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def email() -> dict[str, object]:
    """Django's e-mail settings for `GENJIN_EMAIL_URL`; without one, `EMAIL_HOST` stays empty."""
    url = read("GENJIN_EMAIL_URL")
    parts = urlsplit(url)
    if url and parts.scheme not in ("smtp", "smtps"):
        raise SettingError("GENJIN_EMAIL_URL must begin with smtp:// or smtps://.")
    tls = dict(parse_qsl(parts.query)).get("tls", "")
    return {
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": read("GENJIN_EMAIL_FROM") or "genjin@localhost",
    }


def mail_oauth() -> dict[str, dict[str, str]]:
    """The operator's own client at each issuer of OAuth tokens: id, secret, Microsoft's directory."""
    return {
        "google": {"id": read("GENJIN_OAUTH_GOOGLE_ID"), "secret": read("GENJIN_OAUTH_GOOGLE_SECRET")},
        "microsoft": {
            "id": read("GENJIN_OAUTH_MICROSOFT_ID"),
            "secret": read("GENJIN_OAUTH_MICROSOFT_SECRET"),
            "tenant": read("GENJIN_OAUTH_MICROSOFT_TENANT"),
        },
    }


def files_place() -> str:
    """Where files lie: empty for the data folder, or s3://bucket/prefix."""
    place = read("GENJIN_FILES")
    parts = urlsplit(place)
    if place and (parts.scheme != "s3" or not parts.netloc):
        raise SettingError("GENJIN_FILES must be empty or like s3://bucket/prefix.")
    return place


def s3() -> dict[str, str]:
    """How S3-compatible stores are reached."""
    endpoint = read("GENJIN_S3_ENDPOINT")
    if endpoint and urlsplit(endpoint).scheme not in ("http", "https"):
        raise SettingError("GENJIN_S3_ENDPOINT must begin with https:// or http://.")
    return {
        "endpoint": endpoint,
        "region": read("GENJIN_S3_REGION"),
        "key": read("GENJIN_S3_KEY"),
        "secret": read("GENJIN_S3_SECRET"),
        "path_style": read("GENJIN_S3_PATH_STYLE"),
    }


def allowed_hosts(public_url: str) -> list[str]:
    """Host names that requests may carry: the public one, loopback and `GENJIN_HOSTS`."""
    given = [name.strip() for name in read("GENJIN_HOSTS").split(",") if name.strip()]
    public = urlsplit(public_url).hostname or ""
    return [name for name in ("127.0.0.1", "localhost", "[::1]", public, *given) if name]


def logging_settings() -> dict[str, object]:
    """Django's `LOGGING`: one line an event on standard error, as text or JSON."""
    form = "json" if read("GENJIN_LOG") == "json" else "text"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"format": "%(asctime)s %(levelname)-7s %(name)s %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
                "rename_fields": {"asctime": "at", "levelname": "level", "name": "source"},
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": form}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django.server": {"level": "WARNING"},
            # Its tracebacks hold people's values; `genjin.instance.errors` logs the same errors scrubbed.
            "django.request": {"level": "CRITICAL"},
        },
    }
