"""What the projects of a list will come to in later months, and how the forecasts of the past did.

Forecasts are made at sealed months only, from what the register knew at that moment, so that each can be made again
and held against what was sealed later. `docs/forecast.md` explains the method and has its back-test.
"""
