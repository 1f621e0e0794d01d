"""Workbooks as they come and as they are made to harm: each is generated, and its docstring says what it proves."""

from tests.files.corpus import delimited, hostile, mislabelled, old, printed, sheets, written
from tests.files.corpus.making import Book, proofs

__all__ = ["CORPUS", "Book"]

CORPUS = {
    proof.__name__: proof
    for room in (sheets, printed, written, old, delimited, mislabelled, hostile)
    for proof in proofs(room)
}
