#include "runtime/report/grid.h"
#include "runtime/core/error.h"
#include "runtime/core/png_write.h"
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace gms::runtime {
namespace {

/// Which source pixels a shrunk one covers along one axis, and by how much; the ends are covered in part.
struct Cover {
  std::vector<int64_t> first;
  std::vector<std::vector<float>> weights; ///< sum to 1

  Cover(int64_t from, int64_t to) {
    double scale = static_cast<double>(from) / static_cast<double>(to);
    for (int64_t i = 0; i < to; ++i) {
      double begin = static_cast<double>(i) * scale, end = std::min(begin + scale, static_cast<double>(from));
      auto low = static_cast<int64_t>(begin);
      first.push_back(low);
      std::vector<float> shares;
      for (int64_t j = low; j < from && static_cast<double>(j) < end; ++j) {
        double share = std::min<double>(static_cast<double>(j + 1), end) -
                       std::max<double>(static_cast<double>(j), begin);
        shares.push_back(static_cast<float>(share / scale));
      }
      weights.push_back(std::move(shares));
    }
  }
};

/// f32 [rows, to, channels] from u8 [rows, from, channels].
std::vector<float> shrinkRows(const Tensor &picture, const Cover &cover) {
  int64_t rows = picture.extent(0), from = picture.extent(1), channels = picture.extent(2);
  auto to = static_cast<int64_t>(cover.first.size());
  std::vector<float> result(static_cast<size_t>(rows * to * channels));
  const uint8_t *source = picture.elementsAs<uint8_t>().data();
  for (int64_t y = 0; y < rows; ++y)
    for (int64_t x = 0; x < to; ++x) {
      const auto &weights = cover.weights[static_cast<size_t>(x)];
      const uint8_t *pixel = source + (y * from + cover.first[static_cast<size_t>(x)]) * channels;
      float *out = result.data() + (y * to + x) * channels;
      for (float weight : weights)
        for (int64_t c = 0; c < channels; ++c)
          out[c] += weight * static_cast<float>(*pixel++);
    }
  return result;
}

Tensor shrinkColumns(const std::vector<float> &rows, int64_t width, int64_t channels, const Cover &cover) {
  auto height = static_cast<int64_t>(cover.first.size());
  Tensor result = Tensor::make(GMS_U8, {height, width, channels});
  uint8_t *out = result.elementsAs<uint8_t>().data();
  int64_t stride = width * channels;
  for (int64_t y = 0; y < height; ++y)
    for (int64_t i = 0; i < stride; ++i) {
      const float *source = rows.data() + cover.first[static_cast<size_t>(y)] * stride + i;
      float sum = 0.5f;
      for (float weight : cover.weights[static_cast<size_t>(y)]) {
        sum += weight * *source;
        source += stride;
      }
      *out++ = static_cast<uint8_t>(std::min(sum, 255.0f));
    }
  return result;
}

/// Sizes of a grid's rows and columns, and its pictures shrunk.
struct Layout {
  std::vector<std::vector<Tensor>> cells;
  std::vector<int64_t> heights;
  std::vector<int64_t> widths;
  int64_t height = 0;
  int64_t width = 0;

  Layout(const PictureGrid &grid, int64_t cell, int64_t margin) {
    for (const PictureRow &row : grid.rows) {
      if (row.pictures.empty())
        continue;
      auto &line = cells.emplace_back();
      heights.push_back(0);
      for (size_t column = 0; column < row.pictures.size(); ++column) {
        line.push_back(shrunkTo(row.pictures[column].pixels, cell));
        widths.resize(std::max(widths.size(), column + 1));
        heights.back() = std::max(heights.back(), line.back().extent(0));
        widths[column] = std::max(widths[column], line.back().extent(1));
      }
    }
    height = extentOf(heights, margin);
    width = extentOf(widths, margin);
  }

  static int64_t extentOf(const std::vector<int64_t> &sizes, int64_t margin) {
    int64_t extent = margin;
    for (int64_t size : sizes)
      extent += size + margin;
    return extent;
  }
};

/// Grey is repeated, alpha is laid over what is there.
void paint(Tensor &canvas, const Tensor &picture, int64_t top, int64_t left) {
  int64_t channels = picture.extent(2);
  const uint8_t *from = picture.elementsAs<uint8_t>().data();
  uint8_t *pixels = canvas.elementsAs<uint8_t>().data();
  for (int64_t y = 0; y < picture.extent(0); ++y) {
    uint8_t *to = pixels + ((top + y) * canvas.extent(1) + left) * 3;
    for (int64_t x = 0; x < picture.extent(1); ++x, from += channels, to += 3)
      for (int64_t c = 0; c < 3; ++c) {
        int value = from[channels == 1 ? 0 : c], alpha = channels == 4 ? from[3] : 255;
        to[c] = static_cast<uint8_t>((value * alpha + to[c] * (255 - alpha) + 127) / 255);
      }
  }
}

} // namespace

Tensor shrunkTo(const Tensor &tensor, int64_t side) {
  Tensor picture = toPicture(tensor);
  int64_t height = picture.extent(0), width = picture.extent(1), longer = std::max(height, width);
  side = std::max<int64_t>(side, 1);
  if (longer <= side)
    return picture;
  double scale = static_cast<double>(side) / static_cast<double>(longer);
  auto scaled = [&](int64_t extent) {
    return std::clamp<int64_t>(std::llround(static_cast<double>(extent) * scale), 1, side);
  };
  int64_t newHeight = scaled(height), newWidth = scaled(width);
  std::vector<float> rows = shrinkRows(picture, Cover(width, newWidth));
  return shrinkColumns(rows, newWidth, picture.extent(2), Cover(height, newHeight));
}

Tensor composeGrid(const PictureGrid &grid, const GridStyle &style) {
  size_t columns = 0, rows = 0;
  for (const PictureRow &row : grid.rows) {
    columns = std::max(columns, row.pictures.size());
    rows += !row.pictures.empty();
  }
  if (columns == 0)
    throw Error(ErrorKind::GridEmpty);
  auto area = static_cast<double>(rows * columns);
  auto fitting = static_cast<int64_t>(std::sqrt(static_cast<double>(kLargestGridPixels) / area));
  int64_t margin = std::clamp<int64_t>(style.margin, 0, fitting / 4);
  Layout layout(grid, std::clamp<int64_t>(style.cell, 1, std::max<int64_t>(fitting - 2 * margin, 1)), margin);
  Tensor canvas = Tensor::make(GMS_U8, {layout.height, layout.width, 3});
  auto values = canvas.elementsAs<uint8_t>();
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = style.background[i % 3];
  int64_t top = margin;
  for (size_t row = 0; row < layout.cells.size(); ++row) {
    int64_t left = margin;
    for (size_t column = 0; column < layout.cells[row].size(); ++column) {
      const Tensor &picture = layout.cells[row][column];
      paint(canvas, picture, top + (layout.heights[row] - picture.extent(0)) / 2,
            left + (layout.widths[column] - picture.extent(1)) / 2);
      left += layout.widths[column] + margin;
    }
    top += layout.heights[row] + margin;
  }
  return canvas;
}

} // namespace gms::runtime
