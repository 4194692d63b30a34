// Vectors whose pixels all lie inside the image, with their neighbours: most of a turned image. Their code checks once
// what the reads check one by one.
#include "compiler/codegen/cpu/interior.h"
#include <mlir/IR/Matchers.h>

namespace gms::compiler::cpu {
using namespace mlir;

std::optional<Tap> tapOf(Value index) {
  auto low = index.getDefiningOp<arith::MaxSIOp>();
  if (!low || !matchPattern(low.getRhs(), m_Zero()))
    return {};
  auto high = low.getLhs().getDefiningOp<arith::MinSIOp>();
  if (!high)
    return {};
  Tap tap{high.getLhs(), 0, high.getRhs()};
  APInt number;
  if (auto sum = tap.at.getDefiningOp<arith::AddIOp>(); sum && matchPattern(sum.getRhs(), m_ConstantInt(&number)))
    if (number.getSExtValue() == 1)
      tap = {sum.getLhs(), 1, tap.last};
  return tap;
}

bool isLastOf(Value last, Value extent) {
  APInt a, c;
  if (matchPattern(last, m_ConstantInt(&a)) && matchPattern(extent, m_ConstantInt(&c)))
    return a.getSExtValue() == c.getSExtValue() - 1;
  auto less = last.getDefiningOp<arith::SubIOp>();
  return less && less.getLhs() == extent && matchPattern(less.getRhs(), m_One());
}


namespace {

/// A body of more operations is not made twice.
constexpr size_t longestInterior = 600;

/// An index without what is added to it: `at` and 0 or 1.
std::pair<Value, int64_t> withoutStep(Value index) {
  APInt number;
  if (auto sum = index.getDefiningOp<arith::AddIOp>();
      sum && matchPattern(sum.getRhs(), m_ConstantInt(&number)) && number.getSExtValue() == 1)
    return {sum.getLhs(), 1};
  return {index, 0};
}

} // namespace

auto SampleEmitter::Interior::of(core::ComputeOp op) -> Interior {
  Interior found;
  Block *body = &op.getBody().front();
  size_t operations = 0;
  bool same = true;
  op.getBody().walk([&](Operation *nested) {
    ++operations;
    auto read = dyn_cast<core::ReadOp>(nested);
    if (!read || read.getIndices().size() != 3 || !read.getType().isInteger(8))
      return;
    auto row = tapOf(read.getIndices()[0]), column = tapOf(read.getIndices()[1]);
    if (!row || !column || row->at.getParentBlock() != body || column->at.getParentBlock() != body)
      return;
    same &= !found.row.at || (found.row.at == row->at && found.column.at == column->at &&
                              found.row.last == row->last && found.column.last == column->last);
    found.row = *row;
    found.column = *column;
  });
  return same && operations <= longestInterior ? found : Interior();
}

bool SampleEmitter::Interior::holds(const Tap &tap) const {
  return (tap.at == row.at && tap.last == row.last) || (tap.at == column.at && tap.last == column.last);
}

bool SampleEmitter::Interior::isTrue(arith::CmpIOp comparison) const {
  auto [at, step] = withoutStep(comparison.getLhs());
  if (at != row.at && at != column.at)
    return false;
  if (comparison.getPredicate() == arith::CmpIPredicate::sge)
    return matchPattern(comparison.getRhs(), m_Zero());
  return comparison.getPredicate() == arith::CmpIPredicate::slt &&
         isLastOf(at == row.at ? row.last : column.last, comparison.getRhs());
}

/// The condition under which all lanes of a body that is open lie inside, or null where that need not be asked.
Value SampleEmitter::allInside(const Interior &interior) {
  if (!interior.row.at)
    return {};
  Code row = code(interior.row.at), column = code(interior.column.at);
  if (!row.lanes() || !column.lanes() || row.base || column.base)
    return {};
  // The last row is left out, since words of the row before it end in it; so is what has no neighbour.
  auto below = [&](const Code &index, Value last, int64_t margin) {
    Code bound = binary<arith::MaxSIOp>(binary<arith::SubIOp>(code(last), known(margin)), known(0));
    return compare(arith::CmpIPredicate::ult, index, bound);
  };
  Code inside = both(below(row, interior.row.last, 1), below(column, interior.column.last, 0));
  if (!inside.lanes())
    return {};
  at(depth());
  return vector::ReductionOp::create(b, loc, vector::CombiningKind::AND, inside.value);
}

/// What the operation is where all lanes are inside; no value: nothing that is known before.
Code SampleEmitter::inInterior(Operation *op, const Interior &interior) {
  if (auto comparison = dyn_cast<arith::CmpIOp>(op); comparison && interior.isTrue(comparison))
    return {constant(b.getBoolAttr(true)), {}, 0};
  if (!isa<arith::MaxSIOp>(op))
    return {};
  auto tap = tapOf(op->getResult(0));
  if (!tap || !interior.holds(*tap))
    return {};
  return tap->step ? add(code(tap->at), known(tap->step)) : code(tap->at);
}

} // namespace gms::compiler::cpu
