"""The one settings file; what differs between machines comes from the environment (`.env.example`)."""

from datetime import timedelta

from django.utils.csp import CSP

from hightech import env

env.read_file()

BASE_DIR = env.ROOT
VAR_DIR = env.folder("VAR_DIR", "var")

DEBUG = env.flag("DEBUG")  # for `manage.py runserver` only
SECRET_KEY = env.secret_key(VAR_DIR / "secret_key")
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
    "axes",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "django_tasks_db",
]

MIDDLEWARE = [
    "hightech.unavailable.OutageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "hightech.static.StaticFilesMiddleware",
    "hightech.guard.GuardMiddleware",  # before anything asks the database
    "hightech.bodies.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hightech.sign_in.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
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
}

# Workbooks: what is refused, and from which size on a job reads them while the page shows how far it has come

IMPORT_MOST_ROWS = env.number("IMPORT_MOST_ROWS", 200_000)
IMPORT_LIMITS = {
    "bytes": env.number("IMPORT_MOST_MEGABYTES", 30) * 1024 * 1024,
    "rows": IMPORT_MOST_ROWS,
    "cells": IMPORT_MOST_ROWS * 15,  # a sheet may be wide, or long: both at once would take the memory
}
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
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a month's sheet posts many cells
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# What a request may bring in bytes, asked before it is read: by the name of its address, and for all others

BODY_LIMIT = 1024 * 1024
BODY_LIMITS = {
    "import_new": IMPORT_LIMITS["bytes"] + BODY_LIMIT,
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
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else anyone could keep a colleague out for ever
AXES_ENABLE_ADMIN = False  # it speaks English only; `manage.py axes_reset` lifts a lock
AXES_VERBOSE = False

# Behind a proxy, its headers count; without one they are what any reader may write.

BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
AXES_CLIENT_IP_CALLABLE = "hightech.proxy.client_address" if BEHIND_PROXY else None

# Plain HTTP is for loopback; HTTPS=1 turns on what an address in the network needs.

HTTPS = env.flag("HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # a monitor asks the application itself, behind the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS

SESSION_COOKIE_AGE = 12 * 3600  # a working day
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

# The month's reports: due so many days after the month has ended; negative for days before its end

REPORT_DAYS_AFTER = env.number("REPORT_DAYS_AFTER", 5)

# For other systems: JSON only, read by session or token; the pages' own rights and questions

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "rest_framework.authentication.TokenAuthentication",  # first: its challenge makes a refusal a 401
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "重大项目接口",
    "DESCRIPTION": "金额为整数元，比率为六位小数的字符串（未取整的值），未知为 null。",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_PATCH": False,  # a change must say its version and its reason
}

# Journal

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "axes": {"level": "WARNING"},  # lock-outs, not every sign-in
    },
}
