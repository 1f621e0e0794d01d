"""The door for other systems: the figures of the pages as JSON, by the same questions and rights."""
