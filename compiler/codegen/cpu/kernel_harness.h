// For tests: text of a module to a function that can be called on plain arrays.
#pragma once
#include "compiler/codegen/cpu/compile.h"
#include "compiler/dialect/aug/aug.h"
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <cstring>
#include <gtest/gtest.h>
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/Parser/Parser.h>
#include <mlir/Pass/PassManager.h>

namespace gms::compiler::cpu {

template <typename T> constexpr gms_type typeCode();
template <> constexpr gms_type typeCode<uint8_t>() { return GMS_U8; }
template <> constexpr gms_type typeCode<int64_t>() { return GMS_I64; }
template <> constexpr gms_type typeCode<float>() { return GMS_F32; }
template <> constexpr gms_type typeCode<double>() { return GMS_F64; }

/// An array whose last byte is followed by nothing that may be read.
template <typename T> struct Array {
  std::vector<int64_t> shape;
  std::vector<T> data;
  explicit Array(std::vector<int64_t> shape) : shape(std::move(shape)) {
    int64_t n = 1;
    for (int64_t extent : this->shape)
      n *= extent;
    data.resize(n);
  }
  gms_tensor tensor() {
    gms_tensor t{};
    t.data = data.data();
    std::copy(shape.begin(), shape.end(), t.shape);
    t.type = typeCode<T>();
    t.rank = static_cast<int32_t>(shape.size());
    return t;
  }
};

class Harness {
public:
  explicit Harness(const std::string &text, bool fused = true, Processor processor = Processor::host()) {
    context.disableMultithreading();
    context
        .loadDialect<core::CoreDialect, aug::AugDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                     mlir::math::MathDialect, mlir::scf::SCFDialect, mlir::tensor::TensorDialect>();
    mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module) {
      ADD_FAILURE() << "the module does not parse";
      return;
    }
    mlir::PassManager manager(&context);
    buildCorePipeline(manager, fused);
    if (mlir::failed(manager.run(*module))) {
      ADD_FAILURE() << "a pass failed";
      return;
    }
    CpuOptions options;
    options.processor = processor;
    options.verify = true;
    code = compileForCpu(*module, options);
    if (!code)
      ADD_FAILURE() << code.error;
  }

  bool ready() const { return bool(code) && !code.kernels.empty(); }
  const CpuKernel &kernel() const { return code.kernels[0]; }

  /// Runs samples whose arguments follow one another, and checks the shapes that the kernel states for its
  /// outputs.
  int run(std::vector<gms_tensor> arguments, size_t inputs, size_t each, std::vector<gms_key> keys = {}) {
    int64_t workspace = 0;
    const size_t samples = arguments.size() / each;
    keys.resize(samples);
    for (size_t s = 0; s < samples; ++s) {
      std::vector<gms_tensor> copy(arguments.begin() + s * each, arguments.begin() + (s + 1) * each);
      int64_t bytes = -1;
      if (int status = kernel().shape(copy.data(), &bytes))
        return status;
      workspace = std::max(workspace, bytes);
      for (size_t k = inputs; k < each; ++k)
        for (int axis = 0; axis < copy[k].rank; ++axis)
          EXPECT_EQ(copy[k].shape[axis], arguments[s * each + k].shape[axis]);
    }
    std::vector<char> memory(workspace + 64);
    char *aligned = memory.data() + (64 - reinterpret_cast<uintptr_t>(memory.data()) % 64) % 64;
    gms_call call{GMS_ABI_VERSION,
                  static_cast<uint32_t>(each),
                  static_cast<int64_t>(samples),
                  arguments.data(),
                  keys.data(),
                  aligned,
                  workspace,
                  nullptr};
    return kernel().entry(&call, 0, samples);
  }

  mlir::MLIRContext context;
  CpuCode code;
};

} // namespace gms::compiler::cpu
