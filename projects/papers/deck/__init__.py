"""The slides of a meeting as .pptx: what stands on them, how they are drawn, and how their numbers are read back.

Tested in tests/papers.
"""
