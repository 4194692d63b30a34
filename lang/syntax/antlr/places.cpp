#include "lang/syntax/antlr/places.h"
#include <algorithm>

namespace gms::syntax {

Places::Places(uint32_t file, std::string_view text, uint32_t skipped)
    : file(file), skipped(skipped), content(text) {
  const bool ascii =
      std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  if (ascii)
    return;
  for (uint32_t i = 0; i < text.size(); ++i)
    if ((text[i] & 0xC0) != 0x80)
      bytes.push_back(i);
}

uint32_t Places::byte(size_t point) const {
  const auto size = static_cast<uint32_t>(content.size());
  if (bytes.empty())
    return skipped + static_cast<uint32_t>(std::min<size_t>(point, size));
  return skipped + (point < bytes.size() ? bytes[point] : size);
}

Span Places::of(const antlr4::Token &token) const {
  const size_t start = token.getStartIndex(), stop = token.getStopIndex();
  // EOF and tokens put in by Layout have no width: their stop lies before their start.
  return range(start, token.getType() == antlr4::Token::EOF || stop + 1 < start ? start : stop + 1);
}

} // namespace gms::syntax
