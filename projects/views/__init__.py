"""The doors: a question, one figure or one action, a page."""
