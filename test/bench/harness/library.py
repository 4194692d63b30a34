"""Kernels of a library made by `gmsc build --shared`, called through the kernel interface (runtime/abi/kernel.h)."""
import ctypes
import pathlib
import re
import subprocess

import numpy as np

MAX_RANK = 6
ABI_VERSION = 1
TYPES = {0: np.bool_, 1: np.uint8, 2: np.int32, 3: np.int64, 4: np.float32, 5: np.float64}
CODES = {np.dtype(kind): code for code, kind in TYPES.items()}


class Tensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("shape", ctypes.c_int64 * MAX_RANK), ("type", ctypes.c_int32), ("rank", ctypes.c_int32),
                ("padded", ctypes.c_int32), ("reserved", ctypes.c_int32)]


class Key(ctypes.Structure):
    _fields_ = [("seed", ctypes.c_uint64), ("sample", ctypes.c_uint64), ("epoch", ctypes.c_uint32), ("reserved", ctypes.c_uint32)]


class Call(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("argument_count", ctypes.c_uint32), ("samples", ctypes.c_int64),
                ("arguments", ctypes.c_void_p), ("keys", ctypes.c_void_p), ("workspace", ctypes.c_void_p),
                ("workspace_bytes", ctypes.c_int64), ("stream", ctypes.c_void_p)]


def build(gmsc, program, folder):
    """Builds the library of a program into `folder`; gives its path."""
    path = pathlib.Path(folder) / (pathlib.Path(program).stem + ".so")
    subprocess.run([gmsc, "build", "--shared", str(program), "-o", str(path)], check=True, stdout=subprocess.DEVNULL)
    return path


def aligned(size):
    """A block of bytes at a multiple of 64, with 64 bytes behind it."""
    block = np.zeros(size + 128, np.uint8)
    start = -block.ctypes.data % 64
    return block[start:start + size]


class Batch:
    """A kernel with its inputs, outputs and workspaces: nothing is allocated after this."""

    def __init__(self, library, name, samples, workers=1, seed=0):
        """`samples` holds the list of input arrays of each sample."""
        loaded = ctypes.CDLL(str(library))
        self.kernel, shape = loaded["gms_kernel_" + name], loaded[f"gms_kernel_{name}_shape"]
        self.kernel.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64]
        header = pathlib.Path(library).with_suffix(".h").read_text()
        inputs, outputs = map(int, re.search(rf"gms_invoke\(gms_kernel_{name}, .*?, arguments, (\d+), (\d+),", header).groups())
        count = inputs + outputs
        self.arguments = (Tensor * (count * len(samples)))()
        self.keys = (Key * len(samples))(*[Key(seed, s, 0, 0) for s in range(len(samples))])
        self.memory, self.outputs, need = [], [], ctypes.c_int64()
        for s, arrays in enumerate(samples):
            row = ctypes.cast(ctypes.byref(self.arguments, s * count * ctypes.sizeof(Tensor)), ctypes.POINTER(Tensor))
            for a, array in enumerate(arrays):
                row[a] = Tensor(array.ctypes.data, (*array.shape, *[0] * (MAX_RANK - array.ndim)), CODES[array.dtype], array.ndim, 0, 0)
                self.memory.append(array)
            if status := shape(row, ctypes.byref(need)):
                raise RuntimeError(f"{name}: the shape function gave status {status}")
            self.outputs.append([self._output(row[a]) for a in range(inputs, count)])
        self.samples = len(samples)
        self.workspaces = [aligned(need.value + 64) for _ in range(workers)]
        self.calls = [Call(ABI_VERSION, count, len(samples), ctypes.addressof(self.arguments), ctypes.addressof(self.keys),
                           w.ctypes.data, need.value, None) for w in self.workspaces]

    def _output(self, tensor):
        kind, shape = TYPES[tensor.type], tuple(tensor.shape[:tensor.rank])
        block = aligned(max(1, int(np.prod(shape))) * np.dtype(kind).itemsize)
        self.memory.append(block)
        tensor.data, tensor.padded = block.ctypes.data, 1
        return block.view(kind).reshape(shape)

    def next_epoch(self):
        for key in self.keys:
            key.epoch += 1

    def run(self, worker=0, first=0, last=None):
        """Runs samples [first, last) with the worker's own workspace; other threads go on meanwhile."""
        status = self.kernel(ctypes.addressof(self.calls[worker]), first, self.samples if last is None else last)
        if status:
            raise RuntimeError(f"the kernel gave status {status}")
