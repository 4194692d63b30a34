#!/usr/bin/env python3
"""A full disk while a run, an executable, a library or a formatted file is written: a coded message, status 1, and nothing
half-written. The disk is a tmpfs of 64 KiB in a mount namespace of its own; skipped where none can be made.

usage: full_disk.py GMSC SOURCE_FOLDER
"""
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM = """
augment grain(n: int) -> image[3, 256, 256] {
  g[k in 0..3, i in 0..256, j in 0..256] ~ uniform(0, 1)
  out[k, i, j] = g[k, i, j] + 0 * n
}
op one() -> real = 1
experiment noisy {
  pictures = map(n in 0..2) of grain(n)
  show pictures
  expect one() == 1
}
"""


def inside(gmsc, disk):
    """Runs with the small disk mounted at `disk`; gives what went wrong."""
    wrong = []
    (disk / "p.gms").write_text(PROGRAM)
    (disk / "long.gms").write_text("op  f(x: real) -> real = x\n" + "".join(f"a{n}=[1,2,3,4,5,6,7,8,9]\n" for n in range(600)))
    # Whatever fits is taken, so that every byte more is refused.
    with open(disk / "filling", "wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(4096))
        except OSError:
            pass
    before = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
    commands = {
        "run": ["run", disk / "p.gms", "--device", "evaluator", "--out", disk],
        "format": ["fmt", disk / "long.gms"],
        "document": ["doc", "-o", disk / "pages", disk / "p.gms"],
        "library": ["build", "--shared", disk / "p.gms", "-o", disk / "p.so"],
        "executable": ["build", disk / "p.gms", "-o", disk / "p"],
    }
    for name, arguments in commands.items():
        run = subprocess.run([gmsc, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if run.returncode != 1 or not any(code in run.stderr for code in ("E0610", "E0611", "E0612")):
            wrong.append(f"{name}: status {run.returncode}, {run.stderr[:500] or 'no message'}")
        after = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
        if after != before:
            changed = [str(p) for p in {**after, **before} if after.get(p) != before.get(p)]
            wrong.append(f"{name}: left behind or changed: {', '.join(changed)}")
            before = after
    return wrong


def main():
    gmsc = sys.argv[1]
    if len(sys.argv) > 3:  # in the namespace
        disk = pathlib.Path(sys.argv[3])
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "gms", disk], capture_output=True).returncode:
            return 77
        wrong = inside(gmsc, disk)
        print("\n".join(wrong))
        return 1 if wrong else 0
    with tempfile.TemporaryDirectory() as disk:
        namespace = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        run = subprocess.run(namespace + [sys.executable, __file__, gmsc, sys.argv[2], disk], capture_output=True, text=True)
        if run.returncode == 77 or "unshare" in run.stderr:
            print("no small disk can be mounted here")
            return 77
        print(run.stdout + run.stderr)
        return run.returncode


if __name__ == "__main__":
    sys.exit(main())
