// Sums that are made in tiles, against plain loops: all sizes of what is left over, borders, both precisions.
#include "compiler/codegen/cpu/kernel_harness.h"
#include <cmath>

namespace gms::compiler::cpu {
namespace {

std::string replaced(std::string text, std::initializer_list<std::pair<std::string, std::string>> words) {
  for (const auto &[word, by] : words)
    for (size_t at; (at = text.find(word)) != std::string::npos;)
      text.replace(at, word.size(), by);
  return text;
}

template <typename T> void fill(Array<T> &array, double step) {
  for (size_t k = 0; k < array.data.size(); ++k)
    array.data[k] = static_cast<T>(std::sin(step * static_cast<double>(k)));
}

const char *convolution = R"(
func.func @convolve(%x: tensor<CxNxREAL>, %w: tensor<FxCxWxREAL>) -> tensor<FxNxREAL> attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %cC = arith.constant C : index
  %cF = arith.constant F : index
  %cN = arith.constant N : index
  %cW = arith.constant W : index
  %half = arith.constant H : index
  %r = core.compute [%cF, %cN] {
  ^bb0(%f: index, %i: index):
    %s = core.reduce sum (%c0, %c0) to (%cC, %cW) {
    ^bb0(%c: index, %t: index):
      %a = arith.addi %i, %t : index
      %p = arith.subi %a, %half : index
      %v = core.read %x[%c, %p] border(BORDER) : tensor<CxNxREAL>
      %u = core.read %w[%f, %c, %t] border(proven) : tensor<FxCxWxREAL>
      %m = arith.mulf %v, %u fastmath<contract> : REAL
      core.yield %m : REAL
    } : REAL
    core.yield %s : REAL
  } : tensor<FxNxREAL>
  return %r : tensor<FxNxREAL>
})";

template <typename T> void convolves(int64_t c, int64_t f, int64_t n, int64_t w, const std::string &border, const Processor &processor) {
  const int64_t half = w / 2;
  auto number = [](int64_t v) { return std::to_string(v); };
  Harness harness(replaced(convolution, {{"REAL", sizeof(T) == 8 ? "f64" : "f32"}, {"BORDER", border}, {"%cC", "%extent_c"},
                                         {"%cF", "%extent_f"}, {"%cN", "%extent_n"}, {"%cW", "%extent_w"},
                                         {"constant C", "constant " + number(c)}, {"constant F", "constant " + number(f)},
                                         {"constant N", "constant " + number(n)}, {"constant W", "constant " + number(w)},
                                         {"constant H", "constant " + number(half)}, {"<FxCxWx", "<" + number(f) + "x" + number(c) + "x" + number(w) + "x"},
                                         {"<CxNx", "<" + number(c) + "x" + number(n) + "x"}, {"<FxNx", "<" + number(f) + "x" + number(n) + "x"}}),
                  true, processor);
  ASSERT_TRUE(harness.ready());
  Array<T> x({c, n}), weights({f, c, w}), out({f, n});
  fill(x, 0.7), fill(weights, 1.3);
  ASSERT_EQ(harness.run({x.tensor(), weights.tensor(), out.tensor()}, 2, 3), 0);
  for (int64_t k = 0; k < f; ++k)
    for (int64_t i = 0; i < n; ++i) {
      double sum = 0;
      for (int64_t d = 0; d < c; ++d)
        for (int64_t t = 0; t < w; ++t) {
          int64_t p = i + t - half;
          const bool inside = p >= 0 && p < n;
          p = border == "clamp" ? std::clamp<int64_t>(p, 0, n - 1) : p;
          if (inside || border == "clamp")
            sum += static_cast<double>(x.data[d * n + p]) * weights.data[(k * c + d) * w + t];
        }
      ASSERT_NEAR(out.data[k * n + i], sum, sizeof(T) == 8 ? 1e-13 : 3e-6) << k << " " << i;
    }
}

TEST(CpuTiles, ConvolutionsOfAllSizes) {
  for (const Processor &processor : {Processor::host(), Processor::avx2Level()})
    for (const char *border : {"zero", "clamp"}) {
      convolves<double>(16, 16, 513, 3, border, processor);
      convolves<double>(5, 7, 33, 5, border, processor);
      convolves<double>(2, 3, 9, 3, border, processor);
      convolves<double>(3, 1, 64, 11, border, processor);
      convolves<float>(16, 16, 100, 3, border, processor);
      convolves<float>(4, 9, 17, 3, border, processor);
    }
}

const char *product = R"(
func.func @product(%a: tensor<?x?xREAL>, %x: tensor<?xREAL>) -> (tensor<?xREAL>, tensor<REAL>) attributes {gms.kernel} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = tensor.dim %a, %c0 : tensor<?x?xREAL>
  %m = tensor.dim %a, %c1 : tensor<?x?xREAL>
  %r = core.compute [%n] {
  ^bb0(%i: index):
    %s = core.reduce sum (%c0) to (%m) {
    ^bb0(%j: index):
      %v = core.read %a[%i, %j] border(proven) : tensor<?x?xREAL>
      %u = core.read %x[%j] border(proven) : tensor<?xREAL>
      %p = arith.mulf %v, %u fastmath<contract> : REAL
      core.yield %p : REAL
    } : REAL
    core.yield %s : REAL
  } : tensor<?xREAL>
  %l = core.reduce max (%c0) to (%m) {
  ^bb0(%j: index):
    %u = core.read %x[%j] border(proven) : tensor<?xREAL>
    core.yield %u : REAL
  } : REAL
  %t = core.compute [] {
    core.yield %l : REAL
  } : tensor<REAL>
  return %r, %t : tensor<?xREAL>, tensor<REAL>
})";

template <typename T> void multiplies(Harness &harness, int64_t n, int64_t m) {
  Array<T> a({n, m}), x({m}), out({n}), most({});
  fill(a, 0.37), fill(x, 1.9);
  ASSERT_EQ(harness.run({a.tensor(), x.tensor(), out.tensor(), most.tensor()}, 2, 4), 0);
  for (int64_t i = 0; i < n; ++i) {
    double sum = 0;
    for (int64_t j = 0; j < m; ++j)
      sum += static_cast<double>(a.data[i * m + j]) * x.data[j];
    ASSERT_NEAR(out.data[i], sum, sizeof(T) == 8 ? 1e-12 : 1e-4) << n << " " << m << " " << i;
  }
  ASSERT_EQ(most.data[0], *std::max_element(x.data.begin(), x.data.end())) << m;
}

TEST(CpuTiles, ProductsAndRowsOfAllSizes) {
  Harness doubles(replaced(product, {{"REAL", "f64"}})), floats(replaced(product, {{"REAL", "f32"}}));
  ASSERT_TRUE(doubles.ready() && floats.ready());
  for (int64_t m : {1, 7, 8, 9, 16, 31, 32, 33, 63, 64, 65, 200, 513})
    for (int64_t n : {1, 3, 8, 17}) {
      multiplies<double>(doubles, n, m);
      multiplies<float>(floats, n, m);
    }
}

} // namespace
} // namespace gms::compiler::cpu
