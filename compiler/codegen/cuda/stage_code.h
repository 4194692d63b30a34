// One stage inside a kernel: which thread does what.
#pragma once
#include "compiler/codegen/cuda/sample_code.h"
#include "compiler/codegen/cuda/schedule.h"

namespace gms::compiler::cuda {

class StageCode {
public:
  /// `status` points to the sample's word, which a requirement sets.
  StageCode(const StagePlan &plan, const ConstantSymbols &constants, SampleFrame frame, mlir::Value status)
      : plan(plan), constants(constants), frame(std::move(frame)), status(status) {}

  /// Emits the stage where `b` stands, for the thread that runs there; under its guards.
  void emit(mlir::OpBuilder &b, LaunchKind kind, const Stage &stage);

private:
  const StagePlan &plan;
  const ConstantSymbols &constants;
  SampleFrame frame;
  mlir::Value status;

  void tiles(mlir::OpBuilder &b, core::ComputeOp op, SampleCode &code);
  void pixel(mlir::OpBuilder &b, core::ComputeOp op, const Domain &domain, mlir::ValueRange pixels, SampleCode &code);
  void element(mlir::OpBuilder &b, core::ComputeOp op, mlir::ValueRange indices, SampleCode &code);
  void smallCompute(mlir::OpBuilder &b, core::ComputeOp op, SampleCode &code);
  void row(mlir::OpBuilder &b, core::ComputeOp op, SampleCode &code);
  void reduce(mlir::OpBuilder &b, core::ReduceOp op, SampleCode &code);
  mlir::Value across(mlir::OpBuilder &b, core::ReduceOp op, SampleCode &code, mlir::IRMapping &map);
  void scan(mlir::OpBuilder &b, core::ScanOp op, SampleCode &code);
  void scatter(mlir::OpBuilder &b, core::ScatterOp op, SampleCode &code);
  void histogram(mlir::OpBuilder &b, core::HistogramOp op, SampleCode &code);
  // functions of the runtime (library_code.cpp)
  void library(mlir::OpBuilder &b, core::LibraryOp op, SampleCode &code);
  // loops (loop_code.cpp)
  void loop(mlir::OpBuilder &b, const Stage &stage);
  void copyElements(mlir::OpBuilder &b, mlir::Value from, mlir::Value to);
  void pass(mlir::OpBuilder &b, const Stage &stage);
  void repeatLast(mlir::OpBuilder &b, core::LoopOp op, mlir::Value number);
  void once(mlir::OpBuilder &b, mlir::Operation *op, SampleCode &code);
};

} // namespace gms::compiler::cuda
