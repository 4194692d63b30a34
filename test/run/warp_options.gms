// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated
// The sampling and the border of a row of warps are those stated last in it ([WRP-4]).
import vision

record sample { image: image[1, h, w], mask: mask[h, w] }
op picture() -> image[1, 1, 4] = [[[0.1, 0.2, 0.3, 0.4]]]
op both() -> sample = { image: picture(), mask: as_mask_of([[1, 2, 3, 4]]) }
op as_mask_of(m: int[h, w]) -> mask[h, w] = m

// A border goes on to the warps behind it, and so does a fill; the default only where none is stated.
test picture() |> translate(1, 0, border: clamp) |> translate(1, 0) == [[[0.1, 0.1, 0.1, 0.2]]]
test picture() |> translate(1, 0, fill: 0.5) |> translate(1, 0) == [[[0.5, 0.5, 0.1, 0.2]]]
test picture() |> translate(1, 0) |> translate(1, 0) == [[[0.0, 0.0, 0.1, 0.2]]]
// The one stated last wins over those before it, for the whole row.
test picture() |> translate(1, 0, border: clamp) |> translate(1, 0, border: zero) == [[[0.0, 0.0, 0.1, 0.2]]]
test picture() |> translate(1, 0, fill: 0.5) |> translate(1, 0, border: wrap) |> hflip == [[[0.2, 0.1, 0.4, 0.3]]]
test picture() |> translate(1, 0, border: wrap) |> hflip |> translate(2, 0, fill: 0.7) == [[[0.7, 0.4, 0.3, 0.2]]]
// Sampling and border are stated apart.
test picture() |> translate(0.3, 0, sampling: nearest) |> translate(0.3, 0, border: clamp) |> hflip == [[[0.3, 0.2, 0.1, 0.1]]]
test picture() |> translate(0.3, 0, border: clamp) |> translate(0.3, 0, sampling: nearest) == [[[0.1, 0.1, 0.2, 0.3]]]
test picture() |> translate(0.25, 0, border: clamp) |> translate(0.25, 0) == [[[0.1, 0.15, 0.25, 0.35]]]

// Names and calls in between change nothing.
op clamped(x: image[c, h, w]) -> image[c, h, w] = x |> translate(1, 0, border: clamp)
op named(x: image[c, h, w]) -> image[c, h, w] {
  moved = clamped(x)
  again = moved
  return again |> translate(1, 0)
}
test named(picture()) == [[[0.1, 0.1, 0.1, 0.2]]]

// `repeat` composes through its passes; a choice, a condition, a list and whatever reads pixels end the row.
augment repeated(x: image[c, h, w]) -> image[c, h, w] = x |> translate(0, 0, border: clamp) |> repeat(i in 0..2) of translate(1, 0)
augment chosen(x: image[c, h, w]) -> image[c, h, w] = x |> maybe(1, translate(1, 0, border: clamp)) |> translate(1, 0)
augment only(x: image[c, h, w]) -> image[c, h, w] = x |> one_of([translate(1, 0, border: clamp)]) |> translate(1, 0)
augment two(x: image[c, h, w]) -> image[c, h, w] =
  x |> one_of([translate(1, 0, border: clamp), translate(1, 0, border: reflect)]) |> translate(1, 0)
op listed(x: image[c, h, w]) -> image[c, h, w] {
  all = [x |> translate(1, 0, border: clamp), x]
  first = all[0]
  return first |> translate(1, 0)
}
op conditional(x: image[c, h, w], c0: bool) -> image[c, h, w] {
  moved = if c0 then x |> translate(1, 0, border: clamp) else x
  return moved |> translate(1, 0)
}
op read(x: image[c, h, w]) -> image[c, h, w] = x |> translate(1, 0, border: clamp) |> brightness(0) |> translate(1, 0)
test repeated(picture()) == [[[0.1, 0.1, 0.1, 0.2]]]
test chosen(picture()) == [[[0.0, 0.1, 0.1, 0.2]]]
test only(picture()) == [[[0.0, 0.1, 0.1, 0.2]]]
test listed(picture()) == [[[0.0, 0.1, 0.1, 0.2]]]
test conditional(picture(), true) == [[[0.0, 0.1, 0.1, 0.2]]]
test read(picture()) == [[[0.0, 0.1, 0.1, 0.2]]]
test two(picture())

// Inside an arm the row goes on with what stands before the choice.
augment inside(x: image[c, h, w]) -> image[c, h, w] {
  moved = x |> translate(1, 0, border: clamp)
  return moved |> maybe(1, translate(1, 0))
}
test inside(picture()) == [[[0.1, 0.1, 0.1, 0.2]]]

// Masks keep a border, are sampled by nearest and filled with 0.
test (both() |> translate(1, 0, border: clamp) |> translate(1, 0)).mask == [[1, 1, 1, 2]]
test (both() |> translate(1, 0, fill: 0.5) |> translate(1, 0)).mask == [[0, 0, 1, 2]]
test (both() |> translate(1, 0, border: clamp) |> translate(0.25, 0, sampling: bilinear)).mask == [[1, 1, 2, 3]]
