"""How days are written: the same everywhere, and as `<input type=date>` needs them."""
