// Emits operations while the program is walked: scalars are folded, repeated operations are shared, and each
// operation is placed in the outermost region where its operands exist, so that nothing invariant stays in a
// loop's body.
#pragma once
#include "compiler/import/value.h"
#include <map>
#include <mlir/IR/Builders.h>

namespace gms::compiler {

class Emitter {
public:
  explicit Emitter(mlir::MLIRContext &context);

  mlir::MLIRContext &context;
  mlir::OpBuilder builder;
  mlir::Location loc;
  int64_t variables = 0; ///< made so far

  // ---- regions ----
  /// Bodies hold scalars only (of core.compute, core.reduce, …); arms are regions that may not run; passes of loops
  /// hold whole tensors.
  enum class Region { Function, Body, Arm, Loop };
  /// Enters a region of an operation that was just created; what is emitted goes to the block's end.
  void enter(mlir::Operation *owner, mlir::Block *block, Region kind);
  void leave();
  /// Leaves every region beyond the first `depth`, whose operations stay unfinished and are put into
  /// `unfinished`.
  void unwind(size_t depth);
  std::vector<mlir::Operation *> unfinished;
  bool inBody() const;
  size_t depth() const { return scopes.size(); }
  /// The number of the region that a value lives in, 0 for the function.
  size_t levelOf(mlir::Value value) const;
  /// The first region that is a body, or depth() where there is none.
  size_t firstBody() const;
  /// The outermost loop beyond `level` that what is made in the present region may leave: no arm, and no body, lies in
  /// between. depth() where there is none.
  size_t loopBeyond(size_t level) const;
  /// Whether the region that a value lives in is being filled.
  bool isOpen(mlir::Value value) const;
  /// Runs `make` with everything placed before the outermost body, where tensors may be made.
  template <typename Make> auto atTensorLevel(Make make) { return atLevel(firstBody(), make); }
  /// Runs `make` with everything placed before region `first`.
  template <typename Make> auto atLevel(size_t first, Make make) {
    std::vector<Scope> inner(std::make_move_iterator(scopes.begin() + first),
                             std::make_move_iterator(scopes.end()));
    scopes.resize(first);
    auto restore = [&] {
      unwind(first);
      for (Scope &scope : inner)
        scopes.push_back(std::move(scope));
    };
    try {
      auto result = make();
      restore();
      return result;
    } catch (...) {
      restore();
      throw;
    }
  }

  // ---- any operation ----
  struct Attribute {
    const char *name;
    mlir::Attribute value;
  };
  /// Whether an operation may leave the arm of a conditional: cheap ones may, so that arms become selects.
  enum class Place { Anywhere, InArm };
  /// A pure operation with one result, shared with an equal one.
  mlir::Value emit(const char *name, llvm::ArrayRef<mlir::Value> operands, mlir::Type result,
                   llvm::ArrayRef<Attribute> attributes = {}, Place place = Place::Anywhere);
  /// An operation at the present place, with empty regions of one block each.
  mlir::Operation *create(const char *name, llvm::ArrayRef<mlir::Value> operands,
                          llvm::ArrayRef<mlir::Type> results, llvm::ArrayRef<Attribute> attributes = {},
                          unsigned regions = 0);
  /// Sets the builder to the present place, or to that of an enclosing region.
  void atPlace();
  void atPlace(size_t level);

  // ---- types ----
  mlir::Type scalarType(Element element); ///< of an SSA scalar
  mlir::Type memoryType(Element element); ///< of a tensor's element
  mlir::RankedTensorType tensorType(Element element, const std::vector<Scalar> &extents);

  // ---- scalars ----
  mlir::Value value(const Scalar &scalar);    ///< as an SSA value
  mlir::Value toMemory(const Scalar &scalar); ///< as a tensor holds it
  Scalar fromMemory(mlir::Value value, Element element);
  Scalar primitive(program::Prim prim, const std::vector<Scalar> &args);
  Scalar convert(const Scalar &scalar, Element element);
  Scalar select(const Scalar &condition, const Scalar &a, const Scalar &b);
  Scalar add(const Scalar &a, const Scalar &b) { return primitive(program::Prim::Add, {a, b}); }
  Scalar sub(const Scalar &a, const Scalar &b) { return primitive(program::Prim::Sub, {a, b}); }
  Scalar mul(const Scalar &a, const Scalar &b) { return primitive(program::Prim::Mul, {a, b}); }
  /// Notes an index that runs from a non-negative number to an extent.
  void noteIndex(mlir::Value value, bool nonNegative);
  bool nonNegative(const Scalar &scalar) const;
  bool positive(const Scalar &scalar) const;

private:
  struct Scope {
    mlir::Operation *owner;
    mlir::Block *block;
    Region kind;
    mlir::Operation *before; ///< operations go before this one; null: to the block's end
    mlir::Operation *outerBefore;
    std::map<std::vector<const void *>, mlir::Value> memo;
  };
  /// What is known of an int: that it is at least 0, or at least 1, and how many bits it may need (32-bit
  /// lanes).
  struct Facts {
    bool nonNegative = false;
    unsigned bits = 64;
    bool positive = false;
  };
  std::vector<Scope> scopes;
  llvm::DenseMap<mlir::Value, Facts> facts;

  Facts factsOf(const Scalar &scalar) const;
  Scalar whole(program::Prim prim, const Scalar &a, const Scalar &b);
  Scalar addWhole(const Scalar &a, const Scalar &b);
  Scalar divideWhole(program::Prim prim, const Scalar &a, const Scalar &b);
  Scalar real(program::Prim prim, const Scalar &a, const Scalar &b);
  Scalar power(const Scalar &a, const Scalar &b);
  Scalar extreme(program::Prim prim, const Scalar &a, const Scalar &b);
  Scalar logic(program::Prim prim, const Scalar &a, const Scalar &b);
  Scalar compare(program::Prim prim, const Scalar &a, const Scalar &b);
  Scalar toWhole(program::Prim prim, const Scalar &a);
  mlir::Value wholeToReal(const Scalar &scalar, mlir::Type type);
  Scalar realToByte(const Scalar &scalar);
  mlir::Value emitReal(const char *name, llvm::ArrayRef<mlir::Value> operands, Element element,
                       Place place = Place::Anywhere);
};

/// The primitive of numbers known when compiling, as lang/eval computes it; nothing where it has no value (a
/// division of ints by zero).
std::optional<Scalar> fold(program::Prim prim, const Scalar &a, const Scalar &b);
Scalar foldConvert(const Scalar &scalar, Element element);

} // namespace gms::compiler
