// Code beside the loops that are open now.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {

/// While it lives, the levels beyond `level` are closed: what is made stands before them.
class SampleEmitter::Aside {
public:
  Aside(SampleEmitter &emitter, unsigned level) : emitter(emitter) {
    auto first = emitter.levels.begin() + level + 1;
    kept.assign(std::make_move_iterator(first), std::make_move_iterator(emitter.levels.end()));
    emitter.levels.erase(first, emitter.levels.end());
  }
  ~Aside() {
    for (Level &level : kept)
      emitter.levels.push_back(std::move(level));
  }
  Aside(const Aside &) = delete;
  Aside &operator=(const Aside &) = delete;

private:
  SampleEmitter &emitter;
  std::vector<Level> kept;
};

} // namespace gms::compiler::cpu
