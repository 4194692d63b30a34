#!/usr/bin/env python3
"""One loss and gradient of two molecules of H2 through fifteen Kohn-Sham iterations, beside JAX doing the same work.

513 points, a network of 1,568 weights, all of it in f64, one pinned thread. JAX's program is written the usual way: dense
kernels and `eigh`, one jitted value_and_grad, warmed. Both are given the same weights and data, and must agree.

usage: ./gms bench kohn_sham [--json FILE] [--seconds S]
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from harness import environment

PACKAGES = ["jax", "numpy"]
POINTS, SPACING, ITERATIONS = 513, 0.08, 15
STRENGTH, RANGE = 1.071295, 2.385345
STEPS = (16, 48)
ENERGIES = (-1.0, -0.8)


def weights(np):
    random = np.random.default_rng(0)
    draw = lambda deviation, *shape: deviation * random.standard_normal(shape)
    deviation = (2 / 48) ** 0.5
    return [draw(0.01, 15), draw(deviation, 16, 16, 3), draw(deviation, 16, 16, 3), draw((2 / 16) ** 0.5, 16), np.array(1.0)]


def densities(np):
    x = (np.arange(POINTS) - POINTS // 2) * SPACING
    made = []
    for steps in STEPS:
        r = steps * SPACING / 2
        bumps = np.exp(-abs(x - r)) + np.exp(-abs(x + r))
        made.append(2 * bumps / (bumps.sum() * SPACING))
    return made


def jax_program(given):
    import jax
    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    x = (jnp.arange(POINTS) - POINTS // 2) * SPACING
    distance = jnp.abs(x[:, None] - x[None, :])
    hartree = STRENGTH * jnp.exp(-distance / RANGE) * SPACING
    stencil = {0: 2.5, 1: -4 / 3, 2: 1 / 12}
    kinetic = sum(c * (jnp.eye(POINTS, k=k) + (jnp.eye(POINTS, k=-k) if k else 0)) for k, c in stencil.items()) / (2 * SPACING**2)
    mirrored = lambda n: 0.5 * (n + n[::-1])
    swish = lambda z: z * jax.nn.sigmoid(z)

    def convolution(w, h):
        padded = jnp.pad(h, ((0, 0), (1, 1)))
        return sum(w[:, :, t] @ padded[:, t:t + POINTS] for t in range(3))

    def per_electron(f, n):
        width = 0.1 + 2.285345 * jax.nn.sigmoid(f[0])
        around = jnp.einsum("kij,j->ki", jnp.exp(-distance / width[:, None, None]) / (2 * width[:, None, None]), n) * SPACING
        h = swish(convolution(f[1], jnp.concatenate([n[None], around])))
        return -swish(f[3] @ swish(convolution(f[2], h)))

    def xc(n, f):
        one = jnp.exp(-(1 / f[4]) ** 2)
        m = mirrored(n)
        return -one * 0.5 * (hartree @ n) @ n * SPACING + (1 - one) * per_electron(f, m) @ m * SPACING

    def lowest(v):
        e, phi = jnp.linalg.eigh(kinetic + jnp.diag(v))
        return e[0], 2 * phi[:, 0] ** 2 / SPACING

    def loss(f, steps, energy, density):
        r = steps * SPACING / 2
        v = -STRENGTH * (jnp.exp(-jnp.abs(x - r) / RANGE) + jnp.exp(-jnp.abs(x + r) / RANGE))
        n = mirrored(lowest(v)[1])
        total = 0.0
        for k in range(ITERATIONS):
            vs = v + hartree @ n + jax.grad(xc)(n, f) / SPACING
            e, out = lowest(vs)
            out = mirrored(out)
            if k >= 10:
                found = 2 * e - vs @ out * SPACING + v @ out * SPACING + 0.5 * (hartree @ out) @ out * SPACING + xc(out, f)
                total += 0.9 ** (14 - k) * (found - energy) ** 2 / 2
            n = n + 0.5 * 0.9**k * (out - n)
        return total + ((n - density) ** 2).sum() * SPACING / 2

    both = lambda f: sum(loss(f, s, e, d) for s, e, d in given)
    return jax.jit(jax.value_and_grad(both)), jax.jit(both)


def compare(name, own, other):
    import numpy as np
    worst = max(float(np.abs(np.asarray(a) - np.asarray(b)).max()) / max(float(np.abs(np.asarray(b)).max()), 1e-300)
                for a, b in zip(own, other))
    print(f"{name}: the largest difference of the two is {worst:.1e} of the largest value", file=sys.stderr)
    if not worst < 1e-6:
        raise SystemExit(f"{name}: the two programs do not agree")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gmsc", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--json")
    parser.add_argument("--seconds", type=float, default=6, help="for each side of a comparison")
    args = parser.parse_args()
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    environment.enter(args.root / "build/env-bench-jax", PACKAGES)
    environment.pin(1)
    import jax
    import numpy as np
    from harness import rows
    from harness.library import Batch
    here = pathlib.Path(__file__).resolve().parent
    w, n = weights(np), densities(np)
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "kohn_sham.so"
        start = time.perf_counter()
        subprocess.run([args.gmsc, "build", "--shared", str(here / "kohn_sham.gms"), "-I", str(args.root / "examples/kohn_sham"),
                        "-o", str(library)], check=True, stdout=subprocess.DEVNULL, env=dict(os.environ, GMS_CACHE="off"))
        building = time.perf_counter() - start
        inputs = [[np.array(a, order="C") for a in w] + [np.array(s, np.int64), np.array(e), d] for s, e, d in zip(STEPS, ENERGIES, n)]
        ours = {name: Batch(library, name, inputs) for name in ("gradient", "forward")}
    start = time.perf_counter()
    gradient, forward = jax_program(list(zip(STEPS, ENERGIES, n)))
    value, slopes = jax.block_until_ready(gradient(w))
    compiling = time.perf_counter() - start
    ours["gradient"].run()
    outputs = [sum(np.array(o[k]) for o in ours["gradient"].outputs) for k in range(6)]
    compare("loss and gradient", outputs, [value, *slopes])
    table = []
    for name, title, peer in (("gradient", "gradient of two molecules, f64", gradient), ("forward", "loss of two molecules, f64", forward)):
        def run_ours(batch=ours[name]):
            for _ in range(20):  # as in training: one after the other, with its memory in the cache
                batch.run()
            return 20

        def run_jax(peer=peer):
            jax.block_until_ready(peer(w))
            return 1

        own, other = rows.rates([run_ours, run_jax], args.seconds, time.process_time)
        table.append(rows.row(title, 1000 / own, "ms", 1000 / other, better="less"))
    table.append(rows.row("building the library, two kernels for two processors each", 1000 * building, "ms"))
    table.append(rows.row("JAX: tracing and compiling the gradient", 1000 * compiling, "ms"))
    rows.show(table, f"GMS and JAX {jax.__version__}, H2 at 1.28 and 3.84 bohr, 513 points, 15 iterations, one pinned thread", args.json)


if __name__ == "__main__":
    sys.exit(main())
