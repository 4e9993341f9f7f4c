"""How the pages become a site: `make docs`."""

from __future__ import annotations

from grader import __version__

project = "grader"
author = "The numgrade developers"
project_copyright = author
release = version = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["ci/**"]  # files to copy
nitpicky = True

html_theme = "furo"
html_title = f"grader {release}"
html_copy_source = False
html_show_sphinx = False
