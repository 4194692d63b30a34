// Which passes of the loops around a read meet a given element of the tensor: with it an adjoint is gathered, element by
// element, instead of being scattered.
#pragma once
#include "compiler/dialect/core/core.h"
#include "compiler/transforms/linear_form.h"
#include "compiler/transforms/scalar_builder.h"
#include <optional>

namespace gms::compiler {

/// An index of the loops around a read; it runs over [low, high).
struct NestIndex {
  mlir::BlockArgument argument;
  mlir::Value low, high;
};

class ReadInversion {
public:
  /// Of a read inside `root`. Nothing where an index depends on data, or follows a border rule that maps several places to one
  /// element; a wrapped index can be inverted where its loop covers exactly one period.
  static std::optional<ReadInversion> of(core::ReadOp read, mlir::Operation *root,
                                         llvm::ArrayRef<NestIndex> nest);

  /// The indices that are not determined by the element: all of their values are to be visited.
  llvm::SmallVector<NestIndex> free;

  /// Adds the values of the other indices to those of `free`, for the element at `place`; they may lie outside of their
  /// ranges. Gives the condition under which they read that element; null where they always do.
  mlir::Value solve(ScalarBuilder &s, mlir::ValueRange place,
                    llvm::DenseMap<mlir::Value, mlir::Value> &values) const;
  /// The part of the condition that depends on the place alone; null where there is none.
  mlir::Value placeCondition(ScalarBuilder &s, mlir::ValueRange place) const;

private:
  /// A sum over values and over the coordinates of the element.
  struct Form {
    Linear values;
    llvm::SmallVector<int64_t, 4> axes;
    void add(const Form &other, int64_t factor);
  };
  /// index = form / divisor, or form modulo `period` where that is set.
  struct Solution {
    mlir::Value index;
    Form form;
    int64_t divisor = 1;
    mlir::Value period;
  };
  /// The element's coordinate must be what the border rule makes of the form.
  struct Check {
    unsigned axis;
    Form form;
    core::Border border;
    bool placeOnly;
  };
  llvm::SmallVector<Solution> solutions; ///< in an order in which they can be evaluated
  llvm::SmallVector<Check> checks;
  mlir::Value tensor;

  friend class Inverter;
  mlir::Value evaluate(ScalarBuilder &s, const Form &form, mlir::ValueRange place,
                       const llvm::DenseMap<mlir::Value, mlir::Value> &values) const;
  mlir::Value check(ScalarBuilder &s, const Check &check, mlir::ValueRange place,
                    const llvm::DenseMap<mlir::Value, mlir::Value> &values) const;
};

} // namespace gms::compiler
