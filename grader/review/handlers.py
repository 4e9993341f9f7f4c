"""What each address does: reads what is there, keeps what a marker decided, and leads on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from grader.errors import ConflictError
from grader.feedback.items import show_of
from grader.feedback.prose import render_prose
from grader.gradebook import KeptMarking, Marking
from grader.gradebook.agreement import build_agreements
from grader.review.forms import WrongForm, parse_points, parse_words
from grader.review.groups import Group, find_group, show_difference
from grader.review.pages import render
from grader.review.queue import Entry, Queue
from grader.review.review import OtherRubric, Review
from grader.review.roles import find_objection, may_unflag
from grader.review.rubric_change import list_not_looked_at
from grader.review.sessions import Session
from grader.review.view import Asked, build_examples, build_items, build_surroundings, hash_example, name_turns
from grader.stats.page import build_view

MAX_GROUP = 40  # texts side by side


@dataclass(frozen=True)
class Visit:
    """A request of somebody who has a session, and from where.

    `form` is what they sent; `by_script` asks for where to go on, and no page.
    """

    review: Review
    session: Session
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    by_script: bool = False
    address: str = ""

    @property
    def who(self) -> str:
        """The marker."""
        return self.session.who

    def may(self, path: str) -> bool:
        """Return whether the visitor may have a page of this address, so that nothing leads to one that is refused."""
        return not find_objection(self.session.role, path)

    def find(self) -> tuple[Asked, Queue, Entry]:
        """Return the text that the address names.

        Raises:
            WrongForm: there is none.
        """
        asked = self.review.find_asked(self.path["answer"])
        queue = self.review.read_queue(asked.answer.name)
        entry = queue.find(self.path["name"])
        if entry is None:
            raise WrongForm("No text of this name waits for a person: the student may have submitted anew.", 404)
        return asked, queue, entry

    def show(self, template: str, status: int = 200, **context: Any) -> Response:
        """Return a page."""
        around = {"base": self.review.base, "course": self.review.course, "session": self.session, "may": self.may}
        return HTMLResponse(render(template, **around, **context), status)

    def go(self, place: str, **query: str) -> Response:
        """Lead to another page."""
        address = f"{self.review.base}{place}" + (f"?{urlencode(query)}" if query else "")
        return JSONResponse({"go": address}) if self.by_script else RedirectResponse(address, 303)


def show_home(visit: Visit) -> Response:
    """Show all answers, and how far each is marked."""
    queues = visit.review.read_queues()
    rows = [(visit.review.asked[name], queue) for name, queue in queues.items()]
    return visit.show("home.html", rows=rows)


def show_flags(visit: Visit) -> Response:
    """Show the flagged texts of all answers, with who flagged them and why."""
    queues = visit.review.read_queues()
    rows = [(visit.review.asked[name], entry) for name, queue in queues.items() for entry in queue if entry.flag]
    return visit.show("flags.html", rows=rows)


def show_class(visit: Visit) -> Response:
    """Show the class page, its parts in the order that was asked for. It names students: it is for staff."""
    stats = visit.review.read_class()
    return visit.show("class_page.html", stats=stats, view=build_view(stats, visit.query.get("sort", "")))


def open_answer(visit: Visit) -> Response:
    """Lead to what is to be marked next of an answer; where all is marked, say so and what else there is."""
    asked = visit.review.find_asked(visit.path["answer"])
    name = asked.answer.name
    queue = visit.review.read_queue(name)
    if queue and (example := _lead_to_example(visit, asked)):
        return example
    following = queue.find_next(None, visit.who, visit.review.opened.find_others(name, visit.who))
    if following is not None:
        return visit.go(f"/mark/{name}/{following.name}", **_saved(visit))
    queues = visit.review.read_queues()
    other = next((visit.review.asked[one] for one, rest in queues.items() if rest.left), None)
    context: dict[str, Any] = {"saved": _find_saved(visit, queue), "became_second": _find_second(visit, queue)}
    return visit.show("done.html", asked=asked, queue=queue, other=other, left=queues, **context)


def show_again(visit: Visit) -> Response:
    """Show the marked texts that nobody has looked at for some item, since the rubric has changed."""
    asked = visit.review.find_asked(visit.path["answer"])
    queue = visit.review.read_queue(asked.answer.name)
    return visit.show("again.html", asked=asked, queue=queue, rows=queue.list_again(asked.rubric, visit.who))


def find_by_name(visit: Visit) -> Response:
    """Lead to a text by its short name."""
    name = visit.query.get("name", "").strip().lower()
    asked = visit.review.find_asked(visit.path["answer"])
    if visit.review.read_queue(asked.answer.name).find(name) is None:
        raise WrongForm(f"{asked.answer.name} has no text called {name[:20]!r}.", 404)
    return visit.go(f"/mark/{asked.answer.name}/{name}")


def show_text(visit: Visit) -> Response:
    """Show a text with all that helps to mark it."""
    asked, queue, entry = visit.find()
    return _lead_to_example(visit, asked) or _show_text(visit, asked, queue, entry)


def _lead_to_example(visit: Visit, asked: Asked) -> Response | None:
    """Lead to the example that has to be marked before the class; None where all are."""
    example = visit.review.find_example(visit.who, asked)
    return None if example is None else visit.go(f"/calibrate/{asked.answer.name}/{example}")


def _check_examples(visit: Visit, asked: Asked) -> None:
    if visit.review.find_example(visit.who, asked) is not None:
        raise WrongForm("Nothing was saved: mark the examples of the rubric first.", 409)


def _show_text(visit: Visit, asked: Asked, queue: Queue, entry: Entry, **said: Any) -> Response:
    """Return the page of a text; `said` is what was sent, where it could not be saved, and why."""
    name = asked.answer.name
    others = visit.review.opened.find_others(name, visit.who)
    visit.review.opened.note(name, entry.name, visit.who)
    marking = entry.find_marking(visit.who)
    is_blind = entry.is_blind_for(visit.who)
    history = [] if is_blind else visit.review.list_history(entry)
    old = None if entry.is_marked else next((kept for kept in reversed(history) if kept.marking.points), None)
    start = marking or (old if "keep" in visit.query else None)
    chosen = None if start is None else start.marking.points
    context: dict[str, Any] = {
        "chosen": chosen,
        "comment": "" if start is None else start.marking.why,
        "note": "",
        "problem": "",
        "status": 200,
        "takes_none": chosen is not None and not any(chosen.values()),
    } | said
    return visit.show(
        "mark.html",
        context.pop("status"),
        asked=asked,
        queue=queue,
        entry=entry,
        shown=build_surroundings(visit.review.read_work(entry), asked),
        items=build_items(asked.rubric, context["chosen"]),
        examples=build_examples(asked.rubric),
        busy=others.get(entry.name),
        mine=queue.find_last(visit.who),
        saved=_find_saved(visit, queue),
        became_second=_find_second(visit, queue),
        marking=marking,
        old=old,
        notes=[kept.marking for kept in history if kept.marking.note],
        is_blind=is_blind,
        shows_all="all" in visit.query,
        group=_find_group(visit.review, asked, queue, entry),
        **context,
    )


def _find_group(review: Review, asked: Asked, queue: Queue, entry: Entry) -> Group | None:
    """Return what is like a text; None while not all texts have been read."""
    texts = review.find_read_texts(queue, asked)
    return find_group(entry.name, texts) if texts is not None and entry.name in texts else None


def save(visit: Visit) -> Response:
    """Keep points, comment and note for a text; lead to the next."""
    asked, queue, entry = visit.find()
    if visit.form.get("version") != entry.version:
        raise WrongForm("Nothing was saved: the student has submitted something else since. Look at it anew.", 409)
    try:
        visit.review.check_rubric(asked.answer.name, visit.form.get("rubric", ""))
    except OtherRubric as error:
        return _show_other_rubric(visit, error)
    _check_examples(visit, asked)
    try:
        points = parse_points(asked.rubric, visit.form)
        comment, note = parse_words(visit.form, "comment"), parse_words(visit.form, "note")
    except WrongForm as error:
        said = _repeat(visit.review, visit.form, asked)
        return _show_text(visit, asked, queue, entry, **said, problem=str(error), status=400)
    try:
        marking = Marking(asked.answer.name, points, visit.who, datetime.now(UTC), comment, note)
        seen = _parse_seen(visit.form.get("seen", ""))
        is_second = visit.review.mark(entry, asked, marking, seen)
    except OtherRubric as error:
        return _show_other_rubric(visit, error)
    except ConflictError:
        _, _, entry = visit.find()
        if entry.is_blind_for(visit.who):  # marked since it was looked up above: theirs must not be seen
            return save(visit)
        mine = {"points": points, "comment": comment, "note": note}
        versions = {"mine": mine, "theirs": entry.text.marking}
        text = render_prose(name_turns(visit.review.find_text(entry, asked) or ""))
        return visit.show("conflict.html", 409, asked=asked, entry=entry, text=text, **versions)
    # They opened it as one that nobody had marked, and have to be told that theirs does not count.
    second = {"second": entry.name} if is_second and seen != entry.seen else {}
    return _go_on(visit, asked, queue, entry, saved=entry.name, **second)


def _show_other_rubric(visit: Visit, error: OtherRubric) -> Response:
    """Return the page of a text with the rubric as it is now and all that was sent by the old one.

    Where its examples are to be marked first, blind, what was sent is shown to be copied.
    """
    asked, queue, entry = visit.find()
    said = _repeat(visit.review, visit.form, asked)
    if visit.review.find_example(visit.who, asked) is None:
        problem = f"{error} Look at the text again, and save."
        return _show_text(visit, asked, queue, entry, **said, problem=problem, status=409)
    given = {name.removeprefix("points."): value for name, value in visit.form.items() if name.startswith("points.")}
    points = ", ".join(f"{name} {value}" for name, value in given.items())
    sent = {"points": points, "comment": said["comment"], "note": said["note"]}
    shown = {name: words for name, words in sent.items() if words} or {"points": "none"}
    place = f"mark/{asked.answer.name}/{entry.name}"
    return visit.show("problem.html", 409, problem=str(error), sent=shown, place=place)


def _repeat(review: Review, form: Mapping[str, str], asked: Asked) -> Mapping[str, Any]:
    """Return what was sent, so that it stands there again; points only where the rubric has them."""
    chosen: dict[str, Fraction] | None
    try:
        chosen = review.carry_over(asked, form.get("rubric", ""), form)
    except WrongForm:
        chosen = None
    return {
        "chosen": chosen,
        "comment": form.get("comment", ""),
        "note": form.get("note", ""),
        "takes_none": "none" in form,
    }


def _parse_seen(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise WrongForm("Nothing was done: the form does not say which marking was there. Load the page again.")
    return int(text)


def skip(visit: Visit) -> Response:
    """Leave a text for later, or for somebody else."""
    asked, queue, entry = visit.find()
    visit.review.book.review_log.add_event(entry.text, "skip", visit.who)
    return _go_on(visit, asked, queue, entry)


def undo(visit: Visit) -> Response:
    """Take back what the visitor gave for a text, and show it again."""
    asked, _, entry = visit.find()
    visit.review.take_back(entry, visit.who, _parse_seen(visit.form.get("last", "")))
    return visit.go(f"/mark/{asked.answer.name}/{entry.name}", keep="1")


def flag(visit: Visit) -> Response:
    """Flag a text for the instructor, with the note of the form as the reason; or take the flag away."""
    asked, queue, entry = visit.find()
    if entry.flag is not None and not may_unflag(visit.session.role, is_own=entry.flag.who == visit.who):
        raise WrongForm("Another marker's flag is taken away by an instructor.", 403)
    note = parse_words(visit.form, "note")
    if entry.flag is None and not note:
        said = _repeat(visit.review, visit.form, asked)
        problem = "Nothing was flagged: say why in the note, then flag (x)."
        return _show_text(visit, asked, queue, entry, **said, problem=problem, status=400)
    visit.review.book.review_log.add_event(entry.text, "unflag" if entry.flag else "flag", visit.who, note)
    return visit.go(f"/mark/{asked.answer.name}/{entry.name}")


def _go_on(visit: Visit, asked: Asked, queue: Queue, entry: Entry, **query: str) -> Response:
    name = asked.answer.name
    busy = visit.review.opened.find_others(name, visit.who)
    following = queue.find_next(entry, visit.who, busy)
    if following is None and not entry.is_marked and "saved" not in query:
        following = entry  # skipped, and the only one left
    place = f"/mark/{name}" if following is None else f"/mark/{name}/{following.name}"
    return visit.go(place, **query)


def _saved(visit: Visit) -> dict[str, str]:
    return {name: visit.query[name] for name in ("saved", "second") if name in visit.query}


def _find_saved(visit: Visit, queue: Queue) -> list[Entry]:
    """Return the texts that were marked by what led here: one, or several that say the same."""
    names = visit.query.get("saved", "").split()
    found = [queue.find(name) for name in dict.fromkeys(names)]
    return [entry for entry in found if entry is not None and entry.is_marked]


def _find_second(visit: Visit, queue: Queue) -> Entry | None:
    """Return the text whose first marking by the visitor has become its second; None where none has."""
    entry = queue.find(visit.query.get("second", ""))
    is_theirs = entry is not None and entry.twice is not None and entry.twice.second.who == visit.who
    return entry if is_theirs else None


# ---------------------------------------------------------------- the examples of the rubric


def show_example(visit: Visit) -> Response:
    """Show an example of the rubric to be marked blind; once it is, beside the rubric's points and reason."""
    asked, index = _find_example(visit)
    example = asked.rubric.examples[index]
    done = visit.review.book.review_log.calibrations(visit.who, asked.answer.name)
    given = done.get(hash_example(asked.rubric, example))
    return visit.show(
        "calibrate.html",
        asked=asked,
        index=index,
        items=build_items(asked.rubric, given),
        example=build_examples(asked.rubric)[index],
        rows=_compare(asked, example.points, given),
        problem="",
    )


def save_example(visit: Visit) -> Response:
    """Keep what somebody gave for an example."""
    asked, index = _find_example(visit)
    try:
        points = parse_points(asked.rubric, visit.form)
    except WrongForm as error:
        return visit.show(
            "calibrate.html",
            400,
            asked=asked,
            index=index,
            items=build_items(asked.rubric),
            example=build_examples(asked.rubric)[index],
            rows=[],
            problem=str(error),
        )
    key = hash_example(asked.rubric, asked.rubric.examples[index])
    visit.review.book.review_log.calibrate(visit.who, asked.answer.name, key, points)
    return visit.go(f"/calibrate/{asked.answer.name}/{index}")


def _find_example(visit: Visit) -> tuple[Asked, int]:
    asked, text = visit.review.find_asked(visit.path["answer"]), visit.path["index"]
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) < len(asked.rubric.examples)):
        raise WrongForm("the rubric has no such example", 404)
    return asked, int(text)


def _compare(
    asked: Asked, right: Mapping[str, Fraction], given: Mapping[str, Fraction] | None
) -> list[tuple[str, str, str, bool]]:
    """Return criterion by criterion what somebody gave, what the rubric gives, and whether they agree."""
    if given is None:
        return []
    pairs = [(one, given.get(one.id, Fraction(0)), right.get(one.id, Fraction(0))) for one in asked.rubric.criteria]
    return [
        (one.id, show_of(own, one.points), show_of(theirs, one.points), own == theirs) for one, own, theirs in pairs
    ]


# ---------------------------------------------------------------- on paper


def show_paper(visit: Visit) -> Response:
    """Show the texts that wait, with empty boxes, for people who mark on paper and type it in later."""
    asked = visit.review.find_asked(visit.path["answer"])
    queue = visit.review.read_queue(asked.answer.name)
    if example := _lead_to_example(visit, asked):
        return example
    texts = visit.review.read_texts(queue, asked)
    rows = [(entry.name, render_prose(name_turns(texts[entry.name]))) for entry in queue.left if entry.name in texts]
    return visit.show("paper.html", asked=asked, items=build_items(asked.rubric), rows=rows)


# ---------------------------------------------------------------- two markers


def show_agreement(visit: Visit) -> Response:
    """Show how far two markers agree, and on which texts they do not: only of those that both have marked."""
    asked = visit.review.find_asked(visit.path["answer"])
    queue = visit.review.read_queue(asked.answer.name)
    differing = [
        (entry, entry.twice) for entry in queue if entry.twice and entry.twice.first.points != entry.twice.second.points
    ]
    agreements = build_agreements(asked.rubric, queue.marked_twice)
    return visit.show("agreement.html", asked=asked, queue=queue, agreements=agreements, differing=differing)


# ---------------------------------------------------------------- the same words


def show_group(visit: Visit) -> Response:
    """Show the texts that are like one, side by side, so that its points may be given to those that are ticked."""
    asked, queue, entry = visit.find()
    return _lead_to_example(visit, asked) or _show_group(visit, asked, queue, entry)


def _show_group(visit: Visit, asked: Asked, queue: Queue, entry: Entry, problem: str = "") -> Response:
    texts = visit.review.read_texts(queue, asked)
    if entry.name not in texts:
        raise WrongForm("This text cannot be shown: judge the submissions by this version of the course.", 409)
    group = find_group(entry.name, texts)
    others = [
        (other, name in group.same, show_difference(texts[entry.name], name_turns(texts[name])))
        for name in (*group.same, *group.nearly)[:MAX_GROUP]
        if (other := queue.find(name)) is not None and not other.is_blind_for(visit.who)
    ]
    return visit.show(
        "group.html",
        400 if problem else 200,
        asked=asked,
        entry=entry,
        first=entry.find_marking(visit.who),
        text=name_turns(texts[entry.name]),
        others=others,
        left_out=len(group.same) + len(group.nearly) - len(others),
        problem=problem,
    )


def save_group(visit: Visit) -> Response:
    """Give the ticked texts the points and comment of the one that they are like, each as a marking of its own."""
    asked, queue, entry = visit.find()
    _check_examples(visit, asked)
    visit.review.check_rubric(asked.answer.name, visit.form.get("rubric", ""))
    first = entry.find_marking(visit.who)
    chosen = [other for other in queue if visit.form.get(f"take.{other.name}") == "yes" and other != entry]
    ticked = [other for other in chosen if not other.is_blind_for(visit.who)]  # who has not seen it marks it blind
    if first is not None and list_not_looked_at(asked.rubric, first.marking):
        return _show_group(visit, asked, queue, entry, "Nothing was saved: mark this one by the changed rubric first.")
    if first is None or not ticked:
        return _show_group(visit, asked, queue, entry, "Nothing was saved: tick at least one text of a marked one.")
    texts = visit.review.read_texts(queue, asked)
    group = find_group(entry.name, texts)
    if not {other.name for other in ticked} <= {*group.same, *group.nearly}:
        raise WrongForm("Nothing was saved: a ticked text is not like this one.")
    given = [other.name for other in ticked if _mark_alike(visit, asked, other, first, entry.name)]
    missed = [other.name for other in ticked if other.name not in given]
    if missed:
        return _show_group(visit, asked, visit.review.read_queue(asked.answer.name), entry, _tell_missed(missed))
    return _go_on(visit, asked, visit.review.read_queue(asked.answer.name), entry, saved=" ".join(given))


def _mark_alike(visit: Visit, asked: Asked, other: Entry, first: KeptMarking, name: str) -> bool:
    """Return whether a text was given what another has; not where somebody has marked it since the page was shown."""
    seen = _parse_seen(visit.form.get(f"seen.{other.name}", ""))
    if visit.form.get(f"version.{other.name}") != other.version:
        return False
    try:
        given = replace(first.marking, who=visit.who, when=datetime.now(UTC), note=f"same as {name}")
        visit.review.mark(other, asked, given, seen)
    except ConflictError:
        return False
    return True


def _tell_missed(names: list[str]) -> str:
    return f"Not saved, because somebody else marked them in the meantime, or they have changed: {', '.join(names)}."
