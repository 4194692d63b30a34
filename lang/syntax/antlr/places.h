// Where ANTLR's tokens, which count code points, lie in the bytes of a text.
#pragma once
#include "lang/diagnostics/source.h"
#include <antlr4-runtime.h>
#include <string_view>
#include <vector>

namespace gms::syntax {

class Places {
public:
  /// `text` is the file's text from byte `skipped` on (behind a byte order mark).
  Places(uint32_t file, std::string_view text, uint32_t skipped);
  Span range(size_t firstPoint, size_t endPoint) const { return {file, byte(firstPoint), byte(endPoint)}; }
  Span of(const antlr4::Token &token) const;
  std::string_view text(Span span) const {
    return content.substr(span.begin - skipped, span.end - span.begin);
  }
  std::string_view text(const antlr4::Token &token) const { return text(of(token)); }
  uint32_t fileNumber() const { return file; }

private:
  uint32_t file;
  uint32_t skipped;
  std::string_view content;
  std::vector<uint32_t> bytes; ///< of each code point; empty for a text of ASCII alone
  uint32_t byte(size_t point) const;
};

} // namespace gms::syntax
