#!/usr/bin/env python3
"""GMS and Albumentations on photographs of 500x500 pixels, side by side in one run on one pinned thread.

(a) random resized crop to 224, mirror, normalised to float [channel, row, column]; (b) rotation, affine map, random crop
to 224, mirror, colour jitter, normalised. Both go over the same photographs, start from decoded bytes and end in a
contiguous float array; GMS fills an array for each photograph that is there already, Albumentations makes one at a time, which
is gone before the next. Then two threads against one, and latencies in ms.

usage: ./gms bench augment [--json FILE] [--seconds S]
"""
import argparse
import itertools
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from harness import environment

PACKAGES = ["albumentations", "opencv-python-headless"]
SIDE = 500
COUNT = 32
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def photographs(folder):
    """Crops of 500x500 from the photographs; one that is smaller is enlarged first."""
    import cv2
    import numpy as np
    random = np.random.default_rng(0)
    pictures = [cv2.cvtColor(cv2.imread(str(p)), cv2.COLOR_BGR2RGB) for p in sorted(folder.iterdir()) if p.suffix in (".png", ".jpg")]
    crops = []
    for number in range(COUNT):
        picture = pictures[number % len(pictures)]
        grow = max(1, SIDE / min(picture.shape[:2]))
        if grow > 1:
            picture = cv2.resize(picture, None, fx=grow, fy=grow, interpolation=cv2.INTER_CUBIC)
        top, left = (random.integers(0, extent - SIDE + 1) for extent in picture.shape[:2])
        crops.append(np.ascontiguousarray(picture[top:top + SIDE, left:left + SIDE]))
    return crops


def peers():
    import albumentations as A
    end = [A.Normalize(MEAN, DEVIATION)]
    return {
        "crop_flip": A.Compose([A.RandomResizedCrop((224, 224)), A.HorizontalFlip(p=0.5)] + end),
        "rotate_affine_jitter": A.Compose(
            [A.Rotate(30, p=1), A.Affine(scale=(0.9, 1.1), shear=(-5, 5), p=1), A.RandomCrop(224, 224), A.HorizontalFlip(p=0.5),
             A.ColorJitter((0.8, 1.2), (0.8, 1.2), (0.8, 1.2), (-0.25, 0.25), p=1)] + end),
    }


def check_result(name, array):
    """A normalised photograph: finite, near zero on average, not constant."""
    import numpy as np
    if array.shape != (3, 224, 224) or not np.isfinite(array).all() or abs(array.mean()) > 3 or array.std() < 0.1:
        raise SystemExit(f"{name}: the result is no normalised photograph")


def throughput(library, images, seconds):
    import numpy as np
    from harness import rows
    from harness.library import Batch
    out = []
    titles = {"crop_flip": "(a) resized crop, flip, normalise",
              "rotate_affine_jitter": "(b) rotate, affine, crop, flip, jitter, normalise"}
    for name, peer in peers().items():
        batch = Batch(library, name, [[image] for image in images])

        def ours():
            batch.next_epoch()
            batch.run()
            return batch.samples

        turn = itertools.cycle(images)

        def theirs():
            for image in itertools.islice(turn, 8):
                result = np.ascontiguousarray(peer(image=image)["image"].transpose(2, 0, 1))
            theirs.last = result
            return 8

        own, other = rows.rates([ours, theirs], seconds, time.process_time)
        for result in [o[0] for o in batch.outputs] + [theirs.last]:
            check_result(name, result)
        out.append(rows.row(titles[name], own, "images/s", other))
    return out


def two_threads(library, images, seconds):
    """Images a second of two threads on two processors, against one thread."""
    from harness import rows
    from harness.library import Batch
    if len(environment.pin(2)) < 2:
        return []
    batch = Batch(library, "rotate_affine_jitter", [[image] for image in images], workers=2)
    rounds, half = 4, COUNT // 2

    def work(worker, first, last):
        for _ in range(rounds):
            batch.run(worker, first, last)

    def one():
        work(0, 0, COUNT)
        return rounds * COUNT

    def two():
        threads = [threading.Thread(target=work, args=(w, w * half, (w + 1) * half)) for w in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return rounds * COUNT

    single, double = rows.rates([one, two], seconds)
    return [rows.row("(b) two threads, against one", double, "images/s", single)]


def compile_latency(build, program, stdlib):
    """Medians over fresh processes, without the cache on disk."""
    from harness import rows
    tool = build / "test/bench/gms_compile_latency"
    if subprocess.run(["ninja", "-C", build, "gms_compile_latency"], stdout=subprocess.DEVNULL).returncode:
        raise SystemExit("gms_compile_latency could not be built")
    runs = [list(map(float, subprocess.run([tool, program, stdlib, "rotate_affine_jitter"], check=True, capture_output=True, text=True)
                     .stdout.split())) for _ in range(5)]
    opening, front, compiling, again = (statistics.median(values) for values in zip(*runs))
    return [rows.row("(b) cold compile, text to callable", front + compiling, "ms"),
            rows.row("    of it parse and check, the library's file included", front, "ms"),
            rows.row("    a second compile in the process", again, "ms"),
            rows.row("    before it, opening the compiler's library", opening, "ms")]


def second_run(gmsc, program):
    """The whole of a second run whose one kernel takes microseconds: it has reached its first kernel before."""
    from harness import rows
    with tempfile.TemporaryDirectory() as folder:
        environment_ = dict(os.environ, XDG_CACHE_HOME=folder)
        environment_.pop("GMS_CACHE", None)
        command = [gmsc, "run", program, "--out", folder]
        times = []
        for _ in range(12):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment_)
            times.append(1000 * (time.perf_counter() - start))
            time.sleep(0.1)  # the linking of what is cached goes on beside the first run
    return [rows.row("first run of a small program", times[0], "ms"),
            rows.row("second run, start to end, first kernel inside", statistics.median(times[2:]), "ms")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gmsc", required=True)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--json")
    parser.add_argument("--seconds", type=float, default=4, help="for each side of a comparison")
    args = parser.parse_args()
    environment.enter(args.root / "build/env-bench", PACKAGES)
    from harness import library, rows
    here, build = pathlib.Path(__file__).resolve().parent, pathlib.Path(args.gmsc).resolve().parent.parent
    os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
    processors = os.sched_getaffinity(0)
    environment.pin(1)
    import cv2
    cv2.setNumThreads(0)
    images = photographs(args.root / "examples/quickstart/photos")
    with tempfile.TemporaryDirectory() as folder:
        made = library.build(args.gmsc, here / "augment.gms", folder)
        table = throughput(made, images, args.seconds)
        os.sched_setaffinity(0, processors)
        table += two_threads(made, images, args.seconds)
    os.sched_setaffinity(0, processors)
    table += compile_latency(build, here / "augment.gms", args.root / "stdlib")
    table += second_run(args.gmsc, here / "start.gms")
    import albumentations
    rows.show(table, f"GMS and Albumentations {albumentations.__version__} with OpenCV {cv2.__version__}, {SIDE}x{SIDE} photographs, "
                     "one pinned thread", args.json)


if __name__ == "__main__":
    sys.exit(main())
