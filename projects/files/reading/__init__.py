"""A file of any supported format becomes grids of plain values. `read.read` is the entry."""
