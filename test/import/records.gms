// Records are flattened in the order of their fields; labels pass a warp, boxes move by the inverse of its map.
// RUN: %gmsc build --emit=aug %s | FileCheck %s
import vision
record sample { picture: image[c, h, w], found: boxes[n], kind: int[n] }
augment move(s: sample) -> sample {
  by ~ uniform(-3, 3)
  return s |> translate(by, 0)
}
// CHECK-LABEL: func.func @move(
// CHECK-SAME: gms.path = "s.picture", gms.role = "image"
// CHECK-SAME: gms.path = "s.found", gms.role = "boxes"
// CHECK-SAME: tensor<?xi64> {gms.path = "s.kind"}
// CHECK-SAME: place = "move/by"
// CHECK: aug.draw {{ ?}}uniform
// CHECK: aug.warp %arg0 map
// CHECK: core.compute
// CHECK: core.read %arg1
// CHECK-NOT: scf.for
