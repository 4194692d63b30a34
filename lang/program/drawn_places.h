// The draws that a function makes once a sample, by the language's rule for places (docs/language.md [DRW-4]).
#pragma once
#include "lang/program/program.h"

namespace gms::program {

struct DrawnPlace {
  /// An arm of a choice: the choice's place, and the arm's number, which is what is drawn there.
  struct Arm {
    std::string choice;
    int64_t number;
  };
  std::string place;
  Element element = Element::F32; ///< of a choice and of `choose`: the number of what was taken, an int
  std::vector<Arm> arms;          ///< those it stands in: it is drawn where all of them are taken
};

/// In the order of the text. Draws for each element of a tensor, permutations, and what a repetition of unknown length draws
/// are left out.
std::vector<DrawnPlace> drawnPlaces(const Program &program, const Function &function);

} // namespace gms::program
