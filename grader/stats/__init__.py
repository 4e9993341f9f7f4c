"""The class page: what a class found hard, which mistakes it made, which checks say nothing.

Pure functions from course, reports and evidence to numbers, and from numbers to HTML, text and JSON. Knows no
database, file or clock, and decides nothing: every point and outcome is the reports'. Must never show in the shareable
version who somebody is, or a count of students more exactly than to a group of five.
"""

from grader.stats.curves import Drawn, list_curves
from grader.stats.facts import Facts, Reader
from grader.stats.numbers import ClassStats, Drawings, Marked, Requested, Roll, Staff, compute_stats
from grader.stats.page import render_page
from grader.stats.plain import render_json, render_text
from grader.stats.sharing import ENOUGH, SharedStats, share
from grader.stats.slopes import Pair, list_pairs

__all__ = [
    "ENOUGH",
    "ClassStats",
    "Drawings",
    "Drawn",
    "Facts",
    "Marked",
    "Pair",
    "Reader",
    "Requested",
    "Roll",
    "SharedStats",
    "Staff",
    "compute_stats",
    "list_curves",
    "list_pairs",
    "render_json",
    "render_page",
    "render_text",
    "share",
]
