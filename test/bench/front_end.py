#!/usr/bin/env python3
"""Lines a millisecond that the front end parses and checks: the standard library's files, and each of them alone.

usage: ./gms bench front_end [--json FILE]
"""
import argparse
import pathlib
import statistics
import subprocess
import sys

from harness import rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gmsc", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--json")
    args = parser.parse_args()
    build = pathlib.Path(args.gmsc).resolve().parent.parent
    if subprocess.run(["ninja", "-C", build, "gms_front_end_speed"], stdout=subprocess.DEVNULL).returncode:
        raise SystemExit("gms_front_end_speed could not be built")
    stdlib = args.root / "stdlib"
    table = []
    for path in [*sorted(stdlib.glob("*.gms")), args.root / "examples/quickstart/photos.gms"]:
        runs = [list(map(float, subprocess.run([build / "test/bench/gms_front_end_speed", path, stdlib], check=True, capture_output=True,
                                               text=True).stdout.split())) for _ in range(3)]
        lines, all_lines, cold, parse, check, form = (statistics.median(values) for values in zip(*runs))
        table += [rows.row(f"{path.name}: parse", lines / parse, "lines/ms"),
                  rows.row(f"{path.name}: parse and check, imports too", all_lines / check, "lines/ms"),
                  rows.row(f"{path.name}: the same, first in a process", cold, "ms"),
                  rows.row(f"{path.name}: format", lines / form, "lines/ms")]
    rows.show(table, "The front end on one thread", args.json)


if __name__ == "__main__":
    sys.exit(main())
