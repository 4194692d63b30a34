// aug.warp to core.compute: the map's operations at each output pixel, then the reads and weights of the
// sampling.
#include "compiler/dialect/aug/aug.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/pixel_places.h"
#include "compiler/transforms/scalar_builder.h"
#include "compiler/transforms/steps.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/IRMapping.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
#define GEN_PASS_DEF_LOWERWARPS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// What is read along one axis: rows or columns, and the position between the first two of them (for
/// bilinear) or the four weights (for bicubic).
struct Taps {
  SmallVector<Value, 4> indices;
  Value fraction;
  SmallVector<Value, 4> weights;
};

/// An image of bytes that were converted and divided by one number: sampling is linear, so that one division
/// a pixel after it does for those of all its taps. Bytes and their weighted sums are as exact undivided.
struct DividedBytes {
  Value undivided; ///< null where the image is not of this form
  Value divisor;

  static DividedBytes of(Value image) {
    auto compute = image.getDefiningOp<core::ComputeOp>();
    if (!compute)
      return {};
    Block &body = compute.getBody().front();
    auto divide = body.getTerminator()->getOperand(0).getDefiningOp<arith::DivFOp>();
    if (!divide || divide->getBlock() != &body || !divide.getType().isF32())
      return {};
    auto convert = divide.getLhs().getDefiningOp<arith::UIToFPOp>();
    FloatAttr divisor;
    if (!convert || !convert.getIn().getType().isInteger(8) ||
        !matchPattern(divide.getRhs(), m_Constant(&divisor)))
      return {};
    OpBuilder builder(compute);
    builder.setInsertionPointAfter(compute);
    auto copy = cast<core::ComputeOp>(builder.clone(*compute));
    Operation *yield = copy.getBody().front().getTerminator();
    Operation *copied = yield->getOperand(0).getDefiningOp();
    yield->setOperand(0, copied->getOperand(0));
    copied->erase();
    builder.setInsertionPoint(copy);
    return {copy.getResult(), arith::ConstantOp::create(builder, compute.getLoc(), divisor)};
  }
};

class WarpLowering {
public:
  explicit WarpLowering(aug::WarpOp warp)
      : warp(warp), builder(warp), s(builder, warp.getLoc(), arith::FastMathFlags::contract),
        image(warp.getImage()) {
    if (warp.getSampling() != aug::Sampling::Nearest && !warp.getFill())
      bytes = DividedBytes::of(image);
    if (bytes.undivided)
      image = bytes.undivided;
  }

  void run() {
    auto type = warp.getResult().getType();
    element = type.getElementType();
    const int64_t rank = type.getRank();
    SmallVector<Value> extents;
    for (int64_t axis = 0; axis < rank - 2; ++axis)
      extents.push_back(extentOf(builder, warp.getLoc(), warp.getImage(), axis));
    extents.append({warp.getHeight(), warp.getWidth()});
    height = extentOf(builder, warp.getLoc(), warp.getImage(), rank - 2);
    width = extentOf(builder, warp.getLoc(), warp.getImage(), rank - 1);
    auto compute = core::ComputeOp::create(builder, warp.getLoc(), type, extents);
    SmallVector<Type> types(rank, builder.getIndexType());
    SmallVector<Location> locations(rank, warp.getLoc());
    Block *body = builder.createBlock(&compute.getBody(), {}, types, locations);
    leading.assign(body->args_begin(), body->args_end() - 2);
    Value i = body->getArgument(rank - 2), j = body->getArgument(rank - 1);
    Value value = warp.getSampling() == aug::Sampling::Area ? area(i, j) : sampleAt(i, j, 0.5, 0.5);
    if (bytes.divisor) {
      value = s.divf(value, bytes.divisor);
      if (auto division = value.getDefiningOp<arith::DivFOp>(); division && !wholePixels)
        allowReciprocal(division);
    }
    core::YieldOp::create(builder, warp.getLoc(), toElement(value));
    warp.getResult().replaceAllUsesWith(compute.getResult());
    warp.erase();
  }

private:
  aug::WarpOp warp;
  OpBuilder builder;
  ScalarBuilder s;
  Value image; ///< what is sampled
  DividedBytes bytes;
  Type element;
  Value height, width;
  SmallVector<Value> leading;
  bool wholePixels = false; ///< each element is one of the image's, which is exact

  Value sampleAt(Value i, Value j, double down, double right) {
    return sample(s.addf(s.toReal(i), s.real(down)), s.addf(s.toReal(j), s.real(right)));
  }

  /// The mean of 4 x 4 samples at the middles of a pixel's sixteen parts.
  Value area(Value i, Value j) {
    SmallVector<Value> lows(2, s.index(0)), highs(2, s.index(4));
    auto sum = core::ReduceOp::create(builder, warp.getLoc(), s.real(0).getType(), core::Reduction::Sum, lows,
                                      highs);
    OpBuilder::InsertionGuard guard(builder);
    Block *body = builder.createBlock(&sum.getBody(), {}, {builder.getIndexType(), builder.getIndexType()},
                                      {warp.getLoc(), warp.getLoc()});
    auto part = [&](Value whole, Value number) {
      return s.addf(s.addf(s.toReal(whole), s.mulf(s.toReal(number), s.real(0.25))), s.real(0.125));
    };
    Value value = sample(part(i, body->getArgument(0)), part(j, body->getArgument(1)));
    core::YieldOp::create(builder, warp.getLoc(), value);
    builder.setInsertionPointAfter(sum);
    return s.mulf(sum.getResult(), s.real(1.0 / 16));
  }

  Value sample(Value y, Value x) {
    Block &map = warp.getMap().front();
    IRMapping mapping;
    mapping.map(map.getArgument(0), y);
    mapping.map(map.getArgument(1), x);
    const bool nearest = warp.getSampling() == aug::Sampling::Nearest;
    if (!nearest)
      map.walk([](arith::DivFOp division) {
        if (!reachesStep(division))
          allowReciprocal(division);
      });
    for (Operation &op : map.without_terminator())
      builder.clone(op, mapping);
    auto yield = cast<aug::YieldOp>(map.getTerminator());
    const bool bicubic = warp.getSampling() == aug::Sampling::Bicubic;
    auto tapsOf = [&](Value place) {
      if (Value pixel = pixelOf(s, place))
        return Taps{{pixel}, {}, {}};
      return nearest   ? Taps{{pixelIndex(s.floor(place))}, {}, {}}
             : bicubic ? cubicTaps(place)
                       : linearTaps(place);
    };
    Taps rows = tapsOf(mapping.lookupOrDefault(yield.getY()));
    Taps columns = tapsOf(mapping.lookupOrDefault(yield.getX()));
    wholePixels = rows.indices.size() == 1 && columns.indices.size() == 1;
    if (wholePixels)
      return read(rows.indices[0], columns.indices[0]);
    SmallVector<Value, 4> lines;
    for (Value row : rows.indices) {
      SmallVector<Value, 4> values;
      for (Value column : columns.indices)
        values.push_back(toReal(read(row, column)));
      lines.push_back(weigh(columns, values));
    }
    return weigh(rows, lines);
  }

  Value weigh(const Taps &taps, ArrayRef<Value> values) {
    if (values.size() == 1)
      return values[0];
    if (taps.fraction)
      return s.addf(values[0], s.mulf(taps.fraction, s.subf(values[1], values[0])));
    Value sum = s.mulf(values[0], taps.weights[0]);
    for (size_t k = 1; k < values.size(); ++k)
      sum = s.addf(sum, s.mulf(values[k], taps.weights[k]));
    return sum;
  }

  /// A map may leave the range of integers, or be no number: then the place is far outside.
  Value pixelIndex(Value whole) {
    Value far = s.real(-1e9), limit = s.real(1e9);
    Value above = s.select(s.cmpf(arith::CmpFPredicate::OGT, whole, far), whole, far);
    return s.toIndex(s.select(s.cmpf(arith::CmpFPredicate::OLT, above, limit), above, limit));
  }

  Taps linearTaps(Value place) {
    Value p = s.subf(place, s.real(0.5));
    Value down = s.floor(p);
    Value first = pixelIndex(down);
    return {{first, s.addi(first, s.index(1))}, s.subf(p, down), {}};
  }

  /// Cubic convolution (Keys 1981) with a = -0.75.
  Taps cubicTaps(Value place) {
    Value p = s.subf(place, s.real(0.5));
    Value down = s.floor(p);
    Value first = pixelIndex(down), t = s.subf(p, down);
    Taps taps;
    for (int64_t k = -1; k <= 2; ++k)
      taps.indices.push_back(s.addi(first, s.index(k)));
    const double a = -0.75;
    auto inner = [&](Value d) { // |d| <= 1
      Value cubic = s.subf(s.mulf(s.real(a + 2), d), s.real(a + 3));
      return s.addf(s.mulf(s.mulf(cubic, d), d), s.real(1));
    };
    auto outer = [&](Value d) { // 1 < |d| < 2
      Value cubic = s.subf(s.mulf(s.real(a), d), s.real(5 * a));
      return s.subf(s.mulf(s.addf(s.mulf(cubic, d), s.real(8 * a)), d), s.real(4 * a));
    };
    taps.weights = {outer(s.addf(t, s.real(1))), inner(t), inner(s.subf(s.real(1), t)),
                    outer(s.subf(s.real(2), t))};
    return taps;
  }

  Value read(Value row, Value column) {
    core::Border border = core::Border::Zero;
    switch (warp.getBorder()) {
    case aug::WarpBorder::Clamp:
    case aug::WarpBorder::Fill:
      border = core::Border::Clamp;
      break;
    case aug::WarpBorder::Reflect:
      border = core::Border::Reflect;
      break;
    case aug::WarpBorder::Wrap:
      border = core::Border::Wrap;
      break;
    default:
      break;
    }
    SmallVector<Value> indices(leading);
    indices.append({row, column});
    Value value = core::ReadOp::create(builder, warp.getLoc(), element, image, indices, border);
    if (!warp.getFill())
      return value;
    using P = arith::CmpIPredicate;
    auto within = [&](Value index, Value extent) {
      return s.andi(s.cmpi(P::sge, index, s.index(0)), s.cmpi(P::slt, index, extent));
    };
    return s.select(s.andi(within(row, height), within(column, width)), value, warp.getFill());
  }

  Value toReal(Value value) {
    Type f32 = builder.getF32Type();
    if (element.isF32())
      return value;
    if (element.isF64())
      return s.make<arith::TruncFOp>(f32, value);
    if (element.isInteger(8))
      return s.make<arith::UIToFPOp>(f32, value);
    return s.make<arith::SIToFPOp>(f32, value);
  }

  /// Of what was sampled: whole numbers are rounded half to even, bytes also cut to 0..255.
  Value toElement(Value value) {
    if (value.getType() == element)
      return value;
    if (element.isF64())
      return s.make<arith::ExtFOp>(element, value);
    Value rounded = s.roundEven(value);
    if (!element.isInteger(8))
      return s.make<arith::FPToSIOp>(element, rounded);
    Value inside = s.minf(s.maxf(rounded, s.real(0)), s.real(255));
    return s.truncate(s.make<arith::FPToSIOp>(builder.getI32Type(), inside), 8);
  }
};

struct LowerWarps : impl::LowerWarpsBase<LowerWarps> {
  void runOnOperation() override {
    resolveExtents(getOperation());
    SmallVector<aug::WarpOp> warps;
    getOperation().walk([&](aug::WarpOp warp) { warps.push_back(warp); });
    for (aug::WarpOp warp : warps)
      if (warp.getSampling() == aug::Sampling::Inherit || warp.getBorder() == aug::WarpBorder::Inherit) {
        warp.emitError("a warp without a warp before it has nothing to inherit");
        return signalPassFailure();
      }
    for (aug::WarpOp warp : warps)
      WarpLowering(warp).run();
    resolveExtents(getOperation());
  }
};

} // namespace
} // namespace gms::compiler
