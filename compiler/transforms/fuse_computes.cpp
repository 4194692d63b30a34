// Inlines computes into their readers: a chain of pointwise operators and warps becomes one.
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/bordered_index.h"
#include "compiler/transforms/fusion_cost.h"
#include "compiler/transforms/passes.h"
#include "compiler/transforms/read_ranges.h"
#include "compiler/transforms/scalar_builder.h"
#include "compiler/transforms/tensor_extents.h"
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Dominance.h>
#include <mlir/IR/IRMapping.h>
#include <mlir/IR/Matchers.h>
#include <mlir/Transforms/CSE.h>

namespace gms::compiler {
#define GEN_PASS_DEF_FUSECOMPUTES
#include "compiler/transforms/passes.h.inc"

namespace {
using namespace mlir;

/// Writing an element to memory and reading it again, in operations; and each further read.
constexpr double memoryCost = 12, readCost = 2;
/// Inlining may not make a kernel longer than this, in operations.
constexpr size_t longestGrowth = 4000;

struct FuseComputes : impl::FuseComputesBase<FuseComputes> {
  using FuseComputesBase::FuseComputesBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    resolveExtents(function);
    simplify(function);
    SmallVector<core::ComputeOp> computes;
    function.walk([&](core::ComputeOp compute) { computes.push_back(compute); });
    // Readers first: what they read is then seen together.
    for (core::ComputeOp compute : llvm::reverse(computes)) {
      if (compute->use_empty()) {
        compute.erase();
        continue;
      }
      SmallVector<core::ReadOp> reads;
      if (readsOnly(compute, reads) && pays(compute, reads))
        inlineInto(compute, reads);
    }
    function.walk([&](core::ReadOp read) {
      if (read.getBorder() != core::Border::Proven && readsInside(read))
        read.setBorder(core::Border::Proven);
    });
  }

  /// Reads of made-up tensors at known places are the elements; repeated operations are shared.
  void simplify(Operation *root) {
    root->walk([](core::ReadOp read) {
      OpBuilder builder(read);
      if (Value element = knownElement(builder, read)) {
        read.replaceAllUsesWith(element);
        read.erase();
      }
    });
    IRRewriter rewriter(root->getContext());
    DominanceInfo dominance(root);
    eliminateCommonSubExpressions(rewriter, dominance, root);
  }

  static Value knownElement(OpBuilder &builder, core::ReadOp read) {
    Operation *source = read.getTensor().getDefiningOp();
    auto type = cast<RankedTensorType>(read.getTensor().getType());
    if (!source || !type.hasStaticShape() || !isa<tensor::FromElementsOp, arith::ConstantOp>(source))
      return {};
    int64_t position = 0;
    for (auto [k, index] : llvm::enumerate(read.getIndices())) {
      APInt value;
      if (!matchPattern(index, m_ConstantInt(&value)))
        return {};
      if (value.getSExtValue() < 0 || value.getSExtValue() >= type.getDimSize(k))
        return {};
      position = position * type.getDimSize(k) + value.getSExtValue();
    }
    if (auto made = dyn_cast<tensor::FromElementsOp>(source))
      return made.getElements()[position];
    auto dense = dyn_cast<DenseElementsAttr>(cast<arith::ConstantOp>(source).getValue());
    if (!dense)
      return {};
    auto element = cast<TypedAttr>(*(dense.value_begin<Attribute>() + position));
    return arith::ConstantOp::create(builder, read.getLoc(), element);
  }

  static bool readsOnly(core::ComputeOp compute, SmallVectorImpl<core::ReadOp> &reads) {
    for (Operation *user : compute->getUsers()) {
      auto read = dyn_cast<core::ReadOp>(user);
      if (!read)
        return false;
      reads.push_back(read);
    }
    return true;
  }

  bool pays(core::ComputeOp compute, ArrayRef<core::ReadOp> reads) {
    Block &body = compute.getBody().front();
    if (onlyTrivial)
      return onlyMoves(body);
    size_t operations = 0;
    body.walk([&](Operation *) { ++operations; });
    if (operations * reads.size() > longestGrowth)
      return false;
    if (breaksTiles(compute, reads))
      return false;
    const double times = readsPerElement(compute, reads);
    return times <= 1.01 || (times - 1) * bodyCost(body) <= memoryCost + readCost * times;
  }

  void inlineInto(core::ComputeOp compute, ArrayRef<core::ReadOp> reads) {
    SetVector<Operation *> readers;
    for (core::ReadOp read : reads) {
      inlineAt(compute, read);
      Operation *reader = read->getParentOp();
      while (reader->getParentOp() &&
             !isa<func::FuncOp, core::BranchOp, core::SwitchOp, core::LoopOp>(reader->getParentOp()))
        reader = reader->getParentOp();
      readers.insert(reader);
      read.erase();
    }
    compute.erase();
    IRRewriter rewriter(&getContext());
    DominanceInfo dominance(getOperation());
    for (Operation *reader : readers)
      eliminateCommonSubExpressions(rewriter, dominance, reader);
  }

  static void inlineAt(core::ComputeOp compute, core::ReadOp read) {
    OpBuilder builder(read);
    ScalarBuilder s(builder, read.getLoc(), arith::FastMathFlags::contract);
    const core::Border border = readsInside(read) ? core::Border::Proven : read.getBorder();
    Block &body = compute.getBody().front();
    IRMapping mapping;
    Value inside;
    for (auto [k, index] : llvm::enumerate(read.getIndices()))
      mapping.map(body.getArgument(k), bordered(s, index, compute.getExtents()[k], border, inside));
    for (Operation &op : body.without_terminator())
      cloneFolded(builder, op, mapping);
    Value element = mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
    if (inside) {
      Type type = element.getType();
      Value zero =
          isa<FloatType>(type) ? s.real(0, type) : s.make<arith::ConstantOp>(builder.getIntegerAttr(type, 0));
      element = s.select(inside, element, zero);
    }
    read.replaceAllUsesWith(element);
  }

  /// Indices that became constants make comparisons with them constants too.
  static void cloneFolded(OpBuilder &builder, Operation &op, IRMapping &mapping) {
    Operation *made = builder.clone(op, mapping);
    SmallVector<Value> folded;
    if (auto read = dyn_cast<core::ReadOp>(made)) {
      if (Value element = knownElement(builder, read))
        folded.push_back(element);
    } else if (made->getNumRegions() || failed(builder.tryFold(made, folded))) {
      folded.clear();
    }
    if (folded.size() != made->getNumResults())
      return;
    for (auto [old, now] : llvm::zip(op.getResults(), folded))
      mapping.map(old, now);
    made->erase();
  }
};

} // namespace
} // namespace gms::compiler
