// Warps: adjacent ones compose, and pixels are sampled once, when something reads them. Coordinates are
// continuous: pixel (i, j) covers [i, i + 1) x [j, j + 1) and has its centre at (i + 0.5, j + 0.5).
#include "lang/eval/warp_map.h"
#include <algorithm>
#include <cmath>

namespace gms::eval {

using namespace program;

WarpStep Evaluator::step(const Expr &e, Frame &frame, int64_t height, int64_t width, size_t arguments) {
  WarpStep made;
  made.warp = &program.function(e.function);
  made.inputHeight = height;
  made.inputWidth = width;
  for (size_t i = 1; i <= arguments; ++i)
    made.arguments.push_back(eval(*e.args[i], frame));
  WarpMap map(program, made);
  std::tie(made.outputHeight, made.outputWidth) = map.outputExtent();
  return made;
}

Value Evaluator::warp(const Expr &e, Frame &frame) {
  Value source = eval(*e.args[0], frame);
  auto image = std::make_shared<WarpedImage>();
  int64_t height = 0, width = 0;
  if (auto *waiting = std::get_if<std::shared_ptr<const WarpedImage>>(&source.v)) {
    image->source = (*waiting)->source;
    image->steps = (*waiting)->steps;
    image->sampling = (*waiting)->sampling;
    image->border = (*waiting)->border;
    image->fill = (*waiting)->fill;
    height = image->steps.back().outputHeight;
    width = image->steps.back().outputWidth;
  } else {
    image->source = std::get<TensorRef>(source.v);
    height = image->source->shape[image->source->shape.size() - 2];
    width = image->source->shape.back();
  }
  size_t arguments = e.args.size() - 1 - (e.border == Border::Fill ? 1 : 0);
  image->steps.push_back(step(e, frame, height, width, arguments));
  std::vector<int64_t> shape = image->source->shape;
  shape[shape.size() - 2] = image->steps.back().outputHeight;
  shape.back() = image->steps.back().outputWidth;
  requireSize(e, shape);
  if (e.sampling != Sampling::Inherit)
    image->sampling = e.sampling;
  if (e.border != Border::Inherit)
    image->border = e.border;
  if (e.border == Border::Fill)
    image->fill = scalar(*e.args.back(), frame);
  Value out(std::shared_ptr<const WarpedImage>(std::move(image)));
  out.identity = source.identity;
  return out;
}

namespace {

/// Reads one plane of an image at continuous coordinates.
class Plane {
public:
  Plane(const WarpedImage &image, int64_t plane) : image(image) {
    const std::vector<int64_t> &shape = image.source->shape;
    height = shape[shape.size() - 2];
    width = shape.back();
    data = image.source->data.data() + plane * height * width;
  }

  double at(float y, float x) const {
    switch (image.sampling) {
    case Sampling::Nearest:
      return pixel(floorOf(y), floorOf(x));
    case Sampling::Bilinear:
      return bilinear(y, x);
    case Sampling::Bicubic:
      return bicubic(y, x);
    case Sampling::Inherit: // a row's sampling is a stated one or the default
    case Sampling::Area:
      return bilinear(y, x); // the caller averages 4 x 4 of these
    }
    return 0;
  }

private:
  const WarpedImage &image;
  int64_t height, width;
  const double *data;

  static int64_t floorOf(float v) {
    return v > -1e9f && v < 1e9f ? static_cast<int64_t>(std::floor(v)) : v > 0 ? 1000000000 : -1000000000;
  }

  double pixel(int64_t y, int64_t x) const {
    int64_t i = bordered(y, height, image.border), j = bordered(x, width, image.border);
    if (i < 0 || j < 0)
      return image.border == Border::Fill ? image.fill : 0;
    return data[i * width + j];
  }
  double bilinear(float y, float x) const {
    float py = y - 0.5f, px = x - 0.5f;
    int64_t i = floorOf(py), j = floorOf(px);
    float fy = py - std::floor(py), fx = px - std::floor(px);
    double top = pixel(i, j) + (pixel(i, j + 1) - pixel(i, j)) * fx;
    double bottom = pixel(i + 1, j) + (pixel(i + 1, j + 1) - pixel(i + 1, j)) * fx;
    return top + (bottom - top) * fy;
  }
  /// Keys' cubic convolution with a = -0.75, as OpenCV and PyTorch.
  static void cubic(float f, double weights[4]) {
    const double a = -0.75;
    auto near = [&](double t) { return ((a + 2) * t - (a + 3)) * t * t + 1; };
    auto far = [&](double t) { return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a; };
    weights[0] = far(f + 1.0);
    weights[1] = near(f);
    weights[2] = near(1.0 - f);
    weights[3] = far(2.0 - f);
  }
  double bicubic(float y, float x) const {
    float py = y - 0.5f, px = x - 0.5f;
    int64_t i = floorOf(py), j = floorOf(px);
    double wy[4], wx[4], sum = 0;
    cubic(py - std::floor(py), wy);
    cubic(px - std::floor(px), wx);
    for (int u = 0; u < 4; ++u) {
      double row = 0;
      for (int v = 0; v < 4; ++v)
        row += wx[v] * pixel(i + u - 1, j + v - 1);
      sum += wy[u] * row;
    }
    return sum;
  }
};

constexpr int areaSamples = 4;

TensorRef sample(const WarpedImage &image, const Program &program) {
  std::vector<WarpMap> maps;
  for (const WarpStep &step : image.steps)
    maps.emplace_back(program, step);
  int64_t height = image.steps.back().outputHeight, width = image.steps.back().outputWidth;
  std::vector<int64_t> shape = image.source->shape;
  shape[shape.size() - 2] = height;
  shape.back() = width;
  auto out = Tensor::make(image.source->element, shape);
  int64_t planes = 1;
  for (size_t axis = 0; axis + 2 < shape.size(); ++axis)
    planes *= shape[axis];
  std::vector<Plane> sources;
  for (int64_t p = 0; p < planes; ++p)
    sources.emplace_back(image, p);
  int count = image.sampling == Sampling::Area ? areaSamples : 1;
  std::vector<double> sums(static_cast<size_t>(planes));
  for (int64_t i = 0; i < height; ++i)
    for (int64_t j = 0; j < width; ++j) {
      std::fill(sums.begin(), sums.end(), 0.0);
      for (int u = 0; u < count * count; ++u) {
        float y = static_cast<float>(i) + (static_cast<float>(u / count) + 0.5f) / static_cast<float>(count);
        float x = static_cast<float>(j) + (static_cast<float>(u % count) + 0.5f) / static_cast<float>(count);
        for (auto map = maps.rbegin(); map != maps.rend(); ++map)
          std::tie(y, x) = map->at(y, x);
        for (int64_t p = 0; p < planes; ++p)
          sums[static_cast<size_t>(p)] += sources[static_cast<size_t>(p)].at(y, x);
      }
      for (int64_t p = 0; p < planes; ++p)
        out->data[static_cast<size_t>((p * height + i) * width + j)] =
            rounded(sums[static_cast<size_t>(p)] / (count * count), out->element);
    }
  return out;
}

} // namespace

Value Evaluator::forced(const Value &value, const Program &program) {
  if (auto *image = std::get_if<std::shared_ptr<const WarpedImage>>(&value.v)) {
    if (!(*image)->sampled)
      (*image)->sampled = sample(**image, program);
    Value out((*image)->sampled);
    out.identity = value.identity;
    return out;
  }
  if (auto *group = std::get_if<std::shared_ptr<const Group>>(&value.v)) {
    auto made = std::make_shared<Group>();
    for (const Value &item : (*group)->items)
      made->items.push_back(forced(item, program));
    Value out(std::shared_ptr<const Group>(std::move(made)));
    out.identity = value.identity;
    return out;
  }
  return value;
}

/// Boxes (top, left, bottom, right) and keypoints (y, x) move by the inverse of the map. A moved box is the
/// bounding box of its four corners, which may lie outside the output: what is dropped is judged by the whole box.
Value Evaluator::warpPoints(const Expr &e, Frame &frame) {
  TensorRef points = tensor(*e.args[0], frame);
  WarpStep made =
      step(e, frame, dimension(e.extents[0], frame), dimension(e.extents[1], frame), e.args.size() - 1);
  WarpMap map(program, made);
  auto out = Tensor::make(points->element, points->shape);
  bool boxes = points->shape.back() == 4;
  int64_t count = points->shape[0];
  for (int64_t n = 0; n < count; ++n) {
    const double *p = points->data.data() + n * points->shape.back();
    double *q = out->data.data() + n * points->shape.back();
    if (!boxes) {
      auto [y, x] = map.inverse(static_cast<float>(p[0]), static_cast<float>(p[1]));
      q[0] = y;
      q[1] = x;
      continue;
    }
    double top = INFINITY, left = INFINITY, bottom = -INFINITY, right = -INFINITY;
    for (int corner = 0; corner < 4; ++corner) {
      auto [y, x] =
          map.inverse(static_cast<float>(p[corner / 2 ? 2 : 0]), static_cast<float>(p[corner % 2 ? 3 : 1]));
      top = std::min<double>(top, y);
      bottom = std::max<double>(bottom, y);
      left = std::min<double>(left, x);
      right = std::max<double>(right, x);
    }
    q[0] = top;
    q[1] = left;
    q[2] = bottom;
    q[3] = right;
  }
  return Value(TensorRef(std::move(out)));
}

} // namespace gms::eval
