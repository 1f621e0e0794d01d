"""Floor 1: arithmetic and the order of stages. Plain values in, plain values out."""
