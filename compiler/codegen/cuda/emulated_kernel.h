// For tests: a kernel on the emulated GPU and on the CPU.
#pragma once
#include "compiler/codegen/cpu/compile.h"
#include "compiler/codegen/cpu/lower_to_llvm.h"
#include "compiler/codegen/cuda/compile_cuda.h"
#include "compiler/dialect/aug/aug.h"
#include "compiler/transforms/passes.h"
#include <cmath>
#include <gtest/gtest.h>
#include <mlir/Parser/Parser.h>
#include <mlir/Pass/PassManager.h>

namespace gms::compiler {

/// A kernel on the emulated GPU, called with arrays of numbers. What it gives is compared with what the CPU's code gives.
class Emulated {
public:
  explicit Emulated(const std::string &text, const std::string &name = "k")
      : context(mlir::MLIRContext::Threading::DISABLED) {
    context.loadDialect<core::CoreDialect, aug::AugDialect>();
    loadCudaDialects(context);
    mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    mlir::PassManager manager(&context);
    buildCorePipeline(manager, true);
    EXPECT_TRUE(module && succeeded(manager.run(*module)));
    onCpu = compileForCpu(*module, {});
    EXPECT_TRUE(onCpu) << onCpu.error;
    std::string error;
    mlir::OwningOpRef<mlir::ModuleOp> host = emulateCuda(*module, error);
    EXPECT_TRUE(host) << error;
    EXPECT_TRUE(host && succeeded(cpu::lowerToLlvm(*host)));
    code = cpu::LoadedCode::load(cpu::makeCode(*host, cpu::Processor::host(), cpu::CodeForm::Object, error), error);
    EXPECT_TRUE(code) << error;
    entry = reinterpret_cast<gms_kernel>(code->symbol(name));
    shape = reinterpret_cast<gms_shape_function>(code->symbol(name + "_shape"));
  }

  template <typename T> Emulated &input(const std::vector<T> &values, const std::vector<int64_t> &shape, gms_type type) {
    gms_tensor tensor{};
    const auto *bytes = reinterpret_cast<const char *>(values.data());
    memory.push_back(std::make_unique<std::vector<char>>(bytes, bytes + values.size() * sizeof(T)));
    tensor.data = memory.back()->data();
    std::copy(shape.begin(), shape.end(), tensor.shape);
    tensor.rank = static_cast<int32_t>(shape.size());
    tensor.type = type;
    arguments.push_back(tensor);
    ++inputs;
    return *this;
  }
  Emulated &image(const std::vector<float> &values, const std::vector<int64_t> &shape) {
    return input(values, shape, GMS_F32);
  }

  /// Runs one sample, and compares with the CPU: draws and whole numbers to the bit, other numbers to rounding.
  int32_t run(size_t outputs, gms_key key = {}) {
    std::vector<gms_tensor> expected = arguments;
    expected.resize(inputs + outputs);
    const int32_t there = call(onCpu.kernels[0].entry, onCpu.kernels[0].shape, expected, key);
    arguments.resize(inputs + outputs);
    const int32_t here = call(entry, shape, arguments, key);
    EXPECT_EQ(here, there);
    for (size_t k = inputs; here == GMS_OK && k < arguments.size(); ++k)
      compare(k, expected[k]);
    return here;
  }

  int64_t elements(size_t k) const {
    int64_t n = 1;
    for (int32_t axis = 0; axis < arguments[k].rank; ++axis)
      n *= arguments[k].shape[axis];
    return n;
  }
  template <typename T> std::vector<T> output(size_t k) const {
    const T *data = static_cast<const T *>(arguments[inputs + k].data);
    return std::vector<T>(data, data + elements(inputs + k));
  }
  const gms_tensor &outputTensor(size_t k) const { return arguments[inputs + k]; }

private:
  int32_t call(gms_kernel kernel, gms_shape_function shapes, std::vector<gms_tensor> &list, gms_key key) {
    int64_t bytes = 0;
    if (const int32_t status = shapes(list.data(), &bytes))
      return status;
    for (size_t k = inputs; k < list.size(); ++k) {
      int64_t n = 1;
      for (int32_t axis = 0; axis < list[k].rank; ++axis)
        n *= list[k].shape[axis];
      memory.push_back(std::make_unique<std::vector<char>>(static_cast<size_t>(8 * n) + 8));
      list[k].data = memory.back()->data();
    }
    std::vector<uint64_t> workspace(static_cast<size_t>(bytes) / 8 + 16);
    void *aligned = workspace.data();
    size_t room = workspace.size() * 8;
    std::align(64, static_cast<size_t>(bytes), aligned, room);
    const gms_call made{GMS_ABI_VERSION, static_cast<uint32_t>(list.size()), 1, list.data(), &key, aligned, bytes, nullptr};
    return kernel(&made, 0, 1);
  }

  void compare(size_t k, const gms_tensor &expected) {
    ASSERT_EQ(arguments[k].rank, expected.rank);
    for (int32_t axis = 0; axis < expected.rank; ++axis)
      ASSERT_EQ(arguments[k].shape[axis], expected.shape[axis]);
    for (int64_t i = 0; i < elements(k); ++i) {
      if (expected.type == GMS_F32) {
        const float x = static_cast<float *>(arguments[k].data)[i], y = static_cast<float *>(expected.data)[i];
        ASSERT_TRUE(x == y || std::abs(x - y) <= 1e-5f * std::max(1.0f, std::abs(y))) << k << " " << i << ": " << x << " " << y;
      } else if (expected.type == GMS_F64) {
        const double x = static_cast<double *>(arguments[k].data)[i], y = static_cast<double *>(expected.data)[i];
        ASSERT_TRUE(x == y || std::abs(x - y) <= 1e-13 * std::max(1.0, std::abs(y))) << k << " " << i << ": " << x << " " << y;
      } else {
        ASSERT_EQ(static_cast<int64_t *>(arguments[k].data)[i], static_cast<int64_t *>(expected.data)[i]) << k << " " << i;
      }
    }
  }

  mlir::MLIRContext context;
  CpuCode onCpu;
  std::unique_ptr<cpu::LoadedCode> code;
  gms_kernel entry = nullptr;
  gms_shape_function shape = nullptr;
  std::vector<gms_tensor> arguments;
  std::vector<std::unique_ptr<std::vector<char>>> memory;
  size_t inputs = 0;
};

} // namespace gms::compiler
