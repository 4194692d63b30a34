// Bytes and their neighbours to the right come from one word: at edges, of one to four channels, of images as small as one
// pixel, for maps along the rows and across them.
// RUN: %gmsc test %s --engines cpu,cpu-unfused,cpu-avx2,emulated | FileCheck %s
// CHECK: 0 failed
import vision

/// Bytes that cost enough to be kept in memory.
op picture(h: int, w: int, c: int) -> u8[h, w, c] {
  out[i in 0..h, j in 0..w, k in 0..c] = byte(127.5 + 127.5 * sin(exp(0.3 * k) * i + 0.7 * i * j) * cos(0.3 * j - k) * tanh(1.0 + i))
}
op bigger(b: u8[h, w, c]) -> image[c, 37, 41] = from_bytes(b) |> resize(37, 41, border: clamp)
op smaller(b: u8[h, w, c]) -> image[c, 5, 19] = from_bytes(b) |> resize(5, 19)
op turned(b: u8[h, w, c], by: angle) -> image[c, 33, 35] = from_bytes(b) |> rotate(by) |> crop(-3, -2, 33, 35)
op turned_within(b: u8[h, w, c], by: angle) -> image[c, 33, 35] = from_bytes(b) |> rotate(by) |> crop(9, 8, 33, 35, border: clamp)
op bent(b: u8[h, w, c]) -> image[c, 33, 35] = from_bytes(b) |> rotate(20 deg, sampling: bicubic) |> crop(0, 1, 33, 35)

test bigger([[[7, 250, 3]]]) == bigger([[[7, 250, 3]]])
test bigger([[[7], [250]]]) == bigger([[[7], [250]]])
test bigger([[[7, 1, 2, 9]], [[8, 255, 4, 200]]]) == bigger([[[7, 1, 2, 9]], [[8, 255, 4, 200]]])
test smaller([[[7, 250, 3], [1, 2, 3], [200, 100, 0]]]) == smaller([[[7, 250, 3], [1, 2, 3], [200, 100, 0]]])
test turned([[[7, 250, 3]]], 30 deg) == turned([[[7, 250, 3]]], 30 deg)
test turned([[[7, 250], [9, 9]], [[8, 1], [0, 255]]], 45 deg) == turned([[[7, 250], [9, 9]], [[8, 1], [0, 255]]], 45 deg)
test bigger(picture(8, 9, 3)) == bigger(picture(8, 9, 3))
test smaller(picture(50, 61, 4)) == smaller(picture(50, 61, 4))
test turned(picture(30, 30, 3), 25 deg) == turned(picture(30, 30, 3), 25 deg)
test turned(picture(29, 44, 1), -70 deg) == turned(picture(29, 44, 1), -70 deg)
test turned_within(picture(60, 61, 3), 33 deg) == turned_within(picture(60, 61, 3), 33 deg)
test turned_within(picture(52, 63, 4), 80 deg) == turned_within(picture(52, 63, 4), 80 deg)
test turned_within(picture(52, 60, 2), 211 deg) == turned_within(picture(52, 60, 2), 211 deg)
test turned_within(picture(57, 60, 1), -12 deg) == turned_within(picture(57, 60, 1), -12 deg)
test bent(picture(40, 42, 3)) == bent(picture(40, 42, 3))
