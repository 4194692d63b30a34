// Which operations of a kernel's function run as stages of their own, and where each tensor lives meanwhile. Every device
// lowers from this plan, so that what is one kernel on a GPU is one loop nest on a CPU.
#pragma once
#include "compiler/dialect/core/core.h"
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <optional>
#include <vector>

namespace gms::compiler {

/// Where the elements of a tensor (or the result of a reduction over whole tensors) are.
struct Buffer {
  enum class Place : uint8_t { Input, Output, Workspace, Constant } place = Place::Workspace;
  unsigned index = 0; ///< the function's argument or result, or the slot of the workspace
  mlir::Value pass = {}; ///< of what a pass of a loop yields: the number of the pass, whose part of the history this is
};

/// One piece of the workspace: the memory of `value`, a tensor or a scalar.
struct Slot {
  mlir::Value value;
};

/// An extent of a tensor: a number, an index value of the function, or an extent of an input.
struct Extent {
  std::optional<int64_t> known;
  mlir::Value value;
  unsigned input = 0, axis = 0; ///< where neither of the others is set
};

/// An arm of a core.branch or core.switch that a stage stands in.
struct Guard {
  mlir::Operation *conditional = nullptr;
  unsigned arm = 0;
};

/// An operation that writes memory (core.compute, core.scan, core.histogram, core.reduce outside of bodies,
/// tensor.from_elements), a core.loop with its own stages, or a core.require that whatever follows it waits for.
///
/// A loop's states, all of them tensors, lie where its results lie: they begin as copies of their starts, and after a pass
/// the next ones are copied there. The number of its pass has a slot too, which is not 0 where `until` has ended the loop.
struct Stage {
  mlir::Operation *op = nullptr;
  llvm::SmallVector<Guard> guards; ///< outermost first; the stage runs where all hold
  std::vector<Stage> body = {};    ///< of a core.loop: the stages of a pass
};

struct StagePlan {
  std::vector<Stage> stages; ///< in an order in which they may run
  llvm::SmallVector<Slot> slots;
  llvm::DenseMap<mlir::Value, Buffer> buffers;
};

/// The memory type of a tensor's element or of a scalar: i1 is i8, index is i64.
mlir::Type memoryTypeOf(mlir::Type element);
/// The tensor whose memory this one is: looks through tensor.cast.
mlir::Value storedTensor(mlir::Value tensor);
/// The size of a tensor along an axis, as far back as it can be traced.
Extent extentOf(mlir::Value tensor, unsigned axis);

/// Makes the scalars that loops carry and yield tensors of rank 0.
void storeLoopScalars(mlir::func::FuncOp function);

/// Makes each tensor that the function, an arm or a pass gives be written straight to its place: what is given twice, or was
/// made elsewhere, is copied by a core.compute at the end. Idempotent. Nothing that merges equal operations may run
/// afterwards.
void giveDestinations(mlir::func::FuncOp function);

/// The plan of a function of `core` operations after storeLoopScalars and giveDestinations. Fails, with an error on the operation, where one is
/// left that no stage can run.
llvm::FailureOr<StagePlan> planStages(mlir::func::FuncOp function);

} // namespace gms::compiler
