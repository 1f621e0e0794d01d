"""The yardstick of the list pages: Django and django-filter as their documentation has them, over the same tables."""
