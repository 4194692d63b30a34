#!/usr/bin/env python3
"""The check of rooms and doors: reads every #include of lang, compiler and runtime against doors.txt.

usage: check_rooms.py ROOT [--self-test]
"""
import pathlib
import re
import sys

PACKAGES = {"antlr4": "antlr", "Gms": "antlr", "mlir/": "mlir", "llvm/": "mlir", "torch/": "torch", "ATen/": "torch", "nlohmann/": "json"}
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


def faults(root, doors):
    for source in sorted(p for top in ("lang", "compiler", "runtime") for p in (root / top).rglob("*") if p.suffix in (".h", ".cpp", ".td", ".def")):
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
            match = re.match(r'\s*#include\s+["<]([^">]+)[">]', line)
            if not match or test:
                continue
            include = match.group(1)
            if path == "compiler/driver/compile.h" and package_of(include) == "mlir":
                yield f"{path}:{number}: shows an MLIR header; its callers know none"
            target = package_of(include)
            if target is None and include.split("/")[0] in ("lang", "compiler", "runtime"):
                target = room_of(include, doors)
            if target is None or target == room or any(target == d or target.startswith(d + "/") for d in doors[room] + [room]):
                continue
            yield f"{path}:{number}: {room} has no door to {target} ({include})"


def self_test():
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        planted = root / "runtime/core/planted.cpp"
        for top in ("lang", "compiler", "runtime/core"):
            (root / top).mkdir(parents=True, exist_ok=True)
        planted.write_text('#include "lang/sema/check.h"\n')
        found = list(faults(root, {"runtime/core": ["runtime/abi"], "lang/sema": []}))
        assert len(found) == 1 and "no door" in found[0], found


def main():
    root = pathlib.Path(sys.argv[1])
    self_test()
    found = list(faults(root, read_doors(root / "test/rooms/doors.txt")))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
