// How a kernel's launches are made: what compiler/codegen/cuda/launch_plan.cpp writes, read and evaluated for one sample.
#pragma once
#include "runtime/abi/kernel.h"
#include <string>
#include <string_view>
#include <vector>

namespace gms::runtime {

inline constexpr int kLaunchPlanVersion = 1;

enum class FormulaOp : uint8_t {
#define GMS_CUDA_FORMULA(name, text, operands) name,
#include "runtime/core/cuda_formulas.def"
#undef GMS_CUDA_FORMULA
};

struct FormulaNode {
  FormulaOp op{};
  int64_t operands[3] = {};
  double real = 0;
};

/// The value of a node: both forms, so that conversions between ints and reals are free.
struct FormulaValue {
  int64_t whole = 0;
  double real = 0;
};

struct LaunchStep {
  std::string kernel;
  int64_t tile = 1;    ///< pixels of a block
  int64_t mostOuter = 1;
  std::vector<size_t> pixels, outer; ///< nodes; the largest counts
};

struct LaunchPlan {
  struct Output {
    gms_type type = GMS_F32;
    std::vector<size_t> extents;
  };
  struct Requirement {
    size_t value = 0;
    std::string text;
  };
  struct Input {
    int type = -1; ///< of gms_type; -1: any
    std::vector<int64_t> extents; ///< -1: any
  };
  std::string name;
  std::vector<Input> inputs;
  unsigned block = 0; ///< threads
  std::vector<FormulaNode> values;
  std::vector<Output> outputs;
  std::vector<Requirement> requirements;
  std::vector<size_t> slots; ///< nodes: the bytes of each piece of the workspace
  std::vector<LaunchStep> launches;
  bool checks = false;       ///< kernels may set a sample's status

  /// Whether the descriptors of a sample's inputs are of the kernel's types.
  bool agrees(const gms_tensor *inputs) const;
  /// The values of all nodes for a sample's inputs, into `to`.
  void evaluate(const gms_tensor *inputs, std::vector<FormulaValue> &to) const;
};

/// Reads a plan; every number in it is checked. Throws PlanUnreadable or PlanTooNew.
LaunchPlan readLaunchPlan(std::string_view json);

} // namespace gms::runtime
