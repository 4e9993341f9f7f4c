"""Plain nbclient: an ordinary kernel, started cold, for each notebook. Execution only, no grading.

python nbclient_cold.py NOTEBOOK…
"""

import sys

import nbformat
from nbclient import NotebookClient

for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
