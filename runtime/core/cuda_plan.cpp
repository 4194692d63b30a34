#include "runtime/core/cuda_plan.h"
#include "runtime/core/error.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

namespace gms::runtime {
namespace {

using Json = nlohmann::json;

struct Operation {
  FormulaOp op;
  std::string_view word;
  size_t operands;
};

constexpr Operation operations[] = {
#define GMS_CUDA_FORMULA(name, text, operands) {FormulaOp::name, text, operands},
#include "runtime/core/cuda_formulas.def"
#undef GMS_CUDA_FORMULA
};

[[noreturn]] void unreadable(const std::string &why) { throw Error(ErrorKind::PlanUnreadable, {"its launches: " + why}); }

FormulaNode readNode(const Json &json, size_t number, int64_t inputs) {
  const std::string word = json.at(0);
  for (const Operation &operation : operations) {
    if (operation.word != word)
      continue;
    if (json.size() != operation.operands + 1)
      unreadable(word + " has " + std::to_string(json.size() - 1) + " operands");
    FormulaNode node;
    node.op = operation.op;
    if (node.op == FormulaOp::ConstReal) {
      node.real = json.at(1).is_number() ? json.at(1).get<double>() : std::numeric_limits<double>::quiet_NaN();
      return node;
    }
    for (size_t k = 0; k < operation.operands; ++k)
      node.operands[k] = json.at(k + 1);
    if (node.op == FormulaOp::Const)
      return node;
    const int64_t limit = node.op <= FormulaOp::Scalar ? inputs : static_cast<int64_t>(number);
    for (size_t k = 0; k < operation.operands; ++k) {
      const int64_t most = node.op == FormulaOp::Dim && k == 1 ? GMS_MAX_RANK : limit;
      if (node.operands[k] < 0 || node.operands[k] >= most)
        unreadable("operand " + std::to_string(node.operands[k]) + " of " + word);
    }
    return node;
  }
  unreadable("\"" + word + "\" is no operation");
}

size_t readIndex(const Json &json, const LaunchPlan &plan) {
  const int64_t node = json;
  if (node < 0 || node >= static_cast<int64_t>(plan.values.size()))
    unreadable("value " + std::to_string(node));
  return static_cast<size_t>(node);
}

std::vector<size_t> readIndices(const Json &json, const LaunchPlan &plan) {
  std::vector<size_t> nodes;
  for (const Json &entry : json)
    nodes.push_back(readIndex(entry, plan));
  return nodes;
}

LaunchPlan readChecked(const Json &json) {
  LaunchPlan plan;
  plan.name = json.at("name");
  for (const Json &input : json.at("inputs"))
    plan.inputs.push_back({input.at("type"), input.at("extents").get<std::vector<int64_t>>()});
  plan.block = json.at("block");
  plan.checks = json.at("checks");
  if (plan.block == 0 || plan.block > 1024)
    unreadable("numbers out of their range");
  for (const Json &node : json.at("values"))
    plan.values.push_back(readNode(node, plan.values.size(), static_cast<int64_t>(plan.inputs.size())));
  for (const Json &output : json.at("outputs")) {
    const int type = output.at("type");
    std::vector<size_t> extents = readIndices(output.at("extents"), plan);
    if (type < GMS_BOOL || type > GMS_F64 || extents.size() > GMS_MAX_RANK)
      unreadable("an output");
    plan.outputs.push_back({static_cast<gms_type>(type), std::move(extents)});
  }
  for (const Json &requirement : json.at("requirements"))
    plan.requirements.push_back({readIndex(requirement.at("value"), plan), requirement.at("text")});
  plan.slots = readIndices(json.at("slots"), plan);
  for (const Json &launch : json.at("launches")) {
    LaunchStep step;
    step.kernel = launch.at("kernel");
    step.tile = launch.at("tile");
    step.mostOuter = launch.at("most_outer");
    step.pixels = readIndices(launch.at("pixels"), plan);
    step.outer = readIndices(launch.at("outer"), plan);
    if (step.tile < 1 || step.mostOuter < 1)
      unreadable("a launch");
    plan.launches.push_back(std::move(step));
  }
  return plan;
}

FormulaValue ofWhole(int64_t value) { return {value, static_cast<double>(value)}; }

FormulaValue ofReal(double value) {
  constexpr double most = 9.0e18;
  const int64_t whole = std::isnan(value) ? 0 : static_cast<int64_t>(std::min(std::max(value, -most), most));
  return {whole, value};
}

FormulaValue scalarOf(const gms_tensor &tensor) {
  const auto read = [&](auto number) {
    if (tensor.data)
      std::memcpy(&number, tensor.data, sizeof number);
    return number;
  };
  switch (tensor.type) {
  case GMS_BOOL: case GMS_U8: return ofWhole(read(uint8_t()));
  case GMS_I32: return ofWhole(read(int32_t()));
  case GMS_I64: return ofWhole(read(int64_t()));
  case GMS_F32: return ofReal(read(float()));
  default: return ofReal(read(double()));
  }
}

/// Division by zero gives 0: it stands in an arm that is not taken.
int64_t divide(int64_t a, int64_t b, int rounding) {
  if (b == 0 || (b == -1 && a == std::numeric_limits<int64_t>::min()))
    return 0;
  const int64_t quotient = a / b;
  const bool inexact = a % b != 0, negative = (a < 0) != (b < 0);
  if (rounding < 0)
    return quotient - (inexact && negative);
  return rounding > 0 ? quotient + (inexact && !negative) : quotient;
}

int64_t remainder(int64_t a, int64_t b) { return b == 0 || b == -1 ? 0 : a % b; }

/// Wraps, as the kernels' arithmetic does.
template <typename Op> int64_t wrapping(int64_t a, int64_t b, Op op) {
  return static_cast<int64_t>(op(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
}

FormulaValue compute(FormulaOp op, const FormulaValue &a, const FormulaValue &b, const FormulaValue &c) {
  switch (op) {
  case FormulaOp::AddInt: return ofWhole(wrapping(a.whole, b.whole, std::plus<>()));
  case FormulaOp::SubInt: return ofWhole(wrapping(a.whole, b.whole, std::minus<>()));
  case FormulaOp::MulInt: return ofWhole(wrapping(a.whole, b.whole, std::multiplies<>()));
  case FormulaOp::DivInt: return ofWhole(divide(a.whole, b.whole, 0));
  case FormulaOp::RemInt: return ofWhole(remainder(a.whole, b.whole));
  case FormulaOp::FloorDivInt: return ofWhole(divide(a.whole, b.whole, -1));
  case FormulaOp::CeilDivInt: return ofWhole(divide(a.whole, b.whole, 1));
  case FormulaOp::MinInt: return ofWhole(std::min(a.whole, b.whole));
  case FormulaOp::MaxInt: return ofWhole(std::max(a.whole, b.whole));
  case FormulaOp::AndInt: return ofWhole(a.whole & b.whole);
  case FormulaOp::OrInt: return ofWhole(a.whole | b.whole);
  case FormulaOp::XorInt: return ofWhole(a.whole ^ b.whole);
  case FormulaOp::Eq: return ofWhole(a.whole == b.whole);
  case FormulaOp::Ne: return ofWhole(a.whole != b.whole);
  case FormulaOp::Lt: return ofWhole(a.whole < b.whole);
  case FormulaOp::Le: return ofWhole(a.whole <= b.whole);
  case FormulaOp::Gt: return ofWhole(a.whole > b.whole);
  case FormulaOp::Ge: return ofWhole(a.whole >= b.whole);
  case FormulaOp::EqReal: return ofWhole(a.real == b.real);
  case FormulaOp::NeReal: return ofWhole(a.real != b.real);
  case FormulaOp::LtReal: return ofWhole(a.real < b.real);
  case FormulaOp::LeReal: return ofWhole(a.real <= b.real);
  case FormulaOp::GtReal: return ofWhole(a.real > b.real);
  case FormulaOp::GeReal: return ofWhole(a.real >= b.real);
  case FormulaOp::Select: return a.whole ? b : c;
  case FormulaOp::Whole: return ofWhole(a.whole);
  case FormulaOp::AddReal: return ofReal(a.real + b.real);
  case FormulaOp::SubReal: return ofReal(a.real - b.real);
  case FormulaOp::MulReal: return ofReal(a.real * b.real);
  case FormulaOp::DivReal: return ofReal(a.real / b.real);
  case FormulaOp::MinReal: return ofReal(std::min(a.real, b.real));
  case FormulaOp::MaxReal: return ofReal(std::max(a.real, b.real));
  case FormulaOp::NegReal: return ofReal(-a.real);
  case FormulaOp::AbsReal: return ofReal(std::abs(a.real));
  case FormulaOp::Sqrt: return ofReal(std::sqrt(a.real));
  case FormulaOp::Floor: return ofReal(std::floor(a.real));
  case FormulaOp::Ceil: return ofReal(std::ceil(a.real));
  case FormulaOp::RoundEven: return ofReal(std::nearbyint(a.real));
  case FormulaOp::ToF32: return ofReal(static_cast<double>(static_cast<float>(a.real)));
  default: return {};
  }
}

} // namespace

bool LaunchPlan::agrees(const gms_tensor *given) const {
  for (size_t k = 0; k < inputs.size(); ++k) {
    const Input &form = inputs[k];
    if (given[k].rank != static_cast<int32_t>(form.extents.size()) || (form.type >= 0 && given[k].type != form.type))
      return false;
    for (size_t axis = 0; axis < form.extents.size(); ++axis)
      if (form.extents[axis] >= 0 ? given[k].shape[axis] != form.extents[axis] : given[k].shape[axis] < 0)
        return false;
  }
  return true;
}

void LaunchPlan::evaluate(const gms_tensor *given, std::vector<FormulaValue> &to) const {
  to.resize(values.size());
  for (size_t k = 0; k < values.size(); ++k) {
    const FormulaNode &node = values[k];
    switch (node.op) {
    case FormulaOp::Const: to[k] = ofWhole(node.operands[0]); break;
    case FormulaOp::ConstReal: to[k] = ofReal(node.real); break;
    case FormulaOp::Dim: to[k] = ofWhole(given[node.operands[0]].shape[node.operands[1]]); break;
    case FormulaOp::Scalar: to[k] = scalarOf(given[node.operands[0]]); break;
    default:
      to[k] = compute(node.op, to[static_cast<size_t>(node.operands[0])], to[static_cast<size_t>(node.operands[1])],
                      to[static_cast<size_t>(node.operands[2])]);
    }
  }
}

LaunchPlan readLaunchPlan(std::string_view json) {
  try {
    const Json parsed = Json::parse(json);
    if (const int version = parsed.at("version"); version != kLaunchPlanVersion)
      throw Error(ErrorKind::PlanTooNew, {std::to_string(version), std::to_string(kLaunchPlanVersion)});
    return readChecked(parsed);
  } catch (const Json::exception &fault) {
    unreadable(fault.what());
  }
}

} // namespace gms::runtime
