"""Pages are really asked of a server with a class behind it; shapes and arithmetic, no timing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.contender import PROJECT, Unavailable
from bench.marked_class import MARKERS, SampleClass, read_queue
from bench.pages import (
    ANSWER,
    ARITHMETIC,
    FLOOR,
    Answered,
    Browser,
    Server,
    fill,
    grade_samples,
    measure_class,
    render_pages,
    summarise_pages,
)
from grader.gradebook import Gradebook

COUNT = 21


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> SampleClass:
    """Return what a class is made of, from samples that were really run."""
    return grade_samples(tmp_path_factory.mktemp("work"), PROJECT, kinds=("wrong",))


@pytest.fixture
def url(source: SampleClass, tmp_path: Path) -> str:
    """Return a gradebook with a marked class."""
    found = f"sqlite:///{tmp_path / 'grades.db'}"
    fill(source, found, COUNT)
    return found


def test_every_text_waits_or_is_marked(source: SampleClass, url: str) -> None:
    """Each student has each text, no two but the copied the same; half of them are marked."""
    with Gradebook.open(url, create=False) as book:
        texts = book.texts(ANSWER)
        assert len(texts) == COUNT
        assert len(book.texts()) == COUNT * len(source.asked)
        assert (
            len({text.text_sha256 for text in texts}) == COUNT - 1
        )  # the tenth has the first one's; the twentieth nearly
        assert len(read_queue(book, ANSWER).left) == COUNT // 2


def test_pages_and_commands_are_measured(url: str, tmp_path: Path) -> None:
    """Every page of the tour answers, is larger than nothing but where a form leads on, and stands in the table."""
    found = measure_class(PROJECT, url, tmp_path, rounds=1)
    names = [page["page"] for page in found["pages"]]
    assert names[:2] == [FLOOR, ARITHMETIC]
    assert {"first page", "a text", "save its points", "class page", "effect of another rubric"} <= set(names)
    assert {page["page"] for page in found["pages"] if not page["size_bytes"]} == {"save its points", ARITHMETIC}
    assert [one["command"] for one in found["commands"]] == ["stats", "marks", "export"]
    assert "| class page |" in render_pages({"sqlite": {"students": COUNT, **found}})


def test_page_that_is_not_there_is_no_figure(url: str) -> None:
    """A refused request is quick, and must not count as a page."""
    with Server(PROJECT, url) as server, pytest.raises(Unavailable, match=r"answered by 404"):
        Browser(server, MARKERS[0]).ask("/mark/ex5d_text/none")


def test_server_that_does_not_start_is_told(tmp_path: Path) -> None:
    """Without a gradebook there are no links to wait for."""
    with (
        pytest.raises(Unavailable, match="before it printed its links"),
        Server(PROJECT, f"sqlite:///{tmp_path / 'no'}"),
    ):
        pass


def test_first_answer_warms() -> None:
    """Medians leave it out; the floor's own ratio is one."""
    walls = {FLOOR: (9.0, 0.001, 0.003, 0.002), "a text": (5.0, 0.02, 0.01, 0.03)}
    found = summarise_pages(
        {name: [Answered(200, "", "x", one, 0.001) for one in all_] for name, all_ in walls.items()}
    )
    assert [one.over_floor for one in found] == pytest.approx([1, 10])
    assert [one.median_ms for one in found] == pytest.approx([2, 20])
    assert [one.first_ms for one in found] == pytest.approx([9000, 5000])
    assert found[1].p90_ms == pytest.approx(28)
