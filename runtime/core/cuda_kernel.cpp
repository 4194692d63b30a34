#include "runtime/core/cuda_kernel.h"
#include "runtime/core/cuda_batch.h"
#include "runtime/core/error.h"

namespace gms::runtime {

const std::string &codeFor(const CudaCode &code, int architecture) {
  const std::string *chosen = nullptr;
  for (const auto &[arch, cubin] : code.cubin)
    if (arch / 10 == architecture / 10 && arch <= architecture)
      chosen = &cubin;
  if (chosen)
    return *chosen;
  for (const auto &[arch, ptx] : code.ptx)
    if (arch <= architecture)
      chosen = &ptx;
  if (chosen)
    return *chosen;
  std::string held;
  for (const auto *images : {&code.cubin, &code.ptx})
    for (const auto &[arch, text] : *images)
      if (const std::string name = "sm_" + std::to_string(arch); held.find(name) == std::string::npos)
        held += (held.empty() ? "" : ", ") + name;
  throw Error(ErrorKind::NoCodeForGpu, {held.empty() ? "no GPU" : held, "sm_" + std::to_string(architecture)});
}

CudaKernel::CudaKernel(const Gpu &gpu, const CudaCode &code)
    : gpu(gpu), plan(readLaunchPlan(code.launchPlan)), memory(gpu) {
  gpu.use();
  // PTX is text that has to end in a zero byte, as a std::string's does.
  gpu.check(gpu.driver().moduleLoad(&module, codeFor(code, gpu.architecture()).c_str(), 0, nullptr, nullptr),
            "loading the kernel " + plan.name);
  for (const LaunchStep &launch : plan.launches) {
    CudaHandle function = nullptr;
    gpu.check(gpu.driver().moduleFunction(&function, module, launch.kernel.c_str()), "finding " + launch.kernel);
    functions.push_back(function);
  }
}

CudaKernel::~CudaKernel() {
  if (module)
    gpu.driver().moduleUnload(module);
}

int32_t CudaKernel::shape(gms_tensor *arguments, int64_t *workspaceBytes) const {
  if (!plan.agrees(arguments))
    return GMS_BAD_SHAPE;
  std::vector<FormulaValue> values;
  plan.evaluate(arguments, values);
  for (const LaunchPlan::Requirement &requirement : plan.requirements)
    if (!values[requirement.value].whole)
      return GMS_BAD_SHAPE;
  for (size_t k = 0; k < plan.outputs.size(); ++k) {
    gms_tensor &output = arguments[plan.inputs.size() + k];
    output.type = plan.outputs[k].type;
    output.rank = static_cast<int32_t>(plan.outputs[k].extents.size());
    for (size_t axis = 0; axis < plan.outputs[k].extents.size(); ++axis)
      output.shape[axis] = values[plan.outputs[k].extents[axis]].whole;
  }
  *workspaceBytes = 0;
  return GMS_OK;
}

int32_t CudaKernel::run(const gms_call &call, int64_t first, int64_t last) const {
  if (call.version != GMS_ABI_VERSION || call.argument_count != plan.inputs.size() + plan.outputs.size())
    return GMS_BAD_VERSION;
  for (int64_t sample = first; sample < last; ++sample)
    if (!plan.agrees(call.arguments + sample * call.argument_count))
      return GMS_BAD_SHAPE;
  const std::lock_guard lock(mutex);
  gpu.use();
  while (first < last) {
    CudaBatch batch(*this, call);
    first = batch.collect(first, last);
    if (const int32_t status = batch.run())
      return status;
  }
  return GMS_OK;
}

} // namespace gms::runtime
