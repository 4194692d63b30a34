// What a vector of pixels need not check where all of them lie inside the image.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"
#include "compiler/codegen/cpu/taps.h"

namespace gms::compiler::cpu {

/// The row and the column around which a body reads bytes [row, column, channel]; null values where it does not, or
/// around several.
struct SampleEmitter::Interior {
  Tap row, column;

  static Interior of(core::ComputeOp op);
  /// Whether a tap is one of these, which inside the image is not cut.
  bool holds(const Tap &tap) const;
  /// Whether a comparison asks for what holds inside.
  bool isTrue(mlir::arith::CmpIOp comparison) const;
};

} // namespace gms::compiler::cpu
