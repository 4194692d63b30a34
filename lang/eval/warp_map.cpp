#include "lang/eval/warp_map.h"

namespace gms::eval {

using namespace program;

WarpMap::WarpMap(const Program &program, const WarpStep &step, std::shared_ptr<Tape> tape, bool wide)
    : warp(*step.warp), evaluator(program, std::move(tape), wide), locals(step.warp->locals.size()) {
  Evaluator::Frame frame{&warp, std::move(locals), warp.name};
  for (size_t i = 0; i < step.arguments.size(); ++i) {
    size_t captured = i - warp.parameters.size();
    evaluator.bind(frame, i < warp.parameters.size() ? warp.parameters[i].local : warp.captures.at(captured),
                   step.arguments[i]);
  }
  frame.locals[warp.inputHeight] = step.inputHeight;
  frame.locals[warp.inputWidth] = step.inputWidth;
  evaluator.bindExtents(warp.dims, warp.checks, frame);
  outputHeight = warp.extentHeight ? evaluator.whole(*warp.extentHeight, frame) : step.inputHeight;
  outputWidth = warp.extentWidth ? evaluator.whole(*warp.extentWidth, frame) : step.inputWidth;
  frame.locals[warp.outputHeight] = outputHeight;
  frame.locals[warp.outputWidth] = outputWidth;
  locals = std::move(frame.locals);
  if (outputHeight < 0 || outputWidth < 0)
    throw EvalError(warp.nameSpan, "the extent of what `" + warp.name + "` gives is negative");
}

std::pair<Real, Real> WarpMap::at(Real y, Real x) {
  Evaluator::Frame frame{&warp, std::move(locals), warp.name};
  evaluator.bind(frame, warp.y, Value(y));
  evaluator.bind(frame, warp.x, Value(x));
  Value moved = evaluator.eval(*warp.body, frame);
  locals = std::move(frame.locals);
  return {coordinate(moved.items().items[0].real()), coordinate(moved.items().items[1].real())};
}

} // namespace gms::eval
