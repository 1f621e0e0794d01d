"""The sheets of each exported workbook, made of figures; pages, API and benchmarks give them to a writer."""
