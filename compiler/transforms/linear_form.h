// Indices as sums of whole multiples.
#pragma once
#include <llvm/ADT/MapVector.h>
#include <mlir/IR/Value.h>

namespace gms::compiler {

/// A sum of values times whole factors, and a constant.
struct Linear {
  llvm::SmallMapVector<mlir::Value, int64_t, 4> terms;
  int64_t constant = 0;

  void add(const Linear &other, int64_t factor);
  bool isConstant() const;
  int64_t factorOf(mlir::Value value) const;
};

/// An index by what it is made of with sums, differences and whole factors; anything else is a term of its own.
Linear linearOf(mlir::Value value);

} // namespace gms::compiler
