// What a launcher must know of sizes, as formulas over the shapes and the scalars of one sample's inputs.
#pragma once
#include "compiler/transforms/plan_stages.h"
#include <llvm/Support/JSON.h>

namespace gms::compiler::cuda {

/// A list of nodes, each an array ["name", arguments...] whose arguments are numbers of earlier nodes; the names are those
/// of runtime/core/cuda_formulas.def. Equal nodes are shared.
class ShapeFormulas {
public:
  /// The node of a scalar; nothing where it depends on more than shapes and scalars: elements of tensors, draws.
  std::optional<int64_t> scalar(mlir::Value value);
  std::optional<int64_t> extent(mlir::Value tensor, unsigned axis);
  /// The product of some extents, times a number.
  std::optional<int64_t> product(mlir::Value tensor, llvm::ArrayRef<unsigned> axes, int64_t factor = 1);
  int64_t constant(int64_t value) { return node("const", {value}); }
  int64_t node(llvm::StringRef name, std::initializer_list<llvm::json::Value> arguments);

  llvm::json::Array take() { return std::move(nodes); }

private:
  llvm::json::Array nodes;
  std::map<std::string, int64_t> known;
  llvm::DenseMap<mlir::Value, std::optional<int64_t>> made;

  std::optional<int64_t> make(mlir::Value value);
  std::optional<int64_t> makeArms(mlir::OpResult result);
  std::optional<int64_t> operation(mlir::Operation *op);
};

} // namespace gms::compiler::cuda
