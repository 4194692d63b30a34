#!/usr/bin/env python3
"""Runs that cannot end: Ctrl-C and a full disk leave nothing half written.

usage: stopped_runs.py GMSC ROOT
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

SLOW = """
op chart(n: int) -> image[3, n, n] { out[k in 0..3, i in 0..n, j in 0..n] = (i + j) / (2 * n) }
augment noisy(x: image[c, h, w]) -> image[c, h, w] {
  gain ~ uniform(0, 1)
  out[k, i, j] = x[k, i, j] * gain
}
op mean_of(x: image[c, h, w]) -> real = mean(k, i, j) of x[k, i, j]
experiment slow {
  param count: int = 100_000
  x = chart(64)
  means = map(v in 0..count) of mean_of(noisy(x))
  expect mean(m in means) of m < 1
  show x
}
"""


def require(condition, what):
    if not condition:
        sys.exit(f"stopped runs: {what}")


def interrupted(gmsc, folder):
    out = folder / "interrupted"
    run = subprocess.Popen([gmsc, "run", folder / "slow.gms", "--device", "evaluator", "--out", out], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True)
    for _ in range(200):  # until its folder is there
        if (out / "runs/slow/1").exists():
            break
        time.sleep(0.05)
    time.sleep(0.3)
    run.send_signal(signal.SIGINT)
    output, errors = run.communicate(timeout=60)
    require(run.returncode == 1 and "E0616" in errors, f"Ctrl-C gave {run.returncode}:\n{output}{errors}")
    left = [p for p in out.rglob("*") if p.is_file()] if out.exists() else []
    require(not left, f"Ctrl-C left {left}")


def full(gmsc, folder):
    place = folder / "small"
    place.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", place], capture_output=True).returncode:
        return "a full disk needs root and a file system of its own"
    try:
        run = subprocess.run([gmsc, "run", folder / "slow.gms", "--count", "2", "--device", "evaluator", "--out", place],
                             capture_output=True, text=True)
        require(run.returncode == 1 and "E0611" in run.stderr, f"a full disk gave {run.returncode}:\n{run.stdout}{run.stderr}")
        require(not [p for p in place.rglob("*") if p.is_file()], "a full disk left files behind")
    finally:
        subprocess.run(["umount", place])
    return ""


def main():
    gmsc = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "slow.gms").write_text(SLOW)
        interrupted(gmsc, folder)
        skipped = full(gmsc, folder)
        if skipped:
            print("left out:", skipped)
    print("nothing was left behind")


if __name__ == "__main__":
    main()
