// What inlining a compute costs against keeping it in memory, in units of one vector operation an element.
#pragma once
#include "compiler/dialect/core/core.h"

namespace gms::compiler {

/// Of one run of a body; what reads would cost anyway is left out (one of them).
double bodyCost(mlir::Block &body);

/// How often each element of the compute is read through these reads, on average. Reads of one block that
/// differ only in an axis of at most four (a channel) count as one read of all of them: code for such an axis
/// is written out and shared.
double readsPerElement(core::ComputeOp producer, mlir::ArrayRef<core::ReadOp> reads);

/// Whether inlining puts long sums into other reductions: elements that are sums are made in tiles (codegen/cpu/tile_code.cpp),
/// which share what they read, where they are elements of a compute.
bool breaksTiles(core::ComputeOp producer, mlir::ArrayRef<core::ReadOp> reads);

/// Whether the elements are sums over many values.
bool isLongSum(core::ComputeOp producer);

/// Whether elements are only moved or converted.
bool onlyMoves(mlir::Block &body);

} // namespace gms::compiler
