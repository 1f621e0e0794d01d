"""Secrets with which messages to other systems are signed, written as the specification “Standard Webhooks” says."""

import secrets
from base64 import b64encode

SECRET_MARK = "whsec_"  # nosec B105 # the beginning of every such secret


def new_secret() -> str:
    return SECRET_MARK + b64encode(secrets.token_bytes(32)).decode()
