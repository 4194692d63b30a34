// The operations of `core` and `aug` as import makes them; the only place that knows their operands and
// attributes.
#pragma once
#include "compiler/import/emitter.h"
#include <optional>
#include <string>

namespace gms::compiler::ops {

/// Loads the dialects that import writes.
void loadDialects(mlir::MLIRContext &context);

/// core.compute with an empty body; the caller adds the indices and yields the element as memory holds it.
mlir::Operation *compute(Emitter &emitter, Element element, const std::vector<Scalar> &extents);
mlir::Value read(Emitter &emitter, const Tensor &tensor, const std::vector<Scalar> &indices,
                 program::Border border);
/// core.reduce with an empty body: kind is "sum", "argmin", …
mlir::Operation *reduce(Emitter &emitter, const char *kind, const std::vector<Scalar> &lows,
                        const std::vector<Scalar> &highs, mlir::Type result);
mlir::Operation *scan(Emitter &emitter, const Scalar &count, llvm::ArrayRef<mlir::Value> starts,
                      mlir::RankedTensorType result);
/// A core.loop to be filled: its body takes the number of the pass and the states. `finishLoop` makes the real one,
/// whose states keep the types of their starts, and yields `values`: next states, what is yielded, and with `until` the
/// end.
mlir::Operation *openLoop(Emitter &emitter, mlir::Value count, llvm::ArrayRef<mlir::Value> starts);
mlir::Operation *finishLoop(Emitter &emitter, mlir::Operation *open, llvm::ArrayRef<mlir::Value> starts,
                            llvm::ArrayRef<mlir::Value> values, bool until);
void yield(Emitter &emitter, llvm::ArrayRef<mlir::Value> values);
void require(Emitter &emitter, mlir::Value condition, llvm::StringRef text, size_t level, bool firstPass);
Scalar extent(Emitter &emitter, mlir::Value tensor, int64_t axis);

/// core.variable, never shared with another one.
mlir::Value variable(Emitter &emitter, mlir::Value value);
mlir::Value derivative(Emitter &emitter, mlir::Value of, mlir::Value variable);
mlir::Value ownDerivative(Emitter &emitter, mlir::Value value, llvm::ArrayRef<mlir::Value> inputs,
                          llvm::ArrayRef<mlir::Value> partials);
/// What eigenpairs are asked of: bands [rows, n] of a line, or those along both axes of a plane and its diagonal [n, m].
struct BandedParts {
  mlir::Value bands, second, diagonal;
  bool periodic = false, secondPeriodic = false;
};
/// core.lowest or core.lowest_plane: values and vectors of these types.
std::pair<mlir::Value, mlir::Value> lowest(Emitter &emitter, const BandedParts &parts, mlir::RankedTensorType values,
                                           mlir::RankedTensorType vectors);
/// core.symmetric
mlir::Value symmetric(Emitter &emitter, mlir::Value tensor);
mlir::Value solve(Emitter &emitter, const BandedParts &parts, mlir::Value right);
/// core.exponential_sum of power 0.
mlir::Value exponentialSum(Emitter &emitter, mlir::Value source, mlir::Value rates, mlir::RankedTensorType result);

/// A conditional without results, to be filled arm by arm; `finish` makes the real one from its regions.
mlir::Operation *arms(Emitter &emitter, mlir::Value selector, size_t count);
mlir::Operation *finishArms(Emitter &emitter, mlir::Operation *op,
                            const std::vector<std::vector<mlir::Value>> &values);

mlir::Value draw(Emitter &emitter, const char *distribution, llvm::ArrayRef<mlir::Value> args,
                 mlir::Type result, llvm::StringRef place, mlir::Value element);
mlir::Value categorical(Emitter &emitter, llvm::ArrayRef<mlir::Value> weights, llvm::StringRef place,
                        mlir::Value element);
llvm::SmallVector<mlir::Value> permutation(Emitter &emitter, int64_t count, llvm::StringRef place);
/// What an operation that draws says of itself; nothing for other operations. Permutations have no scalar to
/// list.
struct DrawFacts {
  std::string place, distribution;
  Element type = Element::F32;
  bool perElement = false;
};
std::optional<DrawFacts> drawFacts(mlir::Operation *op);

/// aug.warp with an empty map; the caller adds (y, x) and yields the input's coordinates.
mlir::Operation *warp(Emitter &emitter, const Tensor &image, const std::vector<Scalar> &extents,
                      mlir::Value height, mlir::Value width, program::Sampling sampling,
                      program::Border border, mlir::Value fill);
void warpYield(Emitter &emitter, mlir::Value y, mlir::Value x);

} // namespace gms::compiler::ops
