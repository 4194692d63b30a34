// Values on the host: what the steps of an experiment bind and what host functions take and give.
#pragma once
#include "runtime/core/tensor.h"
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace gms::runtime {

enum class HostKind : uint8_t { Void, Scalar, Tensor, String, Tuple, Record, List, Opaque };
enum class HostRange : uint8_t { Unit, Signed, Imagenet };

struct HostType;
using HostTypeRef = std::shared_ptr<const HostType>;

/// The type of a value, as the plan states it.
struct HostType {
  HostKind kind = HostKind::Void;
  gms_type element = GMS_F32;         ///< Scalar, Tensor
  std::string unit;                   ///< in base units: "rad", "kg*m^2"; empty for none
  std::string role;                   ///< Tensor: "image", "mask", "boxes", …; empty for none
  HostRange range = HostRange::Unit;  ///< of an image
  int rank = 0;                       ///< Tensor
  std::string name;                   ///< Record, Opaque
  std::vector<std::string> names;     ///< Record: of the fields
  std::vector<HostTypeRef> items;     ///< Record, Tuple: the fields; List: its element
};

struct Value;
using ValuesRef = std::shared_ptr<const std::vector<Value>>;

/// The values drawn for one sample, with what they are called.
/// An arm of a choice, which is taken where the draw at `choice` gave its number.
struct DrawnArm {
  std::string choice;
  int64_t number = 0;
};
struct DrawnNames {
  std::vector<std::string> places;
  std::vector<std::string> units;
  std::vector<gms_type> types;
  std::vector<std::vector<DrawnArm>> arms; ///< those that a draw stands in
};

/// Where a value comes from; it follows a value through fields and lists, so that pictures have captions and draws
/// keep their keys.
struct Notes {
  std::string name;                          ///< of the file or sample
  std::optional<uint64_t> identity;          ///< what keys the draws of this sample
  std::shared_ptr<const DrawnNames> drawn;   ///< null where nothing was drawn
  std::vector<double> values;                ///< one a place of `drawn`
};

/// The extents of a list that `map` made over several variables, and what its rows are called.
struct ListShape {
  std::vector<int64_t> extents;
  std::vector<std::string> rows; ///< one an element of the first extent; may be empty
};

struct Value {
  struct Group { ///< fields of a record or tuple
    ValuesRef items;
  };
  struct List {
    ValuesRef items;
    std::shared_ptr<const ListShape> shape; ///< may be null
  };
  std::variant<std::monostate, bool, int64_t, double, std::string, Tensor, Group, List> data;
  std::shared_ptr<const Notes> notes;

  Value() = default;
  Value(bool value) : data(value) {}
  Value(int64_t value) : data(value) {}
  Value(double value) : data(value) {}
  Value(std::string value) : data(std::move(value)) {}
  Value(const char *value) : data(std::string(value)) {}
  Value(Tensor value) : data(std::move(value)) {}
  static Value group(std::vector<Value> items);
  static Value list(std::vector<Value> items, std::shared_ptr<const ListShape> shape = nullptr);

  bool boolean() const { return std::get<bool>(data); }
  int64_t whole() const { return std::get<int64_t>(data); }
  double real() const { return std::get<double>(data); }
  const std::string &text() const { return std::get<std::string>(data); }
  const Tensor &tensor() const { return std::get<Tensor>(data); }
  /// Items of a record, tuple or list.
  const std::vector<Value> &items() const;
  bool isList() const { return std::holds_alternative<List>(data); }
  bool isTensor() const { return std::holds_alternative<Tensor>(data); }
  /// Any scalar as a double: false and true are 0 and 1.
  double number() const;
};

/// A unit that values of one dimension are shown in: 0.1745 rad as "10 deg".
struct ShownUnit {
  std::string name;
  double scale = 1; ///< in base units
};

/// How values become text: units by their dimension in base units.
struct ValuePrinter {
  std::vector<std::pair<std::string, ShownUnit>> units; ///< by base unit

  /// "12.4 deg", "[0.1, 0.2, … 400 more]", "{y: 1, x: 2}". At most about `width` characters.
  std::string print(const Value &value, const HostType &type, size_t width = 120) const;
  /// A number of that unit: value and unit apart.
  std::pair<std::string, std::string> number(double value, gms_type element, const std::string &unit) const;
};

/// A real with as many digits as tell its neighbours apart where `exact`, else at most six significant ones.
std::string realText(double value, bool exact = false);

} // namespace gms::runtime
