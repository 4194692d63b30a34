// gms-cuda: shows what this room makes of a file of core operations. For the text tests and for looking at code.
// A file may hold several modules, as `gmsc build --emit=core` prints them.
//   gms-cuda file.mlir --emit=kernels|host|host-llvm|plan|ptx|resources [--arch=sm_80,…] [--cuda-path=FOLDER] [--no-pipeline]
#include "compiler/codegen/cpu/lower_to_llvm.h"
#include "compiler/codegen/cpu/object_code.h"
#include "compiler/codegen/cuda/build_kernels.h"
#include "compiler/codegen/cuda/compile_cuda.h"
#include "compiler/codegen/cuda/launch_plan.h"
#include "compiler/codegen/cuda/split_reductions.h"
#include "compiler/dialect/aug/aug.h"
#include "compiler/transforms/passes.h"
#include <llvm/Support/CommandLine.h>
#include <mlir/Parser/Parser.h>
#include <mlir/Pass/PassManager.h>

namespace {

using namespace gms::compiler;
namespace cl = llvm::cl;

cl::opt<std::string> input(cl::Positional, cl::desc("file"), cl::init("-"));
cl::opt<std::string> emitted("emit", cl::desc("kernels, host, host-llvm, plan, ptx or resources"), cl::init("ptx"));
cl::list<std::string> archs("arch", cl::CommaSeparated, cl::desc("architectures"));
cl::opt<std::string> cudaPath("cuda-path", cl::desc("the toolkit's folder"));
cl::opt<bool> noPipeline("no-pipeline", cl::desc("the file is lowered to core already"));
cl::opt<bool> unfused("unfused", cl::desc("one kernel an operator"));

int fail(const std::string &error) {
  llvm::errs() << "error: " << error << "\n";
  return 1;
}

void show(const CudaKernels &kernels) {
  if (emitted == "plan")
    llvm::outs() << kernels.plan << "\n";
  if (emitted == "ptx")
    for (const auto &[arch, text] : kernels.ptx)
      llvm::outs() << text;
  if (emitted != "resources")
    return;
  llvm::outs() << kernels.statement << "\nlaunches " << kernels.launches << "\n";
  for (const auto &[arch, list] : kernels.resources)
    for (const cuda::KernelResources &r : list)
      llvm::outs() << arch << " " << r.kernel << ": " << r.registers << " registers, " << r.spillBytes
                   << " bytes spilled, " << r.sharedBytes << " bytes shared\n";
}

int emitModule(mlir::ModuleOp module) {
  if (emitted == "kernels") {
    mlir::func::FuncOp function = *module.getOps<mlir::func::FuncOp>().begin();
    cuda::splitReductions(function);
    giveDestinations(function);
    llvm::FailureOr<StagePlan> plan = planStages(function);
    if (failed(plan))
      return 1;
    cuda::buildKernels(function, *plan, cuda::schedule(*plan, cuda::hostRequirements(*plan))).print(llvm::outs());
    return 0;
  }
  std::string error;
  if (emitted == "host" || emitted == "host-llvm") {
    mlir::OwningOpRef<mlir::ModuleOp> host = emulateCuda(module, error);
    if (!host)
      return fail(error);
    if (emitted == "host-llvm") {
      if (failed(cpu::lowerToLlvm(*host)))
        return 1;
      llvm::outs() << cpu::makeCode(*host, cpu::Processor::host(), cpu::CodeForm::LlvmIr, error);
      return error.empty() ? 0 : fail(error);
    }
    host->print(llvm::outs());
    return 0;
  }
  CudaOptions options;
  if (!archs.empty())
    options.archs = {archs.begin(), archs.end()};
  options.cudaPath = cudaPath;
  options.cubins = emitted == "resources";
  std::optional<CudaKernels> kernels = compileCuda(module, options, error);
  if (!kernels)
    return fail(error);
  show(*kernels);
  return 0;
}

} // namespace

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "Shows GPU code of the tensor core\n");
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED);
  context.loadDialect<gms::core::CoreDialect, gms::aug::AugDialect>();
  loadCudaDialects(context);
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::parseSourceFile<mlir::ModuleOp>(input, &context);
  if (!module)
    return 1;
  auto inner = llvm::to_vector(module->getOps<mlir::ModuleOp>());
  if (inner.empty())
    inner.push_back(*module);
  for (mlir::ModuleOp one : inner) {
    mlir::PassManager manager(&context);
    if (!noPipeline)
      buildCorePipeline(manager, !unfused);
    if (failed(manager.run(one)) || emitModule(one))
      return 1;
  }
  return 0;
}
