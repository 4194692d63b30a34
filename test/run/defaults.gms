// RUN: %gmsc test %s --engines cpu,emulated
// A default that is a point stays that point; only `centre` means the middle of the image.
warp enlarged(by: real, about: point = (0, 0)) (y, x) = (about.y + (y - about.y) / by, about.x + (x - about.x) / by)
warp enlarged_about_centre(by: real, about: point = centre) (y, x) = (about.y + (y - about.y) / by, about.x + (x - about.x) / by)
op same(x: image[c, h, w]) -> image[c, h, w] { out[k, i, j] = x[k, i, j] }
test same([[[0.1, 0.2, 0.3, 0.4]]]) |> enlarged(2, sampling: nearest) == [[[0.1, 0.1, 0.2, 0.2]]]
test same([[[0.1, 0.2, 0.3, 0.4]]]) |> enlarged_about_centre(2, sampling: nearest) == [[[0.2, 0.2, 0.3, 0.3]]]
