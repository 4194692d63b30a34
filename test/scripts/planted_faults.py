#!/usr/bin/env python3
"""A wrong lowering planted on purpose (GMS_PLANT, compiler/driver/plant_fault.cpp) must be caught by the random programs.

usage: planted_faults.py GMSC SOURCE_FOLDER
"""
import pathlib
import subprocess
import sys

FAULTS = {"border": "reflect read as clamp", "warp": "maps half a pixel aside", "select": "the other arm", "draw": "another place"}


def main():
    random_programs = pathlib.Path(sys.argv[2]) / "test/random/random_programs.py"
    missed = []
    for fault, meaning in FAULTS.items():
        run = subprocess.run([sys.executable, random_programs, sys.argv[1], "--seed", "1", "--programs", "8", "--engines", "cpu", "--plant", fault],
                             capture_output=True, text=True)
        if run.returncode == 0 or "differs" not in run.stdout + run.stderr:
            missed.append(f"{fault} ({meaning}) was not caught: {run.stdout[-500:]}{run.stderr[-500:]}")
    print("\n".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
