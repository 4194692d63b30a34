#include "lang/eval/check_derivatives.h"
#include "lang/eval/slopes.h"
#include "lang/eval/warp_map.h"
#include <algorithm>
#include <cmath>

namespace gms::eval {

using namespace program;

namespace {

constexpr size_t mostApplications = 6, mostLeaves = 16, rounds = 3;
constexpr double step = 2e-5;

bool holdsReals(const Type &type) {
  switch (type.kind) {
  case TypeKind::Scalar:
  case TypeKind::Tensor:
    return type.element == Element::F32 || type.element == Element::F64;
  case TypeKind::Tuple:
  case TypeKind::Record:
  case TypeKind::List:
    return std::any_of(type.fields.begin(), type.fields.end(),
                       [](const FieldType &field) { return holdsReals(*field.type); });
  default:
    return false;
  }
}

/// Whether a function gives reals, operators' elements included, and takes some.
bool differentiable(const Function &function) {
  if (function.imported || !function.body || function.kind == FunctionKind::Test ||
      function.kind == FunctionKind::Experiment)
    return false;
  if (function.kind == FunctionKind::Warp)
    return true;
  return (holdsReals(*function.result) || function.result->kind == TypeKind::Operator) &&
         std::any_of(function.parameters.begin(), function.parameters.end(), [&](const Parameter &parameter) {
           return holdsReals(*function.locals[parameter.local].type);
         });
}

/// A value of a type: extents are small, reals between 0 and 1, ints 1. Nothing where none can be made.
std::optional<Value> madeValue(const Type &type, uint64_t seed) {
  auto number = [&](uint64_t at) {
    return type.element == Element::Bool || type.element == Element::Int || type.element == Element::U8
               ? 1.0
               : 0.5 + 0.45 * scattered(seed, at);
  };
  switch (type.kind) {
  case TypeKind::Scalar:
    return type.isReal() ? Value(number(0)) : type.isBool() ? Value(true) : Value(int64_t(1));
  case TypeKind::Tensor: {
    std::vector<int64_t> shape;
    for (const Dim &dim : type.dims)
      shape.push_back(dim.evaluate([](LocalId id) { return int64_t(3 + id % 3); }));
    if (std::any_of(shape.begin(), shape.end(), [](int64_t extent) { return extent < 0 || extent > 64; }))
      return std::nullopt;
    auto made = Tensor::make(type.element, std::move(shape));
    for (size_t i = 0; i < made->data.size(); ++i)
      made->data[i] = number(i);
    return Value(TensorRef(std::move(made)));
  }
  case TypeKind::Tuple:
  case TypeKind::Record:
  case TypeKind::List: {
    std::vector<Value> items;
    for (size_t i = 0; i < (type.kind == TypeKind::List ? 2 : type.fields.size()); ++i) {
      auto item = madeValue(*type.fields[type.kind == TypeKind::List ? 0 : i].type, mixIdentity(seed, i));
      if (!item)
        return std::nullopt;
      items.push_back(std::move(*item));
    }
    return Value::group(std::move(items));
  }
  default:
    return std::nullopt;
  }
}

/// Something that takes values and gives reals.
struct Subject {
  std::string text; ///< what is done, where the function's name does not say it
  std::vector<Value> arguments;
  std::vector<std::string> names; ///< one an argument
  std::vector<bool> fixed;        ///< one an argument: operators, which must stay symmetric
  std::function<std::vector<Real>(const std::shared_ptr<Tape> &, const std::vector<Value> &)> run;
};

class FunctionCheck {
public:
  FunctionCheck(const Program &program, SlopeCheck &found) : program(program), found(found) {}

  void check(const Application &application) {
    check(whole(application));
    if (application.expr && application.expr->kind == ExprKind::Warp)
      check(map(application,
                std::get<TensorRef>(Evaluator::forced(application.arguments[0], program).v)->shape));
  }

  /// With values that fit the parameters' types, where such can be made.
  void checkMade(const Function &function) {
    Application made{nullptr, &function, {}, {7, 11, 0}, function.name, 0, 0, 0};
    if (function.kind == FunctionKind::Warp)
      made.arguments.push_back(Value());
    for (const Parameter &parameter : function.parameters)
      if (auto value = madeValue(*function.locals[parameter.local].type, made.arguments.size()))
        made.arguments.push_back(std::move(*value));
      else
        return;
    if (function.kind == FunctionKind::Warp)
      check(map(made, {1, 5, 6}));
    else
      check(whole(made));
  }

private:
  const Program &program;
  SlopeCheck &found;

  std::vector<std::string> namesOf(const Application &application) const {
    std::vector<std::string> names;
    if (application.function->kind == FunctionKind::Warp)
      names.push_back("what is moved");
    for (const Parameter &parameter : application.function->parameters)
      names.push_back(application.function->locals[parameter.local].name);
    names.resize(std::max(names.size(), application.arguments.size()), "another value");
    return names;
  }

  static std::vector<bool> fixedOf(const Application &application) {
    std::vector<bool> fixed(application.arguments.size());
    const Function &function = *application.function;
    for (size_t i = 0;
         function.kind != FunctionKind::Warp && i < function.parameters.size() && i < fixed.size(); ++i)
      fixed[i] = function.locals[function.parameters[i].local].type->kind == TypeKind::Operator;
    return fixed;
  }

  Subject whole(const Application &application) const {
    Subject out{application.function->kind == FunctionKind::Warp ? "applied, " : "",
                application.arguments,
                namesOf(application),
                fixedOf(application),
                {}};
    out.run = [&application, this](const std::shared_ptr<Tape> &tape, const std::vector<Value> &arguments) {
      Application moved = application;
      moved.arguments = arguments;
      std::vector<Real> reals;
      collect(Evaluator(program, tape, true).apply(moved), reals);
      return reals;
    };
    return out;
  }

  /// A warp's map at a place that is no pixel's centre.
  Subject map(const Application &application, const std::vector<int64_t> &shape) const {
    Subject out{"its map, ", {Value(1.37), Value(0.71)}, {"y", "x"}, {}, {}};
    const std::vector<std::string> names = namesOf(application);
    for (size_t i = 1; i < application.arguments.size(); ++i) {
      out.arguments.push_back(application.arguments[i]);
      out.names.push_back(names[i]);
    }
    out.run = [&application, shape, this](const std::shared_ptr<Tape> &tape,
                                          const std::vector<Value> &arguments) {
      const size_t count = application.function->parameters.size() + application.function->captures.size();
      WarpStep applied{application.function, {}, shape[shape.size() - 2], shape.back(), 0, 0};
      applied.arguments.assign(arguments.begin() + 2,
                               arguments.begin() + 2 + static_cast<std::ptrdiff_t>(count));
      auto [y, x] = WarpMap(program, applied, tape, true).at(arguments[0].real(), arguments[1].real());
      return std::vector<Real>{y, x};
    };
    return out;
  }

  /// The arguments with their reals replaced in order.
  static std::vector<Value> with(const Subject &subject, const std::vector<Real> &reals) {
    size_t at = 0;
    std::vector<Value> out;
    for (size_t i = 0; i < subject.arguments.size(); ++i)
      out.push_back(subject.fixed[i]
                        ? subject.arguments[i]
                        : reshaped(subject.arguments[i], [&](Real, Element) { return reals[at++]; }));
    return out;
  }

  static double combined(const std::vector<Real> &given) {
    double sum = 0;
    for (size_t i = 0; i < given.size(); ++i)
      sum += given[i].value * weight(i);
    return sum;
  }
  static double weight(size_t i) {
    double w = scattered(i, 17);
    return w < 0 ? w - 0.5 : w + 0.5;
  }

  void check(Subject subject) {
    subject.fixed.resize(subject.arguments.size());
    std::vector<Real> given;
    for (size_t i = 0; i < subject.arguments.size(); ++i) {
      subject.arguments[i] = Evaluator::forced(subject.arguments[i], program);
      if (!subject.fixed[i])
        collect(subject.arguments[i], given);
    }
    std::vector<size_t> open; // leaves; one more for a direction through all
    const size_t leaves = given.size(), stride = std::max<size_t>(1, (leaves + mostLeaves - 1) / mostLeaves);
    for (size_t leaf = 0; leaf < leaves; leaf += stride)
      open.push_back(leaf);
    if (stride > 1)
      open.push_back(leaves);
    for (size_t round = 0; round < rounds && !open.empty(); ++round)
      once(subject, moved(given, round), open);
    found.kinks += open.size();
  }

  static std::vector<Real> moved(std::vector<Real> reals, size_t round) {
    for (size_t i = 0; i < reals.size(); ++i)
      reals[i].value +=
          0.02 * double(1 + 2 * round) * scattered(i, 100 + round) * std::max(1.0, std::fabs(reals[i].value));
    return reals;
  }

  /// Compares the slopes by what is open, which stays open where there is a kink.
  void once(const Subject &subject, const std::vector<Real> &at, std::vector<size_t> &open) {
    std::vector<Real> slopes;
    try {
      slopes = gradient(subject, at);
    } catch (const EvalError &) { // these values do not fit it
      return;
    }
    std::vector<size_t> left;
    for (size_t leaf : open) {
      const bool all = leaf == at.size();
      double slope = all ? 0 : slopes[leaf].value;
      for (size_t i = 0; all && i < at.size(); ++i)
        slope += slopes[i].value * scattered(i, 23);
      const Slope result =
          compared(slope, all ? step : step * std::max(1.0, std::fabs(at[leaf].value)), [&](double by) {
            std::vector<Real> beside = at;
            for (size_t i = all ? 0 : leaf; i < (all ? at.size() : leaf + 1); ++i)
              beside[i].value += by * (all ? scattered(i, 23) : 1);
            return value(subject, beside);
          });
      if (result.verdict == SlopeVerdict::Kink)
        left.push_back(leaf);
      else
        ++found.compared;
      if (result.verdict == SlopeVerdict::Differs)
        found.faults.push_back(subject.text + "by " + nameOf(subject, leaf) + ": " + std::to_string(slope) +
                               " by the tape, " + std::to_string(result.difference) + " by differences");
    }
    open = std::move(left);
  }

  std::vector<Real> gradient(const Subject &subject, const std::vector<Real> &at) const {
    auto tape = std::make_shared<Tape>();
    std::vector<Real> variables;
    std::vector<NodeId> nodes;
    for (const Real &real : at) {
      variables.push_back(tape->variable(real));
      nodes.push_back(variables.back().node);
    }
    Real sum;
    const std::vector<Real> out = subject.run(tape, with(subject, variables));
    for (size_t i = 0; i < out.size(); ++i)
      sum = tape->add(sum, tape->mul({weight(i)}, out[i]));
    return tape->derivative(sum, nodes);
  }

  double value(const Subject &subject, const std::vector<Real> &at) const {
    try {
      return combined(subject.run(std::make_shared<Tape>(), with(subject, at)));
    } catch (const EvalError &) {
      return NAN;
    }
  }

  static std::string nameOf(const Subject &subject, size_t leaf) {
    for (size_t i = 0; i < subject.arguments.size(); ++i) {
      std::vector<Real> own;
      if (!subject.fixed[i])
        collect(subject.arguments[i], own);
      if (leaf < own.size())
        return (own.size() > 1 ? "number " + std::to_string(leaf) + " of `" : "`") + subject.names[i] + "`";
      leaf -= own.size();
    }
    return "all in one direction";
  }
};

} // namespace

std::vector<SlopeCheck> checkDerivatives(const Program &program) {
  std::vector<std::vector<Application>> applications(program.functions.size());
  Watch watch;
  watch.applied = [&](const Application &application) {
    auto &known = applications[application.function->id];
    if (known.size() < mostApplications && application.function->body)
      known.push_back(application);
  };
  for (const Test &test : program.tests) {
    if (program.function(test.function).imported)
      continue;
    Evaluator evaluator(program);
    evaluator.watchedBy(&watch);
    try {
      evaluator.call(test.function, {});
    } catch (const EvalError &) { // the test itself fails, and is shown by its own run
    }
  }
  std::vector<SlopeCheck> out;
  for (const std::unique_ptr<Function> &function : program.functions) {
    if (!differentiable(*function))
      continue;
    out.push_back({function.get(), nullptr, 0, 0, {}});
    FunctionCheck check(program, out.back());
    for (const Application &application : applications[function->id])
      check.check(application);
    check.checkMade(*function);
  }
  checkExpressions(program, out);
  return out;
}

} // namespace gms::eval
