// Which stages share a launch on a GPU.
#pragma once
#include "compiler/transforms/plan_stages.h"

namespace gms::compiler::cuda {

/// How a launch is spread.
enum class LaunchKind : uint8_t {
  Tiles, ///< a block works on a tile of a stage's domain, a thread on single elements
  Rows,  ///< a block works on one element, whose reduction its threads share: the mean of each channel
  Block, ///< one block works on a sample; its steps wait for each other
};

struct Launch {
  LaunchKind kind = LaunchKind::Tiles;
  llvm::SmallVector<Stage> steps; ///< run in this order by each block
};

/// Threads of a block, for both kinds.
inline constexpr int64_t kBlockThreads = 256;
/// Pixels that one thread of a tile works on, one after the other, so that what is the same for a sample is made once.
inline constexpr int64_t kPixelsPerThread = 4;
inline constexpr int64_t kTilePixels = kBlockThreads * kPixelsPerThread;

/// The alignment of the workspace's slots, in bytes.
inline constexpr int64_t kSlotAlignment = 64;
/// The most blocks along z that share out the outer axes.
inline constexpr int64_t kMostOuterBlocks = 1024;

/// Puts each stage into the first launch of its kind after all it depends on; arms of a conditional and tensors of one
/// sample that do not depend on each other (an image and its mask) share launches in this way. `skip` holds requirements
/// that the host checks.
llvm::SmallVector<Launch> schedule(const StagePlan &plan, const llvm::DenseSet<mlir::Operation *> &skip);

/// The axes of a stage's domain: two at most are spread over threads, the others are loops of each thread.
struct Domain {
  llvm::SmallVector<unsigned> pixels; ///< rows and columns, or columns alone; the last one varies fastest
  llvm::SmallVector<unsigned> outer;  ///< before them; of unknown size, shared out over the grid's z
  std::optional<unsigned> channel;    ///< the last axis where it is small and known
};
Domain domainOf(core::ComputeOp op);
/// Whether the outer axes are shared out over the grid's z.
bool spreadsOuter(core::ComputeOp op);

/// Whether a reduction is over a box of unknown size, or of more than a few elements.
bool isLarge(core::ReduceOp op);
/// Whether a compute's elements each are a reduction that is worth a block's threads.
bool reducesAcross(core::ComputeOp op);

/// Whether one thread does all of a stage.
bool runsOnce(mlir::Operation *op);

/// The enum gms_type of a tensor's element, and the bytes of an element or a scalar in memory.
int32_t abiType(mlir::Type element);
int64_t bytesOf(mlir::Value value);
/// What an input's descriptor must say; -1: anything.
struct InputForm {
  int32_t type = -1;
  llvm::SmallVector<int64_t> extents;
};
InputForm formOf(mlir::BlockArgument argument);

} // namespace gms::compiler::cuda
