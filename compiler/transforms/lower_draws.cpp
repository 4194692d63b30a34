// Draws to arithmetic on the sample's key; scalars move to the function's top, and what was drawn becomes a
// result.
#include "compiler/dialect/aug/aug.h"
#include "compiler/transforms/generator_arithmetic.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/scalar_motion.h"
#include <limits>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler {
#define GEN_PASS_DEF_LOWERDRAWS
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

bool isDraw(Operation *op) { return isa<aug::DrawOp, aug::CategoricalOp, aug::PermutationOp>(op); }

/// The operation of the function's own block that contains `op`.
Operation *outermost(Operation *op, func::FuncOp function) {
  while (op->getParentOp() != function)
    op = op->getParentOp();
  return op;
}

struct LowerDraws : impl::LowerDrawsBase<LowerDraws> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    SmallVector<Operation *> draws;
    function.walk([&](Operation *op) {
      if (isDraw(op))
        draws.push_back(op);
    });
    if (!draws.empty()) {
      OpBuilder top = OpBuilder::atBlockBegin(&function.getBody().front());
      auto key =
          aug::KeyOp::create(top, function.getLoc(), top.getI64Type(), top.getI64Type(), top.getI32Type());
      for (Operation *draw : draws)
        lower(draw, {key.getSeed(), key.getSample(), key.getEpoch()}, function);
    }
    if (auto list = function->getAttrOfType<ArrayAttr>("gms.draws"))
      addResult(function, list);
  }

  llvm::StringMap<Value> drawn; ///< by place: what was drawn, as f64, in the function's own block

  void lower(Operation *op, GeneratorArithmetic::Key key, func::FuncOp function) {
    const bool perElement = elementOf(op) != nullptr;
    if (op->getParentOp() != function && !perElement) {
      Operation *ancestor = outermost(op, function);
      if (llvm::all_of(op->getOperands(), [&](Value v) { return canLeave(v, ancestor); })) {
        for (Value operand : op->getOperands())
          leaveRegion(operand, ancestor);
        op->moveBefore(ancestor);
      }
    }
    OpBuilder builder(op);
    ScalarBuilder s(builder, op->getLoc());
    GeneratorArithmetic generator(s, key);
    if (auto permutation = dyn_cast<aug::PermutationOp>(op)) {
      permutation.replaceAllUsesWith(order(permutation, s, generator));
    } else {
      Value value = isa<aug::CategoricalOp>(op) ? categorical(cast<aug::CategoricalOp>(op), s, generator)
                                                : scalar(cast<aug::DrawOp>(op), generator);
      if (!perElement && op->getParentOp() == function)
        drawn.try_emplace(op->getAttrOfType<StringAttr>("place").getValue(), asF64(s, value));
      op->getResult(0).replaceAllUsesWith(value);
    }
    op->erase();
  }

  static Value elementOf(Operation *op) {
    if (auto draw = dyn_cast<aug::DrawOp>(op))
      return draw.getElement();
    if (auto categorical = dyn_cast<aug::CategoricalOp>(op))
      return categorical.getElement();
    return {};
  }

  static Value asF64(ScalarBuilder &s, Value value) {
    Type f64 = s.builder.getF64Type();
    if (value.getType().isF32())
      return s.make<arith::ExtFOp>(f64, value);
    if (value.getType().isIndex())
      return s.make<arith::SIToFPOp>(f64, s.cast(value, s.builder.getI64Type()));
    return s.make<arith::UIToFPOp>(f64, value);
  }

  static Value scalar(aug::DrawOp draw, GeneratorArithmetic &generator) {
    Value word = generator.word(draw.getPlace(), draw.getElement());
    ValueRange args = draw.getArgs();
    switch (draw.getDistribution()) {
    case aug::Distribution::Uniform:
      return generator.uniform(word, args[0], args[1]);
    case aug::Distribution::Normal:
      return generator.normal(word, args[0], args[1]);
    case aug::Distribution::LogUniform:
      return generator.logUniform(word, args[0], args[1]);
    case aug::Distribution::Integer:
      return generator.integer(word, args[0], args[1]);
    case aug::Distribution::Bernoulli:
      return generator.bernoulli(word, args[0]);
    }
    llvm_unreachable("a distribution without arithmetic");
  }

  /// The first running sum above u times the total.
  static Value categorical(aug::CategoricalOp op, ScalarBuilder &s, GeneratorArithmetic &generator) {
    SmallVector<Value> sums;
    for (Value weight : op.getWeights())
      sums.push_back(sums.empty() ? weight : s.addf(sums.back(), weight));
    Value place = s.mulf(generator.unit(generator.word(op.getPlace(), op.getElement())), sums.back());
    Value result = s.index(sums.size() - 1);
    for (size_t k = sums.size() - 1; k-- > 0;)
      result = s.select(s.cmpf(arith::CmpFPredicate::OGT, sums[k], place), s.index(k), result);
    return result;
  }

  /// Fisher-Yates from the end; the item exchanged is found by comparisons, since values have no addresses.
  static SmallVector<Value> order(aug::PermutationOp op, ScalarBuilder &s, GeneratorArithmetic &generator) {
    SmallVector<Value> items;
    for (size_t k = 0; k < op.getOrder().size(); ++k)
      items.push_back(s.index(k));
    for (size_t k = items.size(); k-- > 1;) {
      Value j = generator.integer(generator.word(op.getPlace(), s.index(k)), s.index(0), s.index(k + 1));
      Value last = items[k], other = last;
      for (size_t m = 0; m < k; ++m) {
        Value here = s.cmpi(arith::CmpIPredicate::eq, j, s.index(m));
        other = s.select(here, items[m], other);
        items[m] = s.select(here, last, items[m]);
      }
      items[k] = other;
    }
    return items;
  }

  void addResult(func::FuncOp function, ArrayAttr list) {
    Operation *end = function.getBody().front().getTerminator();
    OpBuilder builder(end);
    ScalarBuilder s(builder, function.getLoc());
    SmallVector<Value> values;
    for (Attribute entry : list) {
      auto found = drawn.find(cast<DictionaryAttr>(entry).getAs<StringAttr>("place").getValue());
      values.push_back(found == drawn.end()
                           ? s.real(std::numeric_limits<double>::quiet_NaN(), builder.getF64Type())
                           : found->second);
    }
    auto type = RankedTensorType::get({static_cast<int64_t>(values.size())}, builder.getF64Type());
    Value tensor = tensor::FromElementsOp::create(builder, function.getLoc(), type, values);
    end->insertOperands(end->getNumOperands(), tensor);
    (void)function.insertResult(function.getNumResults(), type, builder.getDictionaryAttr({}));
  }
};

} // namespace
} // namespace gms::compiler
