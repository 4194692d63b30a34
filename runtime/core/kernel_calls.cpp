#include "runtime/core/kernel_calls.h"
#include "runtime/core/error.h"
#include "runtime/core/interrupt.h"
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace gms::runtime {
namespace {

const Value &leafOf(const Value &value, const std::vector<uint32_t> &fields) {
  const Value *at = &value;
  for (uint32_t field : fields)
    at = &at->items().at(field);
  return *at;
}

/// A scalar as the kernel reads it.
uint64_t bitsOf(const Value &value, gms_type element) {
  uint64_t bits = 0;
  const auto put = [&](auto number) { std::memcpy(&bits, &number, sizeof number); };
  switch (element) {
  case GMS_BOOL:
  case GMS_U8:
    put(static_cast<uint8_t>(value.number()));
    break;
  case GMS_I32:
    put(static_cast<int32_t>(value.number()));
    break;
  case GMS_I64:
    put(std::holds_alternative<int64_t>(value.data) ? value.whole() : static_cast<int64_t>(value.number()));
    break;
  case GMS_F32:
    put(static_cast<float>(value.number()));
    break;
  case GMS_F64:
    put(value.number());
    break;
  }
  return bits;
}

Value scalarOf(const void *memory, gms_type element) {
  const auto get = [&](auto number) {
    std::memcpy(&number, memory, sizeof number);
    return number;
  };
  switch (element) {
  case GMS_BOOL:
    return Value(get(uint8_t()) != 0);
  case GMS_U8:
    return Value(static_cast<int64_t>(get(uint8_t())));
  case GMS_I32:
    return Value(static_cast<int64_t>(get(int32_t())));
  case GMS_I64:
    return Value(get(int64_t()));
  case GMS_F32:
    return Value(static_cast<double>(get(float())));
  case GMS_F64:
    return Value(get(double()));
  }
  return Value();
}

/// The notes of the first argument that has some: what a sample is called.
std::shared_ptr<const Notes> notesOf(const std::vector<Column> &arguments, int64_t row) {
  for (const Column &argument : arguments)
    if (argument.at(row).notes)
      return argument.at(row).notes;
  return nullptr;
}

size_t argumentCount(const PlanKernel &form) { return form.inputs.size() + form.outputs.size() + (form.hasDraws ? 1 : 0); }

} // namespace

void KernelCalls::Aligned::operator()(void *memory) const { std::free(memory); }

KernelCalls::State &KernelCalls::stateOf(uint32_t kernel) {
  State &state = states[kernel];
  if (state.kernel)
    return state;
  const PlanKernel &form = plan.kernels[kernel];
  state.kernel = &services.kernels.get(form.name);
  state.timing.name = form.shownName;
  if (!form.draws.empty()) {
    auto names = std::make_shared<DrawnNames>();
    for (const KernelDraw &draw : form.draws) {
      names->places.push_back(draw.place);
      names->units.push_back(draw.unit);
      names->types.push_back(draw.element);
      names->arms.push_back(draw.arms);
    }
    state.drawn = std::move(names);
  }
  return state;
}

void KernelCalls::describeInputs(const PlanKernel &form, const std::vector<Column> &arguments, int64_t samples) {
  const size_t each = argumentCount(form);
  descriptors.assign(each * static_cast<size_t>(samples), gms_tensor{});
  scalars.assign(each * static_cast<size_t>(samples), 0);
  for (int64_t sample = 0; sample < samples; ++sample) {
    const size_t first = each * static_cast<size_t>(sample);
    for (size_t i = 0; i < form.inputs.size(); ++i) {
      const KernelItem &item = form.inputs[i];
      const Value &leaf = leafOf(arguments[item.parameter].at(sample), item.fields);
      gms_tensor &descriptor = descriptors[first + i];
      if (leaf.isTensor()) {
        leaf.tensor().requireType(item.element);
        descriptor = leaf.tensor().view();
        continue;
      }
      scalars[first + i] = bitsOf(leaf, item.element);
      descriptor.data = &scalars[first + i];
      descriptor.type = item.element;
      descriptor.padded = 0;
    }
  }
}

int64_t KernelCalls::makeOutputs(const PlanKernel &form, const Kernel &kernel, int64_t samples) {
  const size_t each = argumentCount(form), inputs = form.inputs.size(), made = each - inputs;
  outputs.assign(made * static_cast<size_t>(samples), Tensor());
  int64_t largest = 0;
  for (int64_t sample = 0; sample < samples; ++sample) {
    const size_t first = each * static_cast<size_t>(sample);
    int64_t bytes = 0;
    if (const int32_t status = kernel.shape(&descriptors[first], &bytes))
      fail(form, status);
    largest = std::max(largest, bytes);
    for (size_t i = 0; i < made; ++i) {
      gms_tensor &descriptor = descriptors[first + inputs + i];
      // A kernel keeps a bool as a byte and may call it one; the plan knows what it is.
      if (i < form.outputs.size() && form.outputs[i].element == GMS_BOOL && descriptor.type == GMS_U8)
        descriptor.type = GMS_BOOL;
      if (descriptor.rank == 0) {
        descriptor.data = &scalars[first + inputs + i];
        continue;
      }
      if (descriptor.rank < 0 || descriptor.rank > GMS_MAX_RANK)
        fail(form, GMS_BAD_SHAPE);
      Tensor &output = outputs[made * static_cast<size_t>(sample) + i];
      output = Tensor::make(static_cast<gms_type>(descriptor.type),
                            std::span<const int64_t>(descriptor.shape, static_cast<size_t>(descriptor.rank)));
      descriptor = output.view();
    }
  }
  return largest;
}

void KernelCalls::growWorkspace(int64_t bytes) {
  if (bytes <= workspaceBytes)
    return;
  workspace.reset(std::aligned_alloc(64, static_cast<size_t>((bytes + 63) / 64 * 64)));
  workspaceBytes = workspace ? bytes : 0;
  if (!workspace)
    throw Error(ErrorKind::OutOfMemory, {std::to_string(bytes), "a kernel's workspace"});
}

void KernelCalls::fail(const PlanKernel &form, int32_t status) const {
  // The residual stands above the status, as kernel.h says.
  const auto detail = [&] {
    const uint32_t bits = static_cast<uint32_t>(status) & ~0xffu;
    float number = 0;
    std::memcpy(&number, &bits, sizeof number);
    char text[32];
    std::snprintf(text, sizeof text, "%.2g", static_cast<double>(number));
    return std::string(text);
  };
  switch (GMS_STATUS_OF(status)) {
  case GMS_NOT_CONVERGED:
    throw Error(ErrorKind::NotConverged, {form.shownName, detail()});
  case GMS_SINGULAR:
    throw Error(ErrorKind::SingularSystem, {form.shownName, detail()});
  case GMS_NOT_SYMMETRIC:
    throw Error(ErrorKind::NotSymmetric, {form.shownName, detail()});
  case GMS_NO_PASS:
    throw Error(ErrorKind::NoPass, {form.shownName});
  case GMS_BAD_VERSION:
    throw Error(ErrorKind::KernelVersion, {form.shownName});
  case GMS_NOT_A_NUMBER:
    throw Error(ErrorKind::NotANumberFound, {form.shownName});
  case GMS_BAD_WORKSPACE:
    throw Error(ErrorKind::KernelFailed, {form.shownName, "its workspace is too small"});
  default:
    throw Error(ErrorKind::KernelFailed, {form.shownName, "their extents do not fit together, or one is out of its range"});
  }
}

void KernelCalls::run(const PlanKernel &form, State &state, int64_t samples, int64_t workspaceEach) {
  const int threads = state.kernel->concurrent() ? services.host.threads : 1;
  workspaceEach = (workspaceEach + 63) / 64 * 64;
  // A GPU kernel has a workspace a sample, a CPU kernel one a worker.
  growWorkspace(workspaceEach * (state.kernel->concurrent() ? threads : samples));
  gms_call call{};
  call.version = GMS_ABI_VERSION;
  call.argument_count = static_cast<uint32_t>(argumentCount(form));
  call.samples = samples;
  call.arguments = descriptors.data();
  call.keys = keys.data();
  call.workspace = workspace.get();
  call.workspace_bytes = workspaceEach;
  const auto start = std::chrono::steady_clock::now();
  std::atomic<int32_t> worst{GMS_OK};
  const auto body = [&](int64_t first, int64_t last, int worker) {
    gms_call mine = call;
    if (workspaceEach && state.kernel->concurrent())
      mine.workspace = static_cast<std::byte *>(workspace.get()) + worker * workspaceEach;
    if (worst.load(std::memory_order_relaxed) != GMS_OK || InterruptGuard::requested())
      return;
    if (const int32_t status = state.kernel->run(mine, first, last))
      worst = status;
  };
  if (!state.kernel->concurrent())
    body(0, samples, 0);
  else
    services.host.pool.parallelFor(samples, threads, body, 1);
  state.timing.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  state.timing.samples += samples;
  if (worst != GMS_OK)
    fail(form, worst);
  if (InterruptGuard::requested())
    throw Error(ErrorKind::Interrupted, {std::to_string(state.timing.samples), "the samples of " + form.shownName});
}

Value KernelCalls::resultOf(const PlanKernel &form, const State &state, const std::vector<Column> &arguments,
                            int64_t sample) {
  const size_t each = argumentCount(form), inputs = form.inputs.size(), made = each - inputs;
  size_t next = 0;
  const auto take = [&]() -> Value {
    const size_t i = next++;
    if (i >= form.outputs.size())
      throw Error(ErrorKind::PlanUnreadable, {"a kernel gives less than its result has"});
    Tensor &output = outputs[made * static_cast<size_t>(sample) + i];
    if (output.defined())
      return Value(std::move(output));
    const gms_tensor &descriptor = descriptors[each * static_cast<size_t>(sample) + inputs + i];
    return scalarOf(descriptor.data, static_cast<gms_type>(descriptor.type));
  };
  const std::function<Value(const HostType &)> build = [&](const HostType &type) -> Value {
    if (type.kind == HostKind::Scalar || type.kind == HostKind::Tensor)
      return take();
    std::vector<Value> items;
    for (const HostTypeRef &item : type.items)
      items.push_back(item->kind == HostKind::String ? Value("") : build(*item));
    return Value::group(std::move(items));
  };
  Value result = build(*form.result);
  std::shared_ptr<const Notes> from = notesOf(arguments, sample);
  if (!state.drawn) {
    result.notes = std::move(from);
    return result;
  }
  auto notes = std::make_shared<Notes>();
  if (from) {
    notes->name = from->name;
    notes->identity = from->identity;
  }
  notes->drawn = state.drawn;
  const Tensor &drawn = outputs[made * static_cast<size_t>(sample) + form.outputs.size()];
  if (drawn.defined())
    notes->values.assign(drawn.elementsAs<double>().begin(), drawn.elementsAs<double>().end());
  notes->values.resize(state.drawn->places.size());
  result.notes = std::move(notes);
  return result;
}

Column KernelCalls::call(uint32_t index, const std::vector<Column> &arguments, const Rows &rows) {
  const PlanKernel &form = plan.kernels[index];
  State &state = stateOf(index);
  const bool differs = form.keyed || form.hasDraws || std::any_of(arguments.begin(), arguments.end(), [](const Column &c) { return !c.uniform; });
  const int64_t samples = differs ? rows.size() : 1;
  keys.resize(static_cast<size_t>(samples));
  for (int64_t row = 0; row < samples && rows.size() > 0; ++row) {
    const RowKey key = rows.key(row);
    const std::shared_ptr<const Notes> notes = key.identified ? nullptr : notesOf(arguments, row);
    keys[static_cast<size_t>(row)] = {services.seed, notes && notes->identity ? *notes->identity : key.sample, key.epoch, 0};
  }
  if (samples == 0)
    return Column::of({});
  describeInputs(form, arguments, samples);
  run(form, state, samples, makeOutputs(form, *state.kernel, samples));
  std::vector<Value> results;
  results.reserve(static_cast<size_t>(samples));
  for (int64_t sample = 0; sample < samples; ++sample)
    results.push_back(resultOf(form, state, arguments, sample));
  outputs.clear();
  return {std::make_shared<const std::vector<Value>>(std::move(results)), samples == 1};
}

std::vector<KernelTiming> KernelCalls::timings() const {
  std::vector<KernelTiming> all;
  for (const auto &[index, state] : states)
    if (state.timing.samples)
      all.push_back(state.timing);
  return all;
}

} // namespace gms::runtime
