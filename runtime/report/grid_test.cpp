#include "runtime/core/test_folder.h"
#include "runtime/report/grid.h"
#include <gtest/gtest.h>

namespace gms::runtime {
namespace {

Tensor flat(int64_t height, int64_t width, uint8_t value, int64_t channels = 3) {
  Tensor tensor = Tensor::make(GMS_U8, {height, width, channels});
  for (uint8_t &element : tensor.elementsAs<uint8_t>())
    element = value;
  return tensor;
}

int at(const Tensor &picture, int64_t y, int64_t x) {
  return picture.elementsAs<uint8_t>()[static_cast<size_t>((y * picture.extent(1) + x) * picture.extent(2))];
}

TEST(Grid, PlacesPicturesOfDifferingSizesInTheirCells) {
  PictureGrid grid;
  grid.rows = {
      {"a", {{flat(4, 6, 10), {}}, {flat(2, 2, 20), {}}}}, {"b", {{flat(3, 2, 30), {}}}}, {"none", {}}};
  Tensor picture = composeGrid(grid, {.cell = 100, .margin = 1});
  EXPECT_EQ(shapeText(picture.shape()), "[10, 11, 3]");
  EXPECT_EQ(at(picture, 0, 0), 255);
  EXPECT_EQ(at(picture, 1, 1), 10);
  EXPECT_EQ(at(picture, 4, 6), 10);
  EXPECT_EQ(at(picture, 1, 8), 255); // above the small picture, which is centred
  EXPECT_EQ(at(picture, 2, 8), 20);
  EXPECT_EQ(at(picture, 6, 3), 30);
  EXPECT_EQ(at(picture, 6, 2), 255);
}

TEST(Grid, TakesFloatPlanesGreyAndAlpha) {
  Tensor planes = Tensor::zeros(GMS_F32, {3, 2, 2});
  for (float &value : planes.elementsAs<float>())
    value = 0.5f;
  Tensor clear = flat(2, 2, 0, 4);
  PictureGrid grid;
  grid.rows = {{"a", {{planes, {}}, {flat(2, 2, 9, 1), {}}, {clear, {}}}}};
  Tensor picture = composeGrid(grid, {.cell = 2, .margin = 0, .background = {1, 2, 3}});
  EXPECT_EQ(shapeText(picture.shape()), "[2, 6, 3]");
  EXPECT_EQ(at(picture, 0, 0), 128);
  EXPECT_EQ(at(picture, 0, 2), 9);
  EXPECT_EQ(at(picture, 0, 4), 1);
}

TEST(Grid, ShrinksByTheMeanOfWhatAPixelCovers) {
  Tensor wide = Tensor::make(GMS_U8, {1, 6, 1});
  std::copy_n(std::initializer_list<uint8_t>{0, 30, 60, 90, 120, 150}.begin(), 6,
              wide.elementsAs<uint8_t>().data());
  Tensor third = shrunkTo(wide, 2);
  EXPECT_EQ(shapeText(third.shape()), "[1, 2, 1]");
  EXPECT_EQ(at(third, 0, 0), 30);
  EXPECT_EQ(at(third, 0, 1), 120);
  Tensor uneven = shrunkTo(wide, 4); // 1.5 pixels each
  EXPECT_EQ(at(uneven, 0, 0), 10);
  EXPECT_EQ(at(uneven, 0, 1), 50);
  EXPECT_EQ(at(shrunkTo(flat(97, 31, 255), 13), 12, 3), 255);
  EXPECT_EQ(shapeText(shrunkTo(flat(1, 4000, 7), 10).shape()), "[1, 10, 3]");
  EXPECT_EQ(shapeText(shrunkTo(flat(5, 5, 7), 10).shape()), "[5, 5, 3]");
}

TEST(Grid, ManyPicturesStayWithinTheLimit) {
  PictureGrid grid;
  Tensor square = flat(300, 300, 1);
  for (int row = 0; row < 30; ++row)
    grid.rows.push_back({"", std::vector<Picture>(30, Picture{square, {}})});
  Tensor picture = composeGrid(grid);
  EXPECT_LE(picture.extent(0) * picture.extent(1), kLargestGridPixels);
}

TEST(Grid, RefusesAnEmptyOneAndWhatIsNoPicture) {
  EXPECT_EQ(kindThrownBy([] { composeGrid({}); }), ErrorKind::GridEmpty);
  PictureGrid grid;
  grid.rows = {{"a", {{Tensor::zeros(GMS_I32, {2, 2}), {}}}}};
  EXPECT_EQ(kindThrownBy([&] { composeGrid(grid); }), ErrorKind::NotAPicture);
}

} // namespace
} // namespace gms::runtime
