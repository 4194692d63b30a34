// Coordinates that always lie on a pixel's centre, as flips, crops and shifts by whole pixels give.
#pragma once
#include "compiler/transforms/scalar_builder.h"

namespace gms::compiler {

/// The pixel as an index where `place` (f32) is a whole number and a half by its form; null where that cannot
/// be seen. Sums in f32 are exact there as long as coordinates stay below 2^22, which images do.
mlir::Value pixelOf(ScalarBuilder &builder, mlir::Value place);

} // namespace gms::compiler
