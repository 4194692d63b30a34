// Warps: adjacent ones compose, and pixels are sampled once, when something reads them. Coordinates are
// continuous: pixel (i, j) covers [i, i + 1) x [j, j + 1) and has its centre at (i + 0.5, j + 0.5).
#include "lang/eval/warp_map.h"
#include <algorithm>
#include <cmath>

namespace gms::eval {

using namespace program;

namespace {

Real numberOf(const Value &value) {
  if (auto *i = std::get_if<int64_t>(&value.v))
    return {static_cast<double>(*i)};
  if (auto *b = std::get_if<bool>(&value.v))
    return {*b ? 1.0 : 0.0};
  return value.real();
}

} // namespace

WarpStep Evaluator::step(const Expr &e, const std::vector<Value> &arguments, size_t count, int64_t height,
                         int64_t width) {
  WarpStep made;
  made.warp = &program.function(e.function);
  made.inputHeight = height;
  made.inputWidth = width;
  made.arguments.assign(arguments.begin() + 1, arguments.begin() + 1 + static_cast<std::ptrdiff_t>(count));
  WarpMap map(program, made, tape, wide);
  std::tie(made.outputHeight, made.outputWidth) = map.outputExtent();
  return made;
}

Value Evaluator::warp(const Expr &e, Frame &frame) {
  std::vector<Value> arguments;
  for (const ExprPtr &arg : e.args)
    arguments.push_back(eval(*arg, frame));
  if (watch && watch->applied)
    watch->applied({&e, &program.function(e.function), arguments, key, {}, element});
  return applyWarp(e, arguments);
}

Value Evaluator::applyWarp(const Expr &e, const std::vector<Value> &arguments) {
  const Value &source = arguments[0];
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
  size_t count = e.args.size() - 1 - (e.border == Border::Fill ? 1 : 0);
  image->steps.push_back(step(e, arguments, count, height, width));
  std::vector<int64_t> shape = image->source->shape;
  shape[shape.size() - 2] = image->steps.back().outputHeight;
  shape.back() = image->steps.back().outputWidth;
  requireSize(e, shape);
  if (e.sampling != Sampling::Inherit)
    image->sampling = e.sampling;
  if (e.border != Border::Inherit)
    image->border = e.border;
  image->tape = tape;
  image->wide = wide;
  if (e.border == Border::Fill)
    image->fill = numberOf(arguments.back());
  Value out(std::shared_ptr<const WarpedImage>(std::move(image)));
  out.identity = source.identity;
  return out;
}

namespace {

/// Reads one plane of an image at continuous coordinates.
class Plane {
public:
  Plane(const WarpedImage &image, int64_t plane) : image(image), tape(*image.tape) {
    const std::vector<int64_t> &shape = image.source->shape;
    height = shape[shape.size() - 2];
    width = shape.back();
    first = plane * height * width;
  }

  Real at(Real y, Real x) const {
    switch (image.sampling) {
    case Sampling::Nearest:
      return pixel(floorOf(y.value), floorOf(x.value));
    case Sampling::Bilinear:
    case Sampling::Inherit: // a row's sampling is a stated one or the default
    case Sampling::Area:    // the caller averages 4 x 4 of these
      return bilinear(between(y), between(x));
    case Sampling::Bicubic:
      return bicubic(between(y), between(x));
    }
    return {};
  }

private:
  const WarpedImage &image;
  Tape &tape;
  int64_t height, width, first;

  /// The pixel whose centre lies before a coordinate, and how far behind it that is.
  struct Place {
    int64_t pixel;
    Real behind;
  };

  static int64_t floorOf(double v) {
    return v > -1e9 && v < 1e9 ? static_cast<int64_t>(std::floor(v)) : v > 0 ? 1000000000 : -1000000000;
  }
  Real single(Real v) const {
    return image.wide ? v : tape.as(v, static_cast<double>(static_cast<float>(v.value)));
  }
  Place between(Real v) const {
    Real p = single(tape.sub(v, {0.5}));
    return {floorOf(p.value), single(tape.sub(p, {std::floor(p.value)}))};
  }
  Real pixel(int64_t y, int64_t x) const {
    int64_t i = bordered(y, height, image.border), j = bordered(x, width, image.border);
    if (i < 0 || j < 0)
      return image.border == Border::Fill ? image.fill : Real{};
    return image.source->at(static_cast<size_t>(first + i * width + j));
  }
  Real mixed(Real a, Real b, Real part) const { return tape.add(a, tape.mul(tape.sub(b, a), part)); }
  Real bilinear(Place y, Place x) const {
    int64_t i = y.pixel, j = x.pixel;
    Real top = mixed(pixel(i, j), pixel(i, j + 1), x.behind);
    Real bottom = mixed(pixel(i + 1, j), pixel(i + 1, j + 1), x.behind);
    return mixed(top, bottom, y.behind);
  }
  /// Keys' cubic convolution with a = -0.75, as OpenCV and PyTorch.
  void cubic(Real f, Real weights[4]) const {
    const double a = -0.75;
    auto near = [&](Real t) { // ((a + 2) t - (a + 3)) t t + 1
      return tape.add(tape.mul(tape.mul(tape.sub(tape.mul({a + 2}, t), {a + 3}), t), t), {1});
    };
    auto far = [&](Real t) { // ((a t - 5 a) t + 8 a) t - 4 a
      Real inner = tape.add(tape.mul(tape.sub(tape.mul({a}, t), {5 * a}), t), {8 * a});
      return tape.sub(tape.mul(inner, t), {4 * a});
    };
    weights[0] = far(tape.add(f, {1}));
    weights[1] = near(f);
    weights[2] = near(tape.sub({1}, f));
    weights[3] = far(tape.sub({2}, f));
  }
  Real bicubic(Place y, Place x) const {
    Real wy[4], wx[4], sum;
    cubic(y.behind, wy);
    cubic(x.behind, wx);
    for (int u = 0; u < 4; ++u) {
      Real row;
      for (int v = 0; v < 4; ++v)
        row = tape.add(row, tape.mul(wx[v], pixel(y.pixel + u - 1, x.pixel + v - 1)));
      sum = tape.add(sum, tape.mul(wy[u], row));
    }
    return sum;
  }
};

constexpr int areaSamples = 4;

TensorRef sample(const WarpedImage &image, const Program &program) {
  std::vector<WarpMap> maps;
  for (const WarpStep &step : image.steps)
    maps.emplace_back(program, step, image.tape, image.wide);
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
  std::vector<Real> sums(static_cast<size_t>(planes));
  Tape &tape = *image.tape;
  for (int64_t i = 0; i < height; ++i)
    for (int64_t j = 0; j < width; ++j) {
      std::fill(sums.begin(), sums.end(), Real{});
      for (int u = 0; u < count * count; ++u) {
        // Eighths: exact also in f32.
        Real y{static_cast<double>(i) + (u / count + 0.5) / count},
            x{static_cast<double>(j) + (u % count + 0.5) / count};
        for (auto map = maps.rbegin(); map != maps.rend(); ++map)
          std::tie(y, x) = map->at(y, x);
        for (int64_t p = 0; p < planes; ++p) {
          Real &sum = sums[static_cast<size_t>(p)];
          sum = tape.add(sum, sources[static_cast<size_t>(p)].at(y, x));
        }
      }
      for (int64_t p = 0; p < planes; ++p) {
        Real mean = tape.div(sums[static_cast<size_t>(p)], {static_cast<double>(count * count)});
        if (out->element == Element::F32 && !image.wide)
          mean = tape.as(mean, static_cast<double>(static_cast<float>(mean.value)));
        out->set(static_cast<size_t>((p * height + i) * width + j), mean);
      }
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

/// The bounding box of a box's four corners, which may lie outside the output: what is dropped is judged by
/// the whole box.
void Evaluator::movedBox(WarpMap &map, const Real *p, Real *q) {
  q[0] = q[1] = {INFINITY};
  q[2] = q[3] = {-INFINITY};
  auto least = [](Real &a, Real b) { a = b.value < a.value ? b : a; };
  auto greatest = [](Real &a, Real b) { a = b.value > a.value ? b : a; };
  for (int corner = 0; corner < 4; ++corner) {
    auto [y, x] = map.inverse(p[corner / 2 ? 2 : 0], p[corner % 2 ? 3 : 1]);
    least(q[0], y);
    least(q[1], x);
    greatest(q[2], y);
    greatest(q[3], x);
  }
}

/// Boxes (top, left, bottom, right) and keypoints (y, x) move by the inverse of the map.
Value Evaluator::warpPoints(const Expr &e, Frame &frame) {
  std::vector<Value> arguments;
  for (const ExprPtr &arg : e.args)
    arguments.push_back(eval(*arg, frame));
  const int64_t height = dimension(e.extents[0], frame), width = dimension(e.extents[1], frame);
  if (watch && watch->applied)
    watch->applied({&e, &program.function(e.function), arguments, key, {}, element, height, width});
  return applyWarpPoints(e, arguments, height, width);
}

Value Evaluator::applyWarpPoints(const Expr &e, const std::vector<Value> &arguments, int64_t height,
                                 int64_t width) {
  TensorRef points = std::get<TensorRef>(forced(arguments[0], program).v);
  WarpStep made = step(e, arguments, e.args.size() - 1, height, width);
  WarpMap map(program, made, tape, wide);
  auto out = Tensor::make(points->element, points->shape);
  const size_t columns = static_cast<size_t>(points->shape.back()),
               count = static_cast<size_t>(points->shape[0]);
  for (size_t n = 0; n < count; ++n) {
    Real p[4], q[4];
    for (size_t k = 0; k < columns; ++k)
      p[k] = rounded(points->at(n * columns + k), Element::F32);
    if (columns == 4)
      movedBox(map, p, q);
    else
      std::tie(q[0], q[1]) = map.inverse(p[0], p[1]);
    for (size_t k = 0; k < columns; ++k)
      out->set(n * columns + k, q[k]);
  }
  return Value(TensorRef(std::move(out)));
}

} // namespace gms::eval
