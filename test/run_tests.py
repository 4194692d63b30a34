#!/usr/bin/env python3
"""Runs all tests of GMS and ends with `N passed, N failed[, N skipped]`.

usage: run_tests.py --build BUILD [--only unit|text|scripts] [--filter WORD]

Unit tests are GoogleTest executables in BUILD/test/unit; text tests are run by lit; scripts check documents, doors and
programs. A script that ends with status 77 is skipped, by name.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def unit(executable, environment):
    """(name, passed, failed, skipped, output) of one GoogleTest executable."""
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        try:
            run = subprocess.run([executable, "--gtest_brief=1", f"--gtest_output=json:{report.name}"], capture_output=True, text=True,
                                 errors="replace", env=environment, stdin=subprocess.DEVNULL, timeout=900)
            output, code = run.stdout + run.stderr, run.returncode
        except subprocess.TimeoutExpired:
            output, code = "took more than 900 s", 1
        try:
            cases = [case for suite in json.load(open(report.name))["testsuites"] for case in suite["testsuite"]]
        except (ValueError, OSError):
            cases = []
    failed = sum("failures" in case for case in cases)
    skipped = sum(case.get("result") == "SKIPPED" for case in cases)
    if code and not failed:
        failed = 1  # it crashed
    return executable.name, max(0, len(cases) - failed - skipped), failed, skipped, output


def text_tests(build, environment, word):
    prefix = subprocess.run(["llvm-config-22", "--prefix"], capture_output=True, text=True).stdout.strip()
    lit = next((p for p in (pathlib.Path(prefix, "bin/lit"), pathlib.Path(prefix, "build/utils/lit/lit.py"), pathlib.Path(prefix, "utils/lit/lit.py")) if p.exists()), None)
    if lit is None:
        return 0, 1, 0, "lit was not found under " + prefix
    environment = dict(environment, GMS_LLVM_BIN=prefix + "/bin")
    command = [sys.executable, str(lit), "-q", "--no-progress-bar", "-j2", str(ROOT / "test")]
    if word:
        command += ["--filter", word]
    with tempfile.NamedTemporaryFile(suffix=".json") as report:
        run = subprocess.run(command + ["-o", report.name], capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
        try:
            tests = json.load(open(report.name))["tests"]
        except (ValueError, OSError):
            return 0, 1, 0, run.stdout + run.stderr
    codes = [test["code"] for test in tests]
    for test in tests:
        if test["code"] == "UNSUPPORTED":
            print(f"skipped: {test['name']}")
    passed = sum(c in ("PASS", "XFAIL", "FLAKYPASS") for c in codes)
    skipped = sum(c in ("UNSUPPORTED", "SKIPPED", "EXCLUDED") for c in codes)
    return passed, len(codes) - passed - skipped, skipped, run.stdout + run.stderr


def scripts(build):
    gmsc = str(build / "bin/gmsc")
    python = sys.executable
    listed = [("rooms and doors", [python, "test/rooms/check_rooms.py", str(ROOT)])]
    for name, path in (("error pages", "test/errors/check_pages.py"), ("examples in documents", "test/docs/run_examples.py")):
        if (ROOT / path).exists():
            listed.append((name, [python, path, gmsc, str(ROOT)]))
    for path in ("stdlib/vision.gms", "stdlib/objects.gms", "test/data/golden_vision.gms", "test/run/objects_follow.gms"):
        listed.append((f"tests of {path} on three engines", [gmsc, "test", path]))
    for path in sorted((ROOT / "stdlib").glob("*.gms")):
        listed.append((f"derivatives of stdlib/{path.name} against differences", [gmsc, "test", str(path.relative_to(ROOT)), "--derivatives"]))
    listed.append(("random programs", [python, "test/random/random_programs.py", gmsc, "--seed", "1", "--programs", "12"]))
    for path in sorted((ROOT / "test/scripts").glob("*.py")) if (ROOT / "test/scripts").exists() else []:
        listed.append((path.stem.replace("_", " "), [python, str(path), gmsc, str(ROOT)]))
    return listed


def script(entry, environment):
    name, command = entry
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", env=environment, stdin=subprocess.DEVNULL,
                             timeout=900)
    except subprocess.TimeoutExpired:
        return name, 1, "took more than 900 s"
    return name, run.returncode, run.stdout + run.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=lambda p: pathlib.Path(p).resolve(), required=True)
    parser.add_argument("--only", choices=["unit", "text", "scripts"])
    parser.add_argument("--filter", default="", help="run only tests whose name holds this word")
    args = parser.parse_args()
    environment = dict(os.environ, GMS_SOURCE_DIR=str(ROOT), GMS_BUILD_DIR=str(args.build), LC_ALL="C.UTF-8",
                       ASAN_OPTIONS="detect_container_overflow=0")
    totals = [0, 0, 0]

    def tell(name, passed, failed, skipped, output):
        totals[0] += passed
        totals[1] += failed
        totals[2] += skipped
        print(f"{'FAILED' if failed else 'ok':6} {name}: {passed} passed" + (f", {failed} failed" if failed else "") +
              (f", {skipped} skipped" if skipped else ""), flush=True)
        if failed:
            print(re.sub(r"^", "       ", output[-6000:], flags=re.M), flush=True)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        if args.only in (None, "unit"):
            executables = sorted(p for p in (args.build / "test/unit").glob("*") if os.access(p, os.X_OK) and p.is_file() and args.filter in p.name)
            for result in pool.map(lambda p: unit(p, environment), executables):
                tell(*result)
        if args.only in (None, "text") and (ROOT / "test/lit.cfg.py").exists():
            tell("text tests", *text_tests(args.build, environment, args.filter))
        if args.only in (None, "scripts"):
            chosen = [entry for entry in scripts(args.build) if args.filter in entry[0]]
            for name, code, output in pool.map(lambda entry: script(entry, environment), chosen):
                if code == 77:
                    print(f"skipped: {name}: {output.strip()[-200:]}")
                tell(name, int(code == 0), int(code not in (0, 77)), int(code == 77), output)
    print(f"{totals[0]} passed, {totals[1]} failed" + (f", {totals[2]} skipped" if totals[2] else ""))
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main())
