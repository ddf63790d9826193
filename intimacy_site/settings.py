"""All settings, read from the environment. `NAME_FILE` may name a file that holds the value of `NAME`."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

ENVIRONMENT = env("ENVIRONMENT", default="production")
if ENVIRONMENT not in {"development", "test", "production"}:
    raise ImproperlyConfigured(f"ENVIRONMENT is '{ENVIRONMENT}'; it can be development, test or production.")
PRODUCTION = ENVIRONMENT == "production"

REQUIRED = {
    "DATABASE_URL": "the PostgreSQL database, as postgres://user:password@host/name",
    "REDIS_URL": "the Redis or Valkey server, as redis://host:6379/0",
}
if PRODUCTION:
    REQUIRED |= {
        "SECRET_KEY": "fifty or more random characters, kept secret",
        "ALLOWED_HOSTS": "the host names this site answers to, separated by commas",
        "SITE_URL": "the address of the front door, as https://homework.example.org",
        "EMAIL_URL": "the SMTP server, as smtp+tls://user:password@host:587",
        "DEFAULT_FROM_EMAIL": "the neutral sender of all mail, as 'Eye Level <hello@example.org>'",
    }
missing = [name for name in REQUIRED if not env(name, default="")]
if missing:
    hints = "\n".join(f"  {name} (or {name}_FILE): {REQUIRED[name]}" for name in missing)
    raise ImproperlyConfigured(f"These settings are missing from the environment:\n{hints}")

SECRET_KEY = env("SECRET_KEY", default="a key for development and tests only, never for a clinic")
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short: use fifty or more random characters.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # former ones, which still open what they sealed
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"])
SITE_URL = env("SITE_URL", default=f"http://127.0.0.1:{env('PORT', default='8000')}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "template_partials",
    "csp",
    "intimacy_site",
    "safekeeping",
    "accounts",
    "clients",
    "exercises",
]
MIDDLEWARE = [
    # first, so that no answer goes without their headers: not a redirect to https, a static file or an error
    "intimacy_site.web.same_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "intimacy_site.web.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.own_zone_and_language",
    "clients.middleware.ViewerMiddleware",
    "clients.middleware.in_time",
    "clients.middleware.SecondFactorFirst",
]
ROOT_URLCONF = "intimacy_site.urls"
WSGI_APPLICATION = "intimacy_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- stores
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
if env.bool("DATABASE_POOL", default=False):
    # beside what DATABASE_URL asks for, such as sslmode=verify-full
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What the worker may do with tables that are not ours; for all others the models say it.
WORKER_TABLES: dict[str, dict[str, list[str] | None]] = {
    "django_session": {"select": ["expire_date"], "delete": None},
}
# The file with the keys that wrap all others; a process without it neither seals nor opens anything.
KEYS_FILE = env("KEYS_FILE", default="")
# For the operator's commands alone: who was erased, the database as the role that may dump it, and where pg_dump is
# where it is not on the path.
ERASURES_FILE = env("ERASURES_FILE", default="")
BACKUP_DATABASE = env.db("BACKUP_DATABASE_URL") if env("BACKUP_DATABASE_URL", default="") else {}
PG_BIN = env("PG_BIN", default="")

REDIS_URL = env("REDIS_URL")
# redis-py says unix:// where Celery says redis+socket://
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "KEY_PREFIX": f"eye-level-{ENVIRONMENT}",
    }
}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
# What opens sealed texts is done by workers of its own, which have the keys and the site's role in the database.
CELERY_TASK_ROUTES = {"exercises.schedule.make_export": {"queue": "exports"}}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "send-due-reminders": {
        "task": "exercises.schedule.send_due_reminders",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "look-after-exports": {
        "task": "exercises.schedule.look_after_exports",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "forget-ended-sessions": {
        "task": "accounts.schedule.forget_ended_sessions",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "forget-earlier-texts": {
        "task": "exercises.schedule.forget_earlier_texts",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
}

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("email", "chosen_name")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# "login_failed" by key: see AccountAdapter. The rest is generous: a whole home, or a clinic, shares one address.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "reset_password": "20/m/ip,3/10m/key",
    "change_password": "5/m/user",
    # a code of the second step: by account, address and device, and by account and address (accounts.throttle)
    "second_step": "5/5m/key",
    "second_step_nearby": "20/h/key",
    # a calendar's address, by its secret; many calendars are read by one company's machines
    "calendar": "600/m/ip,60/h/key",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
# A passkey is a second step, never the only one: whoever shares a phone often knows how to unlock it.
MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_REAUTHENTICATION_REQUIRED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Eye Level"
MFA_TOTP_TOLERANCE = 1  # half a minute early or late; each code works once (accounts.forms.CodeForm)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# How many proxies in front of us are ours. The client's address is read from what the outermost of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1 if PRODUCTION else 0)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"

# --- cookies and headers
# How long a signed-in person's session lasts, clients/sessions.py says. This is for one in which nobody is signed in.
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 3600
# No cookie of ours outlives the browser window.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_AGE = None
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz/$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "intimacy_site.web.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
# Not `no-referrer`: with it browsers post `Origin: null`, which the CSRF check refuses (docs/decisions/0003).
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# A form sends many letters as six or more characters. The front door lets a little more through (deploy/Caddyfile).
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

# --- words, time, files
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENVIRONMENT == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ENVIRONMENT == "test"

# --- mail
vars().update(env.email_url("EMAIL_URL", default="smtp://127.0.0.1:1025"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Eye Level <hello@eyelevel.example>")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        # of an error its kind and place alone: what it says may quote what somebody wrote
        "plain": {"()": "intimacy_site.logs.Reticent", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # none of Django's own: one would mail each error, with everything that was sent
        "django": {"handlers": []},
        # pages not found or refused are not written down: their paths hold ids
        "django.request": {"level": "ERROR"},
    },
}
