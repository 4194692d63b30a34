#!/usr/bin/env python3
"""The generator's test vectors in docs/language.md, computed by an implementation of its own (rules GEN-1 to GEN-5).

Arithmetic in f32 is done in double and rounded: for + - * / and the square root of f32 numbers that is exact rounding.

usage: generator_vectors.py GMSC SOURCE_FOLDER
       generator_vectors.py --table      prints the table of the document
"""
import math
import pathlib
import re
import struct
import sys

MASK = 0xFFFFFFFF


def philox4x32(counter, key, rounds=10):
    """Salmon, Moraes, Dror, Shaw 2011, section 3.3; returns four 32-bit words."""
    c, (k0, k1) = list(counter), key
    for _ in range(rounds):
        low, high = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(high >> 32) ^ c[1] ^ k0, high & MASK, (low >> 32) ^ c[3] ^ k1, low & MASK]
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c


def fnv1a64(text):
    hashed = 0xCBF29CE484222325
    for byte in text.encode():
        hashed = ((hashed ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return hashed


def word(seed, sample, epoch, element, place):
    key = seed ^ fnv1a64(place)
    return philox4x32((sample & MASK, sample >> 32, epoch, element), (key & MASK, key >> 32))[0]


def f32(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def horner(coefficients, x):
    y = f32(coefficients[0])
    for c in coefficients[1:]:
        y = f32(f32(y * x) + f32(c))
    return y


LOG = (7.0376836292e-2, -1.1514610310e-1, 1.1676998740e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
       -2.4999993993e-1, 3.3333331174e-1)
EXP = (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1)
A, B = (5.9109374720e1, 1.5929113202e2, 5.0434271938e1, 3.3871327179), (6.7187563600e1, 7.8757757664e1, 1.7895169469e1, 1)
C, D = (1.7023821103e-1, 1.3067284816, 2.7568153900, 1.4234372777), (1.2021132975e-1, 7.3700164250e-1, 1)
E, F = (1.7337203997e-2, 4.2868294337e-1, 3.0812263860, 6.6579051150), (1.2258202635e-2, 2.4197894225e-1, 1)
LN2_HIGH, LN2_LOW = f32(0.693359375), f32(-2.12194440e-4)


def log(x):
    m, exponent = math.frexp(x)
    if m < f32(0.5 ** 0.5):
        m, exponent = m + m, exponent - 1
    m = f32(m - 1)
    square = f32(m * m)
    y = f32(f32(horner(LOG, m) * m) * square)
    y = f32(y + f32(LN2_LOW * exponent))
    y = f32(y - f32(0.5 * square))
    return f32(f32(m + y) + f32(LN2_HIGH * exponent))


def exp(x):
    n = math.floor(f32(f32(f32(1.44269504088896341) * x) + 0.5))
    x = f32(x - f32(n * LN2_HIGH))
    x = f32(x - f32(n * LN2_LOW))
    return f32(f32(f32(f32(horner(EXP, x) * f32(x * x)) + x) + 1) * 2.0 ** n)


def unit(w):
    return (w >> 8) * 2.0 ** -24


def normal(w):
    p = ((w >> 9) + 0.5) * 2.0 ** -23
    q = f32(p - 0.5)
    if abs(q) <= f32(0.425):
        r = f32(f32(0.180625) - f32(q * q))
        return f32(f32(q * horner(A, r)) / horner(B, r))
    r = f32(math.sqrt(-log(p if q < 0 else f32(1 - p))))
    if r <= 5:
        r = f32(r - f32(1.6))
        z = f32(horner(C, r) / horner(D, r))
    else:
        r = f32(r - 5)
        z = f32(horner(E, r) / horner(F, r))
    return -z if q < 0 else z


def log_uniform(w, low, high):
    a = log(low)
    return exp(f32(a + f32(unit(w) * f32(log(high) - a))))


def permutation(n, *key):
    order = list(range(n))
    for k in range(n - 1, 0, -1):
        j = word(*key[:3], k, key[3]) * (k + 1) >> 32
        order[k], order[j] = order[j], order[k]
    return order


CASES = [(0, 0, 0, 0, "policy/turn"), (0, 0, 0, 1, "policy/turn"), (0, 0, 1, 0, "policy/turn"), (0, 1, 0, 0, "policy/turn"),
         (1, 0, 0, 0, "policy/turn"), (0, 0, 0, 0, "policy/gain"),
         (0x0123456789ABCDEF, 0xFEDCBA9876543210, 7, 42, "policy/noise/grain")]


def rows():
    for seed, sample, epoch, element, place in CASES:
        w = word(seed, sample, epoch, element, place)
        yield (f"| {seed:#x} | {sample:#x} | {epoch} | {element} | `{place}` | {w:#010x} | {unit(w)!r} | {w * 10 >> 32} | "
               f"{normal(w):.9g} | {log_uniform(w, 0.5, 2.0):.9g} |")
    yield f"| 0x0 | 0x0 | 0 | | `policy/order` | `permutation(6)` is {permutation(6, 0, 0, 0, 'policy/order')} | | | | |"


def main():
    assert philox4x32((0, 0, 0, 0), (0, 0)) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]  # Random123's own vector
    if sys.argv[1:] == ["--table"]:
        print(*rows(), sep="\n")
        return 0
    root = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else pathlib.Path(__file__).parents[2])
    shown = re.findall(r"^\| 0x.*\|$", (root / "docs/language.md").read_text(), re.M)
    wrong = sorted(set(shown) ^ set(rows()))
    print(*wrong, f"{len(shown)} vectors, {len(wrong)} faults", sep="\n")
    return 1 if wrong or not shown else 0


if __name__ == "__main__":
    sys.exit(main())
