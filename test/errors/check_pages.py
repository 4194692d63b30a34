#!/usr/bin/env python3
"""Each code has a page in docs/errors, and the page's programs do what it says.

usage: check_pages.py GMSC [SOURCE_FOLDER]

A page of a front-end code has `## Fails` and `## Works`, each with one ```gms block; a ```python block stands for what it
prints, where a program is too long or no text. The failing program gives the page's code through `gmsc check`, the working
one no message at all. Other codes (the compiler's and the runtime's) have a page with a title.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile


def codes_of(table, macro):
    """The codes of a .def file, as they name pages: E0301, W0901."""
    for number in re.findall(rf"^{macro}\(\w+,\s*(\d+),", table.read_text(), re.M):
        yield ("W" if int(number) >= 900 else "E") + f"{int(number):04d}"


def section(page, heading):
    match = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", page, re.M | re.S)
    return match.group(1) if match else None


def program_of(text):
    """The bytes of the first program in a section; None where there is none."""
    match = re.search(r"^```(gms|python)\n(.*?)^```$", text or "", re.M | re.S)
    if not match:
        return None
    if match.group(1) == "gms":
        return match.group(2).encode()
    return subprocess.run([sys.executable, "-c", match.group(2)], capture_output=True, check=True).stdout


def check(gmsc, program):
    """The codes that `gmsc check` gives, and its exit status. The file is program.gms in an empty folder."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "program.gms"
        path.write_bytes(program)
        done = subprocess.run([gmsc, "check", "--json", str(path)], capture_output=True, timeout=120)
    messages = [json.loads(line) for line in done.stdout.splitlines() if line.strip()]
    return [message["code"] for message in messages], done.returncode


def faults_of(code, page, gmsc):
    if not page.startswith(f"# {code}: "):
        yield "its first line is not `# " + code + ": title`"
    if not code.startswith("W") and int(code[1:]) >= 500:
        return
    fails, works = program_of(section(page, "Fails")), program_of(section(page, "Works"))
    if fails is None or works is None:
        yield "it lacks `## Fails` or `## Works` with a program"
        return
    found, status = check(gmsc, fails)
    if status not in (0, 1):
        yield f"gmsc ended with status {status} on the failing program"
    elif code not in found:
        yield f"the failing program gives {sorted(set(found)) or 'nothing'}"
    found, status = check(gmsc, works)
    if found or status != 0:
        yield f"the working program gives {sorted(set(found))}, status {status}"


def main():
    gmsc = sys.argv[1]
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2])
    codes = [*codes_of(root / "lang/diagnostics/kinds.def", "GMS_DIAGNOSTIC"),
             *codes_of(root / "runtime/core/errors.def", "GMS_RUNTIME_ERROR")]
    pages = {path.stem: path for path in (root / "docs/errors").glob("?[0-9]*.md")}
    os.environ.setdefault("GMS_STDLIB", str(root / "stdlib"))
    faults = [f"{code}: no page docs/errors/{code}.md" for code in codes if code not in pages]
    faults += [f"{stem}: a page of a code that does not exist" for stem in pages if stem not in codes]
    for code in codes:
        if code in pages:
            faults += [f"{code}: {fault}" for fault in faults_of(code, pages[code].read_text(), gmsc)]
    for fault in sorted(faults):
        print(fault)
    print(f"{len(codes)} codes, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
