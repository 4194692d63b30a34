#!/usr/bin/env python3
"""Random valid programs, run on every engine by `gmsc test`, which compares each with the evaluator.

    random_programs.py GMSC [--seed 1] [--programs 20] [--keep FOLDER] [--engines cpu,cpu-unfused,emulated]

Prints which operators, borders, samplings and draws the programs covered. Exit status 1 where an engine disagrees, or a
program that must be valid is refused; such a program is kept. Values are made so that engines may round differently
without crossing a step: comparisons and roundings see only inputs, indices and draws, which are exact everywhere.
"""
import argparse
import collections
import os
import random
import re
import subprocess
import sys
import tempfile

BORDERS = ["zero", "clamp", "reflect", "wrap"]


class Program:
    """One program: operators, an augment that chains them, and a test that calls it."""

    def __init__(self, seed, covered):
        self.r = random.Random(seed)
        self.covered = covered
        self.lines = ["import vision"]
        self.ops = []
        self.names = 0
        self.exact = True  # whether what an operator reads is the input itself

    def note(self, *words):
        for word in words:
            self.covered[word] += 1

    def name(self, stem):
        self.names += 1
        return f"{stem}{self.names}"

    def number(self, low=-2.0, high=2.0):
        return f"{self.r.uniform(low, high):.3f}".replace("-", "-")

    def pick(self, *choices):
        choice = self.r.choice(choices)
        return choice

    # ---- scalar expressions over x[k, i, j] of an image ---------------------------------------------------------------
    def offset(self, index, proven):
        step = self.r.randint(-3, 3)
        if proven or step == 0:
            return index
        return f"{index} {'+' if step > 0 else '-'} {abs(step)}"

    def read(self):
        if self.r.random() < 0.5:
            self.note("read proven")
            return "x[k, i, j]"
        border = self.pick(*BORDERS)
        self.note("border " + border)
        return f"x[k, {self.offset('i', False)}, {self.offset('j', False)}, border: {border}]"

    def condition(self):
        self.note("if")
        compared = f"x[k, i, j] > {self.number(0, 1)}" if self.exact else "i + 1 > 2 * j"
        return self.pick(compared, "i < j", f"mod(i + j, {self.r.randint(2, 4)}) == 0",
                         f"k == 0 or j > {self.r.randint(0, 3)}", f"not (i == {self.r.randint(0, 3)}) and p > 0.1")

    def scalar(self, depth):
        if depth <= 0:
            leaf = self.r.random()
            if leaf < 0.6:
                return self.read()
            return self.pick("p", "q", self.number(), "real(i) / 8", "real(h - j)")
        kind = self.r.choice(["+", "-", "*", "/", "min", "max", "abs", "clamp", "sqrt", "exp", "sin", "cos", "tanh", "log", "if",
                              "stencil", "^", "floor", "atan2", "erf"])
        self.note(kind)
        a = lambda: self.scalar(depth - 1)
        if kind in "+-*":
            return f"({a()} {kind} {a()})"
        return {
            "/": lambda: f"({a()} / (abs({a()}) + {self.number(0.5, 2)}))",
            "min": lambda: f"min({a()}, {a()})",
            "max": lambda: f"max({a()}, {a()})",
            "abs": lambda: f"abs({a()})",
            "clamp": lambda: f"clamp({a()}, -1.5, 1.5)",
            "sqrt": lambda: f"sqrt(abs({a()}) + 0.1)",
            "exp": lambda: f"exp(clamp({a()}, -3, 2))",
            "sin": lambda: f"sin({a()})",
            "cos": lambda: f"cos({a()})",
            "tanh": lambda: f"tanh({a()})",
            "erf": lambda: f"erf({a()})",
            "log": lambda: f"log(abs({a()}) + 0.5)",
            "atan2": lambda: f"(atan2({a()}, abs({a()}) + 0.5) / 1 rad)",
            "^": lambda: f"(clamp({a()}, -1.5, 1.5)^{self.r.randint(2, 3)})",
            "floor": lambda: f"real(floor((i + {self.r.randint(0, 3)}) / {self.r.randint(2, 3)}))",
            "if": lambda: f"(if {self.condition()} then {a()} else {a()})",
            "stencil": self.stencil,
        }[kind]()

    def stencil(self):
        n, border = self.r.randint(2, 3), self.pick(*BORDERS)
        self.note("border " + border)
        reduction = self.pick("sum", "max", "min", "mean")
        self.note("inner " + reduction)
        return (f"({reduction}(u in 0..{n}, v in 0..{n}) of "
                f"(x[k, i + u - {n // 2}, j + v - {n // 2}, border: {border}] * (0.2 + 0.1 * real(u))))")

    # ---- operators of image -> image ----------------------------------------------------------------------------------
    def operator(self):
        kind = self.r.choice(["pointwise"] * 4 + ["whole", "scan", "rows"] + ["argmax", "count"] * self.exact)
        self.note("operator " + kind)
        name = self.name("f")
        head = f"op {name}(x: image[c, h, w], p: real, q: real) -> image[c, h, w] "
        bounded = lambda e: f"clamp({e}, -4, 4)"
        if kind == "pointwise":
            body = f"{{\n  out[k, i, j] = {bounded(self.scalar(self.r.randint(1, 3)))} + 0 * x[k, i, j]\n}}"
        elif kind == "whole":
            reduction = self.pick("mean", "sum", "max", "min")
            self.note("whole " + reduction)
            scale = " / real(c * h * w)" if reduction == "sum" else ""
            body = (f"{{\n  m = ({reduction}(k, i, j) of x[k, i, j]){scale}\n"
                    f"  out[k, i, j] = {bounded('x[k, i, j] - m * p')}\n}}")
        elif kind == "scan":
            body = ("{\n  row[j in 0..w] = sum(k in 0..c, i in 0..h) of x[k, i, j]\n"
                    "  run = scan(t: 0.0, j in 0..w) of (0.5 * t + row[j])\n"
                    f"  out[k, i, j] = {bounded('x[k, i, j] + 0.1 * run[j]')}\n}}")
        elif kind == "rows":
            body = ("{\n  m[k, i] = max(j) of x[k, i, j]\n"
                    f"  out[k, i, j] = {bounded('x[k, i, j] - q * m[k, i]')}\n}}")
        elif kind == "argmax":
            body = ("{\n  at[k, i] = argmax(j) of x[k, i, j]\n"
                    "  out[k, i, j] = x[k, i, clamp(at[k, i] + j, 0, w - 1)]\n}")
        else:
            body = ("{\n  n = count(k, i, j) of (x[k, i, j] > 0.5)\n"
                    f"  out[k, i, j] = {bounded('x[k, i, j] + real(n) / real(c * h * w)')}\n}}")
        self.lines.append(head + body)
        return f"{name}({self.number(0, 1)}, {self.number(-1, 1)})"

    def warp(self):
        kind = self.r.choice(["affine", "exact", "flip", "crop", "shift"])
        self.note("warp " + kind)
        border = self.pick(*BORDERS, "fill")
        self.note("warp border " + border)
        edge = f", fill: {self.number(0, 1)}" if border == "fill" else f", border: {border}"
        if self.r.random() < 0.3:  # that of the warps before it in the row
            self.note("warp border inherited")
            edge = ""
        if kind == "flip":
            return self.pick("hflip", "vflip")
        if kind == "crop":
            return f"crop({self.r.randint(-1, 2)}, {self.r.randint(-1, 2)}, {self.r.randint(2, 6)}, {self.r.randint(2, 6)}{edge})"
        if kind == "shift":
            how = ", sampling: nearest" if self.r.random() < 0.7 else ""
            return f"translate({self.r.randint(-2, 2)}, {self.r.randint(-2, 2)}{how}{edge})"
        name = self.name("w")
        if kind == "exact":  # dyadic coefficients: coordinates are exact, so nearest never sits on a rounding
            a, b = self.r.choice([-1, -0.5, 0.5, 1, 1.5]), self.r.choice([-0.25, 0, 0.25])
            self.lines.append(f"warp {name}(s: real) (y, x) = ({a} * y + {b} * x + s, {b} * y + {a} * x - s)")
            sampling = self.pick("nearest", "bilinear", "bicubic", "area")
        else:
            self.lines.append(f"warp {name}(s: real) (y, x) = ({self.number(0.4, 1.6)} * y + {self.number(-0.5, 0.5)} * x + s, "
                              f"{self.number(-0.5, 0.5)} * y + {self.number(0.4, 1.6)} * x - s)")
            sampling = self.pick("bilinear", "bicubic", "area")
        self.note("sampling " + sampling)
        return f"{name}({self.r.randint(-8, 8) / 8}, sampling: {sampling}{edge})"

    # ---- the augment ---------------------------------------------------------------------------------------------------
    def draws(self):
        forms = {
            "uniform": "uniform(-0.5, 0.5)", "normal": "normal(0.2, 0.1)", "log_uniform": "log_uniform(0.5, 2)",
            "integer": "integer(0..=3)", "bernoulli": "bernoulli(0.4)", "categorical": "categorical([0.2, 0.5, 0.3])",
            "choice": "choice([0.25, 0.5, 0.75])",
        }
        lines, reals = [], []
        for kind in self.r.sample(sorted(forms), self.r.randint(1, 4)):
            self.note("draw " + kind)
            name = self.name("d")
            lines.append(f"  {name} ~ {forms[kind]}")
            reals.append({"integer": f"(real({name}) / 4)", "categorical": f"(real({name}) / 4)",
                          "bernoulli": f"(if {name} then 0.5 else 0.1)"}.get(kind, name))
        return lines, reals

    def stage(self, depth=1):
        roll = self.r.random()
        if roll < 0.45:
            return self.operator()
        if roll < 0.75 or depth == 0:
            return self.warp()
        kind = self.r.choice(["maybe", "one_of", "some_of", "repeat"])
        self.exact = self.exact and kind in ("maybe", "one_of")
        self.note(kind)
        if kind == "maybe":
            return f"maybe({self.number(0.1, 0.9)}, {self.operator()})"
        if kind == "one_of":
            return f"one_of([{', '.join(self.operator() for _ in range(self.r.randint(2, 3)))}])"
        if kind == "some_of":
            return f"some_of(2, [{', '.join(self.operator() for _ in range(3))}])"
        return f"repeat(n in 0..{self.r.randint(1, 3)}) of {self.operator()}"

    def build(self):
        lines, reals = self.draws()
        value = "x"
        for _ in range(self.r.randint(1, 4)):
            name = self.name("v")
            lines.append(f"  {name} = {value} |> {self.stage()}")
            value = name
            self.exact = False
        if self.r.random() < 0.4:
            self.note("draw per element")
            name = self.name("n")
            form = self.pick("uniform(-0.1, 0.1)", "normal(0, 0.1)")
            plus = self.name("g")
            self.lines.append(f"augment {plus}(x: image[c, h, w]) -> image[c, h, w] {{\n  {name}[k in 0..c, i in 0..h, j in 0..w] ~ {form}\n"
                              f"  out[k, i, j] = x[k, i, j] + {name}[k, i, j]\n}}")
            lines.append(f"  {name}v = {value} |> {plus}")
            value = name + "v"
        if self.r.random() < 0.4:
            self.note("choose")
            final = f"choose {{ 0.5: {value}, 0.5: {value} |> brightness(0.1) }}"
        else:
            final = value
        scale = " * ".join(reals)
        lines.append(f"  last = {final}")
        lines.append(f"  out[k, i, j] = last[k, i, j] * ({scale})")
        self.lines.append("augment policy(x: image[c, h, w]) -> real[c, n, m] {\n" + "\n".join(lines) + "\n}")
        text = "\n".join(self.lines).replace("-> real[c, n, m] {", "{")
        shapes = [(self.r.randint(1, 3), self.r.randint(1, 7), self.r.randint(1, 19)) for _ in range(2)]
        for c, h, w in shapes:
            image = [[[round(self.r.random(), 3) for _ in range(w)] for _ in range(h)] for _ in range(c)]
            text += f"\ntest policy({image})"
        return text + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gmsc")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--programs", type=int, default=20)
    parser.add_argument("--keep", default=None, help="folder for the programs; failing ones are always kept")
    parser.add_argument("--engines", default="cpu,cpu-unfused,emulated")
    parser.add_argument("--plant", default=None, help="a wrong lowering to plant, which must be caught")
    args = parser.parse_args()
    covered = collections.Counter()
    folder = args.keep or tempfile.mkdtemp(prefix="gms-random-")
    os.makedirs(folder, exist_ok=True)
    failed = 0
    environment = dict(os.environ)
    if args.plant:
        environment["GMS_PLANT"] = args.plant
    for index in range(args.programs):
        seed = args.seed + index
        path = os.path.join(folder, f"program_{seed}.gms")
        with open(path, "w") as out:
            out.write(Program(seed, covered).build())
        run = subprocess.run([args.gmsc, "test", path, "--engines", args.engines], capture_output=True, text=True, env=environment)
        if run.returncode != 0:
            failed += 1
            print(f"{path}: exit status {run.returncode}\n" + re.sub(r"^", "    ", (run.stdout + run.stderr)[:3000], flags=re.M))
        elif not args.keep:
            os.unlink(path)
    print("covered: " + ", ".join(f"{word} {count}" for word, count in sorted(covered.items())))
    print(f"{args.programs - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
