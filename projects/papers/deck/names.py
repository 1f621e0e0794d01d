"""What the process that draws and the one that reads back call the same things."""

MARK = "hp_"
"""Before the key of a number, in the run that shows it."""
CHART = "hp_chart_"
"""Before the number of a chart, in its name and in the properties that say which number each bar is."""
DRAWING = "projects.papers.deck.drawing"
