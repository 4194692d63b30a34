#include "compiler/transforms/linear_form.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler {
using namespace mlir;

void Linear::add(const Linear &other, int64_t factor) {
  constant += factor * other.constant;
  for (auto [value, f] : other.terms) {
    int64_t &mine = terms[value];
    mine += factor * f;
  }
}

bool Linear::isConstant() const {
  return llvm::all_of(terms, [](const auto &term) { return term.second == 0; });
}

int64_t Linear::factorOf(Value value) const {
  auto found = terms.find(value);
  return found == terms.end() ? 0 : found->second;
}

namespace {
constexpr int deepest = 16;

Linear linearOf(Value value, int depth) {
  Linear form;
  APInt number;
  if (matchPattern(value, m_ConstantInt(&number))) {
    form.constant = number.getSExtValue();
    return form;
  }
  Operation *op = value.getDefiningOp();
  if (depth < deepest && isa_and_nonnull<arith::AddIOp, arith::SubIOp>(op)) {
    form = linearOf(op->getOperand(0), depth + 1);
    form.add(linearOf(op->getOperand(1), depth + 1), isa<arith::AddIOp>(op) ? 1 : -1);
    return form;
  }
  if (depth < deepest && isa_and_nonnull<arith::MulIOp>(op) &&
      matchPattern(op->getOperand(1), m_ConstantInt(&number))) {
    form.add(linearOf(op->getOperand(0), depth + 1), number.getSExtValue());
    return form;
  }
  form.terms[value] = 1;
  return form;
}
} // namespace

Linear linearOf(Value value) { return linearOf(value, 0); }

} // namespace gms::compiler
