#include "compiler/driver/commands/evaluator_kernels.h"
#include "lang/eval/evaluate.h"
#include "runtime/core/error.h"
#include <cstring>
#include <functional>

namespace gms::compiler {
namespace {

using program::Element;
using program::Function;
using program::LocalId;
using program::Type;
using program::TypeKind;
using program::TypeRef;

int32_t codeOf(Element element) {
  switch (element) {
  case Element::Bool:
    return GMS_BOOL;
  case Element::U8:
    return GMS_U8;
  case Element::Int:
    return GMS_I64;
  case Element::F32:
    return GMS_F32;
  case Element::F64:
    return GMS_F64;
  }
  return GMS_F32;
}

double elementAt(const gms_tensor &tensor, int64_t at) {
  switch (tensor.type) {
  case GMS_BOOL:
  case GMS_U8:
    return static_cast<const uint8_t *>(tensor.data)[at];
  case GMS_I64:
    return static_cast<double>(static_cast<const int64_t *>(tensor.data)[at]);
  case GMS_F32:
    return static_cast<const float *>(tensor.data)[at];
  default:
    return static_cast<const double *>(tensor.data)[at];
  }
}

void put(gms_tensor &tensor, int64_t at, double value) {
  switch (tensor.type) {
  case GMS_BOOL:
  case GMS_U8:
    static_cast<uint8_t *>(tensor.data)[at] = static_cast<uint8_t>(value);
    return;
  case GMS_I64:
    static_cast<int64_t *>(tensor.data)[at] = static_cast<int64_t>(value);
    return;
  case GMS_F32:
    static_cast<float *>(tensor.data)[at] = static_cast<float>(value);
    return;
  default:
    static_cast<double *>(tensor.data)[at] = value;
  }
}

/// An argument of the flattened list as the evaluator's value.
eval::Value valueOf(const Type &type, const gms_tensor *&next) {
  switch (type.kind) {
  case TypeKind::Scalar: {
    const double value = elementAt(*next++, 0);
    if (type.isBool())
      return eval::Value(value != 0);
    return type.isInt() ? eval::Value(static_cast<int64_t>(value)) : eval::Value(value);
  }
  case TypeKind::Tensor: {
    const gms_tensor &from = *next++;
    auto tensor = eval::Tensor::make(type.element, std::vector<int64_t>(from.shape, from.shape + from.rank));
    for (int64_t i = 0; i < tensor->size(); ++i)
      tensor->data[static_cast<size_t>(i)] = elementAt(from, i);
    return eval::Value(eval::TensorRef(std::move(tensor)));
  }
  case TypeKind::Record:
  case TypeKind::Tuple: {
    std::vector<eval::Value> items;
    for (const program::FieldType &field : type.fields)
      items.push_back(valueOf(*field.type, next));
    return eval::Value::group(std::move(items));
  }
  case TypeKind::String:
    return eval::Value(std::string());
  default:
    return {};
  }
}

double scalarOf(const eval::Value &value) {
  if (const bool *b = std::get_if<bool>(&value.v))
    return *b;
  if (const int64_t *i = std::get_if<int64_t>(&value.v))
    return static_cast<double>(*i);
  return std::get<double>(value.v);
}

/// False where a tensor has another shape than the caller made room for.
bool store(const eval::Value &value, const Type &type, gms_tensor *&next) {
  if (type.kind == TypeKind::Scalar) {
    put(*next++, 0, scalarOf(value));
    return true;
  }
  if (type.kind == TypeKind::Tensor) {
    gms_tensor &to = *next++;
    const eval::TensorRef tensor = std::get<eval::TensorRef>(value.v);
    if (!std::equal(tensor->shape.begin(), tensor->shape.end(), to.shape, to.shape + to.rank))
      return false;
    for (int64_t i = 0; i < tensor->size(); ++i)
      put(to, i, tensor->data[static_cast<size_t>(i)]);
    return true;
  }
  bool good = true;
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple)
    for (size_t i = 0; i < type.fields.size(); ++i)
      good &= store(value.items().items[i], *type.fields[i].type, next);
  return good;
}

class EvaluatorKernel : public runtime::Kernel {
public:
  EvaluatorKernel(const program::Program &program, program::FunctionId id)
      : program(program), id(id), function(program.function(id)), results(flatten(function.result, "", 0)) {
    for (size_t i = 0; i < function.parameters.size(); ++i)
      for (SignatureItem &item : flatten(function.local(function.parameters[i].local).type, "", i))
        inputs.push_back(std::move(item));
  }

  int32_t shape(gms_tensor *arguments, int64_t *workspace) const override {
    *workspace = 0;
    try {
      for (size_t i = 0; i < results.size(); ++i) {
        const Type &type = *results[i].type;
        gms_tensor &out = arguments[inputs.size() + i];
        out.type = codeOf(type.element);
        out.rank = static_cast<int32_t>(type.dims.size());
        for (size_t axis = 0; axis < type.dims.size(); ++axis)
          out.shape[axis] = type.dims[axis].evaluate([&](LocalId symbol) { return symbolValue(symbol, arguments); });
      }
    } catch (const eval::EvalError &) {
      return GMS_BAD_SHAPE;
    }
    return GMS_OK;
  }

  int32_t run(const gms_call &call, int64_t first, int64_t last) const override {
    eval::Evaluator evaluator(program);
    for (int64_t sample = first; sample < last; ++sample) {
      const gms_tensor *arguments = call.arguments + sample * call.argument_count;
      const gms_key &key = call.keys[sample];
      std::vector<eval::Value> values;
      const gms_tensor *next = arguments;
      for (const program::Parameter &parameter : function.parameters)
        values.push_back(valueOf(*function.local(parameter.local).type, next));
      try {
        eval::Key drawKey;
        drawKey.seed = key.seed;
        drawKey.sample = key.sample;
        drawKey.epoch = key.epoch;
        const eval::Value result = evaluator.call(id, std::move(values), drawKey);
        std::vector<gms_tensor> outputs(arguments + inputs.size(), arguments + call.argument_count);
        gms_tensor *out = outputs.data();
        if (!store(result, *function.result, out))
          return GMS_BAD_SHAPE;
      } catch (const eval::EvalError &error) {
        throw runtime::Error(runtime::ErrorKind::KernelFailed, {function.name, error.what()});
      }
    }
    return GMS_OK;
  }

private:
  const program::Program &program;
  program::FunctionId id;
  const Function &function;
  std::vector<SignatureItem> results, inputs;

  const gms_tensor *inputAt(LocalId local, const std::vector<uint32_t> &fields, const gms_tensor *arguments) const {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (function.parameters[inputs[i].parameter].local == local && inputs[i].fields == fields)
        return arguments + i;
    return nullptr;
  }

  /// A symbol of an extent: what an argument's extent binds, or an int parameter.
  int64_t symbolValue(LocalId symbol, const gms_tensor *arguments) const {
    for (const program::DimBinding &binding : function.dims)
      if (binding.symbol == symbol)
        if (const gms_tensor *input = inputAt(binding.of, binding.fields, arguments))
          return input->shape[binding.axis];
    if (const gms_tensor *input = inputAt(symbol, {}, arguments))
      return static_cast<int64_t>(elementAt(*input, 0));
    throw eval::EvalError(function.span, "an extent of the result is not known from the arguments");
  }
};

} // namespace

EvaluatorKernels::EvaluatorKernels(const program::Program &program, const std::vector<PlannedKernel> &planned) {
  for (const PlannedKernel &kernel : planned) {
    kernels[kernel.name] = std::make_unique<EvaluatorKernel>(program, kernel.function);
    Signature signature;
    signature.name = kernel.name;
    signatureList.push_back(std::move(signature));
  }
}

const runtime::Kernel &EvaluatorKernels::get(const std::string &name) {
  const auto found = kernels.find(name);
  if (found == kernels.end())
    throw runtime::Error(runtime::ErrorKind::KernelMissing, {name});
  return *found->second;
}

} // namespace gms::compiler
