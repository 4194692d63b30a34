#include "lang/diagnostics/source.h"
#include <algorithm>

namespace gms {

Span Span::to(Span other) const {
  if (!known())
    return other;
  if (other.file != file)
    return *this;
  return {file, std::min(begin, other.begin), std::max(end, other.end)};
}

SourceFile::SourceFile(std::string path, std::string text) : name(std::move(path)), content(std::move(text)) {
  lineStarts.push_back(0);
  for (uint32_t i = 0; i < content.size(); ++i)
    if (content[i] == '\n')
      lineStarts.push_back(i + 1);
}

LineColumn SourceFile::at(uint32_t offset) const {
  offset = std::min<uint32_t>(offset, content.size());
  auto next = std::upper_bound(lineStarts.begin(), lineStarts.end(), offset);
  uint32_t line = static_cast<uint32_t>(next - lineStarts.begin());
  uint32_t column = 1;
  for (uint32_t i = lineStarts[line - 1]; i < offset; ++i)
    column += (content[i] & 0xC0) != 0x80; // continuation bytes of UTF-8 take no column
  return {line, column};
}

std::string_view SourceFile::line(uint32_t number) const {
  if (number == 0 || number > lineStarts.size())
    return {};
  uint32_t begin = lineStarts[number - 1];
  uint32_t end = number < lineStarts.size() ? lineStarts[number] - 1 : static_cast<uint32_t>(content.size());
  if (end > begin && content[end - 1] == '\r')
    --end;
  return std::string_view(content).substr(begin, end - begin);
}

uint32_t Sources::add(std::string path, std::string text) {
  files.emplace_back(std::move(path), std::move(text));
  return count();
}

std::string_view Sources::text(Span span) const {
  if (!span.known())
    return {};
  return file(span.file).text().substr(span.begin, span.end - span.begin);
}

} // namespace gms
