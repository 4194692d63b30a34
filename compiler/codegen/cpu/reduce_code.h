// The code of one reduction.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {

class ReduceCode {
public:
  ReduceCode(SampleEmitter &emitter, core::ReduceOp op);
  /// Makes the loops, in the outermost loop where all that the body uses exists, and sets the result of every
  /// channel.
  void run();

private:
  using State = mlir::SmallVector<Value, 4>; ///< of each channel what is combined; for argmin and argmax also
                                             ///< its position
  SampleEmitter &e;
  core::ReduceOp op;
  core::Reduction kind;
  bool best; ///< argmin or argmax
  Type element;
  int horizontal = -1; ///< the axis that runs by vectors
  unsigned unrollFrom = 0; ///< the first axis whose passes are written out, as are those of all axes inside of it
  unsigned channels = 1;
  std::vector<Code> lows, highs;
  unsigned leastInside = 0; ///< what is read stays at this level or deeper

  Type stateType(bool wide) const;
  Value neutral(Type type) const;
  Value better(Value a, Value than);
  Value combined(Value a, Value c);
  Value asState(const Code &value, Type state);
  State start(bool wide);
  State nest(State state, std::vector<Code> indices, Code active);
  State loop(State state, std::vector<Code> indices, Code active);
  State vectorLoop(State state, std::vector<Code> indices, Code active);
  State vectorPass(const State &state, std::vector<Code> indices, const Code &active);
  State strip(State state, const std::vector<Code> &indices, const Code &active, Value low, Value high, unsigned vectors);
  State leaf(const State &state, mlir::ArrayRef<Code> indices, const Code &active);
  std::pair<Value, Value> range(unsigned axis);
  Code position(mlir::ArrayRef<Code> indices);
  Value tree(Value lanes);
  State uniform();
  State results(const State &state, bool trees);
  Value accumulate(Value state, const Code &value, const Code &active);
  State keepBest(Value state, Value where, const Code &value, mlir::ArrayRef<Code> indices,
                 const Code &active);
  int vectorAxis();
};

} // namespace gms::compiler::cpu
