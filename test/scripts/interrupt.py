#!/usr/bin/env python3
"""Ctrl-C during a run: it ends soon with status 1 and a coded message, and every file that is left is whole.

usage: interrupt.py GMSC SOURCE_FOLDER
"""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = """
augment grain(n: int) -> image[3, 32, 32] {
  g[k in 0..3, i in 0..32, j in 0..32] ~ normal(0.5, 0.1)
  out[k, i, j] = g[k, i, j] + 0 * n
}
op first(x: image[c, h, w]) -> real = x[0, 0, 0, border: clamp]
experiment slow {
  few = map(n in 0..4) of grain(n)
  show few
  pictures = map(n in 0..1000000) of grain(n)
  expect min(p in pictures) of first(p) >= -10
}
"""


def interrupted(gmsc, folder, after):
    """Interrupts a run after so many seconds; gives what went wrong."""
    program = folder / "slow.gms"
    program.write_text(PROGRAM)
    # A shell that started the tests in the background may have told its children to ignore the signal.
    run = subprocess.Popen([gmsc, "run", str(program), "--device", "evaluator", "--out", str(folder)], stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    time.sleep(after)
    if run.poll() is not None:
        return [f"the run ended by itself with status {run.returncode}: {run.stderr.read()[:500]}"]
    run.send_signal(signal.SIGINT)
    try:
        _, errors = run.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        run.kill()
        return ["it went on for 30 s after the signal"]
    wrong = []
    if run.returncode not in (1, 130) or "error[E0616]" not in errors:
        wrong.append(f"status {run.returncode}, {errors[-500:] or 'no message'}")
    for path in folder.rglob("*"):
        if path.is_dir() or path == program:
            continue
        text = path.read_bytes()
        whole = {".json": lambda: json.loads(text) is not None, ".html": lambda: text.rstrip().endswith(b"</html>"),
                 ".png": lambda: text.endswith(b"IEND\xaeB`\x82")}.get(path.suffix)
        try:
            if whole is None or not whole():
                wrong.append(f"{path.name} is not whole")
        except ValueError as error:
            wrong.append(f"{path.name}: {error}")
    return wrong


def main():
    wrong = []
    for after in (2.0, 4.0):
        with tempfile.TemporaryDirectory() as folder:
            wrong += [f"after {after} s: {one}" for one in interrupted(sys.argv[1], pathlib.Path(folder), after)]
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
