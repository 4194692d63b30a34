"""lit suites, one folder a stage. Started by test/run_tests.py, which sets GMS_BUILD_DIR and GMS_LLVM_BIN."""
import os
import shutil

import lit.formats

build = os.environ["GMS_BUILD_DIR"]
llvm = os.environ["GMS_LLVM_BIN"]
config.name = "GMS"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".gms", ".mlir", ".test"]
config.excludes = ["corpus", "Inputs", "data", "bench", "random"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
config.test_exec_root = os.path.join(build, "test", "text")
root = os.path.dirname(config.test_source_root)
config.substitutions += [("%gmsc", os.path.join(build, "bin", "gmsc")), ("%gms-opt", os.path.join(build, "bin", "gms-opt")),
                         ("%gms-cuda", os.path.join(build, "bin", "gms-cuda")), ("%root", root), ("%python", "python3"),
                         ("FileCheck", os.path.join(llvm, "FileCheck")), ("split-file", os.path.join(llvm, "split-file")),
                         ("llvm-readelf", os.path.join(llvm, "llvm-readelf")), ("llvm-objdump", os.path.join(llvm, "llvm-objdump")),
                         (r"\| count\b", "| " + os.path.join(llvm, "count")), (r"\bnot\b", os.path.join(llvm, "not"))]
config.environment["GMS_CACHE"] = "off"
for name in ("HOME", "TMPDIR", "GMS_STDLIB", "CUDA_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
if shutil.which("ptxas") or os.path.exists("/usr/local/cuda/bin/ptxas"):
    config.available_features.add("cuda-toolkit")
if os.path.isdir(os.path.join(root, "examples", "quickstart", "photos")):
    config.available_features.add("photographs")
if os.path.isdir(os.path.join(root, "..", "shared", "data")):
    config.available_features.add("shared-data")
