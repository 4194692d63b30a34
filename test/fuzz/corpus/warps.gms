warp turn(angle: angle, about: point = centre) (y, x) =
  (about.y + cos(angle) * (y - about.y) - sin(angle) * (x - about.x), about.x + sin(angle) * (y - about.y) + cos(angle) * (x - about.x))
warp part(top: int, left: int, height: int, width: int) (y, x) -> extent[height, width] = (y + top, x + left)
warp bent(by: real) (y, x) {
  u = x / input.w
  return (y + by * sin(6.28 * u), x)
}
op f(x: image[c, h, w]) -> image[c, 4, 5] = x |> turn(10 deg, border: reflect, sampling: area) |> bent(2) |> part(0, 0, 4, 5, fill: 0.5)
