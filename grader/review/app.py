"""The application: its addresses, and what happens to every request before one of them is asked."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from grader.errors import GraderError, HostError
from grader.review import handlers, rubric_handlers
from grader.review.accounts import MAX_NAME
from grader.review.forms import WrongForm, read_form
from grader.review.guard import Guard
from grader.review.handlers import Visit
from grader.review.pages import read_script, read_style, render
from grader.review.review import Review
from grader.review.roles import find_objection
from grader.review.sessions import Session, TooManyWrong
from grader.review.sign_in import SignIn, TooManyTries

_Endpoint = Callable[[Request], Awaitable[Response]]
_Handler = Callable[[Visit], Response]
_READ: dict[str, _Handler] = {
    "/": handlers.show_home,
    "/class": handlers.show_class,
    "/flags": handlers.show_flags,
    "/mark/{answer}": handlers.open_answer,
    "/mark/{answer}/{name}": handlers.show_text,
    "/find/{answer}": handlers.find_by_name,
    "/group/{answer}/{name}": handlers.show_group,
    "/paper/{answer}": handlers.show_paper,
    "/agreement/{answer}": handlers.show_agreement,
    "/calibrate/{answer}/{index}": handlers.show_example,
    "/again/{answer}": handlers.show_again,
    "/rubric/{answer}/edit": rubric_handlers.show_editor,
}
_WRITE: dict[str, _Handler] = {
    "/mark/{answer}/{name}": handlers.save,
    "/skip/{answer}/{name}": handlers.skip,
    "/undo/{answer}/{name}": handlers.undo,
    "/flag/{answer}/{name}": handlers.flag,
    "/group/{answer}/{name}": handlers.save_group,
    "/calibrate/{answer}/{index}": handlers.save_example,
    "/rubric/{answer}/edit": rubric_handlers.change,
}


def build_app(review: Review, origin: str, proxy: str = "") -> ASGIApp:
    """Return the application.

    Args:
        review: what is marked.
        origin: the address under which it is served, such as `http://127.0.0.1:8765`.
        proxy: the address of the proxy that passes requests on; empty where browsers ask directly.
    """
    routes = [
        Route("/static/review.css", _serve(read_style, "text/css")),
        Route("/static/review.js", _serve(read_script, "text/javascript")),
        *_list_entrances(review),
        Route(f"{review.base}/leave", _guard(review, "/leave", _leave(review)), methods=["POST"]),
        *(Route(f"{review.base}{path}", _guard(review, path, handler)) for path, handler in _READ.items()),
        *(Route(f"{review.base}{path}", _guard(review, path, one), methods=["POST"]) for path, one in _WRITE.items()),
    ]
    app = Starlette(routes=routes, exception_handlers={TooManyWrong: _hold_off})
    app.router.redirect_slashes = False  # to an address without the proxy's https
    return Guard(app, origin, proxy)


def _list_entrances(review: Review) -> list[Route]:
    """Return the ways in: by links that were printed, or by name and password; never by both."""
    if review.sign_in is not None:
        return [
            Route("/", _show_sign_in(review)),
            Route("/sign-in", _sign_in(review, review.sign_in), methods=["POST"]),
        ]
    return [
        Route("/enter/{token}", _show_entrance(review)),
        Route("/enter/{token}", _enter(review), methods=["POST"]),
        Route("/", _refuse(review)),
    ]


async def _hold_off(_request: Request, _error: Exception) -> Response:
    return PlainTextResponse("too many wrong links: wait a minute\n", 429)


def _serve(read: Callable[[], str], kind: str) -> _Endpoint:
    async def endpoint(_request: Request) -> Response:
        return PlainTextResponse(read(), media_type=kind)

    return endpoint


def _guard(review: Review, path: str, handler: _Handler) -> _Endpoint:
    """Return the endpoint of a handler: for who has a session, may have this page and sends a form of its own."""

    async def endpoint(request: Request) -> Response:
        try:
            form = await read_form(request) if request.method == "POST" else {}
        except WrongForm as error:
            return _show_problem(review, str(error), error.status)
        except ClientDisconnect:
            return Response(status_code=400)
        session = review.sessions.find(request.cookies.get(review.cookie, ""))
        if session is None:
            return _offer_links(review, form)
        if request.method == "POST" and not _is_own(session, form):
            return _show_problem(review, "This form is of another session: load the page again.", 403)
        if objection := find_objection(session.role, path):
            return _show_problem(review, objection, 403)
        by_script = request.headers.get("x-requested-with") == "fetch"
        fields = request.path_params, request.query_params, form
        visit = Visit(review, session, *fields, by_script, address=_find_address(request))
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


def _find_address(request: Request) -> str:
    return "" if request.client is None else request.client.host


def _offer_links(review: Review, form: Mapping[str, str] | None = None) -> Response:
    """Have new links printed, and return the page of who has no session."""
    try:
        review.sessions.offer_links()
    except HostError:  # nobody reads what is printed; who marks is not disturbed by it
        return _show_closed(review, form, is_printed=False)
    return _show_closed(review, form)


def _show_closed(review: Review, form: Mapping[str, str] | None = None, *, is_printed: bool = True) -> Response:
    """Return the page of who has no session; what they have sent stands there, so that nothing is lost."""
    sent = {name: form[name] for name in ("comment", "note") if form.get(name)} if form else {}
    page = render("closed.html", sent=sent, has_accounts=review.sign_in is not None, is_printed=is_printed)
    return HTMLResponse(page, 403)


def _refuse(review: Review) -> _Endpoint:
    async def endpoint(_request: Request) -> Response:
        return _offer_links(review)

    return endpoint


def _show_entrance(review: Review) -> _Endpoint:
    """Return the endpoint of a link: a page with one button, since a program that looks at links must use none up."""

    async def endpoint(request: Request) -> Response:
        who = review.sessions.find_marker(request.path_params["token"])
        if who is None:
            return _offer_links(review)
        page = render("enter.html", course=review.course, who=who, token=request.path_params["token"])
        return HTMLResponse(page)

    return endpoint


def _enter(review: Review) -> _Endpoint:
    async def endpoint(request: Request) -> Response:
        entered = review.sessions.enter(request.path_params["token"])
        if entered is None:
            return _show_closed(review)
        return _begin(review, entered[0])

    return endpoint


def _begin(review: Review, cookie: str) -> Response:
    response = RedirectResponse(f"{review.base}/", 303)
    response.set_cookie(review.cookie, cookie, **_scope_cookie(review))
    return response


def _scope_cookie(review: Review) -> dict[str, Any]:
    """Return where the cookie goes: over the network encrypted or not at all, and by its name set by nobody else."""
    scope = {"path": "/", "secure": True} if review.sign_in is not None else {"path": review.base}
    return {**scope, "httponly": True, "samesite": "strict"}


def _show_sign_in(review: Review) -> _Endpoint:
    async def endpoint(_request: Request) -> Response:
        return HTMLResponse(render("sign_in.html", course=review.course, name="", problem=""))

    return endpoint


def _sign_in(review: Review, sign_in: SignIn) -> _Endpoint:
    """Return the endpoint that takes name and password. Whatever is wrong with the two, the answer is the same."""

    async def endpoint(request: Request) -> Response:
        try:
            form = await read_form(request)
        except WrongForm as error:
            return PlainTextResponse(f"{error}\n", error.status)
        except ClientDisconnect:
            return Response(status_code=400)
        name, password = form.get("name", "").strip(), form.get("password", "")
        try:
            is_right = await run_in_threadpool(sign_in.try_password, name, password, _find_address(request))
        except TooManyTries:
            return _say_no(review, name, "Too many wrong tries: wait a quarter of an hour, and try again.", 429)
        if not is_right:
            return _say_no(review, name, "Name or password is wrong.", 403)
        return _begin(review, review.sessions.begin(name, sign_in.find_role(name))[0])

    return endpoint


def _say_no(review: Review, name: str, problem: str, status: int) -> Response:
    return HTMLResponse(render("sign_in.html", course=review.course, name=name[:MAX_NAME], problem=problem), status)


def _leave(review: Review) -> _Handler:
    def handler(visit: Visit) -> Response:
        review.sessions.end(visit.who)
        if review.sign_in is not None:
            review.sign_in.leave(visit.who, visit.address)
        response = _show_closed(review)
        response.delete_cookie(review.cookie, **_scope_cookie(review))
        return response

    return handler
