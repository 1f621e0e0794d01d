"""How many examples a property is tried with: few in the gate, and the same in each run; `FUZZ_EXAMPLES` for many."""

import os

from hypothesis import HealthCheck, settings

FEW = 60
MANY = int(os.environ.get("FUZZ_EXAMPLES", "0"))

fuzzed = settings(
    max_examples=MANY or FEW,
    derandomize=not MANY,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
