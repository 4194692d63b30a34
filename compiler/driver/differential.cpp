#include "compiler/driver/differential.h"
#include "compiler/driver/tensor_elements.h"
#include <cmath>
#include <ostream>

namespace gms::compiler {
using eval::Value;
using program::Element;
using program::Type;
using program::TypeKind;

std::optional<Engine> findEngine(const std::string &name) {
  static const Engine engines[] = {{"cpu", Device::Cpu, CpuLevel::Native, true},
                                   {"cpu-unfused", Device::Cpu, CpuLevel::Native, false},
                                   {"cpu-avx2", Device::Cpu, CpuLevel::Avx2, true},
                                   {"emulated", Device::Emulated, CpuLevel::Native, true},
                                   {"emulated-unfused", Device::Emulated, CpuLevel::Native, false},
                                   {"cuda", Device::Cuda, CpuLevel::Native, true}};
  for (const Engine &engine : engines)
    if (engine.name == name)
      return engine;
  return std::nullopt;
}

namespace {

constexpr double imageTolerance = 1.0 / 255;
constexpr double absoluteTolerance = 1e-5, relativeTolerance = 1e-5;

bool near(const Type &type, double expected, double found, double tolerance) {
  if (expected == found || (std::isnan(expected) && std::isnan(found)))
    return true;
  const bool real = type.element == Element::F32 || type.element == Element::F64;
  if (!real) // a byte rounds a real that is itself within a tolerance
    return type.element == Element::U8 && std::fabs(expected - found) <= 1;
  const bool image = type.role == program::Role::Image && type.range == program::Range::Unit;
  double allowed = tolerance > 0 ? tolerance : absoluteTolerance + relativeTolerance * std::fabs(expected);
  if (image)
    allowed = std::max(allowed, imageTolerance);
  return std::fabs(expected - found) <= allowed;
}

std::string text(double v) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.9g", v);
  return buffer;
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string out = "[";
  for (size_t axis = 0; axis < shape.size(); ++axis)
    out += (axis ? ", " : "") + std::to_string(shape[axis]);
  return out + "]";
}

std::string tensorDifference(const Type &type, const eval::Tensor &expected, const eval::Tensor &found,
                             double tolerance) {
  if (expected.shape != found.shape)
    return "a shape of " + shapeText(found.shape) + " where " + shapeText(expected.shape) + " was expected";
  size_t wrong = 0, worst = 0;
  for (size_t at = 0; at < expected.data.size(); ++at) {
    if (near(type, expected.data[at], found.data[at], tolerance))
      continue;
    const double here = std::fabs(expected.data[at] - found.data[at]);
    if (!wrong++ || here > std::fabs(expected.data[worst] - found.data[worst]))
      worst = at;
  }
  if (!wrong)
    return "";
  std::vector<int64_t> place(expected.shape.size());
  size_t rest = worst;
  for (size_t axis = place.size(); axis-- > 0; rest /= static_cast<size_t>(expected.shape[axis]))
    place[axis] = static_cast<int64_t>(rest % static_cast<size_t>(expected.shape[axis]));
  return text(found.data[worst]) + " where " + text(expected.data[worst]) + " was expected at " +
         shapeText(place) + "; " + std::to_string(wrong) + " of " + std::to_string(expected.data.size()) +
         " elements differ";
}

} // namespace

std::string difference(const Type &type, const Value &expected, const Value &found, double tolerance) {
  if (type.kind == TypeKind::String || type.kind == TypeKind::Void)
    return "";
  if (type.kind == TypeKind::Record || type.kind == TypeKind::Tuple || type.kind == TypeKind::List) {
    const auto &a = expected.items().items, &b = found.items().items;
    if (a.size() != b.size())
      return std::to_string(b.size()) + " items where " + std::to_string(a.size()) + " were expected";
    for (size_t k = 0; k < a.size(); ++k) {
      const program::FieldType &field = type.fields[type.kind == TypeKind::List ? 0 : k];
      if (std::string inner = difference(*field.type, a[k], b[k], tolerance); !inner.empty())
        return "in " + (field.name.empty() ? "item " + std::to_string(k) : "`" + field.name + "`") + ": " +
               inner;
    }
    return "";
  }
  if (type.kind == TypeKind::Tensor)
    return tensorDifference(type, *std::get<eval::TensorRef>(expected.v), *std::get<eval::TensorRef>(found.v),
                            tolerance);
  const double a = scalarOf(expected), b = scalarOf(found);
  return near(type, a, b, tolerance) ? "" : text(b) + " where " + text(a) + " was expected";
}

std::vector<std::string> disagreements(const program::Program &program, program::FunctionId function,
                                       const std::vector<Value> &arguments, eval::Key key,
                                       const std::vector<Engine> &engines) {
  const program::Function &f = program.function(function);
  // Two samples in two threads: their keys differ where the function draws.
  constexpr size_t samples = 2;
  std::vector<Value> expected;
  std::vector<std::string> lines;
  for (size_t s = 0; s < samples; ++s)
    try {
      eval::Evaluator evaluator(program);
      expected.push_back(evaluator.call(function, arguments, {key.seed, key.sample + s, key.epoch}));
    } catch (const eval::EvalError &error) {
      return {"the evaluator: " + error.coded()};
    }
  for (const Engine &engine : engines) {
    const KernelRun run = runCompiled(program, function, arguments, key, engine, samples, samples);
    if (run.values.empty()) {
      if (!run.refused)
        lines.push_back(engine.name + ": " + run.error);
      continue;
    }
    for (size_t s = 0; s < samples; ++s)
      if (std::string where = difference(*f.result, expected[s], run.values[s]); !where.empty())
        lines.push_back(engine.name + ", sample " + std::to_string(s) + ": " + where);
  }
  return lines;
}

namespace {

/// One test's way through the engines.
class TestRunner {
public:
  TestRunner(const program::Program &program, const Sources &sources, const std::vector<Engine> &engines,
             bool verbose, std::ostream &out)
      : program(program), sources(sources), engines(engines), verbose(verbose), out(out) {}

  void run(const program::Test &test, const eval::TestOutcome &outcome) {
    std::string sides =
        outcome.error.empty() ? "    left:  " + outcome.left + "\n" : "    " + outcome.error + "\n";
    if (!outcome.right.empty())
      sides += "    right: " + outcome.right + "\n";
    report(test, "evaluator", outcome.passed, sides);
    if (!outcome.error.empty())
      return;
    for (const Engine &engine : engines)
      compiled(test, outcome, engine);
  }
  TestCounts counts;

private:
  const program::Program &program;
  const Sources &sources;
  const std::vector<Engine> &engines;
  bool verbose;
  std::ostream &out;

  std::string place(const program::Test &test) const {
    if (!test.span.known())
      return program.function(test.function).name;
    const SourceFile &file = sources.file(test.span.file);
    return file.path() + ":" + std::to_string(file.at(test.span.begin).line);
  }

  void report(const program::Test &test, const std::string &engine, bool passed, const std::string &details) {
    ++(passed ? counts.passed : counts.failed);
    if (passed && !verbose)
      return;
    out << (passed ? "ok   " : "FAIL ") << place(test) << " on " << engine << ": "
        << (test.span.known() ? sources.text(test.span) : "") << "\n";
    if (!passed)
      out << details;
  }

  void compiled(const program::Test &test, const eval::TestOutcome &outcome, const Engine &engine) {
    const KernelRun run = runCompiled(program, test.function, {}, {}, engine);
    if (run.values.empty()) {
      if (!run.refused)
        return report(test, engine.name, false, "    " + run.error + "\n");
      ++counts.refused;
      if (verbose)
        out << "left " << place(test) << " on " << engine.name << ": " << run.error << "\n";
      return;
    }
    const Value &value = run.values[0];
    const std::string where =
        difference(*program.function(test.function).result, outcome.value, value, test.tolerance);
    // Strings never reach a kernel: their comparison is the evaluator's.
    const bool passed = where.empty() && (holdsText(value) || eval::passes(test, value) || !outcome.passed);
    std::string details = "    " + engine.name + " gave " + eval::print(value) + "\n";
    if (!where.empty())
      details += "    it differs from the evaluator: " + where + "\n";
    report(test, engine.name, passed, details);
  }

  static bool holdsText(const Value &value) {
    if (std::holds_alternative<std::monostate>(value.v))
      return true;
    if (auto *group = std::get_if<std::shared_ptr<const eval::Group>>(&value.v))
      for (const Value &item : (*group)->items)
        if (holdsText(item))
          return true;
    return false;
  }
};

} // namespace

TestCounts runTests(const program::Program &program, const Sources &sources,
                    const std::vector<Engine> &engines, bool verbose, std::ostream &out) {
  TestRunner runner(program, sources, engines, verbose, out);
  for (const eval::TestOutcome &outcome : eval::runTests(program))
    if (!program.function(outcome.test->function).imported)
      runner.run(*outcome.test, outcome);
  return runner.counts;
}

} // namespace gms::compiler
