// What an evaluator tells of while it runs, for checks of derivatives.
#pragma once
#include "lang/eval/generator.h"
#include "lang/eval/tape.h"
#include <functional>

namespace gms::eval {

/// A call, a warp or moved points, with what they were given.
struct Application {
  const program::Expr *expr = nullptr; ///< null where a function is applied that no text applies
  const program::Function *function = nullptr;
  std::vector<Value> arguments;
  Key key; ///< of draws
  std::string place;
  uint32_t element = 0;
  int64_t height = 0, width = 0; ///< of the image that moved points lie on
};

struct Watch {
  std::function<void(const Application &)> applied;
  /// Something will be differentiated by this value, which may be changed.
  std::function<void(Value &)> bound;
  /// Its reals have the nodes from `first` on, below `end`.
  std::function<void(NodeId first, NodeId end)> made;
  /// In a function, d(of) / d(a value whose reals have the nodes from `first` on), and the derivative's
  /// reals.
  std::function<void(const program::Function &, const program::Expr &, double of, NodeId first,
                     const std::vector<Real> &)>
      derived;
};

} // namespace gms::eval
