"""Measurements on generated data; no part of the application, which imports nothing from here."""
