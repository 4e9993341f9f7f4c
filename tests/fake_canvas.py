"""A Canvas on this machine that knows one course and one assignment, and speaks the endpoints that a push uses.

https://canvas.instructure.com/doc/api/submissions.html and file.pagination.html, file.throttling.html, as of 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "7~a-token-that-nobody-may-see"  # noqa: S105 - it opens nothing
PAGE = 2  # a server may give fewer than are asked for
SUBMISSIONS = "/api/v1/courses/7/assignments/9/submissions"


@dataclass
class Student:
    """A student of the course, and the submission."""

    id: int
    login: str
    sis: str = ""
    score: float | None = None
    excused: bool = False
    comments: list[dict[str, Any]] = field(default_factory=list)

    def show_user(self) -> dict[str, Any]:
        """Return the user as Canvas does."""
        return {"id": self.id, "name": self.login.title(), "sis_user_id": self.sis or None, "login_id": self.login}

    def show(self) -> dict[str, Any]:
        """Return the submission as Canvas does."""
        return {
            "user_id": self.id, "assignment_id": 9, "score": self.score, "excused": self.excused,
            "submission_comments": self.comments,
        }  # fmt: skip


@dataclass
class FakeCanvas:
    """The course. `interfere` sees each request first, and may answer it: a status, and a body."""

    students: list[Student]
    points_possible: float = 4
    url: str = ""
    asked: list[str] = field(default_factory=list)
    files: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    interfere: Callable[[str, str], tuple[int, str] | None] = lambda _method, _path: None
    late_policy: float = 0  # points that Canvas takes off by itself

    def find(self, login: str) -> Student:
        """Return a student."""
        return next(one for one in self.students if one.login == login)

    @property
    def written(self) -> list[str]:
        """What was asked for beyond reading."""
        return [one for one in self.asked if not one.startswith("GET")]

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes, kind: str) -> Any:
        """Return what Canvas answers to a request that it takes: JSON, or None for a place that is not there."""
        place = re.fullmatch(rf"{SUBMISSIONS}/(\d+)(/comments/files)?", path)
        if place is None:
            return self._answer_class(method, path, query, body, kind)
        (student,) = [one for one in self.students if one.id == int(place[1])]
        form = {name: values[-1] for name, values in parse_qs(body.decode()).items()} if method != "GET" else {}
        if place[2]:
            return {"upload_url": f"{self.url}/upload", "upload_params": {"filename": form["name"]}}
        if method == "PUT":
            self._edit(student, form)
        return student.show()

    def _answer_class(self, method: str, path: str, _query: dict[str, list[str]], body: bytes, kind: str) -> Any:
        if method == "POST" and path == "/upload":
            return self._take_file(body, kind)
        return {
            "/api/v1/courses/7/assignments/9": {
                "id": 9, "course_id": 7, "name": "Homework <1>", "points_possible": self.points_possible,
            },
            "/api/v1/courses/7/search_users": [one.show_user() for one in self.students],
            SUBMISSIONS: [one.show() for one in self.students],
        }.get(path)  # fmt: skip

    def _take_file(self, body: bytes, kind: str) -> Any:
        boundary = kind.partition("boundary=")[2].encode()
        (part,) = [one for one in body.split(b"--" + boundary) if b'name="file"' in one]
        head, _, content = part.partition(b"\r\n\r\n")
        name = re.search(rb'filename="([^"]*)"', head)
        assert name is not None
        number = 100 + len(self.files)
        self.files[number] = (name[1].decode(), content.removesuffix(b"\r\n"))
        return {"id": number, "url": f"{self.url}/files/{number}"}

    def _edit(self, student: Student, form: dict[str, str]) -> None:
        if "submission[posted_grade]" in form:
            student.score = float(form["submission[posted_grade]"]) - self.late_policy
        if "comment[text_comment]" in form:
            number = form.get("comment[file_ids][]")
            attachments = [{"id": int(number)}] if number else []
            student.comments.append({"comment": form["comment[text_comment]"], "attachments": attachments})


@contextmanager
def serve(canvas: FakeCanvas) -> Iterator[FakeCanvas]:
    """Yield the course, once it can be reached at its `url`."""

    class Handler(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            canvas.asked.append(f"{self.command} {parts.path}")
            odd = canvas.interfere(self.command, parts.path)
            if odd is not None:
                self.reply(odd[0], odd[1].encode(), {"WWW-Authenticate": "Bearer"} if odd[0] == 401 else {})
                return
            if parts.path != "/upload" and self.headers.get("Authorization") != f"Bearer {TOKEN}":
                self.reply(401, b'{"errors": [{"message": "Invalid access token."}]}', {"WWW-Authenticate": "Bearer"})
                return
            query = parse_qs(parts.query)
            found = canvas.answer(self.command, parts.path, query, body, self.headers.get("Content-Type", ""))
            headers = {}
            if isinstance(found, list):
                page = int(query.get("page", ["1"])[0])
                if page * PAGE < len(found):
                    headers["Link"] = f'<{canvas.url}{parts.path}?page={page + 1}>; rel="next"'
                found = found[(page - 1) * PAGE : page * PAGE]
            self.reply(404 if found is None else 200, json.dumps(found).encode(), headers)

        do_GET = do_PUT = do_POST = handle_one  # noqa: N815 - the library's names

        def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Type": "application/json", "Content-Length": len(body)}.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        canvas.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield canvas
        finally:
            server.shutdown()
            thread.join()
