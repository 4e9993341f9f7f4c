"""Requests for another look: from students' files to rows of the gradebook, and what people answer.

Decides which requests are taken and keeps an answer from lowering points. Must never touch what was submitted or what
came out of it: what a request says is read by people alone.
"""

from grader.regrade.answer import Reply, answer_request
from grader.regrade.collect import Outcome, collect_requests
from grader.regrade.overview import describe_work

__all__ = ["Outcome", "Reply", "answer_request", "collect_requests", "describe_work"]
