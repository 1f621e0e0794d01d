"""The names under which failed sign-ins are counted: an account, or an account in a browser that it knows."""

DEVICE_SIGN = "#"
"""Between the account and the mark of a browser; no name of an account has it."""


def counted_as(name: str, device: str) -> str:
    """What failures of the account in a known browser are counted under; `device` "": an unknown one."""
    return f"{name}{DEVICE_SIGN}{device}" if device else name


def account_of(counted: str) -> str:
    """The account of a name that failures were counted under."""
    return counted.partition(DEVICE_SIGN)[0]
