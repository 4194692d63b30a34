#!/usr/bin/env python3
"""What `gms build` makes runs where nothing of the compiler is.

usage: built_executables.py GMSC ROOT

Builds an executable, looks at its libraries by ldd, and runs it with an empty PATH; as root also in a root folder that holds
nothing but the executable, its shared libraries and a place for its output. Builds a library and calls it from a C program.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = """
op chart(n: int, by: real) -> image[3, n, n] { out[k in 0..3, i in 0..n, j in 0..n] = (i + j) / (2 * n) * by }
op mean_of(x: image[c, h, w]) -> real = mean(k, i, j) of x[k, i, j]
/// Brightens by a random amount.
augment brighter(x: image[c, h, w], most: real = 0.5) -> image[c, h, w] {
  gain ~ uniform(0, most)
  out[k, i, j] = x[k, i, j] + gain
}
/// A program to be built.
experiment built {
  /// How many.
  param count: int = 5
  x = chart(16, 0.5)
  views = map(v in 0..count) of brighter(x)
  show views
  expect min(v in views) of mean_of(v) >= mean_of(x)
}
"""

CALLER = """
#include "policy.h"
#include <stdio.h>
int main(void) {
  float data[12], before = 0;
  int64_t shape[3] = {3, 2, 2};
  for (int i = 0; i < 12; ++i)
    before += data[i] = (float)i / 12;
  DLTensor x = {data, {kDLCPU, 0}, 3, {kDLFloat, 32, 1}, shape, NULL, 0};
  gms_key key = {1, 2, 3, 0};
  DLManagedTensor *first = NULL, *again = NULL;
  float mean = 0;
  if (brighter(&x, 0.5f, &key, &first) || brighter(&x, 0.5f, &key, &again) || mean_of(&first->dl_tensor, &mean))
    return 2;
  const float *a = first->dl_tensor.data, *b = again->dl_tensor.data;
  for (int i = 0; i < 12; ++i)
    if (a[i] != b[i] || a[i] < data[i] || a[i] - data[i] > 0.5f)
      return 3;
  shape[0] = -1;
  if (brighter(&x, 0.5f, &key, &again) != GMS_BAD_TENSOR)
    return 4;
  x.ndim = 2;
  if (brighter(&x, 0.5f, &key, &again) != GMS_BAD_TENSOR)
    return 5;
  printf("mean %.4f %.4f\\n", (double)before / 12, (double)mean);
  first->deleter(first);
  again->deleter(again);
  return 0;
}
"""


def run(command, **options):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **options)
    return done.returncode, done.stdout + done.stderr


def require(condition, what):
    if not condition:
        sys.exit(f"built executables: {what}")


def executable(gmsc, folder):
    code, output = run([gmsc, "build", folder / "built.gms", "-o", folder / "built"])
    require(code == 0, f"gms build failed:\n{output}")
    libraries = run(["ldd", folder / "built"])[1]
    require(not re.search("LLVM|MLIR|antlr|gms", libraries), f"it needs the compiler's libraries:\n{libraries}")
    code, output = run([folder / "built", "--out", folder, "--count", "3"], env={"PATH": ""}, cwd=folder)
    require(code == 0 and "1 of 1 claims hold" in output, f"the executable failed:\n{output}")
    code, output = run([folder / "built", "--cuont", "3"], cwd=folder)
    require(code == 2 and "did you mean --count?" in output, f"a misspelt option gave {code}:\n{output}")
    code, output = run([folder / "built", "--help"], cwd=folder)
    require(code == 0 and "How many." in output, f"its help is:\n{output}")
    return libraries


def alone(folder, libraries):
    """In a root folder of its own."""
    if os.geteuid() != 0:
        return "as root only: the check in an empty root folder"
    root = folder / "root"
    (root / "out").mkdir(parents=True)
    shutil.copy(folder / "built", root / "built")
    for path in re.findall(r"(/\S+)", libraries):
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    try:
        code, output = run(["/built", "--out", "/out"], env={}, preexec_fn=lambda: (os.chroot(root), os.chdir("/")))
    except (OSError, subprocess.SubprocessError) as error:
        return f"no root folder of its own could be entered here: {error}"
    require(code == 0 and "1 of 1 claims hold" in output, f"in an empty root folder it gave {code}:\n{output}")
    require((root / "out/runs/built/1/report.html").exists(), "no report was written in the empty root folder")
    return ""


def library(gmsc, folder):
    code, output = run([gmsc, "build", "--shared", folder / "built.gms", "-o", folder / "policy.so"])
    require(code == 0, f"gms build --shared failed:\n{output}")
    compiler = next((c for c in ("cc", "gcc", "clang-22", "clang") if shutil.which(c)), None)
    if not compiler:
        return "no C compiler: the call of the library from C"
    (folder / "caller.c").write_text(CALLER)
    code, output = run([compiler, "-std=c11", "-Wall", "-Werror", "-O1", "caller.c", "./policy.so", "-Wl,-rpath,$ORIGIN", "-o", "caller"], cwd=folder)
    require(code == 0, f"the header does not compile:\n{output}")
    code, output = run([folder / "caller"], cwd=folder)
    require(code == 0 and output.startswith("mean "), f"the C program gave {code}:\n{output}")
    return ""


def main():
    gmsc = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "built.gms").write_text(PROGRAM)
        libraries = executable(gmsc, folder)
        for skipped in (alone(folder, libraries), library(gmsc, folder)):
            if skipped:
                print("left out:", skipped)
    print("the executable and the library run")


if __name__ == "__main__":
    main()
