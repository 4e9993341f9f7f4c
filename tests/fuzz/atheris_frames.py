"""Coverage-guided fuzzing of the reader of frames. By hand, for as long as you like; needs `pip install atheris`.

python tests/fuzz/atheris_frames.py -max_total_time=600 -max_len=65536 build/fuzz
"""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import ValidationError

from grader.model import Evidence
from grader.sandbox.messages import parse_frame

SEEDS = (
    b'{"op":"hello"}',
    b'{"op":"stream","name":"stdout","text":"x"}',
    b'{"op":"display","data":{"text/plain":"x"}}',
    b'{"op":"done","cell":1,"error":{"type":"raised","error":"E","message":"m","line":1},"traceback":["x"]}',
    b'{"op":"value","name":"a","value":{"type":"array","dtype":"float","shape":[1],"values":["0x1p0"]}}',
    b'{"op":"value","name":"a","value":{"type":"mapping","items":[[{"type":"none"},{"type":"int","value":"1"}]]}}',
    b'{"op":"call","name":"a","result":{"type":"returned","value":{"type":"float","value":"inf"}}}',
    b'{"op":"answered","name":"a"}',
    b'{"op":"end","cause":"too_much_output"}',
)


def read_one(data: bytes) -> None:
    """Parse `data` as a frame and as evidence; anything but the documented errors is a finding."""
    for parse in (parse_frame, Evidence.model_validate_json):
        try:
            parse(data)
        except (ValidationError, RecursionError):
            continue


def main() -> None:
    """Fuzz until stopped; seeds go into the last argument that is a folder, where there is one."""
    import atheris  # type: ignore[import-not-found]

    for argument in sys.argv[1:]:
        if not argument.startswith("-"):
            folder = Path(argument)
            folder.mkdir(parents=True, exist_ok=True)
            for number, seed in enumerate(SEEDS):
                (folder / f"seed{number}").write_bytes(seed)
    atheris.Setup(sys.argv, read_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
