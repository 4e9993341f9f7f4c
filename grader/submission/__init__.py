"""Turns .ipynb and .py files into cells tagged with their part.

Knows file formats and file systems: what may be opened, how a notebook and a percent script are written.
Must never run, import, compile or evaluate anything a student wrote, and knows no course, check or sandbox.
"""

from grader.submission.entries import Delivery, Entry, list_entries, list_request_folders
from grader.submission.opening import FoundRequest, find_requests
from grader.submission.reading import parse_file, read_submission

__all__ = [
    "Delivery",
    "Entry",
    "FoundRequest",
    "find_requests",
    "list_entries",
    "list_request_folders",
    "parse_file",
    "read_submission",
]
