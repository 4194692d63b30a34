// Values of the evaluator to memory, a kernel's call, and back.
#include "compiler/driver/differential.h"
#include "compiler/driver/open_compiler.h"
#include "compiler/driver/tensor_elements.h"
#include <cstdlib>
#include <cstring>
#include <thread>

namespace gms::compiler {
using eval::Value;
using program::Element;
using program::TypeKind;

namespace {

size_t sizeOf(int32_t type) { return type <= GMS_U8 ? 1 : type == GMS_I32 || type == GMS_F32 ? 4 : 8; }

int64_t countOf(const gms_tensor &t) {
  int64_t count = 1;
  for (int32_t axis = 0; axis < t.rank; ++axis)
    count *= t.shape[axis];
  return count;
}

/// All memory of one call. Bytes behind every tensor are poisoned with a pattern and checked: kernels keep to
/// their own.
class Memory {
public:
  void *make(size_t bytes) {
    const size_t whole = (bytes + guard + 63) / 64 * 64;
    blocks.push_back(
        {std::unique_ptr<void, void (*)(void *)>(std::aligned_alloc(64, whole), std::free), bytes, whole});
    std::memset(blocks.back().data.get(), pattern, whole);
    return blocks.back().data.get();
  }
  bool intact() const {
    for (const Block &block : blocks)
      for (size_t at = block.bytes; at < block.whole; ++at)
        if (static_cast<const uint8_t *>(block.data.get())[at] != pattern)
          return false;
    return true;
  }

private:
  static constexpr size_t guard = 64;
  static constexpr uint8_t pattern = 0xA5;
  struct Block {
    std::unique_ptr<void, void (*)(void *)> data;
    size_t bytes, whole;
  };
  std::vector<Block> blocks;
};

/// Finds the value that an input reads: its parameter, then its fields.
const Value &valueAt(const SignatureItem &item, const std::vector<Value> &arguments) {
  const Value *value = &arguments.at(item.parameter);
  for (uint32_t field : item.fields)
    value = &value->items().items.at(field);
  return *value;
}

gms_tensor describe(Memory &memory, Element element, const std::vector<int64_t> &shape,
                    const std::vector<double> &numbers) {
  gms_tensor t{};
  t.type = memoryType(element);
  t.rank = static_cast<int32_t>(shape.size());
  std::copy(shape.begin(), shape.end(), t.shape);
  t.data = memory.make(numbers.size() * sizeOf(t.type));
  t.padded = 1;
  for (size_t at = 0; at < numbers.size(); ++at)
    setElement(t, static_cast<int64_t>(at), numbers[at]);
  return t;
}

gms_tensor inputOf(Memory &memory, const SignatureItem &item, const std::vector<Value> &arguments) {
  if (item.parameter == static_cast<size_t>(-1)) {
    std::vector<int64_t> shape;
    for (const program::Dim &dim : item.type->dims)
      shape.push_back(dim.asConstant().value_or(0));
    return describe(memory, item.type->element, shape, item.literal);
  }
  const Value &value = valueAt(item, arguments);
  if (auto *t = std::get_if<eval::TensorRef>(&value.v))
    return describe(memory, item.type->element, (*t)->shape, (*t)->data);
  return describe(memory, item.type->element, {}, {scalarOf(value)});
}

/// The result as a value: records and tuples by their type, lists by how many items there are.
Value valueOf(const program::Type &type, std::vector<uint32_t> &prefix, const Signature &signature,
              const gms_tensor *outputs) {
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple || type.kind == TypeKind::List) {
    size_t count = type.fields.size();
    if (type.kind == TypeKind::List) {
      count = 0;
      for (const SignatureItem &item : signature.outputs)
        if (item.fields.size() > prefix.size() &&
            std::equal(prefix.begin(), prefix.end(), item.fields.begin()))
          count = std::max<size_t>(count, item.fields[prefix.size()] + 1);
    }
    std::vector<Value> items;
    for (uint32_t k = 0; k < count; ++k) {
      prefix.push_back(k);
      items.push_back(
          valueOf(*type.fields[type.kind == TypeKind::List ? 0 : k].type, prefix, signature, outputs));
      prefix.pop_back();
    }
    return Value::group(std::move(items));
  }
  for (size_t k = 0; k < signature.outputs.size(); ++k) {
    if (signature.outputs[k].fields != prefix)
      continue;
    return leafOf(type, outputs[k]);
  }
  return Value();
}

const char *meaningOf(int32_t status) {
  switch (GMS_STATUS_OF(status)) {
  case GMS_NOT_CONVERGED:
    return "E0745: an iteration found no solution";
  case GMS_SINGULAR:
    return "E0746: a system of equations has no single solution";
  case GMS_NOT_SYMMETRIC:
    return "E0747: a tensor given to `dense` is not symmetric";
  case GMS_NO_PASS:
    return "E0748: `until` holds before the first pass of a solver that yields";
  case GMS_BAD_VERSION:
    return "the kernel says that its interface has another version";
  case GMS_BAD_SHAPE:
    return "the kernel says that extents disagree";
  case GMS_BAD_WORKSPACE:
    return "the kernel says that its workspace is too small";
  default:
    return "the kernel says that a value is no number";
  }
}

/// A call's descriptors and keys for several samples.
class Call {
public:
  Call(const CompiledKernel &kernel, const std::vector<Value> &arguments, eval::Key key, size_t samples)
      : kernel(kernel), samples(samples) {
    inputs = kernel.signature.inputs.size();
    outputs = kernel.signature.outputs.size() + (kernel.signature.usesDraws ? 1 : 0);
    for (size_t s = 0; s < samples; ++s) {
      for (const SignatureItem &item : kernel.signature.inputs)
        tensors.push_back(inputOf(memory, item, arguments));
      tensors.resize(tensors.size() + outputs);
      keys.push_back({key.seed, key.sample + s, key.epoch, 0});
    }
  }

  /// Gives the status of what failed first.
  int32_t run(size_t threads) {
    int64_t each = 0;
    for (size_t s = 0; s < samples; ++s) {
      if (const int32_t status = kernel.shape(&tensors[s * (inputs + outputs)], &each))
        return status;
      for (size_t k = inputs; k < inputs + outputs; ++k) {
        gms_tensor &t = tensors[s * (inputs + outputs) + k];
        t.data = memory.make(static_cast<size_t>(countOf(t)) * sizeOf(t.type));
      }
    }
    std::vector<int32_t> statuses(threads, GMS_OK);
    std::vector<std::thread> running;
    for (size_t t = 0; t < threads; ++t) {
      void *workspace = memory.make(static_cast<size_t>(each) * samples);
      running.emplace_back([&, t, workspace, each] {
        gms_call call{GMS_ABI_VERSION,
                      static_cast<uint32_t>(inputs + outputs),
                      static_cast<int64_t>(samples),
                      tensors.data(),
                      keys.data(),
                      workspace,
                      each * static_cast<int64_t>(samples),
                      nullptr};
        statuses[t] = kernel.entry(&call, static_cast<int64_t>(samples * t / threads),
                                   static_cast<int64_t>(samples * (t + 1) / threads));
      });
    }
    for (std::thread &thread : running)
      thread.join();
    for (int32_t status : statuses)
      if (status)
        return status;
    return GMS_OK;
  }
  bool intact() const { return memory.intact(); }
  const gms_tensor *outputsOf(size_t sample) const { return &tensors[sample * (inputs + outputs) + inputs]; }

private:
  const CompiledKernel &kernel;
  Memory memory;
  std::vector<gms_tensor> tensors;
  std::vector<gms_key> keys;
  size_t samples, inputs = 0, outputs = 0;
};

bool isRefusal(Kind kind) {
  return kind == Kind::NotKnownWhenCompiling || kind == Kind::NotCompiledYet ||
         kind == Kind::KernelArgument || kind == Kind::ExternInKernel;
}

} // namespace

KernelRun runCompiled(const program::Program &program, program::FunctionId function,
                      const std::vector<Value> &arguments, eval::Key key, const Engine &engine,
                      size_t samples, size_t threads) {
  KernelRun out;
  CompileRequest request;
  request.program = &program;
  request.entry = function;
  request.device = engine.device;
  request.level = engine.level;
  request.fused = engine.fused;
  request.literalsAreInputs = true;
  Diagnostics diagnostics;
  const auto kernel = compileCached(request, diagnostics);
  if (!kernel) {
    out.refused = !diagnostics.all().empty();
    for (const Diagnostic &message : diagnostics.all()) {
      out.error += (out.error.empty() ? "" : "; ") + codeOf(message.kind) + ": " + message.text;
      out.refused &= isRefusal(message.kind);
    }
    return out;
  }
  out.signature = kernel->signature;
  Call call(*kernel, arguments, key, samples);
  if (const int32_t status = call.run(threads)) {
    out.error = meaningOf(status);
    return out;
  }
  if (!call.intact()) {
    out.error = "the kernel wrote beyond its memory";
    return out;
  }
  for (size_t s = 0; s < samples; ++s) {
    std::vector<uint32_t> prefix;
    out.values.push_back(
        valueOf(*program.function(function).result, prefix, kernel->signature, call.outputsOf(s)));
  }
  if (kernel->signature.usesDraws) {
    const gms_tensor &drawn = call.outputsOf(0)[kernel->signature.outputs.size()];
    for (int64_t at = 0; at < countOf(drawn); ++at)
      out.drawn.push_back(elementAt(drawn, at));
  }
  return out;
}

} // namespace gms::compiler
