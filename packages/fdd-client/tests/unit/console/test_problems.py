"""What a page is told about an error."""

from fdd.data.errors import FileFormatError, UnmappedError
from fdd_client.console.problems import problem_of


def test_what_is_wrong_with_a_file_is_said_in_both_languages():
    said = problem_of(
        FileFormatError("a.csv has no plain columns", hint="Export a flat table")
    ).said
    assert said.en == "a.csv has no plain columns. Export a flat table."
    assert said.ko == "a.csv: 단순한 열이 없습니다. 중첩되지 않은 표로 내보내세요."


def test_a_page_is_not_told_to_type_a_command():
    hint = "Name it: --map FILE.json. Columns: a"
    said = problem_of(
        UnmappedError("a: no column holds structures that can be read", hint=hint)
    ).said
    assert said.en == "a: no column holds structures that can be read."


def test_other_errors_are_told_by_their_code():
    assert problem_of(FileFormatError("something else")).said is None
