// The plain evaluator behind the kernel interface: slow, and the judge of the fast ones.
#pragma once
#include "compiler/import/plan/plan_experiment.h"
#include "runtime/core/kernel.h"
#include <map>

namespace gms::compiler {

class EvaluatorKernels : public runtime::KernelProvider {
public:
  EvaluatorKernels(const program::Program &program, const std::vector<PlannedKernel> &kernels);
  const runtime::Kernel &get(const std::string &name) override;
  std::string device() const override { return "evaluator"; }
  /// One a kernel, in order.
  const std::vector<Signature> &signatures() const { return signatureList; }

private:
  std::map<std::string, std::unique_ptr<runtime::Kernel>> kernels;
  std::vector<Signature> signatureList;
};

} // namespace gms::compiler
