// Operators, warps and augmentations as a library of images writes them.
import nn, materials.crystals

/// Scales every channel by `gain` and clips.
///
/// Values outside [0, 1] are cut off.
op gain(x: image[c, h, w], by: real = 1) -> image[c, h, w] {
  out[k, i, j] = clamp(x[k, i, j] * by, 0, 1)
}

op halve(x: image[c, 2 * n, 2 * m]) -> image[c, n, m] {
  out[k, i, j] = (x[k, 2 * i, 2 * j] + x[k, 2 * i + 1, 2 * j] + x[k, 2 * i, 2 * j + 1] + x[k, 2 * i + 1, 2 * j + 1]) / 4
}

op edges(x: image[c, h, w]) -> real[h, w] =
  mean(k) of abs(x[k, i, j] - x[k, i, j + 1, border: clamp])

/// An op may state its own derivative.
op soft(x: real) -> real {
  y = log(1 + exp(x))
  d(y) / d(x) = 1 / (1 + exp(-x))
}

warp zoom(by: real, about: point = centre) (y, x) -> extent[floor(h * by), floor(w * by)] =
  (about.y + (y - about.y) / by, about.x + (x - about.x) / by)

record scene {
  /// values in [0, 1]
  image: image[3, h, w]
  masks: mask[o, h, w], boxes: boxes[o]
  names: (string, string)
}

augment policy(s: scene) -> scene {
  turn ~ uniform(-10 deg, 10 deg)
  by ~ normal(1, 0.1)
  (a, b) = (s |> zoom(by), s |> rotate(turn))
  return choose {
    0.25: a
    0.25: b |> gain(1.5), 1/2: s
  }
}

test gain([[[0.2]]], by: 2) == [[[0.4]]]
test soft(0) == log(2)
