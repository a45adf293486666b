"""Django's settings, put together from what the operator set."""

from urllib.parse import urlsplit

import dj_database_url
from django.templatetags.static import static
from django.urls import reverse_lazy

from chatbot.env import ROOT, read_env
from chatbot.navigation import NAVIGATION

ENV = read_env()

SECRET_KEY = ENV.secret_key.get_secret_value()
DEBUG = ENV.debug
PUBLIC_URL = ENV.public_url
# Whatever the operator names: health checks ask on the machine itself.
ALLOWED_HOSTS = [
    *ENV.allowed_hosts,
    urlsplit(PUBLIC_URL).hostname or "",
    *("localhost", "127.0.0.1", "[::1]"),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.humanize",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "channels",
    "conversations",
    "billing",
    "chatbot",
]

MIDDLEWARE = [
    "chatbot.logs.names_requests",
    "chatbot.headers.says_what_may_run",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "conversations.asking.remembers_who_asks",
    "allauth.account.middleware.AccountMiddleware",
    "chatbot.sign_in.asks_for_second_factor",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "chatbot.urls"
ASGI_APPLICATION = "chatbot.asgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chatbot.sign_in.look",
            ],
        },
    },
]

DATABASE = dj_database_url.parse(ENV.database_url.get_secret_value())
DATABASES = {
    "default": DATABASE
    | {
        "OPTIONS": {
            # A row that somebody holds keeps one tenant waiting; whoever waits gives its
            # connection back now and then, so that the pool is not full of them.
            "options": "-c lock_timeout=2000",
            # Prepared on its side, PostgreSQL needs half the time for the thirty short
            # statements of a turn. PgBouncer can do it too, from 1.21 on.
            "server_side_binding": True,
            "prepare_threshold": 3,
            **DATABASE.get("OPTIONS", {}),
            # A pool, because a worker holds hundreds of replies open but touches the
            # database for a few milliseconds of each: connections go back between phases.
            # A small one: with ten, as many threads fight with the event loop for the
            # interpreter, and at 200 replies the first word came 70 ms later (p95).
            "pool": {"min_size": 1, "max_size": ENV.database_pool_size, "timeout": 10},
        },
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = ENV.redis_url.get_secret_value()
BROKER_URL = (ENV.broker_url or ENV.redis_url).get_secret_value()

# What keeps words of a conversation beyond the rows that go with it.
KEEPERS = ["billing.keeping", "chatbot.engine.keeping"]

OPENAI_API_KEY = ENV.openai_api_key.get_secret_value() if ENV.openai_api_key else None
OPENAI_BASE_URL = ENV.openai_base_url
OPENAI_API_VERSION = ENV.openai_api_version
OPENAI_ADMIN_KEY = ENV.openai_admin_key.get_secret_value() if ENV.openai_admin_key else None
CHAT_MODEL = ENV.chat_model
SUMMARY_MODEL = ENV.summary_model
MAX_OUTPUT_TOKENS = ENV.max_output_tokens
FIELD_KEYS = [key.get_secret_value() for key in ENV.field_key]
MODEL_CONNECT_SECONDS = ENV.model_connect_seconds
MODEL_FIRST_TOKEN_SECONDS = ENV.model_first_token_seconds
MODEL_IDLE_SECONDS = ENV.model_idle_seconds
MODEL_WHOLE_SECONDS = ENV.model_whole_seconds
CALLS_PER_REPLY = ENV.calls_per_reply
EMBEDDING_MODEL = "" if ENV.embedding_model == "off" else ENV.embedding_model
EMBEDDING_NEAR = ENV.embedding_near
FETCH_INSIDE = ENV.fetch_inside
WORKER_CONCURRENCY = ENV.worker_concurrency
VISITOR_MESSAGES_PER_MINUTE = ENV.visitor_messages_per_minute
VISITOR_WAITING = ENV.visitor_waiting
CROWD_MESSAGES_PER_MINUTE = ENV.crowd_messages_per_minute
NEW_VISITORS_PER_MINUTE = ENV.new_visitors_per_minute
NEW_VISITORS_PER_ADDRESS = ENV.new_visitors_per_address
TENANT_WAITING = ENV.tenant_waiting
TENANT_AT_ONCE = ENV.tenant_at_once
API_REQUESTS_PER_MINUTE = ENV.api_requests_per_minute
UPLOAD_MAX_MB = ENV.upload_max_mb
UPLOAD_DAY_MB = ENV.upload_day_mb
UPLOAD_SCAN_COMMAND = ENV.upload_scan_command

# Mail leaves only where a host is named.
EMAIL_HOST = ENV.email_host
EMAIL_PORT = ENV.email_port
EMAIL_HOST_USER = ENV.email_user
EMAIL_HOST_PASSWORD = ENV.email_password.get_secret_value()
EMAIL_USE_TLS = ENV.email_tls == "starttls"
EMAIL_USE_SSL = ENV.email_tls == "ssl"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.email_from or (
    f"counterfoil@{urlsplit(PUBLIC_URL).hostname or 'localhost'}"
)
# Dollars that a conversation may cost within a week before its tenant's managers are told.
ALERT_CONVERSATION_ABOVE = ENV.alert_conversation_above

METRICS_TOKEN = ENV.metrics_token.get_secret_value()
TRACES_ENDPOINT = ENV.otel_exporter_otlp_endpoint

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
# Counts of sign-ins that failed; in the database, so that all processes share them and a
# Redis that is emptied lets nobody guess anew.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "sign_in_counts",
    }
}
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "admin:index"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
SESSION_COOKIE_AGE = 12 * 3600
SECOND_FACTOR = ENV.second_factor
ACCOUNT_ADAPTER = "chatbot.sign_in.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_DISPLAY = str
MFA_ADAPTER = "chatbot.sign_in.SealedFactors"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Counterfoil"
# accounts come from owners and the operator, who know whose address it is
MFA_ALLOW_UNVERIFIED_EMAIL = True
SOCIALACCOUNT_ADAPTER = "chatbot.sign_in.KnownPeopleOnly"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": ENV.openid_apps()}}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
# What stands in X-Forwarded-… is believed of these alone; see chatbot/proxies.py.
TRUSTED_PROXIES = ENV.trusted_proxies
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]  # asked on the machine itself
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SESSION_COOKIE_SECURE else 0
# This host is ours, its subdomains are not: neither they (W005) nor the browsers' own lists
# (W021) are ours to bind.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en"
TIME_ZONE = ENV.time_zone
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "var" / "static"
STATICFILES_DIRS = [ROOT / "static"]
# A laptop serves files from where they lie; an image collects and compresses them when it is built.
# Their names stay as they are: the widget's modules import each other by name.
WHITENOISE_USE_FINDERS = not ENV.static_is_collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # whatever is logged, by whomever: no card, account, address or key stands in it
    "filters": {
        "redacted": {"()": "chatbot.guardrails.personal_data.RedactingFilter"},
        "bad_requests": {"()": "chatbot.quiet.WithoutTraceOfBadRequests"},
    },
    "formatters": {
        "line": {
            "()": "chatbot.logs.LineFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "chatbot.logs.JsonFormatter"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": ENV.log_format,
            "filters": ["bad_requests", "redacted"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "httpx2": {"level": "WARNING"},  # a line per call; the ledger has them
        # with a trace for each, written by whoever asks; they are answered 400
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},  # a line per task; failures still show
        # the server's own lines go the way of all others, not past filter and formatter
        "uvicorn": {"propagate": True},
        "uvicorn.error": {"propagate": True},
        "uvicorn.access": {"propagate": True},
    },
}

UNFOLD = {
    "SITE_TITLE": "Counterfoil",
    "SITE_HEADER": "Counterfoil",
    "SITE_SUBHEADER": "Conversations and what they cost",
    "SITE_SYMBOL": "confirmation_number",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("inbox/icon.svg")}
    ],
    "SIDEBAR": {"navigation": NAVIGATION},
    "SCRIPTS": [lambda _: static("inbox/notices.js")],
    "ACCOUNT": {
        "navigation": [
            {"title": "Second factor", "link": reverse_lazy("mfa_index")},
            {"title": "Change password", "link": reverse_lazy("admin:password_change")},
        ]
    },
    "COMMAND": {"search_callback": "chatbot.admin.command.search"},
}
