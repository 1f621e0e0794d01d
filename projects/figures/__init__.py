"""The one calculator: each number of the product is a function here, and every door shows what it answers."""
