// The typed program: the waist between the language and everything that runs it. Data only. `lang/sema` makes it,
// `lang/eval` runs it plainly, `compiler/import` turns it into IR. Everything implicit in the text is explicit here:
// conversions, extents, borders, records lifted field by field, places of draws.
#pragma once
#include "lang/diagnostics/source.h"
#include "lang/program/type.h"
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace gms::program {

using FunctionId = uint32_t;
struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

/// A scalar primitive. Arguments are scalars of one element type unless stated; results likewise.
enum class Prim : uint8_t {
#define GMS_PRIM(name, arity, text) name,
#include "lang/program/prims.def"
#undef GMS_PRIM
};
const char *print(Prim prim);

enum class Border : uint8_t {
  Proven,  ///< every index was proven to be in range
  Zero,    ///< 0 (false) outside
  Clamp,   ///< the nearest element inside
  Reflect, ///< mirrored at the edge elements, which are not repeated: d c b | a b c d | c b a
  Wrap,    ///< periodic
  Fill,    ///< the value of `fill` outside (only in warps)
  Inherit, ///< a warp that states none: that of the warp before it in its row, zero where none states one
};
enum class Sampling : uint8_t {
  Nearest, Bilinear, Bicubic, Area,
  Inherit, ///< none stated: that of the warp before it in its row, bilinear where none states one
};

enum class ReduceKind : uint8_t {
  Sum, Prod, Min, Max, Mean, Median, Any, All, Count, ArgMin, ArgMax, ///< of a scalar body, over indices or a list
  Map,    ///< over a list or a range, outside index notation: a list of the body's values
  Filter, ///< over a list: the elements whose body is true
};
const char *print(ReduceKind kind);

enum class Distribution : uint8_t {
  Uniform,     ///< args low, high: low + u * (high - low), u in [0, 1)
  Normal,      ///< args mean, deviation
  LogUniform,  ///< args low, high: exp of uniform(log low, log high)
  Integer,     ///< args low, high: an int in [low, high), high not included (`integer(0..n)`, `integer(a..=b)`)
  Bernoulli,   ///< arg probability: a bool
  Categorical, ///< arg a tensor of weights that need not sum to 1: an int
  Choice,      ///< arg a list or tensor: one of its elements, all equally likely
  Permutation, ///< arg n: int[n], every order equally likely
};

/// What an index runs over: [low, high), or the elements of a list.
struct IndexVar {
  LocalId local;
  ExprPtr low, high; ///< ints; null where `list` is set
  ExprPtr list;
};

/// Binds a dimension to an extent of a value that a local holds: shape(local.fields…)[axis].
struct DimBinding {
  LocalId symbol;
  LocalId of;
  std::vector<uint32_t> fields; ///< path of field or tuple positions
  uint32_t axis;
  /// Where the extent is written as more than the symbol (`2 * n + 1`): what the symbol is, with `symbol` standing for the
  /// extent and the symbols bound before for themselves. A DimCheck says whether the extent fits.
  std::optional<Dim> solved = std::nullopt;
};

/// Requires an extent of a value to equal an expression; checked when the value arrives.
struct DimCheck {
  LocalId of;
  std::vector<uint32_t> fields;
  uint32_t axis;
  Dim expected;
  Span span; ///< where the extent is written
};

/// `local = value` in a block; several locals where a tuple is taken apart.
struct Definition {
  std::vector<LocalId> locals; ///< one, or one a tuple item
  ExprPtr value;
  std::vector<DimBinding> dims; ///< extents that become known with this value
  std::vector<DimCheck> checks;
  Span span;
};

enum class ExprKind : uint8_t {
  Constant,   ///< constant; type scalar or string
  Local,      ///< local
  DimValue,   ///< dim, as an int
  Primitive,  ///< prim, args
  Convert,    ///< args[0] to type's element (int to real, bool to int, real to u8 by rounding half to even and clamping)
  Read,       ///< args[0] a tensor, args[1..] int indices, one a dimension; border: a scalar
  Tabulate,   ///< indices (low 0), args[0] the scalar body: a tensor of type->dims
  Reduce,     ///< reduce, indices, args[0] the body, args[1] an optional condition (bool)
  Scan,       ///< indices[0], states (locals with args[0..n) their starts), body args[n]: see below
  If,         ///< args condition, then, else; any type
  Call,       ///< function, args in the order of its parameters (defaults filled in), captures after them
  Warp,       ///< function (a warp), args[0] the tensor, args[1..] its parameters; sampling, border, fill (args.back() where border is Fill)
  WarpPoints, ///< function (a warp), args[0] boxes or keypoints, args[1..]; extents: input h, w of the image they lie on
  Field,      ///< args[0] a record, position
  Item,       ///< args[0] a tuple, position; or a list and args[1] an int
  MakeRecord, ///< args, one a field
  MakeTuple,  ///< args
  MakeList,   ///< args
  MakeTensor, ///< args, the elements in row-major order, of type->dims (constants)
  Length,     ///< args[0] a list: an int
  Choose,     ///< args in pairs weight, value; place: one arm is taken, drawn at `place`
  Draw,       ///< distribution, args, place; under Tabulate every element draws its own
  Block,      ///< definitions, args[0] the value
  Repeat,     ///< indices[0] (a range), local the carried value, args[0] its start, args[1] the next value
  Derivative, ///< d(args[0]) / d(x): args[0] a real scalar, x the part of `local` at `path`: a value of x's form; see below
  OwnDerivative, ///< args[0], whose derivative by states[k] is args[k + 1], and by everything else 0
  Loop,       ///< a solver's `repeat`: see below
  Fit,        ///< a model's training: see below
  MakeOperator,  ///< a symmetric linear operator of `op` and args
  ApplyOperator, ///< args[0] an operator, args[1] a tensor of its form: their product
  Lowest,     ///< args[0] an int k, args[1] an operator: the tuple of its k lowest eigenvalues, ascending, [k], and
              ///< eigenvectors of Euclidean norm 1, [k, ...]; of a vector the first element of at least half the largest magnitude is positive
  Solve,      ///< args[0] an operator, args[1] a tensor: x with operator x = tensor
};

/// Structured symmetric operators on tensors of `type->dims`.
enum class OperatorKind : uint8_t {
  Banded,       ///< args[0] bands b[d, i]: element (i, i + d) and (i + d, i) is b[d, i]; what reaches past the end is not
                ///< read where border is Zero, and goes round where it is Wrap
  Toeplitz,     ///< args[0] c[i]: element (i, j) is c[|i - j|]
  Dense,        ///< args[0] a[i, j], of which the lower triangle is read
  Exponential,  ///< args[0] a real a >= 0: element (i, j) is exp(-a |i - j|)
  Sum,          ///< args are operators
  Scale,        ///< args[0] a real, args[1] an operator
  KroneckerSum, ///< args A, B on lines: A x 1 + 1 x B, on the plane
};
const char *print(OperatorKind kind);

// Scan: for i in indices[0]: the states start at args[0..n); each pass evaluates args[n], a scalar where n is 1, else a
// tuple, which becomes the new states; the result is the tensor of the first state after each pass.

// Derivative: what args[0] depends on through `local` counts, also by way of definitions made from it before; everything
// else is held fixed. Every local that some Derivative names is marked `variable`, captures excepted: theirs is the
// enclosing function's. Integers and booleans, and what they decide, have no derivative.
//
// Loop: for indices[0].local in a range, states[0..n) start at args[0..n). A pass runs `definitions`, then the states become
// args[n..2n) together. args[2n] (a bool over the states, the constant false where there is no `until`) is asked before each pass and
// ends the loop. args[2n + 1..] are what a pass yields. The result is a tuple: the states at the end, the int number of
// passes made, then for each yielded value the list of what the passes yielded (it has as many items as the range;
// passes that `until` left out repeat the last). A range with `until` whose condition never holds ends at its bound.
// The checker yields at most one value: the record of the names behind `yield`, whose list is the result's `trace`. The ends
// of the range are extents.

// Fit: `local` holds the model, a record of reals; indices[0] is one thing of the list that it is trained on; the constant is
// the minimiser, "lbfgs" or "adam". args: [0] the list of seeds, [1] the model at the start, drawn as the sample `seed`, [2] the
// tuple (loss, its gradient in the model's form) of one thing, [3] what is smallest at the step that is kept, a real of the
// model, or the constant 0, which keeps the last, [4] steps, [5] L-BFGS's memory, [6] Adam's rate. The result is the list of
// the records `fitted` (model, seed, loss, steps, kept, history), one a seed.

struct Expr {
  ExprKind kind;
  TypeRef type;
  Span span;
  std::variant<std::monostate, bool, int64_t, double, std::string> constant;
  LocalId local = 0;
  FunctionId function = 0;
  Prim prim{};
  ReduceKind reduce{};
  Distribution distribution{};
  OperatorKind op{};
  Border border = Border::Proven;
  Sampling sampling = Sampling::Bilinear;
  uint32_t position = 0;
  std::vector<uint32_t> path; ///< Derivative: fields or tuple positions
  Dim dim;
  std::vector<Dim> extents;
  std::vector<ExprPtr> args;
  std::vector<IndexVar> indices;
  std::vector<LocalId> states;
  std::vector<Definition> definitions;
  std::string place; ///< Draw, Choose, Call, Repeat: the last part of the draws' place path; "" where nothing draws
};

/// A copy of an expression without its parts: args, indices and definitions are empty.
ExprPtr withoutParts(const Expr &e);
/// A copy of an expression, and of a definition.
ExprPtr copyOf(const Expr &e);
Definition copyOf(const Definition &definition);

enum class LocalKind : uint8_t { Parameter, Dimension, Definition, Index, State, Capture };

struct Local {
  std::string name;
  TypeRef type;
  LocalKind kind;
  Span span;
  bool variable = false; ///< something is differentiated by it
};

struct Parameter {
  LocalId local;
  ExprPtr defaultValue; ///< null where the argument is required; reads no local, but for `centre` of a warp
};

enum class FunctionKind : uint8_t { Op, Warp, Augment, Recipe, Extern, Test, Experiment, Value, Solver, Model };

struct Function {
  FunctionKind kind;
  FunctionId id = 0;  ///< its place in Program::functions
  std::string name;
  std::string instance; ///< of what it is an instance: "f64", "lda", "lda, f64"; "" of the first precision alone
  std::string module;   ///< the file's stem
  Span span, nameSpan;
  std::vector<std::string> docs;
  std::vector<Local> locals;
  std::vector<Parameter> parameters;
  std::vector<LocalId> captures;      ///< locals of this function that hold values of the enclosing one
  std::vector<LocalId> outerCaptures; ///< the same, as locals of the enclosing function
  FunctionId enclosing = 0;           ///< where captures is not empty
  std::vector<DimBinding> dims;       ///< dimensions bound by the arguments, in order
  std::vector<DimCheck> checks;       ///< extents of arguments that must agree
  TypeRef result;
  ExprPtr body;                       ///< null for an extern
  bool draws = false;                 ///< itself or by what it calls
  bool imported = false;              ///< from an import, not from the program's own file

  // Warp: the body is a tuple (y, x) of reals over these locals.
  LocalId y = 0, x = 0;
  LocalId inputHeight = 0, inputWidth = 0;   ///< ints, the extent of what is sampled
  LocalId outputHeight = 0, outputWidth = 0; ///< ints, the extent of the result
  ExprPtr extentHeight, extentWidth;         ///< null where the result has the input's extent

  const Local &local(LocalId id) const { return locals[id]; }
};

/// `param` of a program or an experiment: an option of the command line.
struct Param {
  std::string name;
  TypeRef type;
  std::vector<std::string> docs;
  ExprPtr defaultValue; ///< null where it must be given
  LocalId local;        ///< in its experiment
  Span span;
};

/// `show`, `plot`, `table`, `expect` in an experiment, in the order of the text.
struct Clause {
  enum class Kind : uint8_t { Show, Plot, Table, Expect } kind;
  Span span;
  std::vector<ExprPtr> values;      ///< Show, Plot, Table: the columns; Expect: one bool
  std::vector<std::string> labels;  ///< one a value; as written where no label is given
  std::vector<IndexVar> against;    ///< Plot, Table: `against x in xs` or `by x in xs`
  // Expect: a comparison is kept apart so that both sides can be shown: values = sides, ops between them.
  std::vector<Prim> ops;
  std::vector<std::string> options; ///< reserved
};

/// One step of an experiment: a definition or a clause.
struct Step {
  std::unique_ptr<Definition> definition;
  std::unique_ptr<Clause> clause;
};

struct Experiment {
  FunctionId function; ///< holds the locals; its body is null
  std::vector<Param> params;
  std::vector<Step> steps;
};

/// `test a == b`: `function` has no parameters and gives the tuple (left, right); where it is no equality, a bool that must
/// hold, or any value, on which the engines must agree.
struct Test {
  FunctionId function;
  bool equality = true;
  double tolerance = 0; ///< `tolerance: t` as a clause argument; 0 means the device tolerance of docs/language.md
  Span span;
};

struct UnitDeclaration {
  std::string name;
  double scale = 1; ///< in base units
  Unit unit;
  std::vector<std::string> docs;
};

struct Program {
  std::vector<std::unique_ptr<Function>> functions; ///< index = FunctionId; callees before callers
  std::vector<Experiment> experiments;
  std::vector<Test> tests;
  std::map<std::string, UnitDeclaration> units;
  std::map<std::string, TypeRef> records;
  const Function &function(FunctionId id) const { return *functions[id]; }
  /// The function of that name, own before imported; null where there is none.
  const Function *find(std::string_view name) const;
};

/// The program as text, as `gms build --emit=program` shows it.
std::string print(const Program &program);
std::string print(const Expr &expr, const Function &function, const Program &program);

} // namespace gms::program
