// Types of the typed program.
#pragma once
#include "lang/program/dim.h"
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gms::program {

/// A rational exponent of a base unit.
struct Exponent {
  int32_t numerator = 0;
  int32_t denominator = 1;
  friend bool operator==(Exponent, Exponent) = default;
};

/// The dimension of a quantity: a product of powers of base units, by the base unit's name. Values are stored in base
/// units (an angle in radians), so only literals and printing know scales.
struct Unit {
  std::map<std::string, Exponent> powers;
  bool none() const { return powers.empty(); }
  friend bool operator==(const Unit &, const Unit &) = default;
  friend Unit operator*(const Unit &a, const Unit &b);
  friend Unit operator/(const Unit &a, const Unit &b);
  Unit power(Exponent e) const;
  std::string print() const; ///< "eV/angstrom^3"; "" for none
};

enum class Element : uint8_t { Bool, U8, Int, F32, F64 };

/// What a value is, beyond its numbers: it decides what a warp does to it and which range is valid.
enum class Role : uint8_t {
  None,
  Image,     ///< [c, h, w], real, in the range given by `range`
  Mask,      ///< [h, w] or [o, h, w], bool or int labels; moved by nearest sampling
  Boxes,     ///< [n, 4], real: top, left, bottom, right in pixels from the upper left corner of the image
  Keypoints, ///< [n, 2], real: y, x in pixels
  Labels,    ///< [n], int; not moved
  Waveform,
  Spectrogram,
  Logits,
  Features,
};

/// The valid range of an image's values; two images of different ranges are different types.
enum class Range : uint8_t { Unit, Signed, Imagenet }; ///< [0, 1], [-1, 1], standardised by ImageNet's mean and deviation

enum class TypeKind : uint8_t { Void, Scalar, Tensor, String, Tuple, Record, List, Function, Opaque, Operator };

struct Type;
using TypeRef = std::shared_ptr<const Type>;

struct FieldType {
  std::string name;
  TypeRef type;
};

struct Type {
  TypeKind kind = TypeKind::Void;
  Element element = Element::F32;  ///< Scalar, Tensor
  bool fixed = false;              ///< its precision was written, `f32` or `f64`; no part of the type's form
  Unit unit;                       ///< Scalar, Tensor, Operator
  Role role = Role::None;          ///< Tensor
  Range range = Range::Unit;       ///< Tensor of role Image
  std::vector<Dim> dims;           ///< Tensor; Operator: of the tensors it acts on
  std::string name;                ///< Record: the declared name, or "" for an anonymous one; Opaque
  std::vector<FieldType> fields;   ///< Record; Tuple: unnamed; List: one, the element; Function: parameters
  TypeRef result;                  ///< Function

  bool isReal() const { return kind == TypeKind::Scalar && (element == Element::F32 || element == Element::F64); }
  bool isInt() const { return kind == TypeKind::Scalar && (element == Element::Int || element == Element::U8); }
  bool isBool() const { return kind == TypeKind::Scalar && element == Element::Bool; }
  bool isTensor() const { return kind == TypeKind::Tensor; }

  static TypeRef voidType();
  static TypeRef scalar(Element element, Unit unit = {});
  static TypeRef string();
  static TypeRef tensor(Element element, std::vector<Dim> dims, Role role = Role::None, Unit unit = {},
                        Range range = Range::Unit);
  static TypeRef tuple(std::vector<TypeRef> items);
  static TypeRef record(std::string name, std::vector<FieldType> fields);
  static TypeRef list(TypeRef item);
  static TypeRef opaque(std::string name);
  static TypeRef linearOperator(Element element, std::vector<Dim> dims, Unit unit = {});

  /// The type with every symbol of its extents replaced.
  static TypeRef substitute(const TypeRef &type, const std::function<Dim(LocalId)> &value);
};

/// Equal in everything, extents by normal form.
bool equal(const Type &a, const Type &b);
/// Equal but for extents: the kinds, elements, units, roles, ranges and ranks agree.
bool sameForm(const Type &a, const Type &b);
std::string print(const Type &type, const std::function<std::string(LocalId)> &name);
const char *print(Role role);
const char *print(Element element);
const char *print(Range range);

} // namespace gms::program
