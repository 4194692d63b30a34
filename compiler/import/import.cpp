// The kernel's function: flattened arguments and results, their description, and the draws it makes.
#include "compiler/import/import.h"
#include "compiler/import/importer.h"
#include "compiler/import/operations.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace gms::compiler {
using namespace program;

namespace {

std::string pathTo(const std::string &path, const std::string &name) {
  return path.empty() ? name : path + "." + name;
}

SignatureItem child(const SignatureItem &item, uint32_t position) {
  const FieldType &field = item.type->fields[position];
  SignatureItem inner = item;
  inner.path = pathTo(item.path, field.name.empty() ? std::to_string(position) : field.name);
  inner.type = field.type;
  inner.fields.push_back(position);
  return inner;
}

} // namespace

mlir::OwningOpRef<mlir::ModuleOp> Importer::run(FunctionId entry) {
  const Function &function = program.function(entry);
  ops::loadDialects(emitter.context);
  emitter.loc = mlir::UnknownLoc::get(&emitter.context); // what is called names its own operations
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(emitter.loc);
  emitter.builder.setInsertionPointToEnd(module->getBody());
  literalsAreInputs = options.literalsAreInputs;
  signature = {};
  signature.name = options.name.empty() ? function.name : options.name;
  makeFunction(function);
  return module;
}

void Importer::makeFunction(const Function &function) {
  if (!function.body)
    fail(Kind::ExternInKernel, function.nameSpan, {function.name});
  mlir::Type none = emitter.builder.getFunctionType({}, {});
  auto op = mlir::func::FuncOp::create(emitter.builder, emitter.loc, signature.name,
                                       mlir::cast<mlir::FunctionType>(none));
  mlir::Block *block = op.addEntryBlock();
  emitter.enter(op, block, Emitter::Region::Function);
  entryBlock = block;

  Frame frame;
  frame.function = &function;
  frame.locals.resize(function.locals.size());
  frame.place = function.name;
  for (size_t k = 0; k < function.parameters.size(); ++k) {
    const Local &local = function.local(function.parameters[k].local);
    SignatureItem item{local.name, local.type, k, {}, {}};
    bind(frame, function.parameters[k].local, parameter(item, *block, local.span));
  }
  bindDims(function.dims, function.checks, frame);
  ImportValue value = eval(*function.body, frame);
  std::vector<mlir::Value> values;
  results(value, {"", function.result, 0, {}, {}}, function.nameSpan, values);
  emitter.create("func.return", values, {});
  emitter.leave();
  for (mlir::Operation *unfinished : emitter.unfinished)
    unfinished->getBlock() ? unfinished->erase() : unfinished->destroy();

  llvm::SmallVector<mlir::Type> outputs;
  for (mlir::Value result : values)
    outputs.push_back(result.getType());
  op.setFunctionType(emitter.builder.getFunctionType(block->getArgumentTypes(), outputs));
  describe(op);
}

ImportValue Importer::parameter(SignatureItem item, mlir::Block &block, Span span) {
  if (auto known = options.known.find(item.path); known != options.known.end())
    return knownValue(item, known->second);
  switch (item.type->kind) {
  case TypeKind::Record:
  case TypeKind::Tuple: {
    std::vector<ImportValue> items;
    for (uint32_t k = 0; k < item.type->fields.size(); ++k)
      items.push_back(parameter(child(item, k), block, span));
    return ImportValue::group(std::move(items), false);
  }
  case TypeKind::Scalar:
  case TypeKind::Tensor:
    return argument(item, block);
  // Complained of where it is read: a kernel may carry what it never looks at.
  case TypeKind::String:
  case TypeKind::Void:
    return {};
  default:
    fail(Kind::KernelArgument, span, {item.path});
  }
}

ImportValue Importer::knownValue(const SignatureItem &item, const KnownScalar &known) {
  const Element element = item.type->element;
  if (auto *text = std::get_if<std::string>(&known))
    return ImportValue::text(*text);
  if (auto *truth = std::get_if<bool>(&known))
    return foldConvert(Scalar::of(*truth), element);
  if (auto *whole = std::get_if<int64_t>(&known))
    return foldConvert(Scalar::of(*whole), element);
  return foldConvert(Scalar::of(std::get<double>(known), Element::F64), element);
}

ImportValue Importer::argument(const SignatureItem &item, mlir::Block &block) {
  const Element element = item.type->element;
  llvm::SmallVector<int64_t> shape(item.type->isTensor() ? item.type->dims.size() : 0,
                                   mlir::ShapedType::kDynamic);
  for (size_t axis = 0; axis < shape.size(); ++axis)
    if (auto known = item.type->dims[axis].asConstant())
      shape[axis] = *known;
  if (auto special = options.extents.find(item.path); special != options.extents.end())
    for (size_t axis = 0; axis < shape.size() && axis < special->second.size(); ++axis)
      if (special->second[axis] >= 0)
        shape[axis] = special->second[axis];
  auto type = mlir::RankedTensorType::get(shape, emitter.memoryType(element));
  mlir::Value value = block.addArgument(type, emitter.loc);
  signature.inputs.push_back(item);
  std::vector<Scalar> extents;
  for (size_t axis = 0; axis < shape.size(); ++axis)
    extents.push_back(shape[axis] == mlir::ShapedType::kDynamic ? ops::extent(emitter, value, axis)
                                                                : Scalar::of(shape[axis]));
  TensorRef tensor = tensorOf(value, element, std::move(extents));
  return item.type->isTensor() ? ImportValue(tensor) : ImportValue(readElement(*tensor, {}, Border::Proven));
}

/// An input that takes the literal's elements.
TensorRef Importer::literalArgument(const Tensor &literal) {
  std::vector<Dim> dims;
  for (const Scalar &extent : literal.extents)
    dims.push_back(Dim(extent.whole));
  SignatureItem item{"literal." + std::to_string(signature.inputs.size()),
                     Type::tensor(literal.element, dims),
                     static_cast<size_t>(-1),
                     {}};
  for (const Scalar &s : literal.elements)
    item.literal.push_back(s.isReal() ? s.real : static_cast<double>(s.whole));
  llvm::SmallVector<int64_t> shape(dims.size(), mlir::ShapedType::kDynamic);
  auto type = mlir::RankedTensorType::get(shape, emitter.memoryType(literal.element));
  mlir::Value value = entryBlock->addArgument(type, emitter.loc);
  signature.inputs.push_back(std::move(item));
  std::vector<Scalar> extents;
  for (size_t axis = 0; axis < dims.size(); ++axis)
    extents.push_back(ops::extent(emitter, value, axis));
  return tensorOf(value, literal.element, std::move(extents));
}

void Importer::results(const ImportValue &value, SignatureItem item, Span span,
                       std::vector<mlir::Value> &out) {
  const Type &type = *item.type;
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple) {
    for (uint32_t k = 0; k < type.fields.size(); ++k)
      results(value.group()->items[k], child(item, k), span, out);
    return;
  }
  if (type.kind == TypeKind::List) {
    // A list's length is known by now: each item is a result.
    const ImportValue list = listed(value, span);
    for (uint32_t k = 0; k < list.group()->items.size(); ++k) {
      SignatureItem inner{pathTo(item.path, std::to_string(k)), type.fields[0].type, 0, item.fields, {}};
      inner.fields.push_back(k);
      results(list.group()->items[k], inner, span, out);
    }
    return;
  }
  if (type.kind == TypeKind::String || type.kind == TypeKind::Void)
    return;
  if (!value.scalar() && !value.tensor())
    fail(Kind::KernelArgument, span, {item.path.empty() ? "its result" : "its result's " + item.path});
  out.push_back(resultTensor(value, span, out));
  signature.outputs.push_back(std::move(item));
}

/// A tensor that is the kernel's own: arguments, constants and what is a result already are copied.
mlir::Value Importer::resultTensor(const ImportValue &value, Span span,
                                   const std::vector<mlir::Value> &others) {
  if (const Scalar *s = value.scalar())
    return compute(s->element, {}, [&](const std::vector<Scalar> &) { return *s; })->value;
  const Tensor &t = *value.tensor();
  mlir::Value stored = materialise(t, span);
  mlir::Operation *op = stored.getDefiningOp();
  const bool own = op && op->getName().getDialectNamespace() != "arith" &&
                   op->getName().getStringRef() != "core.variable" &&
                   op->getName().getDialectNamespace() != "tensor" && !llvm::is_contained(others, stored);
  if (own)
    return stored;
  TensorRef source = tensorOf(stored, t.element, t.extents);
  return compute(t.element, t.extents,
                 [&](const std::vector<Scalar> &indices) {
                   return readElement(*source, indices, Border::Proven);
                 })
      ->value;
}

void Importer::describe(mlir::Operation *function) {
  auto func = mlir::cast<mlir::func::FuncOp>(function);
  mlir::OpBuilder &b = emitter.builder;
  func->setAttr("gms.kernel", b.getUnitAttr());
  auto attributes = [&](const SignatureItem &item) {
    llvm::SmallVector<mlir::NamedAttribute> list{b.getNamedAttr("gms.path", b.getStringAttr(item.path))};
    if (item.type->isTensor() && item.type->role != Role::None)
      list.push_back(b.getNamedAttr("gms.role", b.getStringAttr(print(item.type->role))));
    return b.getDictionaryAttr(list);
  };
  for (size_t k = 0; k < signature.inputs.size(); ++k)
    func.setArgAttrs(k, attributes(signature.inputs[k]));
  for (size_t k = 0; k < signature.outputs.size(); ++k)
    func.setResultAttrs(k, attributes(signature.outputs[k]));
  collectDraws(function);
}

void Importer::collectDraws(mlir::Operation *function) {
  mlir::OpBuilder &b = emitter.builder;
  llvm::SmallVector<mlir::Attribute> draws;
  function->walk([&](mlir::Operation *op) {
    std::optional<ops::DrawFacts> facts = ops::drawFacts(op);
    if (!facts)
      return;
    signature.usesDraws = true;
    if (facts->perElement)
      return;
    signature.draws.push_back({facts->place, facts->distribution, facts->type});
    draws.push_back(b.getDictionaryAttr({b.getNamedAttr("place", b.getStringAttr(facts->place)),
                                         b.getNamedAttr("distribution", b.getStringAttr(facts->distribution)),
                                         b.getNamedAttr("type", b.getStringAttr(print(facts->type)))}));
  });
  if (signature.usesDraws)
    function->setAttr("gms.draws", b.getArrayAttr(draws));
}

mlir::OwningOpRef<mlir::ModuleOp> import(const Program &program, FunctionId entry,
                                         const ImportOptions &options, mlir::MLIRContext &context,
                                         Signature &signature, Diagnostics &diagnostics) {
  Importer importer(program, options, context, signature, diagnostics);
  try {
    return importer.run(entry);
  } catch (const ImportFailure &) {
    return {};
  }
}

} // namespace gms::compiler
