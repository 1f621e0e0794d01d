"""Sets of defaults for what protects accounts (`SECURITY_LEVEL`); each setting's own variable wins over them."""

from typing import TypedDict

from django.core.exceptions import ImproperlyConfigured


class Preset(TypedDict):
    """0 days, minutes or passwords: no such rule."""

    PASSWORD_LEAST_LENGTH: int
    PASSWORD_LEAST_CLASSES: int
    PASSWORD_HISTORY: int
    PASSWORD_LEAST_DAYS: int
    PASSWORD_MOST_DAYS: int
    SIGN_IN_FAILURES: int
    SIGN_IN_LOCK_MINUTES: int
    SIGN_IN_ADDRESS_FAILURES: int
    SECOND_FACTOR_ROLES: str
    SESSION_HOURS: int
    SESSION_IDLE_MINUTES: int


PRESETS: dict[str, Preset] = {
    "plain": {
        "PASSWORD_LEAST_LENGTH": 10,
        "PASSWORD_LEAST_CLASSES": 1,
        "PASSWORD_HISTORY": 1,
        "PASSWORD_LEAST_DAYS": 0,
        "PASSWORD_MOST_DAYS": 0,
        "SIGN_IN_FAILURES": 5,
        "SIGN_IN_LOCK_MINUTES": 15,
        "SIGN_IN_ADDRESS_FAILURES": 50,
        "SECOND_FACTOR_ROLES": "",
        "SESSION_HOURS": 12,
        "SESSION_IDLE_MINUTES": 0,
    },
    # 等保 2.0 level 3 (GB/T 22239-2019, 8.1.4.1) gives no numbers; these are what assessors usually ask for.
    "dengbao3": {
        "PASSWORD_LEAST_LENGTH": 10,
        "PASSWORD_LEAST_CLASSES": 3,
        "PASSWORD_HISTORY": 5,
        "PASSWORD_LEAST_DAYS": 1,
        "PASSWORD_MOST_DAYS": 90,
        "SIGN_IN_FAILURES": 5,
        "SIGN_IN_LOCK_MINUTES": 30,
        "SIGN_IN_ADDRESS_FAILURES": 30,
        "SECOND_FACTOR_ROLES": "office,admin,auditor,security",
        "SESSION_HOURS": 10,
        "SESSION_IDLE_MINUTES": 30,
    },
}


def preset(name: str) -> Preset:
    if name not in PRESETS:
        raise ImproperlyConfigured(
            f"SECURITY_LEVEL 可以是 {'、'.join(PRESETS)}。 SECURITY_LEVEL is one of {', '.join(PRESETS)}."
        )
    return PRESETS[name]
