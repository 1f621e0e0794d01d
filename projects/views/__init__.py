"""The pages: each view reads a question, takes one figure or calls one action, and renders.

Tested in tests/views, tests/browser.
"""
