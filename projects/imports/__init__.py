"""A workbook's way through the house: received, read, judged, written, undone; one way for page, command and job."""
