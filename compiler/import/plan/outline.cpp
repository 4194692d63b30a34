#include "compiler/import/plan/outline.h"
#include "compiler/import/plan/compact.h"
#include <algorithm>

namespace gms::compiler {

using namespace program;

namespace {

/// Work that is worth a kernel, or that only a kernel can do, as opposed to what the host does as well.
bool worksOnTensors(const Expr &e, const Program &program) {
  switch (e.kind) {
  case ExprKind::Tabulate:
  case ExprKind::Scan:
  case ExprKind::Warp:
  case ExprKind::WarpPoints:
  case ExprKind::Choose:
  case ExprKind::Draw:
  case ExprKind::Derivative:
  case ExprKind::OwnDerivative:
  case ExprKind::Loop:
  case ExprKind::MakeOperator:
  case ExprKind::ApplyOperator:
  case ExprKind::Lowest:
  case ExprKind::Solve:
    return true;
  case ExprKind::Read:
    return std::any_of(e.args.begin() + 1, e.args.end(), [](const ExprPtr &i) { return i->kind != ExprKind::Constant; }) ||
           worksOnTensors(*e.args[0], program);
  case ExprKind::Call: {
    const Function &callee = program.function(e.function);
    if (callee.kind != FunctionKind::Extern && callee.body && (callee.draws || worksOnTensors(*callee.body, program)))
      return true;
    break;
  }
  default:
    break;
  }
  bool works = false;
  eachPart(e, [&](const Expr &part) { works |= worksOnTensors(part, program); });
  return works;
}

bool draws(const Expr &e, const Program &program) {
  if (e.kind == ExprKind::Draw || e.kind == ExprKind::Choose || (e.kind == ExprKind::Call && program.function(e.function).draws))
    return true;
  bool found = false;
  eachPart(e, [&](const Expr &part) { found |= draws(part, program); });
  return found;
}

} // namespace

bool Outliner::passes(const Type &type, bool asResult) {
  switch (type.kind) {
  case TypeKind::Scalar:
  case TypeKind::Tensor:
    return true;
  case TypeKind::Record:
  case TypeKind::Tuple:
    return !type.fields.empty() && std::all_of(type.fields.begin(), type.fields.end(), [&](const FieldType &field) {
      return passes(*field.type, asResult) || (!asResult && field.type->kind == TypeKind::String);
    });
  default:
    return false;
  }
}

/// Whether an operation itself (not its parts) can stand in no kernel. Lists are the host's in experiments and recipes: how
/// long they are is known there alone, and their elements are samples of their own to what draws.
bool Outliner::hostOnly(const Expr &e, FunctionKind within) {
  if (e.kind == ExprKind::Call)
    return !bodyKernelable(e.function);
  if (e.type && (e.type->kind == TypeKind::Opaque || e.type->kind == TypeKind::Function))
    return true;
  if (e.kind != ExprKind::Reduce)
    return false;
  if (within != FunctionKind::Experiment && within != FunctionKind::Recipe)
    return e.reduce == ReduceKind::Filter;
  return e.reduce == ReduceKind::Map || e.reduce == ReduceKind::Filter ||
         std::any_of(e.indices.begin(), e.indices.end(), [](const IndexVar &index) { return index.list != nullptr; });
}

bool Outliner::needsHost(const Expr &e) {
  bool needs = hostOnly(e, FunctionKind::Experiment) || draws(e, program);
  eachPart(e, [&](const Expr &part) { needs = needs || needsHost(part); });
  return needs;
}

bool Outliner::bodyKernelable(FunctionId id) {
  if (const auto known = kernelable.find(id); known != kernelable.end())
    return known->second;
  const Function &function = program.function(id);
  bool good = function.body != nullptr && function.kind != FunctionKind::Extern;
  const auto check = [&](const auto &self, const Expr &e) -> void {
    good = good && !hostOnly(e, function.kind);
    if (good)
      eachPart(e, [&](const Expr &part) { self(self, part); });
  };
  if (good)
    check(check, *function.body);
  return kernelable[id] = good;
}

/// One attempt to cut an expression out.
struct Outliner::Cut {
  Outliner &outliner;
  const Function &from;
  std::unique_ptr<Function> made = std::make_unique<Function>();
  Outlined result;
  std::set<LocalId> inner;                          ///< bound inside what is cut out
  std::unordered_map<LocalId, LocalId> captured;
  std::set<LocalId> symbols;                        ///< that extents refer to
  std::set<LocalId> variables;                      ///< that something is differentiated by

  Cut(Outliner &outliner, const Function &from) : outliner(outliner), from(from) { made->locals = from.locals; }

  void bind(LocalId id) { inner.insert(id); }

  void bindIn(const Expr &e) {
    for (const IndexVar &index : e.indices)
      bind(index.local);
    for (LocalId state : e.states)
      bind(state);
    if (e.kind == ExprKind::Repeat)
      bind(e.local);
    if (e.kind == ExprKind::Derivative)
      variables.insert(e.local);
    for (const Definition &definition : e.definitions) {
      for (LocalId local : definition.locals)
        bind(local);
      for (const DimBinding &binding : definition.dims)
        bind(binding.symbol);
    }
    eachPart(e, [&](const Expr &part) { bindIn(part); });
  }

  bool readsInner(const Expr &e) const {
    if (e.kind == ExprKind::Local && inner.count(e.local))
      return true;
    if (e.kind == ExprKind::DimValue) {
      std::vector<LocalId> used;
      e.dim.symbols(used);
      if (std::any_of(used.begin(), used.end(), [&](LocalId id) { return inner.count(id) != 0; }))
        return true;
    }
    bool reads = false;
    eachPart(e, [&](const Expr &part) { reads |= readsInner(part); });
    return reads;
  }

  /// Whether an outer value that was made on the way may depend on the variable: its derivative would be lost.
  bool readsMade(const Expr &e, LocalId variable) const {
    if (e.kind == ExprKind::Local && e.local != variable && !inner.count(e.local) &&
        (from.locals[e.local].kind == LocalKind::Definition || from.locals[e.local].kind == LocalKind::State))
      return true;
    bool reads = false;
    eachPart(e, [&](const Expr &part) { reads = reads || readsMade(part, variable); });
    return reads;
  }

  void addParameter(LocalId local, const Expr *argument, LocalId outer) {
    made->parameters.push_back({local, nullptr});
    result.arguments.push_back(argument);
    result.locals.push_back(outer);
  }

  void useType(const TypeRef &type) {
    if (!type)
      return;
    for (const Dim &dim : type->dims)
      use(dim);
    for (const FieldType &field : type->fields)
      useType(field.type);
  }
  void use(const Dim &dim) {
    std::vector<LocalId> used;
    dim.symbols(used);
    symbols.insert(used.begin(), used.end());
  }

  /// A chain of fields and items that leads to an outer value: what is passed, rather than all that holds it.
  /// What is differentiated by is passed whole, so that it stays the same value everywhere.
  bool isPath(const Expr &e) const {
    if (e.kind == ExprKind::Local)
      return true;
    if (e.kind != ExprKind::Field && e.kind != ExprKind::Item)
      return false;
    if (e.args[0]->kind == ExprKind::Local && variables.count(e.args[0]->local))
      return false;
    if (e.kind == ExprKind::Field)
      return isPath(*e.args[0]);
    return isPath(*e.args[0]) && (e.args.size() < 2 || e.args[1]->kind == ExprKind::Constant);
  }

  ExprPtr reference(LocalId local, const Expr &as) {
    auto made = std::make_unique<Expr>();
    made->kind = ExprKind::Local;
    made->type = as.type;
    made->span = as.span;
    made->local = local;
    return made;
  }

  /// Passes an outer expression's value as a new parameter.
  ExprPtr lift(const Expr &e) {
    if (e.kind == ExprKind::Local) {
      if (!captured.count(e.local)) {
        captured[e.local] = e.local;
        made->locals[e.local].kind = LocalKind::Parameter;
        addParameter(e.local, nullptr, e.local);
      }
      return reference(e.local, e);
    }
    Local local;
    const Expr *named = &e;
    while (!named->args.empty() && named->kind != ExprKind::Field)
      named = named->args[0].get();
    local.name = "argument" + std::to_string(made->parameters.size());
    local.type = e.type;
    local.kind = LocalKind::Parameter;
    local.span = e.span;
    made->locals.push_back(std::move(local));
    const LocalId id = static_cast<LocalId>(made->locals.size() - 1);
    addParameter(id, &e, id);
    return reference(id, e);
  }

  /// The expression as it stands in the new function; null where it cannot.
  ExprPtr take(const Expr &e) {
    const bool outer = !readsInner(e);
    if (outer && isPath(e) && e.type && Outliner::passes(*e.type, false))
      return lift(e);
    if (e.kind == ExprKind::Local && !inner.count(e.local))
      return nullptr; // an outer value that no kernel takes
    const bool allowed = !outliner.hostOnly(e, from.kind);
    if (allowed)
      if (ExprPtr copy = takeParts(e))
        return copy;
    if (outer && e.type && Outliner::passes(*e.type, false))
      return lift(e);
    return nullptr;
  }

  ExprPtr takeParts(const Expr &e) {
    if (e.kind == ExprKind::Derivative && !inner.count(e.local)) {
      if (readsMade(*e.args[0], e.local))
        return nullptr;
      const TypeRef &type = from.locals[e.local].type;
      if (!Outliner::passes(*type, false))
        return nullptr;
      Expr variable;
      variable.kind = ExprKind::Local;
      variable.local = e.local;
      variable.type = type;
      lift(variable);
    }
    const size_t parameters = made->parameters.size();
    const std::set<LocalId> symbolsBefore = symbols;
    useType(e.type);
    ExprPtr copy = withoutParts(e);
    if (e.kind == ExprKind::Derivative && !inner.count(e.local))
      lift(*reference(e.local, e));
    bool good = true;
    const auto part = [&](const ExprPtr &from) -> ExprPtr {
      if (!from || !good)
        return nullptr;
      ExprPtr taken = take(*from);
      good = taken != nullptr;
      return taken;
    };
    for (const ExprPtr &arg : e.args)
      copy->args.push_back(part(arg));
    for (const IndexVar &index : e.indices) {
      IndexVar made{index.local, part(index.low), part(index.high), part(index.list)};
      copy->indices.push_back(std::move(made));
    }
    for (const Definition &definition : e.definitions) {
      Definition made;
      made.locals = definition.locals;
      made.dims = definition.dims;
      made.checks = definition.checks;
      made.span = definition.span;
      made.value = part(definition.value);
      copy->definitions.push_back(std::move(made));
      for (const DimCheck &check : definition.checks)
        use(check.expected);
      for (const DimBinding &binding : definition.dims)
        if (binding.solved)
          use(*binding.solved);
    }
    if (e.kind == ExprKind::DimValue)
      use(e.dim);
    for (const Dim &extent : e.extents)
      use(extent);
    if (!good) { // parameters added on the way would be passed for nothing
      for (size_t i = parameters; i < made->parameters.size(); ++i)
        captured.erase(made->parameters[i].local);
      made->parameters.resize(parameters);
      result.arguments.resize(parameters);
      result.locals.resize(parameters);
      symbols = symbolsBefore;
      return nullptr;
    }
    return copy;
  }

  /// Extents of parameters that are plain symbols bind them; other outer symbols become parameters themselves.
  void bindSymbols() {
    for (const program::Parameter &parameter : made->parameters)
      useType(made->locals[parameter.local].type);
    std::set<LocalId> bound;
    for (const program::Parameter &parameter : made->parameters)
      bindFrom(parameter.local, made->locals[parameter.local].type, {}, bound);
    for (LocalId symbol : symbols)
      if (!bound.count(symbol) && !inner.count(symbol) && !captured.count(symbol)) {
        captured[symbol] = symbol;
        made->locals[symbol].kind = LocalKind::Parameter;
        addParameter(symbol, nullptr, symbol);
      }
  }

  void bindFrom(LocalId of, const TypeRef &type, std::vector<uint32_t> fields, std::set<LocalId> &bound) {
    if (type->kind == TypeKind::Tensor) {
      for (uint32_t axis = 0; axis < type->dims.size(); ++axis)
        if (const auto symbol = type->dims[axis].asSymbol();
            symbol && !inner.count(*symbol) && !captured.count(*symbol) && bound.insert(*symbol).second)
          made->dims.push_back({*symbol, of, fields, axis});
      return;
    }
    if (type->kind != TypeKind::Record && type->kind != TypeKind::Tuple)
      return;
    for (uint32_t i = 0; i < type->fields.size(); ++i) {
      std::vector<uint32_t> deeper = fields;
      deeper.push_back(i);
      bindFrom(of, type->fields[i].type, std::move(deeper), bound);
    }
  }
};

std::optional<Outlined> Outliner::outline(const Expr &e, const Function &function, const std::string &prefix) {
  if (!e.type || !passes(*e.type, true) || !worksOnTensors(e, program))
    return std::nullopt;
  // Building a record or tuple is the host's, unless its parts share work.
  if (hostOnly(e, function.kind))
    return std::nullopt;
  Cut cut(*this, function);
  cut.bindIn(e);
  ExprPtr body = cut.takeParts(e);
  // What is left when all its work was lifted is no kernel.
  if (!body || !worksOnTensors(*body, program))
    return std::nullopt;
  cut.bindSymbols();
  Function &made = *cut.made;
  made.kind = draws(*body, program) ? FunctionKind::Augment : FunctionKind::Op;
  made.name = prefix;
  made.module = function.module;
  made.span = made.nameSpan = e.span;
  made.result = e.type;
  made.draws = made.kind == FunctionKind::Augment;
  made.body = std::move(body);
  compact(made);
  // Equal work is one function.
  for (FunctionId known : outlined)
    if (sameWork(program.function(known), made)) {
      cut.result.function = known;
      return std::move(cut.result);
    }
  cut.result.function = static_cast<FunctionId>(program.functions.size());
  outlined.push_back(cut.result.function);
  program.functions.push_back(std::move(cut.made));
  return std::move(cut.result);
}

} // namespace gms::compiler
