"""What a page can be asked: its address parameters, judged like any form."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from projects.forms.fields import DayInput
from projects.models import Organisation
from projects.models.constraints import FIRST_YEAR, LAST_YEAR
from projects.vocabulary import Level

ALL_LEVELS = "all"
LEVEL_CHOICES = [*Level.choices, (ALL_LEVELS, "全部项目")]


class CompletionQuestion(forms.Form):
    """`?year=&as_of=&level=&organisation=`; whatever is left out takes the default that the door knows."""

    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR, required=False)
    as_of = forms.DateField(label="截至", widget=DayInput(), required=False)
    level = forms.ChoiceField(label="范围", choices=LEVEL_CHOICES, required=False)
    organisation = forms.ModelChoiceField(
        label="单位", queryset=Organisation.objects.none(), required=False, empty_label="全区"
    )

    def __init__(
        self,
        data: Any,
        *,
        organisations: QuerySet[Organisation],
        home: Organisation | None,
        latest: date,
    ) -> None:
        """`organisations`: those the reader may ask about; `home`: the unit asked about when none is named
        (None = the district); `latest`: the newest day that has numbers.
        """
        super().__init__(data)
        self.home, self.latest, self.organisations = home, latest, organisations
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organisations
        if home is not None:
            field.empty_label = None

    def clean_level(self) -> str:
        """The codes of the models: "" stands for all levels."""
        level: str = self.cleaned_data["level"] or Level.CITY
        return "" if level == ALL_LEVELS else level

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["organisation"] = cleaned.get("organisation") or self.home
        year, as_of = cleaned.get("year"), cleaned.get("as_of")
        if as_of is None and "as_of" not in self.errors:
            as_of = date(year, 12, 31) if year and year != self.latest.year else self.latest
        if year is None and as_of is not None and "year" not in self.errors:
            year = as_of.year
        if year and as_of and year != as_of.year:
            self.add_error("as_of", f"截至日应在 {year} 年内。")
        return cleaned | {"year": year, "as_of": as_of}

    def controls(self) -> "CompletionQuestion":
        """The same question with its defaults filled in: what the controls of the page show."""
        cleaned = self.cleaned_data
        asked = {
            "year": cleaned["year"],
            "as_of": cleaned["as_of"].isoformat(),
            "level": cleaned["level"] or ALL_LEVELS,
            "organisation": cleaned["organisation"].pk if cleaned["organisation"] else "",
        }
        shown = CompletionQuestion(
            asked, organisations=self.organisations, home=self.home, latest=self.latest
        )
        shown.full_clean()
        return shown
