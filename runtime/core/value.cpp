#include "runtime/core/value.h"
#include <charconv>
#include <cmath>
#include <cstdio>

namespace gms::runtime {

Value Value::group(std::vector<Value> items) {
  Value value;
  value.data = Group{std::make_shared<const std::vector<Value>>(std::move(items))};
  return value;
}

Value Value::list(std::vector<Value> items, std::shared_ptr<const ListShape> shape) {
  Value value;
  value.data = List{std::make_shared<const std::vector<Value>>(std::move(items)), std::move(shape)};
  return value;
}

const std::vector<Value> &Value::items() const {
  if (const Group *group = std::get_if<Group>(&data))
    return *group->items;
  return *std::get<List>(data).items;
}

double Value::number() const {
  if (const bool *b = std::get_if<bool>(&data))
    return *b;
  if (const int64_t *i = std::get_if<int64_t>(&data))
    return static_cast<double>(*i);
  return std::get<double>(data);
}

std::string realText(double value, bool exact) {
  char text[64];
  if (exact) {
    const auto [end, failed] = std::to_chars(text, text + sizeof text, value);
    return failed == std::errc() ? std::string(text, end) : "?";
  }
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

std::pair<std::string, std::string> ValuePrinter::number(double value, gms_type element, const std::string &unit) const {
  if (element == GMS_BOOL)
    return {value != 0 ? "true" : "false", ""};
  ShownUnit shown{unit, 1};
  for (const auto &[base, better] : units)
    if (base == unit)
      shown = better;
  if (element != GMS_F32 && element != GMS_F64 && shown.scale == 1)
    return {std::to_string(static_cast<long long>(value)), shown.name};
  return {realText(value / shown.scale), shown.name};
}

namespace {

class Printer {
public:
  Printer(const ValuePrinter &units, size_t width) : units(units), width(width) {}
  std::string text;

  void print(const Value &value, const HostType &type) {
    switch (type.kind) {
    case HostKind::Scalar:
      return number(value.number(), type);
    case HostKind::String:
      text += '"' + value.text() + '"';
      return;
    case HostKind::Tensor:
      return tensor(value.tensor(), type);
    case HostKind::Record:
    case HostKind::Tuple:
      return group(value.items(), type);
    case HostKind::List:
      return list(value.items(), *type.items[0]);
    case HostKind::Void:
    case HostKind::Opaque:
      text += type.name.empty() ? "nothing" : type.name;
    }
  }

private:
  const ValuePrinter &units;
  size_t width;

  void number(double value, const HostType &type) {
    const auto [digits, unit] = units.number(value, type.element, type.unit);
    text += digits + (unit.empty() ? "" : " " + unit);
  }

  void group(const std::vector<Value> &items, const HostType &type) {
    const bool record = type.kind == HostKind::Record;
    text += record ? "{" : "(";
    for (size_t i = 0; i < items.size(); ++i) {
      text += i ? ", " : "";
      if (record)
        text += type.names[i] + ": ";
      print(items[i], *type.items[i]);
    }
    text += record ? "}" : ")";
  }

  void list(const std::vector<Value> &items, const HostType &item) {
    text += "[";
    for (size_t i = 0; i < items.size(); ++i) {
      text += i ? ", " : "";
      if (i && text.size() > width) {
        text += "… " + std::to_string(items.size() - i) + " more";
        break;
      }
      print(items[i], item);
    }
    text += "]";
  }

  void tensor(const Tensor &tensor, const HostType &type) {
    constexpr int64_t most = 16;
    if (tensor.elements() > most) {
      text += (type.role.empty() ? nameOf(type.element) : type.role) + shapeText(tensor.shape());
      return;
    }
    int64_t at = 0;
    level(tensor, 0, at, type);
  }

  void level(const Tensor &tensor, int axis, int64_t &at, const HostType &type) {
    if (axis == tensor.rank()) {
      HostType scalar;
      scalar.element = type.element;
      scalar.unit = type.unit;
      return number(element(tensor, at++), scalar);
    }
    text += "[";
    for (int64_t i = 0; i < tensor.extent(axis); ++i) {
      text += i ? ", " : "";
      level(tensor, axis + 1, at, type);
    }
    text += "]";
  }

  static double element(const Tensor &tensor, int64_t at) {
    const size_t i = static_cast<size_t>(at);
    switch (tensor.type()) {
    case GMS_BOOL:
      return static_cast<const uint8_t *>(tensor.raw())[i] != 0;
    case GMS_U8:
      return static_cast<const uint8_t *>(tensor.raw())[i];
    case GMS_I32:
      return static_cast<const int32_t *>(tensor.raw())[i];
    case GMS_I64:
      return static_cast<double>(static_cast<const int64_t *>(tensor.raw())[i]);
    case GMS_F32:
      return static_cast<const float *>(tensor.raw())[i];
    case GMS_F64:
      return static_cast<const double *>(tensor.raw())[i];
    }
    return 0;
  }
};

} // namespace

std::string ValuePrinter::print(const Value &value, const HostType &type, size_t width) const {
  Printer printer(*this, width);
  printer.print(value, type);
  return std::move(printer.text);
}

} // namespace gms::runtime
