"""A monthly sheet: the checks of its cells, the stored month, and what a row reports."""
