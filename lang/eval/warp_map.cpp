#include "lang/eval/warp_map.h"

namespace gms::eval {

using namespace program;

WarpMap::WarpMap(const Program &program, const WarpStep &step)
    : warp(*step.warp), evaluator(program), locals(step.warp->locals.size()) {
  Evaluator::Frame frame{&warp, std::move(locals), warp.name};
  for (size_t i = 0; i < step.arguments.size(); ++i) {
    size_t captured = i - warp.parameters.size();
    frame.locals[i < warp.parameters.size() ? warp.parameters[i].local : warp.captures.at(captured)] =
        step.arguments[i];
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

std::pair<float, float> WarpMap::at(float y, float x) {
  Evaluator::Frame frame{&warp, std::move(locals), warp.name};
  frame.locals[warp.y] = static_cast<double>(y);
  frame.locals[warp.x] = static_cast<double>(x);
  Value moved = evaluator.eval(*warp.body, frame);
  locals = std::move(frame.locals);
  return {static_cast<float>(std::get<double>(moved.items().items[0].v)),
          static_cast<float>(std::get<double>(moved.items().items[1].v))};
}

} // namespace gms::eval
