// Code beside the loops that are open now.
#pragma once
#include "compiler/codegen/cpu/sample_emitter.h"

namespace gms::compiler::cpu {

/// While it lives, the levels beyond `level` are closed: what is made stands before them.
class SampleEmitter::Aside {
public:
  Aside(SampleEmitter &emitter, unsigned level) : emitter(emitter), before(emitter.levels[level].before) {
    auto first = emitter.levels.begin() + level + 1;
    kept.assign(std::make_move_iterator(first), std::make_move_iterator(emitter.levels.end()));
    emitter.levels.erase(first, emitter.levels.end());
  }
  ~Aside() {
    emitter.levels.back().before = before;
    for (Level &level : kept)
      emitter.levels.push_back(std::move(level));
  }
  Aside(const Aside &) = delete;
  Aside &operator=(const Aside &) = delete;
  /// Once the loop made aside is closed, code of this level follows it again.
  void close() { emitter.levels.back().before = before; }

private:
  SampleEmitter &emitter;
  mlir::Operation *before;
  std::vector<Level> kept;
};

} // namespace gms::compiler::cpu
