"""The one settings file; what differs between machines comes from the environment (`.env.example`)."""

from datetime import timedelta

from django.utils.csp import CSP

from hightech import directory, env, hashing, monitoring, oidc
from hightech.presets import preset

env.read_file()

BASE_DIR = env.ROOT
VAR_DIR = env.folder("VAR_DIR", "var")

DEBUG = env.flag("DEBUG")  # for `manage.py runserver` only
SECRET_KEY = env.secret_key(VAR_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.words(
    "SECRET_KEY_FALLBACKS"
)  # former ones, while what they signed and encrypted is in use
DEMO_MARK = VAR_DIR / "demonstration"
DEMO = env.flag("DEMO") or DEMO_MARK.is_file()  # made-up data: every page says so
DEMO_PROJECTS = env.number("DEMO_PROJECTS", 300)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

# Folders

INSTALLED_APPS = [
    "projects.apps.ProjectsConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",  # runserver serves files as production does
    "django.contrib.staticfiles",
    "simple_history",
    "django_filters",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
    "rest_framework",
    "drf_spectacular",
    "django_tasks_db",
]

MIDDLEWARE = [
    "hightech.metrics.MetricsMiddleware",
    "hightech.journal.JournalMiddleware",
    "hightech.unavailable.OutageMiddleware",
    "hightech.proxy.ProxyMiddleware",  # before anything reads what a proxy says
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "hightech.static.StaticFilesMiddleware",
    "hightech.headers.HeadersMiddleware",
    "hightech.guard.GuardMiddleware",  # before anything asks the database
    "hightech.bodies.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "projects.audit.AuditMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hightech.sign_in.SessionEndMiddleware",  # what it notes has the address
    "hightech.sign_in.SignInMiddleware",
    "hightech.sign_in.FirstStepsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "projects.once.SentOnceMiddleware",  # after the messages, and after those who are turned away
    "axes.middleware.AxesMiddleware",  # last, as axes asks
]

ROOT_URLCONF = "hightech.urls"
WSGI_APPLICATION = "hightech.wsgi.application"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hightech.banner.demonstration",
                "hightech.banner.district",
            ],
            "builtins": [
                "projects.templatetags.form_key",  # every form carries a key
                "projects.templatetags.joined",
            ],
        },
    },
]

# Data

DATABASES = {"default": env.database(VAR_DIR / "db.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True  # a correction is a new entry, never a way back

# Telephone numbers, and what sheets and bulk acts say, are encrypted by the first of these; all of them decrypt.
# Secrets outside of the database; without a word of its own the one that signs the sessions does.
CONTACT_KEYS = [*env.words("CONTACT_KEYS"), SECRET_KEY, *SECRET_KEY_FALLBACKS]

# Work that outlives a request: a queue in the same database, emptied by `manage.py db_worker`

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
JOB_MOST_SECONDS = env.number("IMPORT_MOST_SECONDS", 900)  # a job that runs longer is stopped and set aside
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # How far a job has come, shared by the processes beside the database
    "progress": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "progress",
    },
    # How often the API was asked in the last minute, also by programs that other processes answer
    "limits": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "limits",
    },
}

# Workbooks: what is refused, and from which size on a job reads them while the page shows how far it has come

IMPORT_MOST_ROWS = env.number("IMPORT_MOST_ROWS", 200_000)
IMPORT_LIMITS = {
    "bytes": env.number("IMPORT_MOST_MEGABYTES", 30) * 1024 * 1024,
    "rows": IMPORT_MOST_ROWS,
    "cells": IMPORT_MOST_ROWS * 15,  # a sheet may be wide, or long: both at once would take the memory
}
PAPERS_AT_ONCE_PROJECTS = env.number("PAPERS_AT_ONCE_PROJECTS", 30)  # cards beyond are left to the worker
IMPORT_AT_ONCE_BYTES = env.number("IMPORT_AT_ONCE_KILOBYTES", 200) * 1024
# A job gives a sign of life with every thousand rows; one that is silent for so long has died
IMPORT_SILENT_AFTER = timedelta(seconds=env.number("IMPORT_SILENT_SECONDS", 120))
IMPORT_NO_WORKER_AFTER = timedelta(seconds=15)  # a job that nobody takes: no worker is there

# Language and time

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = ["hightech.formats"]

# Files: static ones from the application itself; uploads have no address of their own, a view hands them out

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_ROOT = VAR_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "hightech.static.StaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a month's sheet posts many cells
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# What a request may bring in bytes, asked before it is read: by the name of its address, and for all others

BODY_LIMIT = 1024 * 1024
BODY_LIMITS = {
    "import_new": IMPORT_LIMITS["bytes"] + BODY_LIMIT,
    **dict.fromkeys(["bulletin_paper", "paper_templates"], 3 * 1024 * 1024),
    "map_files": 6 * 1024 * 1024,
    **dict.fromkeys(
        [
            "project_milestone",
            "project_milestone_evidence",
            "project_update",
            "admin:projects_evidence_add",
        ],
        100 * 1024 * 1024,
    ),
    **dict.fromkeys(
        ["month", "import_headings", "targets", "project_bulk", "district"], DATA_UPLOAD_MAX_MEMORY_SIZE
    ),
    **dict.fromkeys(
        ["admin:projects_project_change", "admin:projects_project_add"], DATA_UPLOAD_MAX_MEMORY_SIZE
    ),
}

# Who may come in

AUTH_USER_MODEL = "projects.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "projects.access.RoleBackend",
]
PASSWORD_HASHERS = [
    "hightech.hashing.BoundedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
HASHING_COST = hashing.hashing_cost()
# Numbers for what protects accounts: those of the level, where no variable says otherwise
LEVEL = preset(env.text("SECURITY_LEVEL", "plain"))
PASSWORD_LEAST_DAYS = env.number("PASSWORD_LEAST_DAYS", LEVEL["PASSWORD_LEAST_DAYS"])
PASSWORD_MOST_DAYS = env.number("PASSWORD_MOST_DAYS", LEVEL["PASSWORD_MOST_DAYS"])
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.number("PASSWORD_LEAST_LENGTH", LEVEL["PASSWORD_LEAST_LENGTH"])},
    },
    {
        "NAME": "projects.signin.passwords.ClassesValidator",
        "OPTIONS": {"least": env.number("PASSWORD_LEAST_CLASSES", LEVEL["PASSWORD_LEAST_CLASSES"])},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "projects.signin.passwords.HistoryValidator",
        "OPTIONS": {"kept": env.number("PASSWORD_HISTORY", LEVEL["PASSWORD_HISTORY"])},
    },
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
# The duties system, security and audit are held by three people (三员分立)
SEPARATE_DUTIES = env.flag("SEPARATE_DUTIES")
API_KEY_MOST_DAYS = env.number("API_KEY_MOST_DAYS", 365)  # so long a key of the API lasts at most
ISSUED_PASSWORD_DAYS = env.number("ISSUED_PASSWORD_DAYS", 7)  # so long a temporary password lets somebody in

# The steps of a sign-in are django-allauth's: nobody signs up, no mail is sent, and axes counts what fails.
# `reauthenticate` is counted in each process, as a second limit beside that of axes.
ACCOUNT_ADAPTER = "projects.signin.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "projects.signin.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": None, "reauthenticate": "10/m/user"}
ACCOUNT_SESSION_REMEMBER = True  # for as long as the session lasts, not until the browser closes

ACCOUNT_LOGIN_TIMEOUT = 5 * 60  # between password and second factor

# Single sign-on beside the password, where the authority has a provider (OpenID Connect). Roles, units, locks and the
# second factor are those of the account here.
OIDC = oidc.provider()
SOCIALACCOUNT_ADAPTER = "projects.signin.provider.ProviderAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds that the provider may be silent

# Passwords of the authority's directory (LDAP), which are asked after those of the register
LDAP = directory.directory()
if LDAP:
    AUTHENTICATION_BACKENDS.append("projects.signin.directory.DirectoryBackend")

# The second factor: codes of an authenticator (TOTP), and recovery codes. Who has one of these roles sets it up at the
# next sign-in; others may.
SECOND_FACTOR_ROLES = frozenset(env.words("SECOND_FACTOR_ROLES", LEVEL["SECOND_FACTOR_ROLES"]))
MFA_ADAPTER = "projects.signin.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "projects.signin.second_factor.CodeForm",
    "reauthenticate": "projects.signin.second_factor.CodeAgainForm",
    "activate_totp": "projects.signin.second_factor.ActivationForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]  # passkeys need HTTPS and a host name that stays
MFA_TOTP_TOLERANCE = 1  # clocks of phones and of this machine may differ by 30 seconds

# After so many wrong passwords a browser waits, for this account at this address only. A browser in which the account
# was used before counts apart, so that nobody locks a colleague out; an address with many failures keeps strangers out.
AXES_FAILURE_LIMIT = env.number("SIGN_IN_FAILURES", LEVEL["SIGN_IN_FAILURES"])
AXES_USERNAME_CALLABLE = "projects.signin.devices.counted_name"
SIGN_IN_ADDRESS_FAILURES = env.number("SIGN_IN_ADDRESS_FAILURES", LEVEL["SIGN_IN_ADDRESS_FAILURES"])
AXES_COOLOFF_TIME = timedelta(minutes=env.number("SIGN_IN_LOCK_MINUTES", LEVEL["SIGN_IN_LOCK_MINUTES"]))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else anyone could keep a colleague out for ever
AXES_ENABLE_ADMIN = False  # it speaks English only; the page of people lifts a lock
AXES_VERBOSE = False

# Behind a proxy, the headers of its addresses count; all others are what any reader may write.

BEHIND_PROXY = env.flag("BEHIND_PROXY")
PROXY_NETWORKS = env.networks("PROXY_ADDRESSES", env.LOOPBACK) if BEHIND_PROXY else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
AXES_CLIENT_IP_CALLABLE = "hightech.proxy.client_address"

# Plain HTTP is for loopback; HTTPS=1 turns on what an address in the network needs.

HTTPS = env.flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [
    r"^(healthz|readyz|metrics)$"
]  # a monitor asks the application itself, behind the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS and env.flag("HSTS_PRELOAD")  # browsers keep that list for years
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # no preloading is a choice
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS

SESSION_ENGINE = "projects.sessions"  # people see where they are signed in
SESSION_COOKIE_AGE = (
    env.number("SESSION_HOURS", LEVEL["SESSION_HOURS"]) * 3600
)  # since the sign-in, in use or not
SESSION_IDLE = timedelta(
    minutes=env.number("SESSION_IDLE_MINUTES", LEVEL["SESSION_IDLE_MINUTES"])
)  # 0: no such end
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hightech.sign_in.csrf_failure"
X_FRAME_OPTIONS = "DENY"

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}

# The names of the district and its lists are read again so often; a change is seen by every process after that

DISTRICT_SETTINGS_SECONDS = env.number("DISTRICT_SETTINGS_SECONDS", 30)

# From which age on the newest backup is worth a word to the administrator; 0 where something else backs up

BACKUP_MOST_HOURS = env.number("BACKUP_MOST_HOURS", 26)
BACKUP_RECIPIENTS = env.words(
    "BACKUP_RECIPIENTS"
)  # public keys (age1…) that backups are encrypted for; none: plain

# Who may read /metrics; nobody without a token

METRICS_ACCESS = monitoring.metrics_access()

# Before the numbers of projects in the OC4IDS export; a publisher gets one of its own from the standard's help desk
OC4IDS_PREFIX = env.text("OC4IDS_PREFIX", "oc4ids-unregistered")

# Days for which `manage.py prune` leaves what it would delete; 0: for ever
KEEP_SENT_FORMS_DAYS = env.number("KEEP_SENT_FORMS_DAYS", 30)
KEEP_SIGN_INS_DAYS = env.number("KEEP_SIGN_INS_DAYS", 200)  # more than six months, as 等保 asks
KEEP_NOTICES_DAYS = env.number("KEEP_NOTICES_DAYS", 180)  # since they were read
KEEP_JOBS_DAYS = env.number("KEEP_JOBS_DAYS", 30)
KEEP_UNFINISHED_IMPORTS_DAYS = env.number("KEEP_UNFINISHED_IMPORTS_DAYS", 90)
KEEP_PAPERS_DAYS = env.number("KEEP_PAPERS_DAYS", 400)  # a year of meetings and the month after
KEEP_IMPORT_ROWS_DAYS = env.number("KEEP_IMPORT_ROWS_DAYS", 0)  # without its rows an import cannot be undone

# The audit keeps its entries so many days; 0: for ever. What is shorter than six months is read as six months

AUDIT_DAYS = env.number("AUDIT_DAYS", 0)

# The month's reports: due so many days after the month has ended; negative for days before its end

REPORT_DAYS_AFTER = env.number("REPORT_DAYS_AFTER", 5)
FONTS_DIR = str(env.folder("FONTS_DIR", "")) if env.text("FONTS_DIR", "") else ""  # "": the system's fonts

# For other systems: JSON only, by session or key; the pages' own rights and questions

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "projects.api.keys.KeyAuthentication",  # first: its challenge makes a refusal a 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "projects.api.throttling.KeyThrottle",
        "projects.api.throttling.AccountThrottle",
    ],
    "EXCEPTION_HANDLER": "projects.api.refusals.problem",
}
# So many requests a minute are answered; 0: as many as come
API_KEY_PER_MINUTE = env.number("API_KEY_PER_MINUTE", 300)
API_ACCOUNT_PER_MINUTE = env.number("API_ACCOUNT_PER_MINUTE", 600)
SPECTACULAR_SETTINGS = {
    "ENUM_NAME_OVERRIDES": {
        "IndicatorPayloadCodeEnum": "projects.vocabulary.Indicator",
        "StageEnum": "projects.vocabulary.Stage",
        "DelayReasonEnum": "projects.vocabulary.DelayReason",
        "LevelEnum": "projects.vocabulary.Level",
    },
    "TITLE": "重大项目接口",
    "DESCRIPTION": "金额为整数元，比率为六位小数的字符串（未取整的值），未知为 null。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "projects.api.examples.add_examples",
    ],
    "COMPONENT_SPLIT_PATCH": False,  # a change must say its version and its reason
}

# Notices by mail: only with a server, and only to addresses of these domains (MAIL_DOMAINS=gov.example,…)

SITE_URL = env.text("SITE_URL", "").rstrip("/")  # https://register.example: mails lead there
MAIL_DOMAINS = frozenset(word.lower() for word in env.words("MAIL_DOMAINS"))
MAIL_ON = bool(env.text("MAIL_HOST", "") and MAIL_DOMAINS)
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "register@localhost")
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": env.text("MAIL_HOST", "localhost"),
            "port": env.number("MAIL_PORT", 25),
            "username": env.text("MAIL_USER", ""),
            "password": env.text("MAIL_PASSWORD", ""),
            "use_tls": env.flag("MAIL_STARTTLS"),
            "use_ssl": env.flag("MAIL_TLS"),
            "timeout": 10,
        },
    },
}

# Notices by robots of chat groups and to other systems: only to these hosts (host, or host:port unless 443), off
# without. Addresses of an inner network are refused, but for hosts that are named a second time.

OUTGOING_HOSTS = frozenset(word.lower() for word in env.words("OUTGOING_HOSTS"))
OUTGOING_PRIVATE_HOSTS = frozenset(word.lower() for word in env.words("OUTGOING_PRIVATE_HOSTS"))

# Journal

LOG_FORMAT = env.choice("LOG_FORMAT", "line", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "hightech.journal.RequestFilter"}},
    "formatters": {
        "line": {"()": "hightech.journal.LineFormatter"},
        "json": {"()": "hightech.journal.JsonFormatter"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request"]},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "axes": {"level": "WARNING"},  # lock-outs, not every sign-in
        "django_auth_ldap": {
            "level": "ERROR"
        },  # it names people; projects.signin.directory says what is wrong
        "hightech.access": {"level": "INFO" if env.flag("ACCESS_LOG") else "WARNING"},
    },
}
