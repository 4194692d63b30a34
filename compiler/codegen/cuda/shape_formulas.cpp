#include "compiler/codegen/cuda/shape_formulas.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/Matchers.h>

namespace gms::compiler::cuda {
using namespace mlir;

int64_t ShapeFormulas::node(StringRef name, std::initializer_list<llvm::json::Value> arguments) {
  llvm::json::Array made{name};
  for (const llvm::json::Value &argument : arguments)
    made.push_back(argument);
  std::string text;
  llvm::raw_string_ostream(text) << llvm::json::Value(llvm::json::Array(made));
  auto [at, fresh] = known.try_emplace(text, static_cast<int64_t>(nodes.size()));
  if (fresh)
    nodes.push_back(std::move(made));
  return at->second;
}

std::optional<int64_t> ShapeFormulas::scalar(Value value) {
  if (auto found = made.find(value); found != made.end())
    return found->second;
  std::optional<int64_t> result = make(value);
  made[value] = result;
  return result;
}

std::optional<int64_t> ShapeFormulas::extent(Value tensor, unsigned axis) {
  const Extent extent = extentOf(tensor, axis);
  if (extent.known)
    return constant(*extent.known);
  if (extent.value)
    return scalar(extent.value);
  return node("dim", {extent.input, extent.axis});
}

std::optional<int64_t> ShapeFormulas::product(Value tensor, ArrayRef<unsigned> axes, int64_t factor) {
  int64_t all = constant(factor);
  for (unsigned axis : axes) {
    std::optional<int64_t> size = extent(tensor, axis);
    if (!size)
      return {};
    all = node("muli", {all, *size});
  }
  return all;
}

std::optional<int64_t> ShapeFormulas::make(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op)
    return {};
  if (isa<core::BranchOp, core::SwitchOp>(op))
    return makeArms(cast<OpResult>(value));
  if (auto constantOp = dyn_cast<arith::ConstantOp>(op)) {
    if (auto whole = dyn_cast<IntegerAttr>(constantOp.getValue()))
      return constant(whole.getType().isInteger(1) ? whole.getValue().getZExtValue() : whole.getInt());
    if (auto real = dyn_cast<FloatAttr>(constantOp.getValue()))
      return node("constf", {real.getValueAsDouble()});
    return {};
  }
  if (auto dim = dyn_cast<tensor::DimOp>(op))
    return dim.getConstantIndex() ? extent(dim.getSource(), *dim.getConstantIndex()) : std::nullopt;
  if (auto read = dyn_cast<core::ReadOp>(op)) {
    auto argument = dyn_cast<BlockArgument>(storedTensor(read.getTensor()));
    if (!argument || !read.getIndices().empty() || !isa<func::FuncOp>(argument.getOwner()->getParentOp()))
      return {};
    return node("scalar", {argument.getArgNumber()});
  }
  return operation(op);
}

/// All arms are computed: they are pure, and what a division by zero gives is not taken.
std::optional<int64_t> ShapeFormulas::makeArms(OpResult result) {
  Operation *op = result.getOwner();
  auto given = [&](Region &arm) { return scalar(arm.front().getTerminator()->getOperand(result.getResultNumber())); };
  std::optional<int64_t> selector = scalar(op->getOperand(0));
  std::optional<int64_t> chosen = given(op->getRegions().back());
  if (!selector || !chosen)
    return {};
  if (isa<core::BranchOp>(op)) {
    std::optional<int64_t> taken = given(op->getRegion(0));
    return taken ? std::optional(node("select", {*selector, *taken, *chosen})) : std::nullopt;
  }
  for (unsigned arm = op->getNumRegions() - 1; arm-- > 0;) {
    std::optional<int64_t> here = given(op->getRegion(arm));
    if (!here)
      return {};
    chosen = node("select", {node("eq", {*selector, constant(arm)}), *here, *chosen});
  }
  return chosen;
}

namespace {

StringRef wordOf(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq: return "eq";
  case P::ne: return "ne";
  case P::slt: case P::ult: return "lt";
  case P::sle: case P::ule: return "le";
  case P::sgt: case P::ugt: return "gt";
  case P::sge: case P::uge: return "ge";
  default: return {};
  }
}

StringRef wordOf(arith::CmpFPredicate predicate) {
  using P = arith::CmpFPredicate;
  switch (predicate) {
  case P::OEQ: return "eqf";
  case P::UNE: return "nef";
  case P::OLT: return "ltf";
  case P::OLE: return "lef";
  case P::OGT: return "gtf";
  case P::OGE: return "gef";
  default: return {};
  }
}

/// The runtime's word for an operation of up to three operands, "" where it has none. Unsigned operations stand where both
/// operands were proven not to be negative, so signed ones do the same.
StringRef wordOf(Operation *op) {
  if (auto compare = dyn_cast<arith::CmpIOp>(op))
    return wordOf(compare.getPredicate());
  if (auto compare = dyn_cast<arith::CmpFOp>(op))
    return wordOf(compare.getPredicate());
  return llvm::StringSwitch<StringRef>(op->getName().getStringRef())
      .Case("arith.addi", "addi").Case("arith.subi", "subi").Case("arith.muli", "muli")
      .Cases({"arith.divsi", "arith.divui"}, "divi").Cases({"arith.remsi", "arith.remui"}, "remi")
      .Case("arith.floordivsi", "floordivi").Case("arith.ceildivsi", "ceildivi")
      .Cases({"arith.minsi", "arith.minui"}, "mini").Cases({"arith.maxsi", "arith.maxui"}, "maxi")
      .Case("arith.andi", "andi").Case("arith.ori", "ori").Case("arith.xori", "xori")
      .Case("arith.select", "select")
      .Cases({"arith.index_cast", "arith.index_castui", "arith.extsi", "arith.extui", "arith.sitofp", "arith.uitofp", "arith.extf"}, "same")
      .Case("arith.fptosi", "whole")
      .Case("arith.addf", "addf").Case("arith.subf", "subf").Case("arith.mulf", "mulf").Case("arith.divf", "divf")
      .Cases({"arith.minimumf", "arith.minnumf"}, "minf").Cases({"arith.maximumf", "arith.maxnumf"}, "maxf")
      .Case("arith.negf", "negf").Case("math.absf", "absf").Case("math.sqrt", "sqrtf").Case("math.floor", "floorf")
      .Case("math.ceil", "ceilf").Case("math.roundeven", "roundf").Case("arith.truncf", "same")
      .Default("");
}

} // namespace

std::optional<int64_t> ShapeFormulas::operation(Operation *op) {
  const StringRef word = wordOf(op);
  if (word.empty() || op->getNumResults() != 1)
    return {};
  SmallVector<int64_t> operands;
  for (Value operand : op->getOperands()) {
    std::optional<int64_t> known = scalar(operand);
    if (!known)
      return {};
    operands.push_back(*known);
  }
  int64_t result = operands[0];
  if (word != "same")
    result = operands.size() == 1   ? node(word, {operands[0]})
             : operands.size() == 2 ? node(word, {operands[0], operands[1]})
                                    : node(word, {operands[0], operands[1], operands[2]});
  // The runtime computes in f64; the exactly rounded operations of f32 are those of f64, rounded once more.
  return op->getResult(0).getType().isF32() ? node("f32", {result}) : result;
}

} // namespace gms::compiler::cuda
