// A choice of tensors runs one arm; a conditional between numbers is a select; a repetition is written out, and each pass
// draws at a place of its own.
// RUN: %gmsc build --emit=aug %s | FileCheck %s
import vision
augment policy(x: image[c, h, w]) -> image[c, h, w] {
  y = x |> repeat(i in 0..2) of noisy
  return choose {
    0.25: rotate(y, 10 deg)
    0.75: solarize(y)
  }
}
augment noisy(x: image[c, h, w]) -> image[c, h, w] {
  by ~ uniform(0, 0.1)
  return brightness(x, by)
}
// CHECK-LABEL: func.func @policy(
// CHECK: aug.draw {{.*}}repeat[0]/y.noisy/by"
// CHECK: aug.draw {{.*}}repeat[1]/y.noisy/by"
// CHECK: %[[ARM:.*]] = aug.categorical
// CHECK: core.switch %[[ARM]]
// CHECK: aug.warp
// CHECK: arith.select
// CHECK-NOT: scf.if
