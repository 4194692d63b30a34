#!/usr/bin/env python3
"""The programs in the documents do what they say.

usage: run_examples.py GMSC [SOURCE_FOLDER]

A block of docs/**/*.md or README.md whose first line is ```gms check, ```gms test or ```gms run OPTIONS is written to a file of its own
and given to that command of gmsc, which must end with status 0. A block that is only ```gms is a piece of a program.
The files of examples/adding_an_operator, which docs/adding/operator.md shows, must be those that the page shows.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile


def blocks_of(page):
    """(line, command line, program) of each marked block."""
    text = page.read_text()
    for match in re.finditer(r"^```gms +(check|test|run)\b([^\n]*)\n(.*?)^```$", text, re.M | re.S):
        yield text.count("\n", 0, match.start()) + 1, [match.group(1), *shlex.split(match.group(2))], match.group(3)


def faults_of(page, gmsc):
    for line, command, program in blocks_of(page):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "example.gms"
            path.write_text(program)
            done = subprocess.run([gmsc, command[0], str(path), *command[1:]], cwd=folder, capture_output=True, text=True,
                                  timeout=300)
        if done.returncode != 0:
            yield f"{page}:{line}: gms {' '.join(command)} ended with status {done.returncode}\n{done.stdout}{done.stderr}"


def shown_files(root):
    """What docs/adding/operator.md shows as a file is that file."""
    page = (root / "docs/adding/operator.md").read_text()
    for name in ("my_ops.gms", "program.gms"):
        file = root / "examples/adding_an_operator" / name
        if file.read_text().strip() not in page:
            yield f"docs/adding/operator.md does not show {file.relative_to(root)} as it is"


def main():
    gmsc = sys.argv[1]
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2])
    pages = [page for page in [root / "README.md", *sorted((root / "docs").rglob("*.md"))] if page.exists()]
    os.environ.setdefault("GMS_STDLIB", str(root / "stdlib"))
    faults = [fault for page in pages for fault in faults_of(page, gmsc)] + list(shown_files(root))
    for fault in faults:
        print(fault)
    count = sum(1 for page in pages for _ in blocks_of(page))
    print(f"{count} examples, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
