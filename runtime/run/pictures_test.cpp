#include "runtime/run/pictures.h"
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

HostTypeRef image(HostRange range) {
  auto type = std::make_shared<HostType>();
  type->kind = HostKind::Tensor;
  type->role = "image";
  type->rank = 3;
  type->range = range;
  return type;
}

HostTypeRef listOf(HostTypeRef item) {
  auto type = std::make_shared<HostType>();
  type->kind = HostKind::List;
  type->items = {std::move(item)};
  return type;
}

Value filled(float value, std::initializer_list<int64_t> shape) {
  Tensor tensor = Tensor::make(GMS_F32, shape);
  for (float &element : tensor.elementsAs<float>())
    element = value;
  return Value(tensor);
}

uint8_t firstByte(const std::optional<Picture> &picture) { return picture->pixels.elementsAs<uint8_t>()[0]; }

TEST(Pictures, RangesBecomeBytes) {
  const ValuePrinter printer;
  EXPECT_EQ(firstByte(pictureOf(filled(0.5f, {3, 2, 2}), *image(HostRange::Unit), printer)), 128);
  EXPECT_EQ(firstByte(pictureOf(filled(0.0f, {3, 2, 2}), *image(HostRange::Signed), printer)), 128);
  EXPECT_EQ(firstByte(pictureOf(filled(0.0f, {3, 2, 2}), *image(HostRange::Imagenet), printer)), 124);
  EXPECT_EQ(firstByte(pictureOf(filled(7.0f, {1, 2, 2}), *image(HostRange::Unit), printer)), 255);
  EXPECT_FALSE(pictureOf(filled(0, {3, 0, 2}), *image(HostRange::Unit), printer));
}

TEST(Pictures, BoxesAreDrawnIntoTheirRecord) {
  auto boxes = std::make_shared<HostType>();
  boxes->kind = HostKind::Tensor;
  boxes->role = "boxes";
  boxes->rank = 2;
  auto record = std::make_shared<HostType>();
  record->kind = HostKind::Record;
  record->names = {"image", "boxes"};
  record->items = {image(HostRange::Unit), boxes};
  Tensor box = Tensor::make(GMS_F32, {1, 4});
  const float edges[] = {1, 1, 3, 3};
  std::copy(edges, edges + 4, box.elementsAs<float>().begin());
  const auto picture = pictureOf(Value::group({filled(0, {3, 4, 4}), Value(box)}), *record, {});
  const auto pixels = picture->pixels.elementsAs<uint8_t>();
  EXPECT_EQ(pixels[0], 0);
  EXPECT_NE(pixels[(1 * 4 + 1) * 3], 0);
  EXPECT_TRUE(isPictured(*record));
}

TEST(Pictures, AMapOverTwoVariablesIsATable) {
  std::vector<Value> items;
  for (int i = 0; i < 6; ++i)
    items.push_back(filled(0.5f, {3, 2, 2}));
  auto shape = std::make_shared<ListShape>();
  shape->extents = {2, 3};
  shape->rows = {"cat", "dog"};
  const PictureGrid grid = gridOf(Value::list(items, shape), *listOf(image(HostRange::Unit)), "views", {});
  ASSERT_EQ(grid.rows.size(), 2u);
  EXPECT_EQ(grid.rows[1].name, "dog");
  EXPECT_EQ(grid.rows[1].pictures.size(), 3u);
  const PictureGrid plain = gridOf(Value::list(items), *listOf(image(HostRange::Unit)), "views", {});
  EXPECT_EQ(plain.rows.size(), 1u);
}

TEST(Pictures, CaptionsSayWhatWasDrawn) {
  auto names = std::make_shared<DrawnNames>();
  names->places = {"e/views/policy/turn", "e/views/a/g", "e/views/b/g"};
  names->units = {"rad", "", ""};
  names->types = {GMS_F32, GMS_F32, GMS_BOOL};
  auto notes = std::make_shared<Notes>();
  notes->drawn = names;
  notes->values = {0.5, 2, 1};
  Value value = filled(0, {3, 1, 1});
  value.notes = notes;
  ValuePrinter printer;
  printer.units.push_back({"rad", {"deg", 0.017453292519943295}});
  const auto drawn = drawnFor(value, printer);
  ASSERT_EQ(drawn.size(), 3u);
  EXPECT_EQ(drawn[0].name, "turn");
  EXPECT_EQ(drawn[0].value, "28.6479");
  EXPECT_EQ(drawn[0].unit, "deg");
  EXPECT_EQ(drawn[1].name, "views/a/g"); // two of one name keep their paths
  EXPECT_EQ(drawn[2].value, "true");
}

} // namespace
} // namespace gms::runtime
