"""Workbooks: cells and sheets, plain values in and out."""
