"""The column 系统版本: what was written is read back, and anything else is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.rules.broken import RuleBroken
from projects.rules.versions import ORGANISATION, REPORT, TARGETS, ProjectVersion, RecordVersion

numbers = st.integers(min_value=0, max_value=10**18 - 1)


def test_a_version_names_the_newest_entries() -> None:
    assert str(ProjectVersion(12, 0, 7, 345)) == "p12-l0-a7-m345"
    assert str(RecordVersion(REPORT, 9)) == "r9"


@given(st.builds(ProjectVersion, numbers, numbers, numbers, numbers))
def test_the_version_of_a_project_is_read_back(version: ProjectVersion) -> None:
    assert ProjectVersion.read(str(version)) == version


@given(st.sampled_from([REPORT, TARGETS, ORGANISATION]), numbers)
def test_the_version_of_a_record_is_read_back(mark: str, number: int) -> None:
    version = RecordVersion(mark, number)

    assert RecordVersion.read(f" {version} ", mark) == version


@pytest.mark.parametrize("text", ["", "p1", "p1-l2-a3", "p1-l2-a3-m-4", "p1-l2-a3-m4x", "p１-l2-a3-m4", "r1"])
def test_a_torn_version_is_refused_in_words(text: str) -> None:
    with pytest.raises(RuleBroken, match="被改动过"):
        ProjectVersion.read(text)


@pytest.mark.parametrize("text", ["", "1", "t1", "r", "r-1", "r1.0"])
def test_a_version_of_something_else_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="被改动过"):
        RecordVersion.read(text, REPORT)
