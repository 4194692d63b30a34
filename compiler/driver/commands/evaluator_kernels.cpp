#include "compiler/driver/commands/evaluator_kernels.h"
#include "compiler/driver/commands/kernel_values.h"
#include "compiler/driver/tensor_elements.h"
#include "lang/program/drawn_places.h"
#include "runtime/core/error.h"
#include <cmath>
#include <map>

namespace gms::compiler {
namespace {

using program::Function;
using program::LocalId;
using program::Type;

class EvaluatorKernel : public runtime::Kernel {
public:
  EvaluatorKernel(const program::Program &program, program::FunctionId id)
      : program(program), id(id), function(program.function(id)), results(flatten(function.result, "", 0)),
        places(program::drawnPlaces(program, function)) {
    for (size_t i = 0; i < function.parameters.size(); ++i)
      for (SignatureItem &item : flatten(function.local(function.parameters[i].local).type, "", i))
        inputs.push_back(std::move(item));
  }

  /// The result's extents are known from its type where its symbols are bound by the arguments, else by evaluating it.
  int32_t shape(gms_tensor *arguments, int64_t *workspace) const override {
    *workspace = 0;
    try {
      bool known = true;
      for (size_t i = 0; i < results.size() && known; ++i) {
        const Type &type = *results[i].type;
        gms_tensor &out = arguments[inputs.size() + i];
        out.type = memoryType(type.element);
        out.rank = static_cast<int32_t>(type.dims.size());
        for (size_t axis = 0; axis < type.dims.size(); ++axis)
          out.shape[axis] = type.dims[axis].evaluate([&](LocalId symbol) { return symbolValue(symbol, arguments, known); });
      }
      if (!places.empty()) {
        gms_tensor &drawn = arguments[inputs.size() + results.size()];
        drawn.type = GMS_F64;
        drawn.rank = 1;
        drawn.shape[0] = static_cast<int64_t>(places.size());
      }
      if (!known) {
        gms_tensor *next = arguments + inputs.size();
        eval::Evaluator evaluator(program);
        shapeOf(evaluator.call(id, valuesOf(arguments), {}), *function.result, next);
      }
    } catch (const eval::EvalError &error) {
      refuse(error);
    }
    return GMS_OK;
  }

  int32_t run(const gms_call &call, int64_t first, int64_t last) const override {
    eval::Evaluator evaluator(program);
    for (int64_t sample = first; sample < last; ++sample) {
      const gms_tensor *arguments = call.arguments + sample * call.argument_count;
      const gms_key &key = call.keys[sample];
      try {
        eval::Key drawKey;
        drawKey.seed = key.seed;
        drawKey.sample = key.sample;
        drawKey.epoch = key.epoch;
        std::map<std::string, double> drawn;
        evaluator.noteDraws(&drawn);
        const eval::Value result = evaluator.call(id, valuesOf(arguments), drawKey);
        std::vector<gms_tensor> outputs(arguments + inputs.size(), arguments + call.argument_count);
        gms_tensor *out = outputs.data();
        if (!store(result, *function.result, out))
          return GMS_BAD_SHAPE;
        if (!places.empty())
          storeDraws(drawn, outputs.back());
      } catch (const eval::EvalError &error) {
        refuse(error);
      }
    }
    return GMS_OK;
  }

private:
  const program::Program &program;
  program::FunctionId id;
  const Function &function;
  std::vector<SignatureItem> results, inputs;
  std::vector<program::DrawnPlace> places; ///< of the last output, the drawn values

  /// As compiled code says it, where that has a message for the same.
  [[noreturn]] void refuse(const eval::EvalError &error) const {
    if (error.code)
      throw runtime::Error(static_cast<runtime::ErrorKind>(error.code), {function.name, error.detail});
    throw runtime::Error(runtime::ErrorKind::KernelFailed, {function.name, error.what()});
  }

  /// What an arm that was not taken would have drawn is not a number, as in compiled kernels.
  void storeDraws(const std::map<std::string, double> &drawn, gms_tensor &out) const {
    for (size_t i = 0; i < places.size(); ++i) {
      const auto found = drawn.find(places[i].place);
      static_cast<double *>(out.data)[i] = found == drawn.end() ? std::nan("") : found->second;
    }
  }

  const gms_tensor *inputAt(LocalId local, const std::vector<uint32_t> &fields, const gms_tensor *arguments) const {
    for (size_t i = 0; i < inputs.size(); ++i)
      if (function.parameters[inputs[i].parameter].local == local && inputs[i].fields == fields)
        return arguments + i;
    return nullptr;
  }

  std::vector<eval::Value> valuesOf(const gms_tensor *arguments) const {
    std::vector<eval::Value> values;
    const gms_tensor *next = arguments;
    for (const program::Parameter &parameter : function.parameters)
      values.push_back(valueOf(*function.local(parameter.local).type, next));
    return values;
  }

  /// A symbol of an extent: what an argument's extent binds, or an int parameter.
  int64_t symbolValue(LocalId symbol, const gms_tensor *arguments, bool &known) const {
    for (const program::DimBinding &binding : function.dims)
      if (binding.symbol == symbol)
        if (const gms_tensor *input = inputAt(binding.of, binding.fields, arguments))
          return !binding.solved ? input->shape[binding.axis] : binding.solved->evaluate([&](LocalId id) {
            return id == symbol ? input->shape[binding.axis] : symbolValue(id, arguments, known);
          });
    if (const gms_tensor *input = inputAt(symbol, {}, arguments))
      return static_cast<int64_t>(elementAt(*input, 0));
    known = false;
    return 1;
  }
};

} // namespace

EvaluatorKernels::EvaluatorKernels(const program::Program &program, const std::vector<PlannedKernel> &planned) {
  for (const PlannedKernel &kernel : planned) {
    kernels[kernel.name] = std::make_unique<EvaluatorKernel>(program, kernel.function);
    Signature signature;
    signature.name = kernel.name;
    for (program::DrawnPlace &drawn : program::drawnPlaces(program, program.function(kernel.function)))
      signature.draws.push_back({std::move(drawn.place), "", drawn.element});
    signature.usesDraws = !signature.draws.empty();
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
