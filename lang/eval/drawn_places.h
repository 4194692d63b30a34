// The draws that a function makes once a sample, by the evaluator's rule for places (docs/language.md [DRW-4]).
#pragma once
#include "lang/program/program.h"

namespace gms::eval {

struct DrawnPlace {
  std::string place;
  program::Element element = program::Element::F32; ///< of a choice and of `choose`: the number of what was taken, an int
};

/// In the order of the text, those of arms that are not taken included. Draws for each element of a tensor, permutations, and
/// what a repetition of unknown length draws are left out.
std::vector<DrawnPlace> drawnPlaces(const program::Program &program, const program::Function &function);

} // namespace gms::eval
