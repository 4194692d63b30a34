"""Obtains the photographs that the scikit-image wheel ships.

usage: photographs.py ENVIRONMENT FOLDER

Makes a virtual environment, downloads the wheel by its name (nothing of it is installed or run) and copies its
colour photographs that have a stated licence: astronaut, hubble_deep_field (NASA) and rocket (SpaceX) are in the public
domain, chelsea (Stefan van der Walt) and coffee (Rachel Michetti) are CC0.
"""
import pathlib
import subprocess
import sys
import tempfile
import venv
import zipfile

PHOTOGRAPHS = ["astronaut.png", "chelsea.png", "coffee.png", "hubble_deep_field.jpg", "rocket.jpg"]


def main():
    environment, folder = map(pathlib.Path, sys.argv[1:3])
    if not (environment / "bin" / "pip").exists():
        venv.create(environment, with_pip=True)
    with tempfile.TemporaryDirectory() as download:
        pip = subprocess.run([environment / "bin" / "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest",
                              download, "scikit-image"], stdin=subprocess.DEVNULL)
        if pip.returncode:
            sys.exit("pip could not download the wheel of scikit-image")
        wheel = next(pathlib.Path(download).glob("scikit_image-*.whl"))
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(PHOTOGRAPHS, key=lambda n: n == PHOTOGRAPHS[0]):  # the one that marks completeness last
                (folder / name).write_bytes(archive.read(f"skimage/data/{name}"))


if __name__ == "__main__":
    main()
