// gms-opt: reads IR, runs any of the compiler's passes, and prints it: for tests and for whoever writes a pass.
#include "compiler/dialect/aug/aug.h"
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/passes.h"
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/LLVMIR/LLVMDialect.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/SCF/IR/SCF.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>
#include <mlir/Dialect/Vector/IR/VectorOps.h>
#include <mlir/Tools/mlir-opt/MlirOptMain.h>
#include <mlir/Transforms/Passes.h>

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<gms::core::CoreDialect, gms::aug::AugDialect, mlir::arith::ArithDialect, mlir::func::FuncDialect,
                  mlir::math::MathDialect, mlir::scf::SCFDialect, mlir::tensor::TensorDialect,
                  mlir::vector::VectorDialect, mlir::LLVM::LLVMDialect>();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  gms::compiler::registerGmsCorePasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "gms-opt: the passes of the GMS compiler\n", registry));
}
