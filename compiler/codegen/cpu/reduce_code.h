// The code of one reduction.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {

class ReduceCode {
public:
  ReduceCode(SampleEmitter &emitter, core::ReduceOp op);
  /// At `least` or deeper, in the outermost loop where all that the body uses exists.
  Code run(unsigned least);

private:
  using State = mlir::SmallVector<Value, 2>; ///< what is combined; for argmin and argmax also its position
  SampleEmitter &e;
  core::ReduceOp op;
  core::Reduction kind;
  bool best; ///< argmin or argmax
  Type element;
  int horizontal = -1; ///< the axis that runs by vectors
  bool unrolled = false;
  std::vector<Code> lows, highs;

  Type stateType(bool wide) const;
  Value neutral(Type type) const;
  Value better(Value a, Value than);
  Value combined(Value a, Value c);
  Value asState(const Code &value, Type state);
  State start(bool wide);
  State nest(State state, std::vector<Code> indices, Code active);
  State loop(State state, std::vector<Code> indices, Code active);
  State leaf(const State &state, mlir::ArrayRef<Code> indices, const Code &active);
  std::pair<Value, Value> range(unsigned axis);
  Code position(mlir::ArrayRef<Code> indices);
  Value tree(Value lanes);
  Value uniform();
  int vectorAxis();
};

} // namespace gms::compiler::cpu
