"""Makes folders of PNG pictures, whole and broken, with nothing but the standard library.

usage: bad_images.py FOLDER
"""
import pathlib
import struct
import sys
import zlib

root = pathlib.Path(sys.argv[1])


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width, height, colour=2, depth=8, extra=b"", channels=3):
    row = b"\0" + bytes((7 * i) % 251 for i in range((width * channels * depth + 7) // 8))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(row * height)) + chunk(b"IEND", b"")


def write(name, data):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


(root / "empty").mkdir(exist_ok=True)
whole = png(9, 7)
write("text/a.png", b"this is text, not a picture\n")
write("nothing/a.png", b"")
write("cut_png/a.png", whole[:len(whole) // 2])
damaged = bytearray(whole)
damaged[-20] ^= 0xFF
write("corrupt_png/a.png", bytes(damaged))
# 60000 x 60000 pixels are promised by a file of a few bytes.
write("bomb/a.png", b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)) +
      chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b""))
write("mislabelled/a.jpg", whole)  # told by its content
write("good/a.png", png(1, 1))
write("good/b.png", png(5, 4, colour=0, channels=1))
write("good/c.png", png(5, 4, colour=2, depth=16))
write("good/d.png", png(5, 4, colour=6, channels=4))
write("good/e.png", png(5, 4, colour=3, depth=8, channels=1, extra=chunk(b"PLTE", bytes(768))))
write("mixed/a.png", whole)
write("mixed/z.png", whole[:len(whole) - 30])
