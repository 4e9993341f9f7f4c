"""The application: its addresses, and what happens to every request before one of them is asked."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from grader.errors import GraderError
from grader.review import handlers
from grader.review.forms import WrongForm, read_form
from grader.review.guard import Guard
from grader.review.handlers import Visit
from grader.review.pages import read_script, read_style, render
from grader.review.review import Review
from grader.review.sessions import Session, TooManyWrong

_Endpoint = Callable[[Request], Awaitable[Response]]
_Handler = Callable[[Visit], Response]
_READ: dict[str, _Handler] = {
    "/": handlers.show_home,
    "/class": handlers.show_class,
    "/mark/{answer}": handlers.open_answer,
    "/mark/{answer}/{name}": handlers.show_text,
    "/find/{answer}": handlers.find_by_name,
    "/group/{answer}/{name}": handlers.show_group,
    "/paper/{answer}": handlers.show_paper,
    "/agreement/{answer}": handlers.show_agreement,
    "/calibrate/{answer}/{index}": handlers.show_example,
}
_WRITE: dict[str, _Handler] = {
    "/mark/{answer}/{name}": handlers.save,
    "/skip/{answer}/{name}": handlers.skip,
    "/undo/{answer}/{name}": handlers.undo,
    "/flag/{answer}/{name}": handlers.flag,
    "/group/{answer}/{name}": handlers.save_group,
    "/calibrate/{answer}/{index}": handlers.save_example,
}


def build_app(review: Review, origin: str) -> ASGIApp:
    """Return the application.

    Args:
        review: what is marked.
        origin: the address under which it is served, such as `http://127.0.0.1:8765`.
    """
    routes = [
        Route("/static/review.css", _serve(read_style, "text/css")),
        Route("/static/review.js", _serve(read_script, "text/javascript")),
        Route("/enter/{token}", _show_entrance(review)),
        Route("/enter/{token}", _enter(review), methods=["POST"]),
        Route(f"{review.base}/leave", _guard(review, _leave(review)), methods=["POST"]),
        *(Route(f"{review.base}{path}", _guard(review, handler)) for path, handler in _READ.items()),
        *(Route(f"{review.base}{path}", _guard(review, one), methods=["POST"]) for path, one in _WRITE.items()),
        Route("/", _refuse(review)),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={TooManyWrong: _hold_off}), origin)


async def _hold_off(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("too many wrong links: wait a minute\n", 429)


def _serve(read: Callable[[], str], kind: str) -> _Endpoint:
    async def endpoint(_request: Request) -> Response:
        return PlainTextResponse(read(), media_type=kind)

    return endpoint


def _guard(review: Review, handler: _Handler) -> _Endpoint:
    """Return the endpoint of a handler: for who has a session and sends a form of its own."""

    async def endpoint(request: Request) -> Response:
        try:
            form = await read_form(request) if request.method == "POST" else {}
        except WrongForm as error:
            return _show_problem(review, str(error), error.status)
        except ClientDisconnect:
            return Response(status_code=400)
        session = review.sessions.find(request.cookies.get(review.cookie, ""))
        if session is None:
            review.sessions.offer_links()
            return _show_closed(form)
        if request.method == "POST" and not _is_own(session, form):
            return _show_problem(review, "This form is of another session: load the page again.", 403)
        by_script = request.headers.get("x-requested-with") == "fetch"
        visit = Visit(review, session, request.path_params, request.query_params, form, by_script)
        return await run_in_threadpool(_answer, visit, handler)

    return endpoint


def _answer(visit: Visit, handler: _Handler) -> Response:
    try:
        return handler(visit)
    except WrongForm as error:
        return _show_problem(visit.review, str(error), error.status)
    except GraderError as error:
        return _show_problem(visit.review, f"{error}", 500)


def _is_own(session: Session, form: Mapping[str, str]) -> bool:
    return hmac.compare_digest(form.get("csrf", "").encode(), session.csrf.encode())


def _show_problem(review: Review, problem: str, status: int) -> Response:
    return HTMLResponse(render("problem.html", base=review.base, problem=problem), status)


def _show_closed(form: Mapping[str, str]) -> Response:
    """Return the page of who has no session; what they have sent stands there, so that nothing is lost."""
    sent = {name: form[name] for name in ("comment", "note") if form.get(name)}
    return HTMLResponse(render("closed.html", sent=sent), 403)


def _refuse(review: Review) -> _Endpoint:
    async def endpoint(_request: Request) -> Response:
        review.sessions.offer_links()
        return _show_closed({})

    return endpoint


def _show_entrance(review: Review) -> _Endpoint:
    """Return the endpoint of a link: a page with one button, since a program that looks at links must use none up."""

    async def endpoint(request: Request) -> Response:
        who = review.sessions.find_marker(request.path_params["token"])
        if who is None:
            review.sessions.offer_links()
            return _show_closed({})
        page = render("enter.html", course=review.course, who=who, token=request.path_params["token"])
        return HTMLResponse(page)

    return endpoint


def _enter(review: Review) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        entered = review.sessions.enter(request.path_params["token"])
        if entered is None:
            return _show_closed({})
        response = RedirectResponse(f"{review.base}/", 303)
        response.set_cookie(review.cookie, entered[0], path=review.base, httponly=True, samesite="strict")
        return response

    return endpoint


def _leave(review: Review) -> _Handler:
    def handler(visit: Visit) -> Response:
        review.sessions.end(visit.who)
        response = _show_closed({})
        response.delete_cookie(review.cookie, path=review.base, httponly=True, samesite="strict")
        return response

    return handler
