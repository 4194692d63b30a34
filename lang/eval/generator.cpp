#include "lang/eval/generator.h"
#include <bit>
#include <cmath>
#include <numeric>

namespace gms::eval {

using namespace coefficients;

namespace {

/// Horner's rule from the leading coefficient: product, then sum, each rounded.
template <size_t N> float horner(const float (&list)[N], float x) {
  float y = list[0];
  for (size_t i = 1; i < N; ++i)
    y = y * x + list[i];
  return y;
}

} // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = uint64_t(0xD2511F53u) * c[0], p1 = uint64_t(0xCD9E8D57u) * c[2];
    c = {uint32_t(p1 >> 32) ^ c[1] ^ k[0], uint32_t(p1), uint32_t(p0 >> 32) ^ c[3] ^ k[1], uint32_t(p0)};
    k = {k[0] + 0x9E3779B9u, k[1] + 0xBB67AE85u};
  }
  return c;
}

uint32_t word(const Key &key, uint64_t place, uint32_t element) {
  uint64_t mixed = key.seed ^ place;
  return philox({uint32_t(key.sample), uint32_t(key.sample >> 32), key.epoch, element},
                {uint32_t(mixed), uint32_t(mixed >> 32)})[0];
}

float unitOf(uint32_t word) { return float(word >> 8) * 0x1p-24f; }

float uniform(uint32_t word, float low, float high) {
  float width = high - low;
  return low + unitOf(word) * width;
}

float normal(uint32_t word, float mean, float deviation) {
  float p = (float(word >> 9) + 0.5f) * 0x1p-23f; // exact: 24 bits
  float q = p - 0.5f;
  float z;
  if (std::fabs(q) <= split1) {
    float r = const1 - q * q;
    z = q * horner(a, r) / horner(b, r);
  } else {
    float r = std::sqrt(-polynomialLog(q < 0 ? p : 1.0f - p));
    if (r <= split2) {
      r = r - const2;
      z = horner(c, r) / horner(d, r);
    } else {
      r = r - split2;
      z = horner(e, r) / horner(f, r);
    }
    z = q < 0 ? -z : z;
  }
  return mean + deviation * z;
}

float logUniform(uint32_t word, float low, float high) {
  float a = polynomialLog(low), b = polynomialLog(high);
  float width = b - a;
  return polynomialExp(a + unitOf(word) * width);
}

int64_t integer(uint32_t word, int64_t low, int64_t high) {
  return low + int64_t((uint64_t(word) * uint64_t(high - low)) >> 32);
}

bool bernoulli(uint32_t word, float probability) { return unitOf(word) < probability; }

int64_t categorical(uint32_t word, const std::vector<float> &weights) {
  float total = 0;
  for (float weight : weights)
    total = total + weight;
  float at = unitOf(word) * total, sum = 0;
  for (size_t k = 0; k + 1 < weights.size(); ++k) {
    sum = sum + weights[k];
    if (at < sum)
      return int64_t(k);
  }
  return int64_t(weights.size()) - 1;
}

std::vector<int64_t> permutation(const Key &key, uint64_t place, int64_t n) {
  std::vector<int64_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  for (int64_t k = n - 1; k > 0; --k)
    std::swap(order[k], order[integer(word(key, place, uint32_t(k)), 0, k + 1)]);
  return order;
}

float polynomialLog(float x) {
  uint32_t bits = std::bit_cast<uint32_t>(x);
  float exponent = float(int32_t(bits >> 23) - 126);
  float m = std::bit_cast<float>((bits & 0x007FFFFFu) | 0x3F000000u); // [0.5, 1)
  bool low = m < sqrtHalf;
  float shift = low ? m : 0.0f;
  exponent = exponent - (low ? 1.0f : 0.0f);
  m = (m - 1.0f) + shift;
  float square = m * m;
  float y = horner(coefficients::log, m) * m * square;
  y = y + ln2Low * exponent;
  y = y - 0.5f * square;
  return (m + y) + ln2High * exponent;
}

float polynomialExp(float x) {
  float n = std::floor(log2e * x + 0.5f);
  x = x - n * ln2High;
  x = x - n * ln2Low;
  float square = x * x;
  float y = horner(coefficients::exp, x) * square + x + 1.0f;
  return y * std::bit_cast<float>(uint32_t(int32_t(n) + 127) << 23);
}

} // namespace gms::eval
