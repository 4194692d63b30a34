// The generator of draws, version 1 (docs/language.md, [DRAW]). Every step is an integer operation or an
// exactly rounded f32 operation in the order written here, so that every device gives the same bits;
// compiler/transforms/lower_draws.cpp mirrors this file operation by operation. Compiled without contraction
// to FMA.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace gms::eval {

constexpr uint32_t generatorVersion = 1;

/// What keys the draws of one sample.
struct Key {
  uint64_t seed = 0;
  uint64_t sample = 0;
  uint32_t epoch = 0;
};

/// FNV-1a, 64 bits: the number of a draw's place path.
constexpr uint64_t placeHash(std::string_view path) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (char c : path)
    hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3u;
  return hash;
}

/// Philox4x32-10 (Salmon et al., SC 2011): four words from a counter of four and a key of two.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// The first word for a place and, under an index, an element: key = seed xor place, counter = (sample,
/// epoch, element).
uint32_t word(const Key &key, uint64_t place, uint32_t element);

/// In [0, 1): a multiple of 2^-24.
float unitOf(uint32_t word);
float uniform(uint32_t word, float low, float high);
/// By the inverse distribution function (Wichura 1988, AS241 PPND7) of an odd multiple of 2^-24.
float normal(uint32_t word, float mean, float deviation);
/// low, high > 0.
float logUniform(uint32_t word, float low, float high);
/// In [low, high), high - low in 1..2^32.
int64_t integer(uint32_t word, int64_t low, int64_t high);
bool bernoulli(uint32_t word, float probability);
/// The first k with u * total < w[0] + … + w[k], sums in order; the last one where rounding leaves none.
int64_t categorical(uint32_t word, const std::vector<float> &weights);
/// Fisher-Yates from the end: for k = n-1 … 1 item k changes with item integer(0, k + 1), drawn as element k.
std::vector<int64_t> permutation(const Key &key, uint64_t place, int64_t n);

/// log(x) for normal x > 0 and exp(x) for |x| < 87: Cephes' logf and expf (Moshier 1989), coefficients below.
float polynomialLog(float x);
float polynomialExp(float x);

namespace coefficients {
constexpr float log[] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
                         -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
                         2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
constexpr float exp[] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                         4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
constexpr float ln2High = 0.693359375f, ln2Low = -2.12194440e-4f, log2e = 1.44269504088896341f,
                sqrtHalf = 0.707106781186547524f;
// PPND7: numerators a, c, e and denominators b, d, f, constant term last (the denominators' is 1).
constexpr float a[] = {5.9109374720e1f, 1.5929113202e2f, 5.0434271938e1f, 3.3871327179f};
constexpr float b[] = {6.7187563600e1f, 7.8757757664e1f, 1.7895169469e1f, 1.0f};
constexpr float c[] = {1.7023821103e-1f, 1.3067284816f, 2.7568153900f, 1.4234372777f};
constexpr float d[] = {1.2021132975e-1f, 7.3700164250e-1f, 1.0f};
constexpr float e[] = {1.7337203997e-2f, 4.2868294337e-1f, 3.0812263860f, 6.6579051150f};
constexpr float f[] = {1.2258202635e-2f, 2.4197894225e-1f, 1.0f};
constexpr float split1 = 0.425f, split2 = 5.0f, const1 = 0.180625f, const2 = 1.6f;
} // namespace coefficients

} // namespace gms::eval
