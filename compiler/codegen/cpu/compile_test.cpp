#include "compiler/codegen/cpu/kernel_harness.h"
#include <cmath>

namespace gms::compiler::cpu {
namespace {

uint32_t state = 1;
uint32_t random32() { return state = state * 1664525 + 1013904223; }

template <typename T> void fill(Array<T> &array) {
  for (T &v : array.data)
    v = std::is_same_v<T, uint8_t> ? T(random32() >> 24) : T((random32() >> 8) * 0x1p-24);
}

const char *brightness = R"(
func.func @brightness(%x: tensor<?x?x?xf32>, %by: tensor<f32>) -> tensor<?x?x?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %zero = arith.constant 0.0 : f32
  %one = arith.constant 1.0 : f32
  %c = tensor.dim %x, %c0 : tensor<?x?x?xf32>
  %h = tensor.dim %x, %c1 : tensor<?x?x?xf32>
  %w = tensor.dim %x, %c2 : tensor<?x?x?xf32>
  %g = core.read %by[] border(proven) : tensor<f32>
  %out = core.compute [%c, %h, %w] {
  ^bb0(%k: index, %i: index, %j: index):
    %v = core.read %x[%k, %i, %j] border(proven) : tensor<?x?x?xf32>
    %s = arith.addf %v, %g fastmath<contract> : f32
    %low = arith.cmpf olt, %s, %zero : f32
    %a = arith.select %low, %zero, %s : f32
    %high = arith.cmpf olt, %one, %a : f32
    %b = arith.select %high, %one, %a : f32
    core.yield %b : f32
  } : tensor<?x?x?xf32>
  return %out : tensor<?x?x?xf32>
}
)";

TEST(CpuCode, BrightnessOfSeveralSizes) {
  Harness harness(brightness);
  ASSERT_TRUE(harness.ready());
  std::vector<Array<float>> in, by, out;
  for (auto [h, w] : {std::pair{1, 1}, {2, 15}, {3, 16}, {5, 17}, {7, 100}, {0, 4}}) {
    in.emplace_back(std::vector<int64_t>{3, h, w});
    out.emplace_back(std::vector<int64_t>{3, h, w});
    by.emplace_back(std::vector<int64_t>{});
    fill(in.back());
    by.back().data[0] = 0.3f;
  }
  std::vector<gms_tensor> arguments;
  for (size_t k = 0; k < in.size(); ++k)
    arguments.insert(arguments.end(), {in[k].tensor(), by[k].tensor(), out[k].tensor()});
  ASSERT_EQ(harness.run(arguments, 2, 3), 0);
  for (size_t k = 0; k < in.size(); ++k)
    for (size_t e = 0; e < in[k].data.size(); ++e)
      ASSERT_EQ(out[k].data[e], std::min(std::max(in[k].data[e] + 0.3f, 0.0f), 1.0f)) << k << " " << e;
}

TEST(CpuCode, RefusesOtherShapesAndVersions) {
  Harness harness(brightness);
  ASSERT_TRUE(harness.ready());
  Array<float> in({3, 4, 4}), by({}), out({3, 4, 4});
  gms_tensor wrong = in.tensor();
  wrong.rank = 2;
  EXPECT_EQ(harness.run({wrong, by.tensor(), out.tensor()}, 2, 3), GMS_BAD_SHAPE);
  gms_call call{};
  call.version = GMS_ABI_VERSION + 1;
  EXPECT_EQ(harness.kernel().entry(&call, 0, 0), GMS_BAD_VERSION);
}

/// Bytes to floats, a turn, normalised: the usual chain.
const char *rotate = R"(
func.func @rotate(%img: tensor<?x?x3xi8>, %cosine: tensor<f32>, %sine: tensor<f32>) -> tensor<3x40x52xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c40 = arith.constant 40 : index
  %c52 = arith.constant 52 : index
  %h = tensor.dim %img, %c0 : tensor<?x?x3xi8>
  %w = tensor.dim %img, %c1 : tensor<?x?x3xi8>
  %cos = core.read %cosine[] border(proven) : tensor<f32>
  %sin = core.read %sine[] border(proven) : tensor<f32>
  %m = arith.constant dense<[0.485, 0.456, 0.406]> : tensor<3xf32>
  %sd = arith.constant dense<[0.229, 0.224, 0.225]> : tensor<3xf32>
  %f = core.compute [%c3, %h, %w] {
  ^bb0(%k0: index, %i: index, %j: index):
    %b = core.read %img[%i, %j, %k0] border(proven) : tensor<?x?x3xi8>
    %v = arith.uitofp %b : i8 to f32
    %s255 = arith.constant 255.0 : f32
    %q = arith.divf %v, %s255 fastmath<contract> : f32
    core.yield %q : f32
  } : tensor<3x?x?xf32>
  %cy = arith.constant 20.0 : f32
  %cx = arith.constant 26.0 : f32
  %r = aug.warp %f map {
  ^bb0(%y: f32, %x: f32):
    %dy = arith.subf %y, %cy fastmath<contract> : f32
    %dx = arith.subf %x, %cx fastmath<contract> : f32
    %a = arith.mulf %cos, %dy fastmath<contract> : f32
    %b = arith.mulf %sin, %dx fastmath<contract> : f32
    %c = arith.addf %a, %b fastmath<contract> : f32
    %yy = arith.addf %c, %cy fastmath<contract> : f32
    %a2 = arith.mulf %cos, %dx fastmath<contract> : f32
    %b2 = arith.mulf %sin, %dy fastmath<contract> : f32
    %c2 = arith.subf %a2, %b2 fastmath<contract> : f32
    %xx = arith.addf %c2, %cx fastmath<contract> : f32
    aug.yield %yy, %xx
  } extent(%c40, %c52) sampling(bilinear) border(BORDER) : tensor<3x?x?xf32> -> tensor<3x40x52xf32>
  %o = core.compute [%c3, %c40, %c52] {
  ^bb0(%k: index, %i: index, %j: index):
    %v = core.read %r[%k, %i, %j] border(proven) : tensor<3x40x52xf32>
    %mk = core.read %m[%k] border(proven) : tensor<3xf32>
    %sk = core.read %sd[%k] border(proven) : tensor<3xf32>
    %d = arith.subf %v, %mk fastmath<contract> : f32
    %e = arith.divf %d, %sk fastmath<contract> : f32
    core.yield %e : f32
  } : tensor<3x40x52xf32>
  return %o : tensor<3x40x52xf32>
}
)";

int64_t place(int64_t i, int64_t n, const std::string &border) {
  if (border == "clamp")
    return std::clamp<int64_t>(i, 0, n - 1);
  if (border == "wrap")
    return ((i % n) + n) % n;
  if (border == "reflect") {
    const int64_t period = std::max<int64_t>(2 * (n - 1), 1), m = ((i % period) + period) % period;
    return std::min(m, period - m);
  }
  return i >= 0 && i < n ? i : -1;
}

float pixel(const Array<uint8_t> &img, int64_t k, int64_t i, int64_t j, const std::string &border) {
  const int64_t h = img.shape[0], w = img.shape[1];
  i = place(i, h, border);
  j = place(j, w, border);
  return i < 0 || j < 0 ? 0.0f : img.data[(i * w + j) * 3 + k] / 255.0f;
}

class Borders : public testing::TestWithParam<std::tuple<const char *, bool, bool>> {};

TEST_P(Borders, RotateMatchesLoops) {
  const std::string border = std::get<0>(GetParam());
  std::string text = rotate;
  text.replace(text.find("BORDER"), 6, border);
  Harness harness(text, std::get<1>(GetParam()),
                  std::get<2>(GetParam()) ? Processor::host() : Processor::avx2Level());
  ASSERT_TRUE(harness.ready());
  const float mean[] = {0.485f, 0.456f, 0.406f}, deviation[] = {0.229f, 0.224f, 0.225f};
  for (auto [h, w] : {std::pair{1, 1}, {2, 2}, {37, 61}, {64, 20}}) {
    Array<uint8_t> img({h, w, 3});
    Array<float> cosine({}), sine({}), out({3, 40, 52});
    fill(img);
    cosine.data[0] = 1.1f * std::cos(0.4f);
    sine.data[0] = 1.1f * std::sin(0.4f);
    ASSERT_EQ(harness.run({img.tensor(), cosine.tensor(), sine.tensor(), out.tensor()}, 3, 4), 0);
    for (int64_t k = 0; k < 3; ++k)
      for (int64_t i = 0; i < 40; ++i)
        for (int64_t j = 0; j < 52; ++j) {
          const float dy = i + 0.5f - 20, dx = j + 0.5f - 26, c = cosine.data[0], s = sine.data[0];
          const float py = c * dy + s * dx + 20 - 0.5f, px = c * dx - s * dy + 26 - 0.5f;
          const int64_t y = std::floor(py), x = std::floor(px);
          const float fy = py - y, fx = px - x;
          auto at = [&](int64_t a, int64_t b) { return pixel(img, k, a, b, border); };
          const float top = at(y, x) * (1 - fx) + at(y, x + 1) * fx;
          const float bottom = at(y + 1, x) * (1 - fx) + at(y + 1, x + 1) * fx;
          const float want = (top * (1 - fy) + bottom * fy - mean[k]) / deviation[k];
          // A place that falls on another side of a pixel's edge moves the weight, not the value.
          ASSERT_NEAR(out.data[(k * 40 + i) * 52 + j], want, 2e-4)
              << h << "x" << w << " at " << k << " " << i << " " << j;
        }
  }
}
INSTANTIATE_TEST_SUITE_P(All, Borders,
                         testing::Combine(testing::Values("zero", "clamp", "reflect", "wrap"),
                                          testing::Bool(), testing::Bool()));

TEST(CpuCode, BlurReflectsAtTheEdge) {
  Harness harness(R"(
func.func @blur(%x: tensor<?x?xf32>) -> tensor<?x?xf32> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c5 = arith.constant 5 : index
  %w5 = arith.constant dense<[0.1, 0.2, 0.4, 0.2, 0.1]> : tensor<5xf32>
  %h = tensor.dim %x, %c0 : tensor<?x?xf32>
  %w = tensor.dim %x, %c1 : tensor<?x?xf32>
  %across = core.compute [%h, %w] {
  ^bb0(%i: index, %j: index):
    %s = core.reduce sum (%c0) to (%c5) {
    ^bb0(%u: index):
      %d = arith.subi %u, %c2 : index
      %p = arith.addi %j, %d : index
      %v = core.read %x[%i, %p] border(reflect) : tensor<?x?xf32>
      %k = core.read %w5[%u] border(proven) : tensor<5xf32>
      %m = arith.mulf %v, %k fastmath<contract> : f32
      core.yield %m : f32
    } : f32
    core.yield %s : f32
  } : tensor<?x?xf32>
  %out = core.compute [%h, %w] {
  ^bb0(%i: index, %j: index):
    %s = core.reduce sum (%c0) to (%c5) {
    ^bb0(%u: index):
      %d = arith.subi %u, %c2 : index
      %p = arith.addi %i, %d : index
      %v = core.read %across[%p, %j] border(reflect) : tensor<?x?xf32>
      %k = core.read %w5[%u] border(proven) : tensor<5xf32>
      %m = arith.mulf %v, %k fastmath<contract> : f32
      core.yield %m : f32
    } : f32
    core.yield %s : f32
  } : tensor<?x?xf32>
  return %out : tensor<?x?xf32>
})");
  ASSERT_TRUE(harness.ready());
  const float weights[] = {0.1f, 0.2f, 0.4f, 0.2f, 0.1f};
  for (auto [h, w] : {std::pair{1, 1}, {1, 3}, {4, 16}, {19, 45}, {6, 130}}) {
    Array<float> x({h, w}), out({h, w}), across({h, w});
    fill(x);
    ASSERT_EQ(harness.run({x.tensor(), out.tensor()}, 1, 2), 0);
    for (int64_t i = 0; i < h; ++i)
      for (int64_t j = 0; j < w; ++j)
        for (int u = 0; u < 5; ++u)
          across.data[i * w + j] += weights[u] * x.data[i * w + place(j + u - 2, w, "reflect")];
    for (int64_t i = 0; i < h; ++i)
      for (int64_t j = 0; j < w; ++j) {
        float want = 0;
        for (int u = 0; u < 5; ++u)
          want += weights[u] * across.data[place(i + u - 2, h, "reflect") * w + j];
        ASSERT_NEAR(out.data[i * w + j], want, 1e-6) << h << "x" << w << " " << i << " " << j;
      }
  }
}

TEST(CpuCode, ContrastUsesTheMeanOfTheImage) {
  Harness harness(R"(
func.func @contrast(%img: tensor<?x?x3xi8>) -> (tensor<?x?x3xi8>, tensor<i64>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %h = tensor.dim %img, %c0 : tensor<?x?x3xi8>
  %w = tensor.dim %img, %c1 : tensor<?x?x3xi8>
  %sum = core.reduce sum (%c0, %c0) to (%h, %w) {
  ^bb0(%i: index, %j: index):
    %r = core.read %img[%i, %j, %c0] border(proven) : tensor<?x?x3xi8>
    %g = core.read %img[%i, %j, %c1] border(proven) : tensor<?x?x3xi8>
    %b = core.read %img[%i, %j, %c2] border(proven) : tensor<?x?x3xi8>
    %rf = arith.uitofp %r : i8 to f32
    %gf = arith.uitofp %g : i8 to f32
    %bf = arith.uitofp %b : i8 to f32
    %s = arith.addf %rf, %gf : f32
    %t = arith.addf %s, %bf : f32
    core.yield %t : f32
  } : f32
  %bright = core.reduce count (%c0, %c0, %c0) to (%h, %w, %c3) {
  ^bb0(%i: index, %j: index, %k: index):
    %r = core.read %img[%i, %j, %k] border(proven) : tensor<?x?x3xi8>
    %limit = arith.constant 127 : i8
    %big = arith.cmpi ugt, %r, %limit : i8
    core.yield %big : i1
  } : index
  %n = arith.muli %h, %w : index
  %n3 = arith.muli %n, %c3 : index
  %ni = arith.index_cast %n3 : index to i64
  %nf = arith.sitofp %ni : i64 to f32
  %mean = arith.divf %sum, %nf : f32
  %out = core.compute [%h, %w, %c3] {
  ^bb0(%i: index, %j: index, %k: index):
    %v = core.read %img[%i, %j, %k] border(proven) : tensor<?x?x3xi8>
    %vf = arith.uitofp %v : i8 to f32
    %d = arith.subf %vf, %mean : f32
    %half = arith.constant 0.5 : f32
    %e = arith.mulf %d, %half : f32
    %f = arith.addf %mean, %e : f32
    %q = math.roundeven %f : f32
    %w32 = arith.fptosi %q : f32 to i32
    %b = arith.trunci %w32 : i32 to i8
    core.yield %b : i8
  } : tensor<?x?x3xi8>
  %count = core.compute [] {
    %wide = arith.index_cast %bright : index to i64
    core.yield %wide : i64
  } : tensor<i64>
  return %out, %count : tensor<?x?x3xi8>, tensor<i64>
})");
  ASSERT_TRUE(harness.ready());
  for (auto [h, w] : {std::pair{1, 1}, {1, 2}, {3, 16}, {33, 47}}) {
    Array<uint8_t> img({h, w, 3}), out({h, w, 3});
    Array<int64_t> count({});
    fill(img);
    ASSERT_EQ(harness.run({img.tensor(), out.tensor(), count.tensor()}, 1, 3), 0);
    double sum = 0;
    int64_t bright = 0;
    for (uint8_t v : img.data) {
      sum += v;
      bright += v > 127;
    }
    const float mean = sum / img.data.size();
    EXPECT_EQ(count.data[0], bright);
    for (size_t e = 0; e < img.data.size(); ++e)
      ASSERT_NEAR(out.data[e], std::nearbyint(mean + 0.5f * (img.data[e] - mean)), 1)
          << h << "x" << w << " " << e;
  }
}

TEST(CpuCode, ScanIsOrdered) {
  Harness harness(R"(
func.func @scan(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<i64>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?xf32>
  %zero = arith.constant 0.0 : f32
  %out = core.scan [%n] init(%zero, %zero : f32, f32) {
  ^bb0(%i: index, %a: f32, %b: f32):
    %v = core.read %x[%i] border(proven) : tensor<?xf32>
    %half = arith.constant 0.5 : f32
    %m = arith.mulf %a, %half : f32
    %s = arith.addf %m, %v : f32
    %t = arith.addf %b, %s : f32
    core.yield %s, %t : f32, f32
  } : tensor<?xf32>
  %best = core.reduce argmax (%c0) to (%n) {
  ^bb0(%i: index):
    %v = core.read %out[%i] border(proven) : tensor<?xf32>
    core.yield %v : f32
  } : index
  %where = core.compute [] {
    %wide = arith.index_cast %best : index to i64
    core.yield %wide : i64
  } : tensor<i64>
  return %out, %where : tensor<?xf32>, tensor<i64>
})");
  ASSERT_TRUE(harness.ready());
  for (int64_t n : {1, 5, 40}) {
    Array<float> x({n}), out({n});
    Array<int64_t> where({});
    fill(x);
    ASSERT_EQ(harness.run({x.tensor(), out.tensor(), where.tensor()}, 1, 3), 0);
    float a = 0;
    int64_t best = 0;
    std::vector<float> want;
    for (int64_t i = 0; i < n; ++i) {
      a = a * 0.5f + x.data[i];
      want.push_back(a);
      if (want[i] > want[best])
        best = i;
      ASSERT_EQ(out.data[i], a);
    }
    EXPECT_EQ(where.data[0], best);
  }
}

} // namespace
} // namespace gms::compiler::cpu
