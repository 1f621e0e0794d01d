"""The one judge of everything that a user sends."""
