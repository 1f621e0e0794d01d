"""The errors that the rules raise on purpose."""


class RuleBroken(ValueError):
    """A rule of the field was broken; the message is a Chinese sentence fit for the user."""


class NotAccepted(RuleBroken):
    """The database refused a write that the rules let pass, since somebody else wrote at the same moment."""


class Overtaken(RuleBroken):
    """Somebody else has written since the writer looked; both versions have to be shown."""
