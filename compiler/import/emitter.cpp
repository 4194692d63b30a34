#include "compiler/import/emitter.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/IR/BuiltinTypes.h>

namespace gms::compiler {
using namespace mlir;

Emitter::Emitter(MLIRContext &context)
    : context(context), builder(&context), loc(UnknownLoc::get(&context)) {}

void Emitter::enter(Operation *owner, Block *block, Region kind) {
  Operation *outerBefore = nullptr;
  if (!scopes.empty()) {
    outerBefore = scopes.back().before;
    scopes.back().before = owner;
  }
  scopes.push_back({owner, block, kind, nullptr, outerBefore, {}});
}

void Emitter::leave() {
  Operation *before = scopes.back().outerBefore;
  scopes.pop_back();
  if (!scopes.empty())
    scopes.back().before = before;
}

void Emitter::unwind(size_t depth) {
  while (scopes.size() > depth) {
    unfinished.push_back(scopes.back().owner);
    leave();
  }
}

bool Emitter::inBody() const { return firstBody() != scopes.size(); }

size_t Emitter::firstBody() const {
  for (size_t k = 0; k < scopes.size(); ++k)
    if (scopes[k].kind == Region::Body)
      return k;
  return scopes.size();
}

size_t Emitter::loopBeyond(size_t level) const {
  size_t found = scopes.size();
  for (size_t k = std::min(firstBody(), scopes.size()); k-- > level + 1 && scopes[k].kind == Region::Loop;)
    found = k;
  return found;
}

bool Emitter::isOpen(mlir::Value value) const {
  return llvm::any_of(scopes, [&](const Scope &scope) { return scope.block == value.getParentBlock(); });
}

size_t Emitter::levelOf(mlir::Value value) const {
  Block *block = value.getParentBlock();
  for (size_t k = scopes.size(); k-- > 0;)
    if (scopes[k].block == block)
      return k;
  // A value of a region that is already closed cannot be used, so this one lives in the present region.
  return scopes.size() - 1;
}

mlir::Value Emitter::emit(const char *name, ArrayRef<mlir::Value> operands, Type result,
                          ArrayRef<Attribute> attributes, Place place) {
  size_t level = 0;
  std::vector<const void *> key{name, result.getAsOpaquePointer()};
  for (mlir::Value operand : operands) {
    level = std::max(level, levelOf(operand));
    key.push_back(operand.getAsOpaquePointer());
  }
  for (const Attribute &attribute : attributes)
    key.push_back(attribute.value.getAsOpaquePointer());
  if (place == Place::InArm)
    for (size_t k = level + 1; k < scopes.size(); ++k)
      if (scopes[k].kind == Region::Arm)
        level = k;
  for (size_t k = 0; k < scopes.size(); ++k)
    if (auto found = scopes[k].memo.find(key); found != scopes[k].memo.end())
      return found->second;

  atPlace(level);
  OperationState state(loc, name);
  state.addOperands(operands);
  state.addTypes(result);
  for (const Attribute &attribute : attributes)
    state.addAttribute(attribute.name, attribute.value);
  mlir::Value value = builder.create(state)->getResult(0);
  scopes[level].memo.emplace(std::move(key), value);
  return value;
}

void Emitter::atPlace() { atPlace(scopes.size() - 1); }

void Emitter::atPlace(size_t level) {
  Scope &scope = scopes[level];
  if (scope.before)
    builder.setInsertionPoint(scope.before);
  else
    builder.setInsertionPointToEnd(scope.block);
}

Operation *Emitter::create(const char *name, ArrayRef<mlir::Value> operands, ArrayRef<Type> results,
                           ArrayRef<Attribute> attributes, unsigned regions) {
  atPlace();
  OperationState state(loc, name);
  state.addOperands(operands);
  state.addTypes(results);
  for (const Attribute &attribute : attributes)
    state.addAttribute(attribute.name, attribute.value);
  for (unsigned k = 0; k < regions; ++k)
    state.addRegion()->push_back(new Block);
  return builder.create(state);
}

Type Emitter::scalarType(Element element) {
  switch (element) {
  case Element::Bool:
    return builder.getI1Type();
  case Element::U8:
    return builder.getI8Type();
  case Element::Int:
    return builder.getIndexType();
  case Element::F32:
    return builder.getF32Type();
  case Element::F64:
    return builder.getF64Type();
  }
  return {};
}

Type Emitter::memoryType(Element element) {
  switch (element) {
  case Element::Bool:
    return builder.getI8Type();
  case Element::Int:
    return builder.getI64Type();
  default:
    return scalarType(element);
  }
}

RankedTensorType Emitter::tensorType(Element element, const std::vector<Scalar> &extents) {
  SmallVector<int64_t> shape;
  for (const Scalar &extent : extents)
    shape.push_back(extent.known() ? extent.whole : ShapedType::kDynamic);
  return RankedTensorType::get(shape, memoryType(element));
}

mlir::Value Emitter::value(const Scalar &s) {
  if (s.value)
    return s.value;
  Type type = scalarType(s.element);
  TypedAttr attribute;
  if (s.isReal())
    attribute = builder.getFloatAttr(type, s.real);
  else
    attribute = builder.getIntegerAttr(type, s.element == Element::Bool ? (s.whole ? 1 : 0) : s.whole);
  mlir::Value result = emit("arith.constant", {}, type, {{"value", attribute}});
  if (s.element == Element::Int)
    facts[result] = factsOf(s);
  return result;
}

mlir::Value Emitter::toMemory(const Scalar &s) {
  if (s.element == Element::Bool) {
    if (s.known())
      return value(Scalar{Element::U8, {}, s.whole ? 1 : 0, 0});
    return emit("arith.extui", {s.value}, builder.getI8Type());
  }
  if (s.element == Element::Int) {
    if (s.known())
      return emit("arith.constant", {}, builder.getI64Type(),
                  {{"value", builder.getI64IntegerAttr(s.whole)}});
    return emit("arith.index_cast", {s.value}, builder.getI64Type());
  }
  return value(s);
}

Scalar Emitter::fromMemory(mlir::Value v, Element element) {
  if (element == Element::Bool) {
    mlir::Value zero = value(Scalar{Element::U8, {}, 0, 0});
    auto predicate = arith::CmpIPredicateAttr::get(&context, arith::CmpIPredicate::ne);
    return Scalar::of(emit("arith.cmpi", {v, zero}, builder.getI1Type(), {{"predicate", predicate}}),
                      element);
  }
  if (element == Element::Int)
    return Scalar::of(emit("arith.index_cast", {v}, builder.getIndexType()), element);
  return Scalar::of(v, element);
}

void Emitter::noteIndex(mlir::Value v, bool nonNegative) { facts[v] = {nonNegative, 26, false}; }

} // namespace gms::compiler
