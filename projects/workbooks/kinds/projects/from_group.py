"""What the group of a row says of its project: it fills what is empty, and changes nothing that is recorded."""

from projects.columns import OF_GROUP, PROJECTS, by_key
from projects.workbooks.drafts import ImportTerms, ParsedRow, worded
from projects.workbooks.kinds.projects.records import ProjectRecords

LEFT_ALONE = "分组是“{}”，登记的{}是“{}”，没有改"
_KNOWN = by_key(PROJECTS)


def take_from_group(parsed: ParsedRow, stored: ProjectRecords | None, terms: ImportTerms) -> None:
    """Set the unit and the industry of a new project, or of one that has none yet; the user is told of a difference.

    A cell that somebody has filled in the preview has priority.
    """
    for key, group in OF_GROUP.items():
        value, fault = parsed.values.pop(group, None), parsed.faults.pop(group, "")
        if key in parsed.values or key in parsed.faults:
            continue
        recorded = getattr(stored.project, f"{key}_id") if stored else None
        if fault:
            parsed.told.append(fault)
        elif value is not None and recorded is None:
            parsed.values[key] = value
        elif value is not None and recorded != value:
            mine, theirs = (worded(key, each, terms) for each in (value, recorded))
            parsed.told.append(LEFT_ALONE.format(mine, _KNOWN[key].title, theirs))
