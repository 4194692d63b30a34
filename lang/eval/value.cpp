#include "lang/eval/value.h"
#include <cstdio>

namespace gms::eval {

int64_t Tensor::size() const {
  int64_t n = 1;
  for (int64_t extent : shape)
    n *= extent;
  return n;
}

std::shared_ptr<Tensor> Tensor::make(program::Element element, std::vector<int64_t> shape) {
  auto tensor = std::make_shared<Tensor>();
  tensor->element = element;
  tensor->shape = std::move(shape);
  tensor->data.assign(static_cast<size_t>(tensor->size()), 0.0);
  return tensor;
}

Value Value::group(std::vector<Value> items) {
  auto made = std::make_shared<Group>();
  made->items = std::move(items);
  return Value(std::shared_ptr<const Group>(std::move(made)));
}

namespace {

constexpr int64_t shownElements = 64;

std::string number(double r, program::Element element) {
  if (element == program::Element::Bool)
    return r != 0 ? "true" : "false";
  char text[40];
  std::snprintf(text, sizeof text,
                element == program::Element::F32 || element == program::Element::F64 ? "%.7g" : "%.0f", r);
  return text;
}

std::string printTensor(const Tensor &tensor, size_t axis, int64_t &at, int64_t &left) {
  if (axis == tensor.shape.size()) {
    --left;
    return number(tensor.data[static_cast<size_t>(at++)], tensor.element);
  }
  std::string out = "[";
  for (int64_t i = 0; i < tensor.shape[axis]; ++i) {
    if (left <= 0)
      return out + ", …]";
    out += (i ? ", " : "") + printTensor(tensor, axis + 1, at, left);
  }
  return out + "]";
}

} // namespace

std::string print(const Value &value) {
  if (auto *b = std::get_if<bool>(&value.v))
    return *b ? "true" : "false";
  if (auto *i = std::get_if<int64_t>(&value.v))
    return std::to_string(*i);
  if (auto *r = std::get_if<double>(&value.v))
    return number(*r, program::Element::F32);
  if (auto *s = std::get_if<std::string>(&value.v))
    return '"' + *s + '"';
  if (auto *t = std::get_if<TensorRef>(&value.v)) {
    int64_t at = 0, left = shownElements;
    return printTensor(**t, 0, at, left);
  }
  if (auto *g = std::get_if<std::shared_ptr<const Group>>(&value.v)) {
    std::string out = "(";
    for (size_t i = 0; i < (*g)->items.size(); ++i)
      out += (i ? ", " : "") + print((*g)->items[i]);
    return out + ")";
  }
  return "nothing";
}

} // namespace gms::eval
