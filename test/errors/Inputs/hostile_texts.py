"""Writes hostile programs into a folder.

usage: hostile_texts.py FOLDER
"""
import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
deep = 100_000
texts = {
    "latin1": "// caf\xe9\nop f(x: real) -> real = x\n".encode("latin1"),
    "binary": bytes(range(256)) * 64,
    "large": b"a = 1 // ten megabytes\n" * (10_000_000 // 23 + 1),
    "brackets": b"a = " + b"(" * deep + b"1" + b")" * deep + b"\n",
    "blocks": b"op f(x: real) -> real " + b"{ op g(x: real) -> real " * deep + b"}" * deep + b"\n",
    "minus": b"a = " + b"-" * deep + b"1\n",
    "ifs": b"a = " + b"if x then 1 else " * deep + b"2\n",
    "powers": b"a = 2" + b"^2" * deep + b"\n",
    "open": b"a = " + b"([{" * deep,
    "errors": b"opp f = 1\n" * 100_000,
}
for name, text in texts.items():
    (folder / f"{name}.gms").write_bytes(text)
