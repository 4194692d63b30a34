// A plan: what an experiment does, as data. The schema is stated in runtime/abi/plan.md.
#pragma once
#include "runtime/core/value.h"
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gms::runtime {

/// The version of the schema that this runtime reads.
inline constexpr int kPlanVersion = 1;

/// Scalar primitives of host expressions, with the names that the plan uses.
enum class HostPrim : uint8_t {
#define GMS_HOST_PRIM(name, text, arity) name,
#include "runtime/core/host_prims.def"
#undef GMS_HOST_PRIM
};

enum class HostReduce : uint8_t { Sum, Prod, Min, Max, Mean, Median, Any, All, Count, ArgMin, ArgMax, Map, Filter };
enum class HostBorder : uint8_t { Proven, Zero, Clamp, Reflect, Wrap };

enum class HostOp : uint8_t {
  Constant, ///< constant
  Local,    ///< slot
  Prim,     ///< prim, args
  Convert,  ///< args[0] to the element of type
  Read,     ///< args[0] a tensor, then indices; border
  Reduce,   ///< reduce, indices, args[0] the body, args[1] an optional condition
  If,       ///< args condition, then, else
  Call,     ///< index of a function, args
  Kernel,   ///< index of a kernel, args
  Extern,   ///< name, args
  Field,    ///< args[0] a record or tuple, index
  Item,     ///< args[0] a list, args[1] an int
  Group,    ///< args: a record or tuple
  List,     ///< args
  Tensor,   ///< args: scalars in row-major order; extents
  Length,   ///< args[0] a list
  Extent,   ///< args[0] a value; fields, then axis index: an int
  Block,    ///< definitions, args[0] the value
  Repeat,   ///< indices[0], slot the carried value, args[0] its start, args[1] the next value
  Fit,      ///< a model's training: see below
};

// Fit: name is the minimiser, "lbfgs" or "adam"; slot holds the model, a record of weights; indices[0] is one thing of a
// list that it is trained on. args: [0] a list of ints, the seeds; [1] the model at the start, drawn as sample `seed`;
// [2] the tuple (loss, its gradient in the model's form) for one thing, in f64; [3] what is smallest at the step that is
// kept, a real of the model alone, or the constant 0, by which the last step is kept; [4] steps; [5] L-BFGS's memory;
// [6] Adam's rate. Gives a list of (model, seed, loss, steps, kept, history), one a seed.

struct HostExpr;
using HostExprRef = std::unique_ptr<HostExpr>;

struct HostIndex {
  uint32_t slot = 0;
  HostExprRef low, high; ///< null where list is set
  HostExprRef list;
  std::string name;
};

/// An extent that becomes known with a value, or that must agree with what is known.
struct HostExtent {
  uint32_t slot = 0;         ///< binding: where it goes
  uint32_t of = 0;           ///< the slot of the value
  std::vector<uint32_t> fields;
  uint32_t axis = 0;
  HostExprRef expected;      ///< check: what it must be; null for a binding
  HostExprRef solved;        ///< binding: its value, once the slot holds the extent; null where it is the extent
  std::string place;         ///< check: "photos.gms:12:3"
};

struct HostDefinition {
  std::vector<uint32_t> slots;
  HostExprRef value;
  std::vector<HostExtent> bindings, checks;
  std::string name; ///< as written; shown beside a progress bar
};

struct HostExpr {
  HostOp op = HostOp::Constant;
  HostPrim prim{};
  HostReduce reduce{};
  HostBorder border{};
  bool keyed = true;  ///< Reduce: its elements are samples of their own to what draws
  uint32_t index = 0; ///< slot, field, function, kernel or axis
  HostTypeRef type;
  Value constant;
  std::string name;
  std::vector<HostExprRef> args;
  std::vector<HostIndex> indices;
  std::vector<HostDefinition> definitions;
  std::vector<uint32_t> fields;
  std::vector<int64_t> extents;
};

/// One tensor or scalar of a kernel's flattened arguments or results.
struct KernelItem {
  std::string path;
  uint32_t parameter = 0;
  std::vector<uint32_t> fields;
  gms_type element = GMS_F32;
  int rank = 0;
};

struct KernelDraw {
  std::string place;
  std::string unit;
  gms_type element = GMS_F32;
  std::vector<DrawnArm> arms; ///< it is drawn where all of them are taken
};

struct PlanKernel {
  std::string name;
  std::string shownName;  ///< the function that a person knows it by
  std::vector<KernelItem> inputs, outputs;
  HostTypeRef result;
  std::vector<KernelDraw> draws;
  bool keyed = false;     ///< it draws, so that its samples differ by their keys
  bool hasDraws = false;  ///< the last output holds the drawn values, f64[draws.size()]
};

/// A recipe, or another function that runs on the host.
struct HostFunction {
  std::string name;
  std::vector<uint32_t> parameters; ///< slots
  uint32_t slots = 0;
  std::vector<HostExtent> bindings, checks;
  HostExprRef body;
};

struct PlanParam {
  std::string name;
  uint32_t slot = 0;
  HostTypeRef type;
  std::vector<std::string> docs;
  HostExprRef defaultValue;
  std::string defaultText; ///< as written; empty where none is
};

struct PlanClause {
  enum class Kind : uint8_t { Show, Plot, Table, Expect } kind{};
  std::string text;  ///< as written
  std::string place; ///< "photos.gms:31"
  std::vector<HostExprRef> values;
  std::vector<std::string> labels;
  std::vector<std::string> relations; ///< Expect: between the values
  std::vector<HostIndex> against;
  std::vector<HostTypeRef> againstTypes;
};

struct PlanStep {
  std::unique_ptr<HostDefinition> definition;
  std::unique_ptr<PlanClause> clause;
};

struct PlanExperiment {
  std::string name;
  std::vector<std::string> docs;
  uint32_t slots = 0;
  std::vector<PlanParam> params;
  std::vector<PlanStep> steps;
};

struct PlanUnit {
  std::string name;
  double scale = 1;
  std::string base; ///< its dimension in base units, "kg*m^2"
};

struct Plan {
  std::string program; ///< the file's name
  std::vector<PlanUnit> units;
  std::vector<PlanKernel> kernels;
  std::vector<HostFunction> functions;
  std::vector<PlanExperiment> experiments;
  ValuePrinter printer; ///< the unit that values of each dimension are shown in

  /// The experiment of that name, or the first where it is empty. Throws NoExperiment or UnknownExperiment.
  const PlanExperiment &experiment(const std::string &name) const;
};

/// Reads a plan's JSON. Every index and arity in it is checked. Throws PlanUnreadable or PlanTooNew.
std::unique_ptr<Plan> readPlan(std::string_view json);

} // namespace gms::runtime
