"""An environment of its own for what a benchmark compares with, and one pinned thread."""
import os
import pathlib
import subprocess
import sys
import venv


def enter(folder, packages):
    """Goes on in the environment `folder`, made with `packages` on the first use."""
    folder = pathlib.Path(folder).absolute()
    marker = folder / "installed.txt"
    if pathlib.Path(sys.prefix).resolve() == folder.resolve():
        return
    if not marker.exists() or marker.read_text().split() != packages:
        print(f"making {folder.name} with {', '.join(packages)} (once)", file=sys.stderr)
        venv.create(folder, with_pip=True, symlinks=True, clear=True)
        run = subprocess.run([folder / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if run.returncode:
            raise SystemExit(f"gms: {', '.join(packages)} could not be installed:\n{run.stderr[-2000:]}")
        marker.write_text(" ".join(packages))
    # An exec, so that the affinity and the libraries' thread pools of the benchmark are those of a fresh process.
    os.execv(folder / "bin/python", [str(folder / "bin/python"), *sys.argv])


def pin(count=1):
    """Binds the process to `count` processors; gives their numbers."""
    processors = sorted(os.sched_getaffinity(0))[:count]
    os.sched_setaffinity(0, set(processors))
    return processors
