"""Foreign keys that may be empty: of unknown units, of people who have not acted yet, of sources nobody named."""

from typing import Any

from django.db import models


def optional[M: models.Model](
    to: type[M], label: str, related_name: str, **options: Any
) -> models.ForeignKey[M | None, M | None]:
    """A link to a record, which cannot be deleted while it is linked."""
    return models.ForeignKey(
        to,
        verbose_name=label,
        related_name=related_name,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        **options,
    )
