#include "lang/program/dim.h"
#include <algorithm>
#include <numeric>

namespace gms::program {

int64_t floorDivide(int64_t a, int64_t b) {
  if (b == -1)
    return static_cast<int64_t>(0 - static_cast<uint64_t>(a));
  int64_t q = a / b;
  return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}

namespace {

// Extents wrap as the language's ints do.
int64_t plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t times(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
}

} // namespace

int compare(const Dim::Atom &a, const Dim::Atom &b) {
  if (a.kind != b.kind)
    return a.kind < b.kind ? -1 : 1;
  if (a.symbol != b.symbol)
    return a.symbol < b.symbol ? -1 : 1;
  if (a.divisor != b.divisor)
    return a.divisor < b.divisor ? -1 : 1;
  if (a.operands.size() != b.operands.size())
    return a.operands.size() < b.operands.size() ? -1 : 1;
  for (size_t i = 0; i < a.operands.size(); ++i)
    if (int c = compare(a.operands[i], b.operands[i]))
      return c;
  return 0;
}

int compare(const Dim &a, const Dim &b) {
  if (a.sum.size() != b.sum.size())
    return a.sum.size() < b.sum.size() ? -1 : 1;
  for (size_t i = 0; i < a.sum.size(); ++i) {
    if (int c = compare(a.sum[i].atom, b.sum[i].atom))
      return c;
    if (a.sum[i].coefficient != b.sum[i].coefficient)
      return a.sum[i].coefficient < b.sum[i].coefficient ? -1 : 1;
  }
  return a.offset == b.offset ? 0 : a.offset < b.offset ? -1 : 1;
}

void Dim::add(const Atom &atom, int64_t coefficient) {
  auto at = std::lower_bound(sum.begin(), sum.end(), atom, [](const Term &t, const Atom &a) {
    return gms::program::compare(t.atom, a) < 0;
  });
  if (at != sum.end() && gms::program::compare(at->atom, atom) == 0) {
    at->coefficient = plus(at->coefficient, coefficient);
    if (at->coefficient == 0)
      sum.erase(at);
  } else if (coefficient != 0) {
    sum.insert(at, {atom, coefficient});
  }
}

Dim operator+(const Dim &a, const Dim &b) {
  Dim out = a;
  out.offset = plus(out.offset, b.offset);
  for (const Dim::Term &term : b.sum)
    out.add(term.atom, term.coefficient);
  return out;
}

Dim operator*(const Dim &a, int64_t factor) {
  Dim out(times(a.offset, factor));
  if (factor != 0)
    for (const Dim::Term &term : a.sum)
      out.add(term.atom, times(term.coefficient, factor));
  return out;
}

Dim operator-(const Dim &a, const Dim &b) { return a + b * -1; }

std::optional<int64_t> Dim::asConstant() const {
  return sum.empty() ? std::optional<int64_t>(offset) : std::nullopt;
}

std::optional<LocalId> Dim::asSymbol() const {
  if (offset == 0 && sum.size() == 1 && sum[0].coefficient == 1 && sum[0].atom.kind == AtomKind::Symbol)
    return sum[0].atom.symbol;
  return std::nullopt;
}

void Dim::symbols(std::vector<LocalId> &out) const {
  for (const Term &term : sum) {
    if (term.atom.kind == AtomKind::Symbol &&
        std::find(out.begin(), out.end(), term.atom.symbol) == out.end())
      out.push_back(term.atom.symbol);
    for (const Dim &operand : term.atom.operands)
      operand.symbols(out);
  }
}

std::optional<Dim::Linear> Dim::linearIn(LocalId symbol) const {
  Linear out{0, *this};
  for (const Term &term : sum)
    if (term.atom.kind == AtomKind::Symbol && term.atom.symbol == symbol) {
      out.coefficient = term.coefficient;
      out.rest = *this - fromAtom(term.atom) * term.coefficient;
    }
  std::vector<LocalId> others;
  out.rest.symbols(others);
  bool elsewhere = std::find(others.begin(), others.end(), symbol) != others.end();
  return out.coefficient == 0 || elsewhere ? std::nullopt : std::optional<Linear>(out);
}

Dim Dim::Linear::solved(const Dim &extent) const {
  Dim multiple = coefficient > 0 ? extent - rest : rest - extent;
  Dim symbol = floorDiv(multiple, coefficient > 0 ? coefficient : -coefficient);
  auto constant = symbol.asConstant();
  return constant && *constant >= 0 ? symbol : max(symbol, 0);
}

bool Dim::Linear::neverFits(const Dim &extent) const {
  Dim multiple = extent - rest;
  if (auto constant = multiple.asConstant())
    return *constant % coefficient != 0 || *constant / coefficient < 0;
  int64_t common = coefficient;
  for (const Term &term : multiple.terms())
    common = std::gcd(common, term.coefficient);
  return multiple.constant() % common != 0;
}

Dim Dim::symbol(LocalId id) {
  Dim out;
  Atom atom;
  atom.symbol = id;
  out.sum.push_back({atom, 1});
  return out;
}

Dim Dim::fromAtom(const Atom &atom) {
  Dim out;
  out.sum.push_back({atom, 1});
  return out;
}

/// floor(a / k): whole multiples of k leave the atom, so floor((2 h + 1) / 2) is h + floor(1 / 2) = h.
Dim Dim::floorDiv(const Dim &a, int64_t divisor) {
  if (divisor == 1)
    return a;
  Dim outside, inside;
  for (const Term &term : a.sum) {
    int64_t whole = floorDivide(term.coefficient, divisor), rest = term.coefficient - whole * divisor;
    outside.add(term.atom, whole);
    inside.add(term.atom, rest);
  }
  int64_t whole = floorDivide(a.offset, divisor);
  outside.offset = whole;
  inside.offset = a.offset - whole * divisor;
  if (inside.sum.empty())
    return outside;
  Atom atom;
  atom.kind = AtomKind::FloorDiv;
  atom.divisor = divisor;
  atom.operands = {inside};
  return outside + fromAtom(atom);
}

Dim Dim::min(const Dim &a, const Dim &b) { return extremum(AtomKind::Min, a, b); }
Dim Dim::max(const Dim &a, const Dim &b) { return extremum(AtomKind::Max, a, b); }

Dim Dim::extremum(AtomKind kind, const Dim &a, const Dim &b) {
  if (auto difference = (a - b).asConstant())
    return (*difference <= 0) == (kind == AtomKind::Min) ? a : b;
  Atom atom;
  atom.kind = kind;
  auto collect = [&](const Dim &dim) {
    bool same =
        dim.offset == 0 && dim.sum.size() == 1 && dim.sum[0].coefficient == 1 && dim.sum[0].atom.kind == kind;
    if (same)
      atom.operands.insert(atom.operands.end(), dim.sum[0].atom.operands.begin(),
                           dim.sum[0].atom.operands.end());
    else
      atom.operands.push_back(dim);
  };
  collect(a);
  collect(b);
  auto less = [](const Dim &x, const Dim &y) { return compare(x, y) < 0; };
  std::sort(atom.operands.begin(), atom.operands.end(), less);
  atom.operands.erase(std::unique(atom.operands.begin(), atom.operands.end()), atom.operands.end());
  return fromAtom(atom);
}

Dim Dim::product(const Dim &a, const Dim &b) {
  if (auto k = a.asConstant())
    return b * *k;
  if (auto k = b.asConstant())
    return a * *k;
  Dim out; // distributed, so that products stay products of atoms
  auto factors = [](const Dim::Term *term) {
    std::vector<Dim> list;
    if (!term)
      return list;
    if (term->atom.kind == AtomKind::Product)
      return term->atom.operands;
    list.push_back(fromAtom(term->atom));
    return list;
  };
  auto multiply = [&](const Dim::Term *x, int64_t cx, const Dim::Term *y, int64_t cy) {
    std::vector<Dim> operands = factors(x), more = factors(y);
    operands.insert(operands.end(), more.begin(), more.end());
    if (operands.empty()) {
      out.offset = plus(out.offset, times(cx, cy));
      return;
    }
    if (operands.size() == 1) {
      out = out + operands[0] * times(cx, cy);
      return;
    }
    std::sort(operands.begin(), operands.end(), [](const Dim &p, const Dim &q) { return compare(p, q) < 0; });
    Atom atom;
    atom.kind = AtomKind::Product;
    atom.operands = std::move(operands);
    out.add(atom, times(cx, cy));
  };
  for (const Term &x : a.sum) {
    for (const Term &y : b.sum)
      multiply(&x, x.coefficient, &y, y.coefficient);
    if (b.offset)
      multiply(&x, x.coefficient, nullptr, b.offset);
  }
  if (a.offset)
    out = out + b * a.offset;
  return out;
}

int64_t Dim::evaluate(const std::function<int64_t(LocalId)> &value) const {
  auto number = substitute([&](LocalId id) { return Dim(value(id)); });
  return number.offset;
}

Dim Dim::substitute(const std::function<Dim(LocalId)> &value) const {
  Dim out(offset);
  for (const Term &term : sum) {
    Dim atom;
    if (term.atom.kind == AtomKind::Symbol)
      atom = value(term.atom.symbol);
    for (size_t i = 0; i < term.atom.operands.size(); ++i) {
      Dim operand = term.atom.operands[i].substitute(value);
      switch (term.atom.kind) {
      case AtomKind::FloorDiv:
        atom = floorDiv(operand, term.atom.divisor);
        break;
      case AtomKind::Min:
        atom = i ? min(atom, operand) : operand;
        break;
      case AtomKind::Max:
        atom = i ? max(atom, operand) : operand;
        break;
      case AtomKind::Product:
        atom = i ? product(atom, operand) : operand;
        break;
      case AtomKind::Symbol:
        break;
      }
    }
    out = out + atom * term.coefficient;
  }
  return out;
}

std::string Dim::print(const std::function<std::string(LocalId)> &name) const {
  std::string out;
  for (const Term &term : sum) {
    std::string atom;
    auto list = [&](const char *word, const char *separator) {
      std::string text = word;
      text += "(";
      for (size_t i = 0; i < term.atom.operands.size(); ++i)
        text += (i ? separator : "") + term.atom.operands[i].print(name);
      return text + ")";
    };
    switch (term.atom.kind) {
    case AtomKind::Symbol:
      atom = name(term.atom.symbol);
      break;
    case AtomKind::FloorDiv: {
      const Dim &inner = term.atom.operands[0];
      bool bare = inner.offset == 0 && inner.sum.size() == 1;
      atom = "floor(" + (bare ? inner.print(name) : "(" + inner.print(name) + ")") + " / " +
             std::to_string(term.atom.divisor) + ")";
      break;
    }
    case AtomKind::Min:
      atom = list("min", ", ");
      break;
    case AtomKind::Max:
      atom = list("max", ", ");
      break;
    case AtomKind::Product:
      atom = list("", " * ");
      break;
    }
    int64_t size = term.coefficient < 0 ? -term.coefficient : term.coefficient;
    out += out.empty() ? (term.coefficient < 0 ? "-" : "") : (term.coefficient < 0 ? " - " : " + ");
    out += (size == 1 ? "" : std::to_string(size) + " * ") + atom;
  }
  if (out.empty())
    return std::to_string(offset);
  if (offset)
    out += (offset < 0 ? " - " : " + ") + std::to_string(offset < 0 ? -offset : offset);
  return out;
}

namespace {

/// A constant that the extent is never below, where one is found.
std::optional<int64_t> leastOf(const Dim &a, const std::function<Bounds(LocalId)> &bounds, bool least);

std::optional<int64_t> endOf(const Dim::Atom &atom, const std::function<Bounds(LocalId)> &bounds,
                             bool least) {
  switch (atom.kind) {
  case Dim::AtomKind::Symbol: {
    Bounds b = bounds(atom.symbol);
    return least ? b.low : b.high;
  }
  case Dim::AtomKind::FloorDiv: {
    auto inner = leastOf(atom.operands[0], bounds, least);
    return inner ? std::optional<int64_t>(floorDivide(*inner, atom.divisor)) : std::nullopt;
  }
  case Dim::AtomKind::Min:
  case Dim::AtomKind::Max: {
    // The least of a max is at least that of any operand; the least of a min needs all of them; and the
    // mirror image.
    bool any = (atom.kind == Dim::AtomKind::Max) == least;
    std::optional<int64_t> out;
    for (const Dim &operand : atom.operands) {
      auto end = leastOf(operand, bounds, least);
      if (!end && !any)
        return std::nullopt;
      if (!end)
        continue;
      bool takeMax = atom.kind == Dim::AtomKind::Max;
      out = !out ? *end : takeMax ? std::max(*out, *end) : std::min(*out, *end);
    }
    return out;
  }
  case Dim::AtomKind::Product: {
    int64_t product = 1;
    for (const Dim &operand : atom.operands) {
      auto low = leastOf(operand, bounds, true);
      auto end = leastOf(operand, bounds, least);
      if (!low || *low < 0 || !end || __builtin_mul_overflow(product, *end, &product))
        return std::nullopt;
    }
    return product;
  }
  }
  return std::nullopt;
}

std::optional<int64_t> leastOf(const Dim &a, const std::function<Bounds(LocalId)> &bounds, bool least) {
  int64_t total = a.constant();
  for (const Dim::Term &term : a.terms()) {
    auto end = endOf(term.atom, bounds, least == (term.coefficient > 0));
    int64_t part = 0;
    if (!end || __builtin_mul_overflow(*end, term.coefficient, &part) ||
        __builtin_add_overflow(total, part, &total))
      return std::nullopt;
  }
  return total;
}

/// Whether the extent times the factor, and the sum of two such, is free of overflow: a proof must not rest
/// on wrapping.
bool scales(const Dim &a, int64_t factor) {
  constexpr int64_t limit = int64_t(1) << 61;
  auto fits = [&](int64_t number) {
    int64_t product = 0;
    return !__builtin_mul_overflow(number, factor, &product) && product > -limit && product < limit;
  };
  return fits(a.constant()) && std::all_of(a.terms().begin(), a.terms().end(),
                                           [&](const Dim::Term &t) { return fits(t.coefficient); });
}

/// Replaces one floor(e / k) by an end of its real range, which keeps the sum's other terms to cancel with e.
bool withoutFloors(const Dim &a, const std::function<Bounds(LocalId)> &bounds, int depth) {
  if (auto least = leastOf(a, bounds, true); least && *least >= 0)
    return true;
  if (depth == 0)
    return false;
  for (const Dim::Term &term : a.terms()) {
    const Dim::Atom &atom = term.atom;
    Dim rest = a - Dim::fromAtom(atom) * term.coefficient;
    if (atom.kind == Dim::AtomKind::FloorDiv) {
      // k * floor(e / k) lies in [e - k + 1, e]: multiply everything by k.
      Dim end = term.coefficient > 0 ? atom.operands[0] - Dim(atom.divisor - 1) : atom.operands[0];
      if (scales(rest, atom.divisor) && scales(end, term.coefficient) &&
          withoutFloors(rest * atom.divisor + end * term.coefficient, bounds, depth - 1))
        return true;
    }
    if (atom.kind == Dim::AtomKind::Min || atom.kind == Dim::AtomKind::Max) {
      // c * min(p, q) with c > 0 must be bounded for both, with c < 0 by either; max is the mirror image.
      bool every = (atom.kind == Dim::AtomKind::Min) == (term.coefficient > 0);
      bool all = true, any = false;
      for (const Dim &operand : atom.operands) {
        bool good = scales(rest, 1) && scales(operand, term.coefficient) &&
                    withoutFloors(rest + operand * term.coefficient, bounds, depth - 1);
        all &= good;
        any |= good;
      }
      if (every ? all : any)
        return true;
    }
  }
  return false;
}

} // namespace

bool provablyNonNegative(const Dim &a, const std::function<Bounds(LocalId)> &bounds) {
  return withoutFloors(a, bounds, 4);
}

} // namespace gms::program
