// Code that works on one sample: the scalars, extents and addresses that a stage needs, made from the ABI's descriptors
// wherever the stage runs. A stage takes along the whole slice of scalars it depends on, so that stages share only memory.
#pragma once
#include "compiler/dialect/aug/aug.h"
#include "compiler/transforms/plan_stages.h"
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/IR/IRMapping.h>

namespace gms::compiler::cuda {

/// What a piece of code knows of the sample it works on; all pointers are in the memory space `space`.
struct SampleFrame {
  unsigned inputs = 0;   ///< how many of the arguments are inputs
  mlir::Value arguments; ///< gms_tensor[arguments] of the sample
  mlir::Value key;       ///< gms_key of the sample
  mlir::Value workspace; ///< of the sample
  mlir::Value slots;     ///< i64[slots], the offset of each slot in the workspace
  unsigned space = 0;    ///< 1: a GPU's global memory
  llvm::DenseMap<mlir::Value, mlir::Value> passes; ///< of the loops around: the number of the pass
};

/// How kernels find tensors that are known when compiling.
using ConstantSymbols = llvm::DenseMap<mlir::Value, std::string>;

class SampleCode {
public:
  /// Scalars are made where `builder` stands; it must stay before whatever uses them.
  SampleCode(const StagePlan &plan, const ConstantSymbols &constants, SampleFrame frame, mlir::OpBuilder builder)
      : plan(plan), constants(constants), frame(frame), builder(builder) {}

  /// A scalar of the function, as a value here.
  mlir::Value scalar(mlir::Value value);
  /// An extent of a tensor of the function, as an index.
  mlir::Value extent(mlir::Value tensor, unsigned axis);
  /// Whether the stage under these guards runs; null where there is none.
  mlir::Value holds(llvm::ArrayRef<Guard> guards);
  /// The scalar result of a core.reduce, or the element of a tensor of rank 0, is stored by `store(b, v, {}, x)`.
  void store(mlir::OpBuilder &b, mlir::Value tensor, mlir::ValueRange indices, mlir::Value element);
  void storeAt(mlir::OpBuilder &b, mlir::Value tensor, mlir::Value linear, mlir::Value element);
  /// Adds 1 to an element of i64 that other threads add to as well.
  void addOne(mlir::OpBuilder &b, mlir::Value tensor, mlir::ValueRange indices);
  /// The element at indices that lie inside.
  mlir::Value elementAt(mlir::OpBuilder &b, mlir::Value tensor, mlir::ValueRange indices) {
    return load(b, tensor, linearIndex(b, tensor, indices));
  }
  mlir::Value read(mlir::OpBuilder &b, core::ReadOp read, mlir::ValueRange indices);
  /// The element of a tensor at a row-major position, or a scalar's slot (no position), as memory holds it.
  mlir::Value stored(mlir::OpBuilder &b, mlir::Value of, mlir::Value position) { return load(b, of, position); }
  /// Emits a body for the given arguments; gives what it yields.
  llvm::SmallVector<mlir::Value> body(mlir::OpBuilder &b, mlir::Block &block, mlir::ValueRange arguments);
  /// The same where `map` holds what the body takes from the body around it. `reduce` emits the reductions of the body
  /// itself; those inside of them are loops.
  using Reducer = llvm::function_ref<mlir::Value(mlir::OpBuilder &, core::ReduceOp, mlir::IRMapping &)>;
  llvm::SmallVector<mlir::Value> body(mlir::OpBuilder &b, mlir::Block &block, mlir::ValueRange arguments,
                                      mlir::IRMapping &map, Reducer reduce = {});
  /// What a value of a body, or of the function, is here.
  mlir::Value lookup(mlir::Value value, mlir::IRMapping &map);
  /// Where a tensor's elements begin.
  mlir::Value base(mlir::Value tensor);

private:
  const StagePlan &plan;
  const ConstantSymbols &constants;
  SampleFrame frame;
  mlir::OpBuilder builder;
  llvm::DenseMap<mlir::Value, mlir::Value> made, bases;
  llvm::DenseMap<std::pair<mlir::Value, unsigned>, mlir::Value> extents;

  mlir::Value make(mlir::Value value);
  mlir::Value loadConstant(mlir::Type type, mlir::Value pointer);
  mlir::Value keyWord(aug::KeyOp key, mlir::Value value);
  mlir::Value makeArms(mlir::OpResult result);
  mlir::Value partOf(mlir::Value tensor, mlir::Value start, mlir::Value pass);
  mlir::Value descriptorField(unsigned argument, int64_t offset, mlir::Type type);
  mlir::Value address(mlir::OpBuilder &b, mlir::Value tensor, mlir::Value linear);
  mlir::Value load(mlir::OpBuilder &b, mlir::Value tensor, mlir::Value linear);
  mlir::Value linearIndex(mlir::OpBuilder &b, mlir::Value tensor, mlir::ValueRange indices);
  void emit(mlir::OpBuilder &b, mlir::Block &block, mlir::IRMapping &map);
  void emitOp(mlir::OpBuilder &b, mlir::Operation &op, mlir::IRMapping &map);
  void emitRegion(mlir::Region &from, mlir::Region &to, mlir::IRMapping &map);
  mlir::Value reduce(mlir::OpBuilder &b, core::ReduceOp op, mlir::IRMapping &map);
};

/// The row-major position of indices in a box.
mlir::Value positionIn(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange indices, mlir::ValueRange lows,
                       mlir::ValueRange highs);

// ---- reductions: state, one step, the combination of two states ----
/// The state of an empty reduction: one value, or for argmin and argmax the best value and its position.
llvm::SmallVector<mlir::Value> emptyState(mlir::OpBuilder &b, core::ReduceOp op);
/// The state after one more value at a position.
llvm::SmallVector<mlir::Value> step(mlir::OpBuilder &b, core::ReduceOp op, mlir::ValueRange state, mlir::Value value,
                                    mlir::Value position);
/// One state of two, in a way that does not depend on how the positions were shared out between them.
llvm::SmallVector<mlir::Value> combine(mlir::OpBuilder &b, core::ReduceOp op, mlir::ValueRange a, mlir::ValueRange c);
/// The result of a state.
mlir::Value resultOf(core::ReduceOp op, mlir::ValueRange state);

} // namespace gms::compiler::cuda
