"""`grader mistakes`: wrong results that several students share and no known mistake explains. Imports no sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from grader.batch import list_evidence
from grader.cli.app import EXIT_USAGE
from grader.cli.choice import CourseChoice
from grader.cli.options import course_options, json_option
from grader.cli.screen import look, publish, say
from grader.cli.variants import give_variants, variants_option
from grader.errors import UsageError
from grader.model import Evidence
from grader.pipeline import Grader
from grader.unnamed import LEAST, LIMIT_S, build_json, find_unnamed, render_unnamed


@click.command("mistakes")
@click.argument("places", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[OUT…]")
@click.option("--db", metavar="URL", help="Take everything from this gradebook, in place of OUT.")
@click.option(
    "--least",
    type=click.IntRange(min=2),
    default=LEAST,
    show_default=True,
    metavar="N",
    help="Show what at least so many students share.",
)
@click.option(
    "--search-s",
    type=click.FloatRange(min=0, min_open=True),
    default=LIMIT_S,
    show_default=True,
    metavar="SECONDS",
    help="Search so long for what explains the wrong results of one check.",
)
@json_option("the groups, and what to add to the course")
@variants_option
@course_options
def command(  # noqa: PLR0913 - click passes one argument an option
    *,
    places: tuple[Path, ...],
    db: str | None,
    least: int,
    search_s: float,
    json_place: str | None,
    variants: Path | None,
    chosen: CourseChoice,
) -> None:
    """Show wrong results that students share and no known mistake explains, and what would explain them.

    OUT is a folder that `grader batch` wrote; with --db none is needed. Wrong results are grouped by equality
    within the tolerance; the changes that `grader validate` makes to the reference, alone and two at once, are
    tried until one gives a group's results. For whoever writes the course: a guess, with the YAML and Python that
    makes it a known mistake. Students see nothing of it, and no student code is run.
    """
    if bool(places) == (db is not None):
        raise click.UsageError("expected either OUT, the folder of a batch, or --db URL, a gradebook")
    grader = chosen.find_for_batch(places).load_grader(packages=False)
    if variants is not None:
        grader = give_variants(grader, variants, places)
    unusable: list[str] = []
    found = list_evidence(grader, places) if db is None else _read_gradebook(grader, db)
    unnamed = find_unnamed(grader, _choose_usable(found, unusable), least, search_s)
    publish(render_unnamed(unnamed, **look(100)), build_json(unnamed), json_place)
    for reason in unusable:
        say(f"grader: error: {reason}")
    if unusable:
        raise SystemExit(EXIT_USAGE)


def _read_gradebook(grader: Grader, db: str) -> Iterator[Evidence | UsageError]:
    """Yield the evidence of each student's attempt that counts, or why it cannot be used."""
    from grader.batch.gradebook_feedback import list_kept_evidence  # noqa: PLC0415 - a folder needs no database
    from grader.gradebook import Gradebook  # noqa: PLC0415

    with Gradebook.open_for(db, grader.course) as book:
        yield from list_kept_evidence(grader, book)


def _choose_usable(found: Iterable[Evidence | UsageError], unusable: list[str]) -> Iterator[Evidence]:
    """Yield what can be used, one student after another, and note why the rest cannot."""
    for one in found:
        if isinstance(one, UsageError):
            unusable.append(str(one))
        else:
            yield one
