"""The errors that rules and actions raise for a user to read."""


class RuleBroken(ValueError):
    """A rule was broken; the message is a Chinese sentence for the user."""


class NotAccepted(RuleBroken):
    """The database refused a valid write because of a concurrent write."""


class Overtaken(RuleBroken):
    """Somebody else has written since the base version; the view has to show both versions."""
