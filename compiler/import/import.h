// Typed program to IR: a partial evaluator. Calls are inlined; what is known when compiling (ints, strings,
// tuples, records, lists, constant numbers) stays a C++ value; unknown scalars and tensors become operations
// of `core` and `aug`.
#pragma once
#include "compiler/import/signature.h"
#include "lang/diagnostics/diagnostics.h"
#include "lang/program/program.h"
#include <map>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/OwningOpRef.h>

namespace gms::compiler {

/// A value of a parameter that is known when compiling.
using KnownScalar = std::variant<bool, int64_t, double, std::string>;

struct ImportOptions {
  std::string name;                         ///< the kernel's symbol; empty: the function's name
  std::map<std::string, KnownScalar> known; ///< by path ("n", "s.factor"): no argument is made for these
  std::map<std::string, std::vector<int64_t>>
      extents; ///< by path: extents that the kernel is specialised for
  /// Tensors of constants become inputs of unknown extents, so that a test of them tests the code and not
  /// this folder.
  bool literalsAreInputs = false;
};

/// Makes the module with one func.func (attribute gms.kernel) for `entry` and everything that it calls. Null
/// after an error, which has been reported (E0500 to E0519): what must be known when compiling and is not, or
/// what no kernel can do (host functions, lists of unknown length). Loads the dialects it needs into the
/// context.
mlir::OwningOpRef<mlir::ModuleOp> import(const program::Program &program, program::FunctionId entry,
                                         const ImportOptions &options, mlir::MLIRContext &context,
                                         Signature &signature, Diagnostics &diagnostics);

} // namespace gms::compiler
