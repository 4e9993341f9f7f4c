"""The page on which people mark text answers: a small web application on this machine, or behind accounts and TLS.

Knows the gradebook, the course's rubrics and how feedback shows a student's work; beside it, the class page. Must never
show where texts are marked who a student is, serve a file that a student made, save a mark that nobody chose, or answer
anybody who neither came by a link that was printed where it was started nor signed in over TLS.
"""

from grader.review.app import build_app
from grader.review.sessions import Sessions

__all__ = ["Sessions", "build_app"]
