#!/usr/bin/env python3
"""The front end's fuzzer for ten seconds, from its corpus. Skipped where the compiler of the build has no libFuzzer.

usage: fuzz_front_end.py GMSC SOURCE_FOLDER
"""
import os
import pathlib
import subprocess
import sys
import tempfile


def main():
    source = pathlib.Path(sys.argv[2]) / "test/fuzz"
    build = pathlib.Path(os.environ.get("GMS_BUILD_DIR") or pathlib.Path(sys.argv[1]).resolve().parent.parent)
    fuzzer = build / "test/fuzz/gms_front_end_fuzzer"
    if not fuzzer.exists():
        print("the fuzzer was not built: the compiler has no libFuzzer")
        return 77
    with tempfile.TemporaryDirectory() as found:
        # What is found goes to the first folder; the corpus is only read.
        run = subprocess.run([fuzzer, found, source / "corpus", f"-dict={source / 'gms.dict'}", "-max_total_time=10", "-timeout=20",
                              "-rss_limit_mb=2048", "-max_len=4096", "-seed=1", f"-artifact_prefix={found}/crash-", "-verbosity=0",
                              "-print_final_stats=1"], capture_output=True, text=True, errors="replace", cwd=found)
        if run.returncode:
            print(run.stderr[-4000:])
            for path in pathlib.Path(found).glob("crash-*"):
                print(f"the text that did it ({path.name}): {path.read_bytes()!r}")
        else:
            print([line for line in run.stderr.splitlines() if "number_of_executed_units" in line])
    return 1 if run.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
