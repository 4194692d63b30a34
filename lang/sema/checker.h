// The checker's state: which names a module knows, which functions were checked, and what is known inside one body.
#pragma once
#include "lang/program/program.h"
#include "lang/sema/check.h"
#include "lang/syntax/tree.h"
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>

namespace gms::sema {

using namespace program;

/// The function that a call gives for a parameter of function type.
struct Passed {
  std::string parameter;
  struct Declared *declared;
  FunctionId id; ///< of its first instance
  std::string name;
};
constexpr LocalId passedElsewhere = UINT32_MAX; ///< stands for a parameter that an instance does not take

/// What an instance of a declared function is made for.
struct InstanceOf {
  Element real = Element::F32;
  std::vector<Passed> functions; ///< one a parameter of function type
};

/// A declared function before and after its check; checked when first called, so unused imports cost nothing.
struct Declared {
  struct Instance {
    enum State { Waiting, Running, Done, Failed } state = Waiting;
    FunctionId id = 0;
  };
  const syntax::Statement *statement = nullptr;
  struct Module *module = nullptr;
  class Body *home = nullptr;               ///< the body that a local function stands in
  Element firstReal = Element::F32;         ///< what `real` is in the instance ""
  std::map<std::string, Instance> instances; ///< by what they are made for
  std::unique_ptr<Function> signature;       ///< the parameters alone, where functions are among them
};

/// One loaded file: its tree and what it declares.
struct Module {
  std::string name;
  syntax::Tree tree;
  bool isProgram = false;
  std::unordered_map<std::string, Declared> functions;
  std::unordered_map<std::string, const syntax::Statement *> records, aliases;
  std::vector<Module *> imports;
};

/// Checks a whole program: modules, units, records; functions on demand.
class Checker {
public:
  Checker(Sources &sources, const CheckOptions &options, Diagnostics &diagnostics)
      : sources(sources), options(options), diagnostics(diagnostics) {}
  std::unique_ptr<Program> run(uint32_t file);

  Sources &sources;
  const CheckOptions &options;
  Diagnostics &diagnostics;
  std::unique_ptr<Program> out = std::make_unique<Program>();

  /// The declared function that a name means in a module: its own first, then its imports'. Null where none.
  Declared *findFunction(Module &module, const std::string &name);
  /// Checks its first instance if that has not happened; null after an error, which has been reported.
  const Function *require(Declared &declared, const std::string &name, Span use) { return instance(declared, name, {declared.firstReal, {}}, use); }
  const Function *instance(Declared &declared, const std::string &name, const InstanceOf &of, Span use);
  /// A unit as written ("eV/angstrom^3"): its scale and dimension. Reports and gives nothing where it is unknown.
  std::optional<UnitDeclaration> unit(const std::string &text, Span span);
  /// A unit by its bare name, or null.
  const UnitDeclaration *findUnit(const std::string &name);
  const syntax::Statement *findRecord(Module &module, const std::string &name, Module *&owner);
  const syntax::Statement *findAlias(Module &module, const std::string &name);
  std::set<std::string> aliasesRunning; ///< for aliases of themselves
  std::vector<std::string> functionNames(Module &module) const;
  FunctionId add(std::unique_ptr<Function> function);
  std::unordered_map<const Function *, Declared *> declaredOf;
  Diagnostic &error(Kind kind, Span span, std::initializer_list<std::string> arguments = {}) {
    return diagnostics.error(kind, span, arguments);
  }

private:
  std::unordered_map<std::string, std::unique_ptr<Module>> modules; ///< by path
  std::vector<std::string> loading;                                ///< for import cycles
  std::vector<std::string> running;                                ///< for recursion
  std::unordered_map<std::string, const syntax::Statement *> unitStatements;
  std::set<std::string> unitsRunning;
  bool unitsLoaded = false;

  Module *load(uint32_t file, bool isProgram);
  Module *importModule(const syntax::Path &path, const std::string &from);
  void declare(Module &module);
  void declareStatement(Module &module, const syntax::Statement &statement);
  void loadUnits();
  std::optional<UnitDeclaration> evaluateUnit(const syntax::Expr &expr);
  void checkOwn(Module &module);
};

/// Built-in quantities: `angle` is a real in rad.
struct Quantity {
  const char *name;
  const char *unit;
};
const Quantity *findQuantity(const std::string &name);

/// Checks one body: an op, a warp, an augment, a recipe, a test or an experiment.
class Body {
public:
  Body(Checker &checker, Module &module, Body *outer = nullptr)
      : checker(checker), module(module), outer(outer), realElement(outer ? outer->realElement : Element::F32) {}

  /// A declaration; the result is null after errors that leave nothing to run.
  std::unique_ptr<Function> checkFunction(const syntax::Statement &statement, const InstanceOf &of, const std::string &instance);
  void checkAlias(const syntax::Statement &statement);
  Element precision() const { return realElement; }
  /// Whether only the parameters were checked, since functions are among them.
  bool isSignature() const { return takesFunctions; }
  std::unique_ptr<Function> checkTest(const syntax::Clause &clause, Test &test);
  std::unique_ptr<Function> checkExperiment(const syntax::Statement &statement, Experiment &experiment);

private:
  /// How far an index runs, found while its body is checked.
  struct IndexInfo {
    std::optional<Dim> low, high; ///< [low, high)
    Span span;
    bool open = false;   ///< the extent is still to be found
    bool byRead = false; ///< a read gave it; `span` is the place of that read
  };
  struct Obligation { ///< a read that must stay in range, proven when all extents are known
    ExprPtr *index;
    Dim extent;
    Span span;
    std::vector<LocalId> open; ///< indices in scope: each runs over something, so its extent is at least 1
  };
  struct StatedDerivative { ///< `d(of) / d(by) = value` in an op
    LocalId of, by;
    ExprPtr value;
    Span span;
  };
  using Scope = std::unordered_map<std::string, LocalId>;

  Checker &checker;
  Module &module;
  Body *outer;
  Element realElement;                           ///< what `real` and a literal that meets no other value are
  std::unique_ptr<Function> function = std::make_unique<Function>();
  std::vector<Scope> scopes;
  std::unordered_map<LocalId, Dim> values;      ///< ints whose value is an extent expression
  std::set<LocalId> boundDims;                   ///< dimensions that some value has bound
  /// Dimensions that first stand in an extent of more than themselves, and that extent: something must bind them.
  std::vector<std::pair<LocalId, Span>> solvedFor;
  std::unordered_map<LocalId, IndexInfo> indices;
  std::vector<LocalId> openIndices;              ///< indices in scope
  std::vector<Obligation> obligations;
  std::unordered_map<std::string, Declared> localFunctions;
  std::unordered_map<std::string, int> placeCounts;
  std::unordered_map<std::string, Declared *> functionValues; ///< parameters of function type
  bool takesFunctions = false;
  TypeRef declaredResult;                        ///< of the function, null where none is written
  bool makesResult = false;                      ///< the definition being checked is the body's value
  std::vector<StatedDerivative> stated;
  std::set<std::string> failed;                  ///< names whose definition had an error
  std::string definitionName;                    ///< of the definition that is being checked
  std::optional<std::pair<Dim, Dim>> centre;     ///< h, w of the value that a warp is applied to
  /// A state of a solver: its start, and the local that holds it when a pass begins.
  struct SolverState {
    std::string name;
    LocalId start, current;
  };
  struct SolverResult { ///< what a repeat yields and gives
    Span span;
    ExprPtr value; ///< of one pass
    TypeRef type;  ///< the record of one pass, null where nothing is yielded
    LocalId steps = 0, trace = 0;
  };
  std::vector<SolverState> states;
  std::pair<Dim, Dim> passBounds;                ///< of the repeat: [low, high)
  size_t passScope = 0;                          ///< the scope of a pass while one is checked, else 0
  LocalId firstPassLocal = 0;                    ///< locals from here on differ from pass to pass
  FunctionKind kind() const { return function->kind; }

  // names (names.cpp)
  LocalId addLocal(std::string name, TypeRef type, LocalKind kind, Span span);
  void bind(const std::string &name, LocalId id, Span span);
  std::optional<LocalId> find(const std::string &name);
  LocalId capture(Body &from, LocalId id);
  std::string nameOf(LocalId id) const { return function->locals[id].name; }
  std::string show(const Type &type) const;
  std::string show(const Dim &dim) const;
  std::string place(const std::string &name);
  std::vector<std::string> knownNames();
  Declared *findDeclared(const std::string &name);

  // precision (instances.cpp)
  bool isFree(const Expr &e) const;
  ExprPtr fixed(ExprPtr e);
  bool callIn(Expr &e, Element element);
  ExprPtr retyped(ExprPtr e, Element element);
  void matchPrecision(ExprPtr &a, ExprPtr &b);
  void matchFree(std::vector<ExprPtr> &args);
  Element realOf(const Expr &a, const Expr &b) const;
  void matchParts(ExprPtr &a, ExprPtr &b);
  ExprPtr asPrecise(ExprPtr e, const Type &like);
  ExprPtr preciseTensor(ExprPtr e, Element element);
  ExprPtr preciseParts(ExprPtr e, const Type &like);
  const Function *instanceFor(const Function &callee, const std::vector<ExprPtr> &args, Span span, std::vector<Passed> functions = {});

  // functions as arguments, names of types (function_values.cpp)
  TypeRef apart(const std::function<TypeRef()> &resolve);
  TypeRef functionType(const syntax::Type &written);
  TypeRef aliasedType(const syntax::Statement &statement, Span use);
  bool functionParameter(const syntax::Parameter &parameter, TypeRef type, const InstanceOf &of, Parameter &made);
  bool standsFor(const Function &function, const Type &wanted) const;
  std::optional<Passed> passedFunction(const syntax::Expr &e, const Function &callee, const Local &parameter);

  // types (types.cpp)
  TypeRef real(Unit unit = {}) const { return Type::scalar(realElement, std::move(unit)); }
  TypeRef written(TypeRef type, const std::string &name) const;
  bool namesDouble(const syntax::Type &type);
  /// The type written; a name of a dimension that is not bound yet becomes one where `bindDims`.
  TypeRef type(const syntax::Type &type, bool bindDims);
  TypeRef namedType(const std::string &name, const std::vector<syntax::Argument> &args, Span span, bool bindDims);
  TypeRef tensorType(const std::string &name, const std::vector<syntax::Argument> &args, Span span, bool bindDims);
  bool newField(const syntax::Field &field, const std::vector<FieldType> &before);
  TypeRef recordType(const std::string &name, Span span);
  std::optional<Dim> dimension(const syntax::Expr &expr, bool bindDims);
  void bindDims(LocalId of, const Type &type, std::vector<uint32_t> path, std::vector<DimBinding> &dims,
                std::vector<DimCheck> &checks, std::set<LocalId> &bound, Span span);
  void solveDims(std::vector<DimBinding> &dims, const std::vector<DimCheck> &checks, std::set<LocalId> &bound);
  void notSolvable(LocalId dimension, Span extent);
  bool saysItsDimensions(const Type &type);
  bool solvedAll(const std::set<LocalId> &bound);
  /// The type with fresh dimensions for its extents.
  TypeRef freshDims(const TypeRef &type);
  TypeRef joined(const TypeRef &a, const TypeRef &b);
  ExprPtr bound(ExprPtr value);

  // bodies (bodies.cpp)
  bool parameters(const syntax::Statement &statement, const InstanceOf &of);
  bool parameter(const syntax::Parameter &written, const InstanceOf &of, Parameter &made);
  ExprPtr block(const syntax::Block &block, const std::string &name);
  bool statement(const syntax::Statement &statement, std::vector<Definition> &definitions, ExprPtr &result);
  bool definition(const syntax::Statement &statement, std::vector<Definition> &definitions, bool isState = false);
  bool bindTuple(const syntax::Target &target, ExprPtr value, std::vector<Definition> &definitions);
  bool define(const std::string &name, ExprPtr value, std::vector<Definition> &definitions, Span span);
  ExprPtr bodyOf(const syntax::Statement &statement);
  ExprPtr toResult(ExprPtr value, TypeRef declared, Span span);
  void localFunction(const syntax::Statement &statement);
  void setPrecision(const syntax::Statement &statement, const InstanceOf &of);
  bool warpHeader(const syntax::Statement &statement);

  // derivatives (derivatives.cpp)
  std::pair<Body *, LocalId> owner(LocalId id);
  ExprPtr differentiatedBy(const syntax::Expr &e);
  ExprPtr derivative(const syntax::Expr &e);
  bool statedDerivative(const syntax::Statement &statement);
  ExprPtr withStated(ExprPtr result);
  // solvers (solvers.cpp, state_updates.cpp)
  ExprPtr solverBlock(const syntax::Block &block);
  bool solverIsWhole(const syntax::Block &block, const syntax::Statement *repeated, const SolverResult &yielded, const ExprPtr &result);
  bool repeatOnce(const syntax::Statement &statement, const syntax::Statement *before);
  bool stateDeclaration(const syntax::Statement &statement, const syntax::Statement *repeated, std::vector<Definition> &definitions);
  bool passes(const syntax::Statement &statement, IndexVar &var);
  bool repeatLoop(const syntax::Statement &statement, std::vector<Definition> &definitions, SolverResult &yielded);
  ExprPtr untilCondition(const syntax::Statement &statement);
  void openPass(const syntax::Statement &statement, IndexVar &var);
  bool passStatement(const syntax::Statement &statement, Expr &loop, SolverResult &yielded);
  bool yieldClause(const syntax::Clause &clause, SolverResult &yielded);
  ExprPtr yieldedValue(const syntax::Argument &arg, std::vector<FieldType> &fields);
  TypeRef outsidePass(const TypeRef &type, const std::string &name, Span span);
  void nameResults(ExprPtr loop, std::vector<Definition> &definitions, SolverResult &yielded);
  ExprPtr yieldedRecord(const SolverResult &yielded, std::vector<Definition> &definitions, Span span);
  const SolverState *updatedState(const std::string &name) const;
  void bindDefinition(const std::string &name, LocalId id, Span span);
  bool updateState(const SolverState &state, ExprPtr value, std::vector<Definition> &definitions, Span span);
  bool keepsForm(const Expr &value, const Type &type) const;
  bool extentsToCheck(LocalId of, const Type &wanted, const Type &found, std::vector<uint32_t> path,
                      std::vector<DimCheck> &checks, Span span);
  ExprPtr toElements(ExprPtr value, const Type &type);

  // units and grids in types (grid_types.cpp)
  TypeRef recordWithExtents(TypeRef record, const std::vector<syntax::Argument> &args, Span span, bool bindDims);
  std::optional<Unit> unitOfType(const syntax::Expr &e);
  std::vector<size_t> gridsFirst(const std::vector<syntax::Parameter> &written);
  bool extentOfAnother(const std::vector<syntax::Parameter> &written, const std::string &name) const;
  bool extentsOfRecord(const syntax::Expr &e, std::vector<Dim> &dims);
  TypeRef densityType(std::vector<Dim> dims, Span span);
  TypeRef operatorType(std::vector<Dim> dims, Unit unit, Span span);
  bool operatorsAreBound();

  // linear operators (linear_operators.cpp, operator_builtins.cpp)
  ExprPtr operatorArithmetic(Prim prim, ExprPtr a, ExprPtr b, Span span);
  ExprPtr operatorSum(ExprPtr a, ExprPtr b, Span span);
  ExprPtr negated(ExprPtr a, Span span);
  ExprPtr scaledOperator(ExprPtr factor, ExprPtr a, Span span);
  bool sameOperands(const Expr &a, const Expr &b, Span span);
  bool sameUnits(const Expr &a, const Expr &b, Span span);
  ExprPtr applyOperator(ExprPtr a, ExprPtr x, Span span);
  ExprPtr solveWith(ExprPtr a, ExprPtr b, Span span);
  ExprPtr operand(const Expr &a, ExprPtr x, Span span);
  ExprPtr withElement(ExprPtr x, Element element);
  bool keepsPrecision(const Expr &value, const Expr &a, Span span);
  ExprPtr operatorBuiltin(const std::string &name, const syntax::Expr &e, ExprPtr piped);
  bool operatorArguments(const std::string &name, const syntax::Expr &e, ExprPtr piped, std::vector<ExprPtr> &out);
  bool isOperatorArgument(const Expr &e);
  ExprPtr realTensor(ExprPtr e, size_t rank, const char *what);
  ExprPtr operatorOf(OperatorKind kind, std::vector<Dim> dims, ExprPtr tensor, Span span);
  ExprPtr banded(ExprPtr bands, ExprPtr periodic, Span span);
  ExprPtr toeplitz(ExprPtr column, Span span);
  ExprPtr dense(ExprPtr elements, Span span);
  ExprPtr exponential(ExprPtr rate, ExprPtr size, Span span);
  ExprPtr diagonal(ExprPtr elements, Span span);
  ExprPtr kroneckerSum(ExprPtr a, ExprPtr b, Span span);
  ExprPtr lowest(ExprPtr k, ExprPtr a, ExprPtr measure, Span span);
  ExprPtr measured(ExprPtr pairs, ExprPtr measure, Span span);

  // fits (fits.cpp)
  ExprPtr fit(const syntax::Expr &e);
  bool fitArguments(const syntax::Expr &e, struct FitArguments &out);
  ExprPtr startOfFit(const syntax::Expr &domain);
  ExprPtr seedsOfFit(const syntax::Argument *seeds, Span span);
  bool minimiserOf(const syntax::Argument *by, Expr &fit);
  ExprPtr lossAndGradient(ExprPtr loss, LocalId model);
  ExprPtr gradientBy(LocalId model, const TypeRef &type, std::vector<uint32_t> path, LocalId loss, Span span);

  // experiments (experiments.cpp)
  void experimentStatement(const syntax::Statement &statement, Experiment &experiment);
  void param(const syntax::Statement &statement, Experiment &experiment);
  void clauseRow(const std::vector<syntax::Clause> &row, Experiment &experiment);
  ExprPtr within(const std::vector<Definition> &prologue, ExprPtr value);

  // expressions (expressions.cpp, operators.cpp)
  ExprPtr expr(const syntax::Expr &e, const TypeRef &expected = nullptr);
  ExprPtr number(const syntax::Expr &e, const TypeRef &expected);
  ExprPtr name(const syntax::Expr &e);
  ExprPtr member(const syntax::Expr &e);
  ExprPtr list(const syntax::Expr &e, const TypeRef &expected);
  void rowsToReals(std::vector<ExprPtr> &rows);
  ExprPtr recordValue(const syntax::Expr &e, const TypeRef &expected);
  ExprPtr binary(const syntax::Expr &e, const TypeRef &expected);
  ExprPtr unary(const syntax::Expr &e, const TypeRef &expected);
  ExprPtr compareChain(const syntax::Expr &e);
  ExprPtr conditional(const syntax::Expr &e, const TypeRef &expected);
  ExprPtr pipe(const syntax::Expr &e);
  ExprPtr arithmetic(Prim prim, ExprPtr a, ExprPtr b, Span span);
  ExprPtr scalarArithmetic(Prim prim, ExprPtr a, ExprPtr b, Span span);
  ExprPtr power(ExprPtr a, ExprPtr b, Span span);
  ExprPtr elementwise(Span span, std::vector<ExprPtr> args, const std::function<ExprPtr(std::vector<ExprPtr>)> &f);
  ExprPtr comparison(Prim prim, ExprPtr a, ExprPtr b, Span span);

  // conversions (convert.cpp)
  ExprPtr make(ExprKind kind, TypeRef type, Span span);
  ExprPtr constant(int64_t value, Span span);
  ExprPtr constant(double value, Span span, Unit unit = {});
  ExprPtr reference(LocalId id, Span span);
  ExprPtr primitive(Prim prim, TypeRef type, Span span, ExprPtr a, ExprPtr b = nullptr);
  ExprPtr dimValue(const Dim &dim, Span span);
  ExprPtr toElement(ExprPtr e, Element element);
  ExprPtr coerce(ExprPtr e, const TypeRef &type, Span span);
  ExprPtr toRecord(ExprPtr e, const Type &type, Span span);
  ExprPtr literalAs(ExprPtr e, Element element, Unit unit, Span span);
  ExprPtr asInt(ExprPtr e, const char *what = nullptr);
  ExprPtr asReal(ExprPtr e);
  ExprPtr clone(const Expr &e);
  std::optional<Dim> toDim(const Expr &e) const;
  bool unify(ExprPtr &a, ExprPtr &b, Span span);
  bool isLiteral(const Expr &e) const;
  ExprPtr hoist(ExprPtr value, std::vector<Definition> &definitions, const std::string &name = "");
  ExprPtr wrap(std::vector<Definition> definitions, ExprPtr value);

  // index notation (index_notation.cpp, range_proof.cpp)
  ExprPtr read(const syntax::Expr &e);
  ExprPtr readTensor(ExprPtr base, const syntax::Expr &e);
  ExprPtr tabulate(const syntax::Target &target, const syntax::Expr &value, bool draws, Span span);
  bool rangeBounds(const syntax::Expr &range, ExprPtr &low, ExprPtr &high);
  bool openIndex(const syntax::Argument &argument, IndexVar &var, std::vector<LocalId> &opened);
  bool openVariable(const syntax::Argument &argument, IndexVar &var, std::vector<Definition> &prologue);
  ExprPtr reduction(const syntax::Expr &e, ReduceKind reduce);
  ExprPtr listReduction(const syntax::Expr &e, ReduceKind reduce);
  ExprPtr scan(const syntax::Expr &e);
  ExprPtr nextStates(const Expr &scan, ExprPtr body, Span span);
  bool settle(const std::vector<LocalId> &opened, size_t firstObligation, bool good);
  bool proveReads(size_t from);
  std::vector<Dim> lowerBounds(const Expr &e, int depth = 0);
  std::vector<Dim> upperBounds(const Expr &e, int depth = 0);
  std::optional<Dim> eliminate(const Dim &dim, bool lower, int depth = 0);
  bool nonNegative(const Dim &dim, const std::vector<LocalId> &open);

  // calls (calls.cpp, apply.cpp, builtins.cpp)
  ExprPtr call(const syntax::Expr &e, ExprPtr piped = nullptr);
  ExprPtr callFunction(const Function &callee, const std::string &name, const std::vector<syntax::Argument> &args,
                       ExprPtr piped, Span span, Span nameSpan);
  ExprPtr finishCall(const Function &callee, std::vector<ExprPtr> args, Span span);
  bool matchExtents(const Function &callee, const std::vector<struct GivenExtent> &extents,
                    std::unordered_map<LocalId, Dim> &known);
  LocalId fromOwner(const Function &callee, LocalId id);
  ExprPtr liftOver(const Function &callee, const std::string &name, const std::vector<const syntax::Argument *> &args,
                   ExprPtr record, Span span, Span nameSpan);
  ExprPtr applyWarp(const Function &callee, const std::string &name, const std::vector<syntax::Argument> &args,
                    ExprPtr value, Span span, Span nameSpan);
  ExprPtr warpTensor(const Function &callee, std::vector<ExprPtr> args, ExprPtr value, const struct WarpOptions &options,
                     Span span);
  ExprPtr warpRecord(const Function &callee, std::vector<ExprPtr> args, ExprPtr value, const struct WarpOptions &options,
                     Span span);
  std::optional<Dim> warpExtent(const Function &callee, const Expr *extent, const std::vector<ExprPtr> &args, const Dim &same);
  bool warpOptions(const std::vector<syntax::Argument> &args, std::vector<const syntax::Argument *> &rest,
                   struct WarpOptions &options);
  bool matchArguments(const Function *&callee, const std::string &name,
                      const std::vector<const syntax::Argument *> &args, ExprPtr piped, std::vector<ExprPtr> &out,
                      Span span);
  ExprPtr defaultOf(const Function &callee, size_t parameter, Span span);
  ExprPtr builtin(const std::string &name, const syntax::Expr &e, ExprPtr &piped, bool &known);
  ExprPtr mathCall(Prim prim, const std::string &name, std::vector<ExprPtr> args, Span span);
  ExprPtr rounding(Prim prim, const syntax::Expr &argument, Span span);

  // what augments are made of (augment_forms.cpp)
  ExprPtr choose(const syntax::Expr &e);
  ExprPtr chooseOf(std::vector<std::pair<ExprPtr, ExprPtr>> arms, Span span, const std::string &name);
  ExprPtr draw(const syntax::Expr &e, const std::string &place);
  ExprPtr form(const std::string &name, const syntax::Expr &e, ExprPtr &piped, bool &known);
  ExprPtr someOf(const syntax::Expr &e, const syntax::Expr &operators, ExprPtr value, std::vector<Definition> definitions);
  /// `value |> f`, where f is a name, a call, a pipe or a form.
  ExprPtr apply(const syntax::Expr &f, ExprPtr value);
  ExprPtr repeatForm(const syntax::Expr &e, ExprPtr piped);
  bool mayDraw(Span span, const char *mark);
};

/// The options that every application of a warp takes.
struct WarpOptions {
  Sampling sampling = Sampling::Inherit;
  Border border = Border::Inherit;
  const syntax::Expr *fill = nullptr;
};

/// An extent of an argument beside that of its parameter.
struct GivenExtent {
  const Type *wanted, *given;
  size_t axis;
  Span span;
  const Dim &wantedDim() const { return wanted->dims[axis]; }
  const Dim &givenDim() const { return given->dims[axis]; }
};

/// `any(i) of x[i] > 1` compares the whole: the body of `of` is a product ([RED-1]).
inline constexpr const char *bracketComparison = "give it a bool; a comparison behind `of` stands in brackets: of (a < b)";

bool readsLocals(const Expr &e);
bool isRealForm(const Type &type);
TypeRef gradientType(const Unit &unit, const Type &by);
bool differInPrecision(const Type &a, const Type &b);
TypeRef inPrecisionOf(const TypeRef &a, const Type &b);
TypeRef widest(const TypeRef &a, const TypeRef &b);
TypeRef kept(const TypeRef &declared, const TypeRef &value);
bool isOperatorBuiltin(const std::string &name);
bool findBorder(const std::string &name, Border &border);
std::optional<ReduceKind> findReduce(const std::string &name);

} // namespace gms::sema
