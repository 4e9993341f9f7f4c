"""Whatever a file holds, it is a request, or refused with a reason."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import SubmissionRefused
from grader.regrade.request_file import RequestFile, parse_request

HEAD = f'schema: grader/regrade/v1\nsubmission: "{"a" * 64}"\npart: 5d\n'


def test_a_request_as_the_page_offers_it_is_read() -> None:
    """Its reason without the space around it; lines of Windows and the signature of its editors do not count."""
    text = HEAD + "answer: ex5d_text\nreason: |\n  My third sentence says that\n  every ratio is at most 2.\n"
    expected = ("5d", "ex5d_text", "My third sentence says that\nevery ratio is at most 2.")
    for content in (text.encode(), text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode()):
        request = parse_request(content, "regrade.yaml")
        assert (request.part, request.answer, request.reason) == expected


def test_a_problem_is_told_at_its_line() -> None:
    """With what was meant; of many, the first few."""
    with pytest.raises(SubmissionRefused, match=r"regrade\.yaml:4: resaon: unknown key: did you mean reason\?"):
        parse_request((HEAD + "resaon: x\n").encode(), "regrade.yaml")
    with pytest.raises(SubmissionRefused) as caught:
        parse_request("\n".join(f"k{number}: 1" for number in range(500)).encode(), "regrade.yaml")
    assert len(str(caught.value)) < 500


@given(st.binary(max_size=400))
def test_random_bytes_are_no_bug_of_ours(content: bytes) -> None:
    """Refused, all of them."""
    with pytest.raises(SubmissionRefused):
        parse_request(content, "regrade.yaml")


@given(st.text(max_size=400))
def test_random_lines_are_no_bug_of_ours(text: str) -> None:
    """Taken or refused."""
    with contextlib.suppress(SubmissionRefused):
        parse_request((HEAD + text).encode("utf-8", "surrogatepass"), "regrade.yaml")


@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=20, max_size=500).filter(lambda s: len(s.strip()) >= 20)
)
def test_any_reason_comes_back_as_it_was(reason: str) -> None:
    """What is written in quotes is read as text, whatever it looks like."""
    data = {"schema": "grader/regrade/v1", "submission": "a" * 64, "part": "5d", "reason": reason}
    content = json.dumps(data).encode("ascii")
    try:
        assert parse_request(content, "regrade.yaml") == RequestFile.model_validate(data)
    except SubmissionRefused as error:  # half a pair of surrogates, or what looks like a backslash of LaTeX's
        assert "\\" in json.dumps(reason)
        assert str(error)  # noqa: PT017 - which of the two, the reader of YAML says
