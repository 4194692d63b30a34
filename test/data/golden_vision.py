"""Golden values of the image operators, computed by Pillow, torchvision and OpenCV.

Writes golden_vision.gms beside this file: one `test` a line, which `gms test` runs. Needs numpy, pillow, torch,
torchvision, opencv-python-headless (development only); versions are recorded in the file's head.
"""
import math
import pathlib

import cv2
import numpy as np
import PIL
import torch
import torchvision
import torchvision.transforms.v2.functional as F
from PIL import Image, ImageChops, ImageOps
from torchvision.ops import clip_boxes_to_image, masks_to_boxes
from torchvision.transforms import InterpolationMode as Mode

H, W = 4, 5
BYTES = np.array([(37 * n * n + 91 * n + 20) % 256 for n in range(H * W * 3)], np.uint8).reshape(H, W, 3)
OTHER = BYTES[::-1, ::-1].copy()
X = torch.from_numpy(BYTES).permute(2, 0, 1).float() / 255
Y = torch.from_numpy(OTHER).permute(2, 0, 1).float() / 255
PICTURE, SECOND = Image.fromarray(BYTES), Image.fromarray(OTHER)
# 18 x 20 values with few levels, so that equalising moves them.
CROWD = np.array([[(7 * i * i + 13 * j + i * j) % 23 * 9 + 20 for j in range(20)] for i in range(18)], np.uint8)
ROUNDING = 2e-6

lines = []


def text(a):
    if isinstance(a, (bool, np.bool_)):
        return "true" if a else "false"
    if isinstance(a, (int, np.integer)):
        return str(a)
    if isinstance(a, (float, np.floating)):
        return f"{a:.7f}".rstrip("0").ljust(3, "0") if "." in f"{a:.7f}".rstrip("0")[:-1] else f"{a:.1f}"
    return "[" + ", ".join(text(v) for v in a) + "]"


def values(a):
    """As floats [channel, row, column], from a tensor, an array of bytes or a picture."""
    if isinstance(a, torch.Tensor):
        return a.double().numpy()
    a = np.asarray(a)
    return (a.transpose(2, 0, 1) if a.ndim == 3 else a[None]) / 255.0


def golden(call, expected, tolerance=ROUNDING):
    lines.append(f"test {call} == {text(expected)}, tolerance: {tolerance:g}")


def image(call, expected, tolerance=ROUNDING):
    golden(call, values(expected), tolerance)


def section(name):
    lines.append(f"\n// {name}")


def colour():
    section("torchvision, floats")
    image("gain(picture(), 0.6)", F.adjust_brightness(X, 0.6))
    image("gain(picture(), 1.7)", F.adjust_brightness(X, 1.7))
    image("grey(picture())", F.rgb_to_grayscale(X, 3))
    image("contrast(picture(), 0.5)", F.adjust_contrast(X, 0.5))
    image("contrast(picture(), 1.8)", F.adjust_contrast(X, 1.8))
    image("saturation(picture(), 0.3)", F.adjust_saturation(X, 0.3))
    image("saturation(picture(), 1.9)", F.adjust_saturation(X, 1.9))
    image("hue(picture(), 36 deg)", F.adjust_hue(X, 0.1), 1e-5)
    image("hue(picture(), -144 deg)", F.adjust_hue(X, -0.4), 1e-5)
    image("autocontrast(picture())", F.autocontrast(X))
    image("gaussian_blur(picture(), 0.8, 1)", F.gaussian_blur(X, [3, 3], [0.8, 0.8]))
    image("gaussian_blur(picture(), 1.6, 2)", F.gaussian_blur(X, [5, 5], [1.6, 1.6]))
    image("sharpness(picture(), 0.2)", F.adjust_sharpness(X, 0.2))
    image("sharpness(picture(), 2.5)", F.adjust_sharpness(X, 2.5))
    image("normalise(picture())", F.normalize(X, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]), 1e-5)
    image("erase(picture(), 1, 2, 3, 5, 0.25)", F.erase(X, 1, 2, 2, 3, torch.tensor(0.25)))
    section("Pillow, bytes")
    image("invert(picture())", ImageOps.invert(PICTURE))
    image("solarize(picture(), 0.5)", ImageOps.solarize(PICTURE, 128))
    image("solarize(picture(), 0.2)", ImageOps.solarize(PICTURE, 51))
    for bits in (1, 3, 7, 8):
        image(f"posterize(picture(), {bits})", ImageOps.posterize(PICTURE, bits))
    image("equalize(picture())", ImageOps.equalize(PICTURE))
    image("equalize(crowd())", ImageOps.equalize(Image.fromarray(CROWD)))
    section("Pillow works on bytes here: half a level")
    image("blend(picture(), second(), 0.3)", Image.blend(SECOND, PICTURE, 0.3), 0.51 / 255 + 2e-3)
    image("grey(picture())", ImageOps.grayscale(PICTURE).convert("RGB"), 1.2 / 255)
    stencil = np.array([[(i + 2 * j) % 3 == 0 for j in range(W)] for i in range(H)])
    pasted = PICTURE.copy()
    pasted.paste(SECOND, (0, 0), Image.fromarray(stencil.astype(np.uint8) * 255))
    image(f"paste(picture(), second(), {text(stencil.astype(int))})", pasted)


def warps():
    section("Pillow, nearest sampling")
    for angle in (180, 30, -50):
        image(f"picture() |> rotate({angle} deg, sampling: nearest)", PICTURE.rotate(angle))
    sheared = PICTURE.transform((W, H), Image.AFFINE, (1, 0.4, 0, 0, 1, 0))
    image("picture() |> shear_x(0.4, sampling: nearest)", sheared)
    sheared = PICTURE.transform((W, H), Image.AFFINE, (1, 0, 0, -0.3, 1, 0))
    image("picture() |> shear_y(-0.3, sampling: nearest)", sheared)
    image("picture() |> hflip", ImageOps.mirror(PICTURE))
    image("picture() |> vflip", ImageOps.flip(PICTURE))
    image("picture() |> quarter_turn", np.rot90(BYTES))
    image("picture() |> translate(2, -1)", ImageChops.offset(PICTURE, 2, -1).crop((2, 0, W, H - 1))
          .transform((W, H), Image.AFFINE, (1, 0, -2, 0, 1, 0)))
    section("torchvision")
    bilinear = dict(interpolation=Mode.BILINEAR)
    image("picture() |> rotate(25 deg)", F.rotate(X, 25, **bilinear), 1e-5)
    image("picture() |> rotate(-70 deg)", F.rotate(X, -70, **bilinear), 1e-5)
    image("picture() |> rotate(10 deg) |> rotate(15 deg)", F.rotate(X, 25, **bilinear), 1e-5)
    image("picture() |> scale(1.5)", F.affine(X, 0, [0, 0], 1.5, [0, 0], **bilinear), 1e-5)
    image("picture() |> affine(20 deg, 1.3, 15 deg, 1, -1)",
          F.affine(X, -20, [1, -1], 1.3, [15, 0], **bilinear), 1e-5)
    image("picture() |> crop(1, 2, 2, 3)", F.crop(X, 1, 2, 2, 3))
    image("picture() |> crop(-1, 3, 4, 3)", F.crop(X, -1, 3, 4, 3))
    image("picture() |> centre_crop(2, 2)", F.center_crop(X, [2, 2]))
    image("picture() |> centre_crop(3, 4)", F.center_crop(X, [3, 4]))
    image("picture() |> pad(1, 2, 0, 1)", F.pad(X, [2, 1, 1, 0]))
    image("picture() |> pad(1, 2, 3, 1, border: reflect)", F.pad(X, [2, 1, 1, 3], padding_mode="reflect"))
    image("picture() |> pad(1, 2, 0, 1, border: clamp)", F.pad(X, [2, 1, 1, 0], padding_mode="edge"))
    image("picture() |> pad(0, 2, 1, 1, fill: 0.5)", F.pad(X, [2, 0, 1, 1], fill=0.5))
    plain = dict(antialias=False)
    image("picture() |> resize(7, 3, border: clamp)", F.resize(X, [7, 3], **plain), 1e-5)
    image("picture() |> resize(7, 8, sampling: bicubic, border: clamp)",
          torch.nn.functional.interpolate(X[None], (7, 8), mode="bicubic", align_corners=False)[0], 1e-5)
    image("picture() |> resize(3, 7, sampling: nearest)", F.resize(X, [3, 7], interpolation=Mode.NEAREST_EXACT))
    quad = [[1.0, 0.5], [4.5, 0.0], [5.0, 3.5], [0.0, 4.0]]  # x, y
    corners = text([[y, x] for x, y in quad])
    whole = [[0, 0], [W, 0], [W, H], [0, H]]
    image(f"picture() |> perspective({corners})", F.perspective(X, quad, whole, **bilinear), 1e-4)
    field = torch.tensor([[[math.sin(i + 2.0 * j), math.cos(2.0 * i - j)] for j in range(W)] for i in range(H)])
    field = (field * 1.5 * 1000).round() / 1000  # pixels: right, down
    moved = F.elastic(X, (field * torch.tensor([2 / W, 2 / H]))[None], **bilinear)
    image(f"picture() |> displace({text(field.double().permute(2, 0, 1).flip(0).numpy())})", moved, 1e-5)
    section("OpenCV")
    rows = BYTES.astype(np.float32) / 255
    cv = lambda a: torch.from_numpy(a).permute(2, 0, 1)
    image("picture() |> resize(9, 11, border: clamp)", cv(cv2.resize(rows, (11, 9))), 1e-4)
    image("picture() |> resize(9, 11, sampling: bicubic, border: clamp)",
          cv(cv2.resize(rows, (11, 9), interpolation=cv2.INTER_CUBIC)), 1e-4)
    blocks = np.kron(rows, np.ones((4, 4, 1), np.float32)) * np.float32(0.5)
    blocks[::2] *= np.float32(1.25)
    image("blocks() |> resize(4, 5, sampling: area, border: clamp)",
          cv(cv2.resize(blocks, (W, H), interpolation=cv2.INTER_AREA)), 1e-4)
    turned = cv2.warpAffine(rows, cv2.getRotationMatrix2D((W / 2 - 0.5, H / 2 - 0.5), 25, 1), (W, H))
    image("picture() |> rotate(25 deg)", cv(turned), 1e-4)


def objects():
    section("boxes and masks: torchvision")
    masks = np.array([[[(i + j + n) % 4 == 0 and i > n for j in range(6)] for i in range(5)] for n in range(3)])
    boxes = masks_to_boxes(torch.from_numpy(masks))[:, [1, 0, 3, 2]] + torch.tensor([0, 0, 1, 1])
    golden(f"boxes_of({text(masks)})", boxes.double().numpy())
    loose = torch.tensor([[-3.0, 2, 9, 4], [1, 1, 2, 30], [6, 7, 8, 9]])  # x, y, x, y
    tight = clip_boxes_to_image(loose, (5, 6))[:, [1, 0, 3, 2]]
    golden(f"clip_boxes({text(loose[:, [1, 0, 3, 2]].double().numpy())}, 5, 6)", tight.double().numpy())


def main():
    colour(), warps(), objects()
    head = [f"// Computed by golden_vision.py with Pillow {PIL.__version__}, torchvision {torchvision.__version__},"
            f" OpenCV {cv2.__version__}.", "import vision, objects", "",
            f"op picture() -> image[3, {H}, {W}] = from_bytes({text(BYTES)})",
            f"op second() -> image[3, {H}, {W}] = from_bytes({text(OTHER)})",
            f"op crowd() -> image[1, 18, 20] = from_bytes({text(CROWD[:, :, None])})",
            "op blocks() -> image[3, 16, 20] {", "  x = picture()",
            "  out[k in 0..3, i in 0..16, j in 0..20] = x[k, floor(i / 4), floor(j / 4)] * (if mod(i, 2) == 0 then 0.625 else 0.5)",
            "}"]
    path = pathlib.Path(__file__).with_suffix(".gms")
    path.write_text("\n".join(head + lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
