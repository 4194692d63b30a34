#include "lang/program/type.h"
#include <gtest/gtest.h>

namespace gms::program {
namespace {

std::string nameOf(LocalId id) { return std::string(1, "chwnm"[id]); }
std::string show(const TypeRef &type) { return print(*type, nameOf); }
Dim s(LocalId id) { return Dim::symbol(id); }

Unit unit(std::initializer_list<std::pair<const std::string, Exponent>> powers) {
  Unit out;
  out.powers = powers;
  return out;
}

TEST(Unit, ProductsAndQuotientsCancel) {
  Unit energy = unit({{"eV", {1, 1}}}), length = unit({{"angstrom", {1, 1}}});
  EXPECT_EQ((energy / length * length), energy);
  EXPECT_TRUE((length / length).none());
  EXPECT_EQ((energy / length / length).print(), "eV/angstrom^2");
  EXPECT_EQ((Unit() / length).print(), "1/angstrom");
  EXPECT_EQ((energy * length).print(), "angstrom*eV");
  EXPECT_EQ(Unit().print(), "");
}

TEST(Unit, RationalPowersAreReduced) {
  Unit area = unit({{"m", {2, 1}}});
  EXPECT_EQ(area.power({1, 2}), unit({{"m", {1, 1}}}));
  EXPECT_EQ(area.power({1, 4}).print(), "m^(1/2)");
  EXPECT_EQ(area.power({1, 4}) * area.power({1, 4}), unit({{"m", {1, 1}}}));
  EXPECT_TRUE(area.power({0, 1}).none());
  EXPECT_EQ(area.power({-1, 1}).print(), "1/m^2");
}

TEST(Type, Prints) {
  TypeRef image = Type::tensor(Element::F32, {s(0), s(1), s(2)}, Role::Image);
  EXPECT_EQ(show(image), "image[c, h, w]");
  EXPECT_EQ(show(Type::tensor(Element::F32, {s(0), s(1), s(2)}, Role::Image, {}, Range::Signed)),
            "image[c, h, w, range: signed]");
  EXPECT_EQ(show(Type::tensor(Element::Bool, {s(3), s(1), s(2)}, Role::Mask)), "masks[n, h, w]");
  EXPECT_EQ(show(Type::tensor(Element::F32, {s(3), Dim(4)}, Role::Boxes)), "boxes[n]");
  EXPECT_EQ(show(Type::tensor(Element::U8, {s(1) * 2 + 1, Dim(3)})), "u8[2 * h + 1, 3]");
  EXPECT_EQ(show(Type::scalar(Element::F32, unit({{"rad", {1, 1}}}))), "real rad");
  EXPECT_EQ(show(Type::tuple({Type::scalar(Element::Int), Type::string()})), "(int, string)");
  EXPECT_EQ(show(Type::record("", {{"a", image}, {"n", Type::scalar(Element::Int)}})),
            "{ a: image[c, h, w], n: int }");
  EXPECT_EQ(show(Type::list(Type::record("photo", {}))), "list[photo]");
}

TEST(Type, EqualByNormalForm) {
  TypeRef a = Type::tensor(Element::F32, {s(1) + s(2)}), b = Type::tensor(Element::F32, {s(2) + s(1)});
  EXPECT_TRUE(equal(*a, *b));
  EXPECT_FALSE(equal(*a, *Type::tensor(Element::F32, {s(1)})));
  EXPECT_TRUE(sameForm(*a, *Type::tensor(Element::F32, {s(1)})));
  EXPECT_FALSE(sameForm(*a, *Type::tensor(Element::F64, {s(1)})));
  EXPECT_FALSE(sameForm(*a, *Type::tensor(Element::F32, {s(1), s(2)})));
}

TEST(Type, RolesRangesUnitsAndNamesTellApart) {
  auto image = [](Role role, Range range) {
    return Type::tensor(Element::F32, {s(0), s(1), s(2)}, role, {}, range);
  };
  EXPECT_FALSE(sameForm(*image(Role::Image, Range::Unit), *image(Role::Image, Range::Signed)));
  EXPECT_FALSE(sameForm(*image(Role::Image, Range::Unit), *image(Role::Features, Range::Unit)));
  EXPECT_TRUE(sameForm(*image(Role::Features, Range::Unit), *image(Role::Features, Range::Signed)));
  Unit metre = unit({{"m", {1, 1}}});
  EXPECT_FALSE(equal(*Type::scalar(Element::F32, metre), *Type::scalar(Element::F32)));
  EXPECT_FALSE(equal(*Type::record("a", {}), *Type::record("b", {})));
  EXPECT_FALSE(equal(*Type::record("", {{"x", Type::string()}}), *Type::record("", {{"y", Type::string()}})));
  EXPECT_FALSE(equal(*Type::tuple({Type::string()}), *Type::tuple({})));
}

TEST(Type, SubstitutesInside) {
  TypeRef image = Type::tensor(Element::F32, {s(0), s(1), s(2)}, Role::Image);
  TypeRef made =
      Type::substitute(Type::list(Type::record("sample", {{"image", image}, {"name", Type::string()}})),
                       [](LocalId id) { return id == 1 ? Dim::floorDiv(s(1), 2) : s(id); });
  EXPECT_EQ(show(made->fields[0].type->fields[0].type), "image[c, floor(h / 2), w]");
  TypeRef plain = Type::scalar(Element::Int);
  EXPECT_EQ(Type::substitute(plain, [](LocalId) { return Dim(0); }).get(), plain.get());
}

} // namespace
} // namespace gms::program
