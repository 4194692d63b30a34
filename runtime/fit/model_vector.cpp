#include "runtime/fit/model_vector.h"
#include <functional>

namespace gms::runtime {
namespace {

bool isReal(gms_type element) { return element == GMS_F32 || element == GMS_F64; }

/// Calls visit(name, type, value) for each real scalar and tensor, in the order of the fields.
using Visit = std::function<void(const std::string &name, const HostType &type, const Value &value)>;
void eachWeight(const Value &value, const HostType &type, const std::string &name, const Visit &visit) {
  if ((type.kind == HostKind::Scalar || type.kind == HostKind::Tensor) && isReal(type.element))
    visit(name, type, value);
  if (type.kind != HostKind::Record && type.kind != HostKind::Tuple)
    return;
  for (size_t i = 0; i < type.items.size(); ++i)
    eachWeight(value.items()[i], *type.items[i],
               (name.empty() ? "" : name + ".") + (type.names.empty() ? std::to_string(i) : type.names[i]), visit);
}

double numberAt(const Tensor &tensor, size_t i) {
  return tensor.type() == GMS_F32 ? static_cast<double>(tensor.elementsAs<float>()[i]) : tensor.elementsAs<double>()[i];
}

Tensor tensorFrom(const Tensor &form, std::span<const double> x) {
  Tensor made = Tensor::make(form.type(), form.shape());
  for (size_t i = 0; i < x.size(); ++i)
    if (form.type() == GMS_F32)
      made.elementsAs<float>()[i] = static_cast<float>(x[i]);
    else
      made.elementsAs<double>()[i] = x[i];
  return made;
}

size_t sizeOf(const Value &value) { return value.isTensor() ? static_cast<size_t>(value.tensor().elements()) : 1; }

/// The value with its weights taken from x on, which is moved along.
Value rebuilt(const Value &value, const HostType &type, std::span<const double> &x) {
  if (type.kind == HostKind::Record || type.kind == HostKind::Tuple) {
    std::vector<Value> items;
    for (size_t i = 0; i < type.items.size(); ++i)
      items.push_back(rebuilt(value.items()[i], *type.items[i], x));
    return Value::group(std::move(items));
  }
  if ((type.kind != HostKind::Scalar && type.kind != HostKind::Tensor) || !isReal(type.element))
    return value;
  const std::span<const double> own = x.first(sizeOf(value));
  x = x.subspan(own.size());
  return value.isTensor() ? Value(tensorFrom(value.tensor(), own)) : Value(own[0]);
}

} // namespace

ModelVector::ModelVector(const Value &model, const HostType &type) : form(model), type(type) {
  eachWeight(model, type, "", [&](const std::string &, const HostType &, const Value &value) { count += sizeOf(value); });
}

void ModelVector::read(const Value &model, std::span<double> x) const {
  std::fill(x.begin(), x.end(), 0.0);
  add(model, x);
}

void ModelVector::add(const Value &model, std::span<double> x) const {
  size_t at = 0;
  eachWeight(model, type, "", [&](const std::string &, const HostType &, const Value &value) {
    if (!value.isTensor())
      x[at++] += value.number();
    else
      for (size_t i = 0; i < sizeOf(value); ++i)
        x[at++] += numberAt(value.tensor(), i);
  });
}

Value ModelVector::model(std::span<const double> x) const { return rebuilt(form, type, x); }

std::vector<NamedTensor> ModelVector::named(const Value &model) const {
  std::vector<NamedTensor> made;
  eachWeight(model, type, "", [&](const std::string &name, const HostType &scalar, const Value &value) {
    if (value.isTensor()) {
      made.push_back({name, value.tensor()});
    } else {
      const double number = value.number();
      made.push_back({name, tensorFrom(Tensor::make(scalar.element, {}), {&number, 1})});
    }
  });
  return made;
}

} // namespace gms::runtime
