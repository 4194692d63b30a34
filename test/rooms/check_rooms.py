#!/usr/bin/env python3
"""The check of rooms and doors: reads every #include of lang, compiler and runtime against doors.txt, after a test of itself.

usage: check_rooms.py ROOT
"""
import pathlib
import re
import sys
import tempfile

PACKAGES = {"antlr4": "antlr", "Gms": "antlr", "mlir/": "mlir", "mlir-c/": "mlir", "llvm/": "mlir", "llvm-c/": "mlir",
            "torch/": "torch", "ATen/": "torch", "c10/": "torch", "nlohmann/": "json"}
INCLUDE = re.compile(r'\s*(?:#\s*)?include\s+["<]([^">]+)[">]')  # C++ and TableGen
# Headers whose callers know nothing of these packages, however deep the include.
HIDES = {"compiler/driver/compile.h": ["mlir", "antlr"]}
BANNED = re.compile(r"^(utils?|common|helpers?|manager)(\.|$)")
MOST_LINES = 500


def read_doors(path):
    doors = {}
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            room, allowed = line.split(":", 1)
            doors[room.strip()] = allowed.split()
    return doors


def room_of(path, doors):
    rooms = [room for room in doors if path == room or path.startswith(room + "/")]
    return max(rooms, key=len) if rooms else None


def package_of(include):
    for start, name in PACKAGES.items():
        if include.startswith(start):
            return name
    return None


def reaches(root, header, package, seen):
    """The chain of includes by which a header of ours reaches a package, or None."""
    if header in seen or not (root / header).exists():
        return None
    seen.add(header)
    for include in INCLUDE.findall((root / header).read_text(errors="replace")):
        if package_of(include) == package:
            return [header, include]
        chain = reaches(root, include, package, seen)
        if chain:
            return [header] + chain
    return None


def faults(root, doors):
    for header, packages in HIDES.items():
        for package in packages:
            chain = reaches(root, header, package, set())
            if chain:
                yield f"{header}: shows {package} by {' > '.join(chain)}; its callers know none"
    for source in sorted(p for top in ("lang", "compiler", "runtime") for p in (root / top).rglob("*")
                         if p.suffix in (".h", ".c", ".cpp", ".td", ".def")):
        path = source.relative_to(root).as_posix()
        test = source.name.endswith("_test.cpp")
        room = room_of(path, doors)
        if room is None:
            yield f"{path}: lies in no room of test/rooms/doors.txt"
            continue
        if BANNED.match(source.name):
            yield f"{path}: a file is named for what it holds, not `{source.stem}`"
        text = source.read_text(errors="replace").splitlines()
        if len(text) > MOST_LINES:
            yield f"{path}: {len(text)} lines; past {MOST_LINES} look for the second idea"
        for number, line in enumerate(text, 1):
            match = INCLUDE.match(line)
            if not match or test:
                continue
            include = match.group(1)
            target = package_of(include)
            if target is None and include.split("/")[0] in ("lang", "compiler", "runtime"):
                target = room_of(include, doors)
            if target is None or target == room or any(target == d or target.startswith(d + "/") for d in doors[room] + [room]):
                continue
            yield f"{path}:{number}: {room} has no door to {target} ({include})"


def self_test():
    """Plants one violation of each kind and expects each to be found, and nothing else."""
    doors = {"lang/sema": [], "lang/syntax": [], "lang/syntax/antlr": ["lang/syntax", "antlr"], "compiler/import": ["mlir"],
             "compiler/driver": ["compiler", "mlir"], "runtime/core": ["runtime/abi"], "runtime/abi": []}
    planted = {
        "runtime/core/door.cpp": ('#include "runtime/abi/kernel.h"\n#include "lang/sema/check.h"\n', "door.cpp:2: runtime/core has no door to lang/sema"),
        "runtime/core/torch.h": ("#include <torch/torch.h>\n", "no door to torch"),
        "lang/sema/ir.h": ("  #  include <mlir/IR/Builders.h>\n", "no door to mlir"),
        "lang/syntax/parser.cpp": ('#include "GmsParser.h"\n', "no door to antlr"),
        "lang/syntax/antlr/parser.cpp": ('#include "GmsParser.h"\n', None),
        "lang/syntax/utils.cpp": ("", "utils.cpp: a file is named"),
        "lang/sema/long.cpp": ("\n" * (MOST_LINES + 1), "501 lines"),
        "compiler/import/deep.h": ("#include <llvm/IR/Module.h>\n", None),
        "compiler/driver/compile.h": ('#include "compiler/import/deep.h"\n', "compile.h: shows mlir by"),
        "runtime/other/x.h": ("", "lies in no room"),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, (text, _) in planted.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        found = list(faults(root, doors))
    expected = [message for _, message in planted.values() if message]
    assert all(any(message in fault for fault in found) for message in expected) and len(found) == len(expected), found


def main():
    root = pathlib.Path(sys.argv[1])
    self_test()
    found = list(faults(root, read_doors(root / "test/rooms/doors.txt")))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
