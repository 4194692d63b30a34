// Evaluates host expressions of a plan, in many rows at once.
#pragma once
#include "runtime/core/externs.h"
#include "runtime/core/kernel.h"
#include "runtime/core/plan.h"
#include "runtime/core/plan_rows.h"
#include <functional>

namespace gms::runtime {

class KernelCalls;
class Progress;

struct PlanServices;

/// Trains models; the room runtime/fit does.
class FitService {
public:
  virtual ~FitService() = default;
  /// The value of a HostOp::Fit in a scope of one row; `name` is what the result will be called. Throws what kernels
  /// throw, what files throw, and Interrupted.
  virtual Value fit(const Plan &plan, const PlanServices &services, const HostExpr &e, const Rows &rows,
                    const std::string &name) = 0;
};

/// What a plan needs to run.
struct PlanServices {
  KernelProvider &kernels;
  const ExternRegistry &externs;
  ExternContext &host;
  uint64_t seed = 0;
  FitService *fits = nullptr; ///< null where the plan trains nothing
};

/// What was spent in one kernel.
struct KernelTiming {
  std::string name;
  double seconds = 0;
  int64_t samples = 0;
};

class PlanEvaluator {
public:
  PlanEvaluator(const Plan &plan, PlanServices services);
  ~PlanEvaluator();

  /// The expression in every row. Throws what kernels and host functions throw, and Interrupted.
  Column evaluate(const HostExpr &e, const Rows &rows);
  /// In a scope of one row.
  Value evaluateOne(const HostExpr &e, const Rows &rows) { return evaluate(e, rows).at(0); }
  /// Evaluates a definition and binds its locals and extents.
  void define(const HostDefinition &definition, Rows &rows);
  /// Rows of the index variables: one for each combination, in row-major order. Where `keyed`, elements of lists are
  /// samples and ranges count epochs; else a row draws what its outer row draws. The scopes live during the visit, which
  /// does not happen where there is no combination.
  struct Expansion {
    std::vector<int64_t> origin; ///< each row's row of the scope that was expanded
    ListShape shape;             ///< how often each variable goes round, and the names of the first's elements
    bool ragged = false;         ///< not equally often in all rows
    bool keyed = true;           ///< rows are samples of their own to what draws
  };
  using ExpandVisit = std::function<void(const Rows &rows, const Expansion &expansion)>;
  void expand(const std::vector<HostIndex> &indices, bool keyed, const Rows &rows, const ExpandVisit &visit);

  /// What long reductions are called beside their progress bar.
  void nameWork(std::string name) { workName = std::move(name); }
  std::vector<KernelTiming> timings() const;

private:
  const Plan &plan;
  PlanServices services;
  std::unique_ptr<KernelCalls> calls;
  std::string workName;
  int reduceDepth = 0;

  Column eachRow(const HostExpr &e, const Rows &rows, const std::function<Value(std::vector<const Value *> &)> &f);
  Column conditional(const HostExpr &e, const Rows &rows);
  Column call(const HostExpr &e, const Rows &rows);
  Column externCall(const HostExpr &e, const Rows &rows);
  Column reduce(const HostExpr &e, const Rows &rows);
  Column repeat(const HostExpr &e, const Rows &rows);
  void bindExtents(const std::vector<HostExtent> &bindings, const std::vector<HostExtent> &checks, Rows &rows);
  void expandFrom(const std::vector<HostIndex> &indices, size_t at, const Rows &rows, Expansion done,
                  const ExpandVisit &visit);
  void reduceChunk(const HostExpr &e, const Rows &all, int64_t first, int64_t last,
                   const std::function<void(int64_t row, const Value &value, const Value *element)> &add);
};

/// Whether evaluating it calls a kernel.
bool callsKernel(const HostExpr &e, const Plan &plan);

/// A scalar primitive of values of one type; `type` is the result's. Throws DivisionByZero.
Value applyPrim(HostPrim prim, const HostType &type, const Value &a, const Value *b);
/// An element of a tensor at whole indices; outside, what the border says.
Value readElement(const Tensor &tensor, HostBorder border, const std::vector<int64_t> &indices);
/// Converts between scalars: to u8 by rounding half to even and clamping.
Value convertScalar(const Value &value, gms_type element);
/// A small tensor of scalars.
Tensor tensorOf(gms_type element, const std::vector<int64_t> &extents, const std::vector<const Value *> &scalars);
/// The extent of a value at an axis of what the fields lead to.
int64_t extentOf(const Value &value, const std::vector<uint32_t> &fields, uint32_t axis);

} // namespace gms::runtime
