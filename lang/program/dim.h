// Symbolic extents: linear integer arithmetic over symbols, with floor division by constants, products, min and max,
// kept in a normal form so that equal extents compare equal.
#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gms::program {

/// Number of a local of a function: a parameter, a dimension, a definition, an index. Extents refer to the
/// integer-valued ones.
using LocalId = uint32_t;

/// floor(a / b), b != 0; the smallest int divided by -1 wraps, as the language's ints do.
int64_t floorDivide(int64_t a, int64_t b);

/// constant + sum of coefficient * atom. An atom is a symbol, floor(a / k), min(a, b), max(a, b) or a product.
class Dim {
public:
  enum class AtomKind : uint8_t { Symbol, FloorDiv, Min, Max, Product };
  struct Atom {
    AtomKind kind = AtomKind::Symbol;
    LocalId symbol = 0;
    int64_t divisor = 1;        ///< FloorDiv
    std::vector<Dim> operands;  ///< FloorDiv: one; Min, Max, Product: two or more, sorted
  };
  struct Term {
    Atom atom;
    int64_t coefficient;
  };

  Dim() = default;
  Dim(int64_t constant) : offset(constant) {}
  static Dim symbol(LocalId id);
  static Dim fromAtom(const Atom &atom);
  static Dim floorDiv(const Dim &a, int64_t divisor); ///< divisor > 0
  static Dim min(const Dim &a, const Dim &b);
  static Dim max(const Dim &a, const Dim &b);
  static Dim product(const Dim &a, const Dim &b);

  friend Dim operator+(const Dim &a, const Dim &b);
  friend Dim operator-(const Dim &a, const Dim &b);
  friend Dim operator*(const Dim &a, int64_t factor);

  const std::vector<Term> &terms() const { return sum; }
  int64_t constant() const { return offset; }
  std::optional<int64_t> asConstant() const;
  /// The symbol, where the extent is just one.
  std::optional<LocalId> asSymbol() const;
  void symbols(std::vector<LocalId> &out) const;

  struct Linear;
  /// The extent as `coefficient * symbol + rest`; nothing where the symbol is not in it, or in an atom of another kind.
  std::optional<Linear> linearIn(LocalId symbol) const;

  /// The value, given those of the symbols.
  int64_t evaluate(const std::function<int64_t(LocalId)> &value) const;
  /// The extent with every symbol replaced.
  Dim substitute(const std::function<Dim(LocalId)> &value) const;
  std::string print(const std::function<std::string(LocalId)> &name) const;

  friend int compare(const Dim &a, const Dim &b);
  friend bool operator==(const Dim &a, const Dim &b) { return compare(a, b) == 0; }

private:
  std::vector<Term> sum; ///< sorted by atom, no zero coefficient
  int64_t offset = 0;
  void add(const Atom &atom, int64_t coefficient);
  static Dim extremum(AtomKind kind, const Dim &a, const Dim &b);
};

struct Dim::Linear {
  int64_t coefficient; ///< not 0
  Dim rest;
  /// The symbol where the whole is `extent`: at least 0, and rounded down where no whole number fits.
  Dim solved(const Dim &extent) const;
  /// Whether no whole number of the symbol gives `extent`, whatever whole numbers its symbols are, or only one below 0.
  bool neverFits(const Dim &extent) const;
};

int compare(const Dim::Atom &a, const Dim::Atom &b);

/// What is known of a symbol: its smallest value and, where there is one, its largest.
struct Bounds {
  std::optional<int64_t> low, high;
};

/// Whether `a >= 0` holds for all values of the symbols within their bounds; false means "not proven".
/// Sound: interval arithmetic on the normal form, with floor(a / k) in [(a - k + 1) / k, a / k].
bool provablyNonNegative(const Dim &a, const std::function<Bounds(LocalId)> &bounds);

} // namespace gms::program
