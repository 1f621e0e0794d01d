"""The same judge for a row of a workbook: each cell goes through the field of the page's own form."""
