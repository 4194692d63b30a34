// The typed program as text: one function after another, every node that sema made explicit shown.
#include "lang/program/program.h"
#include <sstream>

namespace gms::program {

namespace {

const char *const borderNames[] = {"proven", "zero", "clamp", "reflect", "wrap", "fill", "inherit"};
const char *const samplingNames[] = {"nearest", "bilinear", "bicubic", "area", "inherit"};
const char *const distributionNames[] = {"uniform",   "normal",      "log_uniform", "integer",
                                         "bernoulli", "categorical", "choice",      "permutation"};

/// Prints one function's expressions; blocks indent.
class Printer {
public:
  Printer(const Function &function, const Program &program) : function(function), program(program) {}

  std::string expr(const Expr &e, int depth) {
    switch (e.kind) {
    case ExprKind::Constant:
      return constant(e);
    case ExprKind::Local:
      return name(e.local);
    case ExprKind::DimValue:
      return e.dim.print(names());
    case ExprKind::Primitive:
      return std::string("(") + print(e.prim) + args(e, depth, 0, " ", " ") + ")";
    case ExprKind::Convert:
      return std::string(print(e.type->element)) + "(" + args(e, depth) + ")";
    case ExprKind::Read:
      return expr(*e.args[0], depth) + "[" + args(e, depth, 1) + border(e) + "]";
    case ExprKind::Tabulate:
      return "tabulate[" + indices(e, depth) + "] " + expr(*e.args[0], depth);
    case ExprKind::Reduce:
      return std::string(print(e.reduce)) + "(" + indices(e, depth) + ") of " + args(e, depth, 0, " if ");
    case ExprKind::Scan:
      return "scan(" + states(e, depth) + indices(e, depth) + ") of " + expr(*e.args.back(), depth);
    case ExprKind::If:
      return "if " + args(e, depth, 0, " : ");
    case ExprKind::Call:
      return title(program.function(e.function)) + "(" + args(e, depth) + ")" + place(e);
    case ExprKind::Warp:
    case ExprKind::WarpPoints:
      return std::string(e.kind == ExprKind::Warp ? "warp " : "warp_points ") +
             program.function(e.function).name + "(" + args(e, depth) +
             (e.sampling == Sampling::Inherit ? "" : std::string(", ") + samplingNames[static_cast<int>(e.sampling)]) +
             border(e) + ")";
    case ExprKind::Field:
      return expr(*e.args[0], depth) + "." + e.args[0]->type->fields[e.position].name;
    case ExprKind::Item:
      return expr(*e.args[0], depth) + "[" +
             (e.args.size() > 1 ? expr(*e.args[1], depth) : std::to_string(e.position)) + "]";
    case ExprKind::MakeRecord:
      return record(e, depth);
    case ExprKind::MakeTuple:
      return "(" + args(e, depth) + ")";
    case ExprKind::MakeList:
      return "list(" + args(e, depth) + ")";
    case ExprKind::MakeTensor:
      return print(*e.type, names()) + "(" + args(e, depth) + ")";
    case ExprKind::Length:
      return "length(" + args(e, depth) + ")";
    case ExprKind::Choose:
      return "choose {" + args(e, depth) + "}" + place(e);
    case ExprKind::Draw:
      return std::string(distributionNames[static_cast<int>(e.distribution)]) + "(" + args(e, depth) + ")" +
             place(e);
    case ExprKind::Block:
      return block(e, depth);
    case ExprKind::Repeat:
      return "repeat(" + indices(e, depth) + ", " + name(e.local) + ": " + expr(*e.args[0], depth) + ") of " +
             expr(*e.args[1], depth);
    case ExprKind::Derivative:
      return "d(" + expr(*e.args[0], depth) + ") / d(" + name(e.local) + path(e) + ")";
    case ExprKind::OwnDerivative:
      return ownDerivative(e, depth);
    case ExprKind::Loop:
      return loop(e, depth);
    case ExprKind::Fit:
      return "fit " + std::get<std::string>(e.constant) + "(" + name(e.local) + ", " + indices(e, depth) + ") of " + args(e, depth);
    case ExprKind::MakeOperator:
      return std::string(print(e.op)) + (e.border == Border::Wrap ? "(periodic, " : "(") + args(e, depth) + ")";
    case ExprKind::ApplyOperator:
      return "apply(" + args(e, depth) + ")";
    case ExprKind::Lowest:
      return "lowest(" + args(e, depth) + ")";
    case ExprKind::Solve:
      return "solve(" + args(e, depth) + ")";
    }
    return "?";
  }

  std::function<std::string(LocalId)> names() const {
    return [this](LocalId id) { return name(id); };
  }
  /// What the definition binds and checks once its value is known stands behind it.
  std::string definition(const Definition &made, int depth) {
    std::string out;
    for (LocalId local : made.locals)
      out += (out.empty() ? "" : ", ") + name(local) + ": " + print(*function.locals[local].type, names());
    out += " = " + expr(*made.value, depth);
    for (const DimCheck &check : made.checks)
      out += ", checked: extent " + std::to_string(check.axis) + " of " + name(check.of) +
             " == " + check.expected.print(names());
    return out;
  }
  std::string clause(const Clause &made) {
    static const char *const words[] = {"show", "plot", "table", "expect"};
    std::string out = words[static_cast<size_t>(made.kind)];
    for (size_t i = 0; i < made.values.size(); ++i) {
      if (made.kind == Clause::Kind::Expect)
        out += (i ? std::string(" ") + print(made.ops[i - 1]) : "") + " " + expr(*made.values[i], 1);
      else
        out += (i ? ", " : " ") + ('"' + made.labels[i]) + "\": " + expr(*made.values[i], 1);
    }
    for (const IndexVar &var : made.against)
      out += (&var == &made.against.front() ? " against " : ", ") + domain(var, 1);
    return out;
  }
  static std::string title(const Function &function) {
    return function.name + (function.instance.empty() ? "" : "<" + function.instance + ">");
  }
  std::string name(LocalId id) const { return id < function.locals.size() ? function.locals[id].name : "?"; }

private:
  const Function &function;
  const Program &program;

  static std::string path(const Expr &e) {
    std::string out;
    for (uint32_t position : e.path)
      out += "." + std::to_string(position);
    return out;
  }
  std::string ownDerivative(const Expr &e, int depth) {
    std::string out = "(" + expr(*e.args[0], depth);
    for (size_t k = 0; k < e.states.size(); ++k)
      out += ", d by " + name(e.states[k]) + ": " + expr(*e.args[k + 1], depth);
    return out + ")";
  }
  std::string loop(const Expr &e, int depth) {
    const size_t n = e.states.size();
    std::string out = "loop(" + indices(e, depth);
    for (size_t k = 0; k < n; ++k)
      out += ", " + name(e.states[k]) + ": " + expr(*e.args[k], depth) + " then " + expr(*e.args[n + k], depth);
    out += ", until " + expr(*e.args[2 * n], depth);
    for (size_t k = 2 * n + 1; k < e.args.size(); ++k)
      out += ", yield " + expr(*e.args[k], depth);
    out += ") {";
    const std::string line = "\n" + std::string(2 * depth + 2, ' ');
    for (const Definition &made : e.definitions)
      out += line + definition(made, depth + 1);
    return out + " }";
  }
  std::string constant(const Expr &e) {
    std::ostringstream out;
    if (auto *b = std::get_if<bool>(&e.constant))
      out << (*b ? "true" : "false");
    if (auto *i = std::get_if<int64_t>(&e.constant))
      out << *i;
    if (auto *r = std::get_if<double>(&e.constant))
      out << *r << (*r == static_cast<int64_t>(*r) ? ".0" : "");
    if (auto *s = std::get_if<std::string>(&e.constant))
      out << '"' << *s << '"';
    if (!e.type->unit.none())
      out << " " << e.type->unit.print();
    return out.str();
  }
  std::string args(const Expr &e, int depth, size_t from = 0, const char *between = ", ",
                   const char *before = "") {
    std::string out;
    for (size_t i = from; i < e.args.size(); ++i)
      out += (i > from ? between : before) + expr(*e.args[i], depth);
    return out;
  }
  std::string domain(const IndexVar &var, int depth) {
    return name(var.local) + " in " +
           (var.list ? expr(*var.list, depth) : expr(*var.low, depth) + ".." + expr(*var.high, depth));
  }
  std::string indices(const Expr &e, int depth) {
    std::string out;
    for (const IndexVar &var : e.indices)
      out += (out.empty() ? "" : ", ") + domain(var, depth);
    return out;
  }
  std::string states(const Expr &e, int depth) {
    std::string out;
    for (size_t i = 0; i < e.states.size(); ++i)
      out += name(e.states[i]) + ": " + expr(*e.args[i], depth) + ", ";
    return out;
  }
  std::string border(const Expr &e) {
    bool stated = e.border != Border::Proven && e.border != Border::Inherit;
    return !stated ? "" : std::string(", border: ") + borderNames[static_cast<int>(e.border)];
  }
  std::string place(const Expr &e) { return e.place.empty() ? "" : " at \"" + e.place + "\""; }
  std::string record(const Expr &e, int depth) {
    std::string out = e.type->name + "{ ";
    for (size_t i = 0; i < e.args.size(); ++i)
      out += (i ? ", " : "") + e.type->fields[i].name + ": " + expr(*e.args[i], depth);
    return out + " }";
  }
  std::string block(const Expr &e, int depth) {
    std::string pad(2 * (depth + 1), ' '), out = "{\n";
    for (const Definition &made : e.definitions)
      out += pad + definition(made, depth + 1) + "\n";
    return out + pad + expr(*e.args[0], depth + 1) + "\n" + std::string(2 * depth, ' ') + "}";
  }
};

const char *kindName(FunctionKind kind) {
  static const char *const names[] = {"op",     "warp", "augment",    "recipe",
                                      "extern", "test", "experiment", "value", "solver", "model"};
  return names[static_cast<size_t>(kind)];
}

} // namespace

std::string print(const Expr &expr, const Function &function, const Program &program) {
  return Printer(function, program).expr(expr, 0);
}

std::string print(const Program &program) {
  std::string out;
  for (const std::unique_ptr<Function> &function : program.functions) {
    Printer printer(*function, program);
    out += std::string(kindName(function->kind)) + " " + Printer::title(*function) + "(";
    for (size_t i = 0; i < function->parameters.size(); ++i) {
      const Local &local = function->locals[function->parameters[i].local];
      out += (i ? ", " : "") + local.name + ": " + print(*local.type, printer.names());
    }
    out += ") -> " + print(*function->result, printer.names());
    if (function->body)
      out += " = " + printer.expr(*function->body, 0);
    out += "\n";
  }
  for (const Experiment &experiment : program.experiments) {
    const Function &function = program.function(experiment.function);
    Printer printer(function, program);
    out += "experiment " + function.name + " {\n";
    for (const Param &param : experiment.params)
      out += "  param " + param.name + ": " + print(*param.type, printer.names()) + "\n";
    for (const Step &step : experiment.steps)
      out += "  " +
             (step.definition ? printer.definition(*step.definition, 1) : printer.clause(*step.clause)) +
             "\n";
    out += "}\n";
  }
  return out;
}

} // namespace gms::program
