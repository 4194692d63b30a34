// The code of one loop whose states may be tensors.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {

/// States in memory are pointers that the loop carries, so that a pass writes the next ones where it likes and nothing
/// is copied: straight into the history where the state is yielded there too, else into one of two buffers in turn.
/// All memory is that of the workspace, planned before the sample runs.
class LoopCode {
public:
  LoopCode(SampleEmitter &emitter, core::LoopOp op);
  mlir::LogicalResult run();

private:
  /// Where a state's next value comes from.
  enum class Source : uint8_t {
    Number,  ///< a scalar: the loop carries it
    Same,    ///< the state does not change
    Outside, ///< a tensor from before the loop
    History, ///< written into a history
    Buffers, ///< written, or copied, into the one of two buffers that does not hold the state
  };
  struct State {
    Source source = Source::Number;
    unsigned history = 0; ///< Source::History
    unsigned carried = 0; ///< the first of the values that the loop carries for it
    Buffer start;
  };
  SampleEmitter &e;
  core::LoopOp op;
  mlir::SmallVector<State> states;
  mlir::SmallVector<Buffer> histories;
  mlir::SmallVector<Buffer> slices;        ///< of the histories, in the present pass
  llvm::SmallPtrSet<const void *, 8> aimed; ///< slices and states that a stage of the body writes itself
  mlir::SmallVector<Value> starts;         ///< what the loop carries, at first
  mlir::Operation *loop = nullptr;
  Value count, index;

  void chooseSources();
  bool canAim(Value value);
  mlir::LogicalResult makeHistories();
  bool extentsOf(Value yielded, mlir::SmallVectorImpl<Value> &extents);
  Value extentOf(Value tensor, int64_t axis);
  void startStates();
  mlir::LogicalResult dry();
  mlir::LogicalResult body();
  mlir::ValueRange open();
  void bindBody(mlir::ValueRange carried);
  void aimYields(mlir::ValueRange carried);
  mlir::SmallVector<Value> endPass(mlir::ValueRange carried);
  void close(mlir::SmallVector<Value> next, Value end);
  void setResults();
  void repeatLast(Value passes);
  Buffer sliceOf(const Buffer &history, Value place);
};

} // namespace gms::compiler::cpu
