// Every read is proven in range for all sizes, or it names a border rule. The proof is interval arithmetic: bounds of the
// index expression as extents, indices replaced by their ends, the rest by the normal form.
#include "lang/sema/checker.h"

namespace gms::sema {

namespace {
constexpr int maxProofDepth = 24;
} // namespace

/// Extents that the int expression is never below; several where several hold, none where nothing is known.
std::vector<Dim> Body::lowerBounds(const Expr &e, int depth) {
  if (auto dim = toDim(e))
    return {*dim};
  if (depth > maxProofDepth || e.kind != ExprKind::Primitive)
    return {};
  auto of = [&](size_t i) { return lowerBounds(*e.args[i], depth + 1); };
  std::vector<Dim> out;
  switch (e.prim) {
  case Prim::Max: // at least either
    out = of(0);
    for (Dim &dim : of(1))
      out.push_back(dim);
    return out;
  case Prim::Min: // at least the smaller of two lower bounds
    for (Dim &a : of(0))
      for (Dim &b : of(1))
        out.push_back(Dim::min(a, b));
    return out;
  case Prim::Add:
    for (Dim &a : of(0))
      for (Dim &b : of(1))
        out.push_back(a + b);
    return out;
  case Prim::Sub:
    for (Dim &a : of(0))
      for (Dim &b : upperBounds(*e.args[1], depth + 1))
        out.push_back(a - b);
    return out;
  case Prim::Mod: // ints: the sign of a constant divisor
    if (auto k = toDim(*e.args[1]); k && k->asConstant() && *k->asConstant() > 0)
      return {Dim(0)};
    return {};
  default:
    return {};
  }
}

std::vector<Dim> Body::upperBounds(const Expr &e, int depth) {
  if (auto dim = toDim(e))
    return {*dim};
  if (depth > maxProofDepth || e.kind != ExprKind::Primitive)
    return {};
  auto of = [&](size_t i) { return upperBounds(*e.args[i], depth + 1); };
  std::vector<Dim> out;
  switch (e.prim) {
  case Prim::Min:
    out = of(0);
    for (Dim &dim : of(1))
      out.push_back(dim);
    return out;
  case Prim::Max:
    for (Dim &a : of(0))
      for (Dim &b : of(1))
        out.push_back(Dim::max(a, b));
    return out;
  case Prim::Add:
    for (Dim &a : of(0))
      for (Dim &b : of(1))
        out.push_back(a + b);
    return out;
  case Prim::Sub:
    for (Dim &a : of(0))
      for (Dim &b : lowerBounds(*e.args[1], depth + 1))
        out.push_back(a - b);
    return out;
  case Prim::Mod:
    if (auto k = toDim(*e.args[1]); k && k->asConstant() && *k->asConstant() > 0)
      return {*k - Dim(1)};
    return {};
  default:
    return {};
  }
}

/// The extent with every index replaced by the end of its range that makes it smallest (or largest).
std::optional<Dim> Body::eliminate(const Dim &dim, bool lower, int depth) {
  if (depth > maxProofDepth)
    return std::nullopt;
  Dim out(dim.constant());
  for (const Dim::Term &term : dim.terms()) {
    bool low = lower == (term.coefficient > 0);
    Dim atom;
    switch (term.atom.kind) {
    case Dim::AtomKind::Symbol: {
      auto it = indices.find(term.atom.symbol);
      if (it == indices.end()) {
        atom = Dim::symbol(term.atom.symbol);
        break;
      }
      const auto &bound = low ? it->second.low : it->second.high;
      if (!bound)
        return std::nullopt;
      auto end = eliminate(low ? *bound : *bound - Dim(1), low, depth + 1);
      if (!end)
        return std::nullopt;
      atom = *end;
      break;
    }
    case Dim::AtomKind::FloorDiv: {
      auto inner = eliminate(term.atom.operands[0], low, depth + 1);
      if (!inner)
        return std::nullopt;
      atom = Dim::floorDiv(*inner, term.atom.divisor);
      break;
    }
    case Dim::AtomKind::Min:
    case Dim::AtomKind::Max: {
      for (size_t i = 0; i < term.atom.operands.size(); ++i) {
        auto inner = eliminate(term.atom.operands[i], low, depth + 1);
        if (!inner)
          return std::nullopt;
        atom = i == 0 ? *inner : term.atom.kind == Dim::AtomKind::Min ? Dim::min(atom, *inner) : Dim::max(atom, *inner);
      }
      break;
    }
    case Dim::AtomKind::Product: { // monotone where every factor is at least 0
      for (size_t i = 0; i < term.atom.operands.size(); ++i) {
        auto smallest = eliminate(term.atom.operands[i], true, depth + 1);
        auto inner = eliminate(term.atom.operands[i], low, depth + 1);
        if (!inner || !smallest || !nonNegative(*smallest, {}))
          return std::nullopt;
        atom = i == 0 ? *inner : Dim::product(atom, *inner);
      }
      break;
    }
    }
    out = out + atom * term.coefficient;
  }
  return out;
}

bool Body::nonNegative(const Dim &dim, const std::vector<LocalId> &open) {
  auto bounds = [&](LocalId id) -> Bounds {
    if (function->locals[id].kind == LocalKind::Dimension) {
      for (LocalId index : open) // an index in scope has something to run over
        if (auto it = indices.find(index); it != indices.end() && it->second.high && it->second.high->asSymbol() == id)
          return {1, std::nullopt};
      return {0, std::nullopt};
    }
    return {};
  };
  return provablyNonNegative(dim, bounds);
}

bool Body::proveReads(size_t from) {
  bool good = true;
  for (size_t i = from; i < obligations.size(); ++i) {
    const Obligation &o = obligations[i];
    auto proven = [&](const std::vector<Dim> &ends, bool lower) {
      for (const Dim &end : ends)
        if (auto bound = eliminate(lower ? end : o.extent - Dim(1) - end, true); bound && nonNegative(*bound, o.open))
          return true;
      return false;
    };
    if (proven(lowerBounds(**o.index), true) && proven(upperBounds(**o.index), false))
      continue;
    good = false;
    if ((*o.index)->kind == ExprKind::Local)
      if (auto it = indices.find((*o.index)->local); it != indices.end() && it->second.byRead && !(*it->second.high == o.extent)) {
        Diagnostic &d = checker.error(Kind::ExtentsDisagree, o.span, {nameOf((*o.index)->local), show(*it->second.high), show(o.extent)});
        d.notes = {{it->second.span, "this read lets it run over 0.." + show(*it->second.high)}};
        d.fix = "give both tensors one extent, or say what lies outside by border: zero, clamp, reflect or wrap";
        continue;
      }
    checker.error(Kind::ReadOutOfRange, o.span, {std::string(checker.sources.text(o.span)), show(o.extent)}).fix =
        "add border: zero, clamp, reflect or wrap, or bound the index with clamp(..., 0, " + show(o.extent - Dim(1)) + ")";
  }
  return good;
}

} // namespace gms::sema
