"""Papers for meetings, made of the figures of the pages: sentences, project cards, the bulletin as a document.

A paper takes a page object or records that its caller has narrowed to the reader; it computes no number of its own.

Tested in tests/papers.
"""
