// What a kernel takes and gives, as the plan and the callers see it. No MLIR here.
#pragma once
#include "lang/program/type.h"
#include <string>
#include <vector>

namespace gms::compiler {

/// One tensor (or scalar, of rank 0) of a kernel's flattened arguments or results.
struct SignatureItem {
  std::string path;      ///< "s.image": the parameter's name, then fields; of a result: "" or ".image"
  program::TypeRef type; ///< Scalar or Tensor, with role and range; extents refer to the function's locals
  size_t parameter = 0;  ///< of an argument: the position of its parameter
  std::vector<uint32_t> fields{}; ///< positions that lead to it inside its parameter, or inside the result
  std::vector<double> literal{};  ///< of an input that is a tensor written in the program: its elements
};

/// One scalar that is drawn once a sample, in the order of the kernel's last output.
struct SignatureDraw {
  std::string place;
  std::string distribution;
  program::Element type = program::Element::F32;
};

struct Signature {
  std::string name; ///< of the kernel's symbol
  std::vector<SignatureItem> inputs, outputs;
  std::vector<SignatureDraw> draws;
  bool usesDraws = false; ///< whether it has the output of drawn values, of f64[draws.size()]
};

} // namespace gms::compiler
