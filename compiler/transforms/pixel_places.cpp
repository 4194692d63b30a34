#include "compiler/transforms/pixel_places.h"
#include <cmath>
#include <mlir/IR/Matchers.h>
#include <optional>

namespace gms::compiler {
using namespace mlir;

namespace {

/// The number `whole` + `half` / 2, where half is 0 or 1.
struct Place {
  Value whole;
  int half;
};

Place normalised(ScalarBuilder &s, Value whole, int half) {
  while (half < 0) {
    whole = s.subi(whole, s.index(1));
    half += 2;
  }
  while (half > 1) {
    whole = s.addi(whole, s.index(1));
    half -= 2;
  }
  return {whole, half};
}

std::optional<Place> placeOf(ScalarBuilder &s, Value v, int depth) {
  FloatAttr constant;
  if (matchPattern(v, m_Constant(&constant))) {
    const double value = constant.getValueAsDouble(), down = std::floor(value);
    if (std::abs(value) < 4194304 && (value == down || value == down + 0.5))
      return Place{s.index(static_cast<int64_t>(down)), value != down};
    return {};
  }
  Operation *op = v.getDefiningOp();
  if (!op || depth > 32)
    return {};
  auto operand = [&](unsigned k) { return placeOf(s, op->getOperand(k), depth + 1); };
  if (auto convert = dyn_cast<arith::SIToFPOp>(op)) {
    Value whole = convert.getIn();
    if (auto cast = whole.getDefiningOp<arith::IndexCastOp>(); cast && cast.getIn().getType().isIndex())
      return Place{cast.getIn(), 0};
    return Place{s.cast(whole, s.builder.getIndexType()), 0};
  }
  if (isa<arith::AddFOp, arith::SubFOp>(op)) {
    auto a = operand(0), b = operand(1);
    if (!a || !b)
      return {};
    const bool add = isa<arith::AddFOp>(op);
    return normalised(s, add ? s.addi(a->whole, b->whole) : s.subi(a->whole, b->whole),
                      add ? a->half + b->half : a->half - b->half);
  }
  if (isa<arith::NegFOp>(op)) {
    auto a = operand(0);
    return a ? std::optional(normalised(s, s.subi(s.index(0), a->whole), -a->half)) : std::nullopt;
  }
  if (isa<arith::SelectOp>(op)) {
    auto a = placeOf(s, op->getOperand(1), depth + 1), b = placeOf(s, op->getOperand(2), depth + 1);
    if (a && b && a->half == b->half)
      return Place{s.select(op->getOperand(0), a->whole, b->whole), a->half};
    return {};
  }
  if (isa<math::FloorOp, math::RoundEvenOp, math::CeilOp>(op))
    return Place{s.toIndex(v), 0};
  return {};
}

} // namespace

Value pixelOf(ScalarBuilder &builder, Value place) {
  auto found = placeOf(builder, place, 0);
  return found && found->half == 1 ? found->whole : Value();
}

} // namespace gms::compiler
