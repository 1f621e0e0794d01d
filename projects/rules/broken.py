"""The errors that the rules raise on purpose."""


class RuleBroken(ValueError):
    """A rule of the field was broken; the message is a Chinese sentence fit for the user."""


class Overtaken(RuleBroken):
    """Somebody else has written since the writer looked; both versions have to be shown."""
