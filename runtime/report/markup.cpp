#include "runtime/report/markup.h"
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace gms::runtime {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD"; // U+FFFD

/// The length of the UTF-8 sequence that begins here, or 0 where there is none (RFC 3629: shortest forms
/// only, no surrogates, nothing past U+10FFFF).
size_t sequenceLength(std::string_view text) {
  auto byte = [&](size_t i) { return i < text.size() ? static_cast<uint8_t>(text[i]) : uint8_t(0); };
  auto follows = [&](size_t i) { return (byte(i) & 0xC0) == 0x80; };
  uint8_t first = byte(0), second = byte(1);
  if (first < 0x80)
    return 1;
  if (first >= 0xC2 && first <= 0xDF)
    return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    bool allowed = !(first == 0xE0 && second < 0xA0) && !(first == 0xED && second > 0x9F);
    return allowed && follows(1) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    bool allowed = !(first == 0xF0 && second < 0x90) && !(first == 0xF4 && second > 0x8F);
    return allowed && follows(1) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

std::string_view entityOf(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return {};
  }
}

bool isControl(char c) {
  auto code = static_cast<uint8_t>(c);
  return (code < 0x20 && c != '\n' && c != '\t') || code == 0x7f;
}

} // namespace

std::string escaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    size_t length = sequenceLength(text);
    if (length == 0 || isControl(text[0]))
      result += kReplacement;
    else if (std::string_view entity = entityOf(text[0]); !entity.empty())
      result += entity;
    else
      result += text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

std::string base64(std::span<const uint8_t> bytes) {
  constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    size_t left = bytes.size() - i;
    uint32_t group = uint32_t(bytes[i]) << 16;
    group |= left > 1 ? uint32_t(bytes[i + 1]) << 8 : 0;
    group |= left > 2 ? uint32_t(bytes[i + 2]) : 0;
    text += digits[group >> 18];
    text += digits[group >> 12 & 63];
    text += left > 1 ? digits[group >> 6 & 63] : '=';
    text += left > 2 ? digits[group & 63] : '=';
  }
  return text;
}

std::string filled(std::string_view page,
                   std::initializer_list<std::pair<std::string_view, std::string_view>> holes) {
  std::string result;
  while (!page.empty()) {
    size_t open = page.find("{{");
    size_t close = open == std::string_view::npos ? open : page.find("}}", open);
    if (close == std::string_view::npos)
      break;
    std::string_view name = page.substr(open + 2, close - open - 2);
    result += page.substr(0, open);
    std::string_view text = page.substr(open, close + 2 - open);
    for (auto &[hole, value] : holes)
      text = hole == name ? value : text;
    result += text;
    page.remove_prefix(close + 2);
  }
  return result += page;
}

std::string numberText(double value, int digits) {
  if (std::isnan(value))
    return "not a number";
  if (std::isinf(value))
    return value > 0 ? "∞" : "−∞";
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  std::string shown = text;
  size_t exponent = shown.find('e');
  if (exponent != std::string::npos) {
    int power = std::atoi(shown.c_str() + exponent + 1);
    // Up to a million is read more easily without an exponent.
    if (power >= 0 && power <= 6) {
      std::snprintf(text, sizeof text, "%.0f", std::strtod(shown.c_str(), nullptr));
      shown = text;
    } else {
      shown = shown.substr(0, exponent) + "e" + (power < 0 ? "−" : "") + std::to_string(std::abs(power));
    }
  }
  if (shown == "-0")
    return "0";
  return shown[0] == '-' ? "−" + shown.substr(1) : shown;
}

} // namespace gms::runtime
