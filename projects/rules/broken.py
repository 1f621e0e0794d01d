"""The one error that the rules raise on purpose."""


class RuleBroken(ValueError):
    """A rule of the field was broken; the message is a Chinese sentence fit for the user."""
