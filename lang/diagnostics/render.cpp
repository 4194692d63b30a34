// Messages as text for people and as JSON for editors.
#include "lang/diagnostics/diagnostics.h"
#include <algorithm>

namespace gms {
namespace {

constexpr size_t tabWidth = 4;
constexpr size_t excerptWidth = 160; // a longer line is shown around the place only

struct Paint {
  bool on;
  std::string operator()(const char *code, const std::string &text) const {
    return on ? std::string("\033[") + code + "m" + text + "\033[0m" : text;
  }
};

/// One character of UTF-8 from `at`; `length` is its bytes. A wrong byte counts as one character.
char32_t decode(std::string_view text, size_t at, size_t &length) {
  const auto lead = static_cast<unsigned char>(text[at]);
  length = lead < 0x80 ? 1 : lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (at + length > text.size())
    length = 1;
  if (length == 1)
    return lead;
  char32_t value = lead & (0x7F >> length);
  for (size_t i = 1; i < length; ++i)
    value = (value << 6) | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  return value;
}

/// Columns of a terminal that a character takes: combining marks none, East Asian wide characters two.
size_t widthOf(char32_t c) {
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F) ||
      c == 0xFEFF)
    return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
                    (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
                    (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

/// A line with the columns [begin, end) that lie under the byte range [from, to).
struct Excerpt {
  std::string text;
  size_t begin = 0;
  size_t end = 0;
};

Excerpt excerptOf(std::string_view line, size_t from, size_t to) {
  // A window around the place keeps a line of a megabyte from filling the screen; it starts at a whole
  // character.
  size_t first = 0, last = line.size();
  Excerpt out;
  size_t column = 0;
  if (line.size() > excerptWidth) {
    first = from > excerptWidth / 2 ? from - excerptWidth / 2 : 0;
    last = std::min(line.size(), first + excerptWidth);
    while (first > 0 && first < line.size() && (line[first] & 0xC0) == 0x80)
      --first;
    if (first > 0) {
      out.text = "… ";
      column = 2;
    }
  }
  bool begun = false;
  for (size_t at = first, length = 1; at < last; at += length) {
    const char32_t c = decode(line, at, length);
    if (!begun && at >= from)
      out.begin = column, begun = true;
    if (c == '\t') {
      out.text.append(tabWidth, ' ');
      column += tabWidth;
    } else if (c < 0x20 || c == 0x7F || (length == 1 && c >= 0x80)) {
      out.text += "\uFFFD"; // no control character of a text reaches the terminal
      ++column;
    } else {
      out.text.append(line.substr(at, length));
      column += widthOf(c);
    }
    if (at < to)
      out.end = column;
  }
  if (!begun)
    out.begin = column;
  out.end = std::max(out.end, out.begin + 1);
  if (last < line.size())
    out.text += " …";
  return out;
}

std::string placeOf(Span span, const Sources &sources) {
  if (!span.known())
    return "";
  const SourceFile &file = sources.file(span.file);
  const LineColumn at = file.at(span.begin);
  return file.path() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
}

std::string underlined(Span span, const Sources &sources, const Paint &paint, const char *colour) {
  if (!span.known())
    return "";
  const SourceFile &file = sources.file(span.file);
  const LineColumn at = file.at(span.begin);
  const std::string_view line = file.line(at.line);
  const auto size = static_cast<uint32_t>(file.text().size());
  uint32_t start = std::min(span.begin, size);
  while (start > 0 && file.text()[start - 1] != '\n')
    --start;
  const size_t from = std::min<size_t>(span.begin - std::min(span.begin, start), line.size());
  const size_t to = std::min<size_t>(span.end > start ? span.end - start : 0, line.size());
  const Excerpt shown = excerptOf(line, from, to);
  const std::string number = std::to_string(at.line), margin(number.size(), ' ');
  return " " + paint("2", number + " |") + " " + shown.text + "\n " + paint("2", margin + " |") + " " +
         std::string(shown.begin, ' ') + paint(colour, std::string(shown.end - shown.begin, '^')) + "\n";
}

std::string shownCode(const Diagnostic &diagnostic) {
  std::string code = codeOf(diagnostic.kind);
  code[0] = diagnostic.severity == Severity::Warning ? 'W' : 'E';
  return code;
}

/// A message on several lines keeps its later lines under the first.
std::string indented(const std::string &text, size_t by) {
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n')
      out.append(by, ' ');
  }
  return out;
}

std::string quoted(std::string_view text) {
  static const char *hex = "0123456789abcdef";
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(c) < 0x20)
      ((out += "\\u00") += hex[(c >> 4) & 15]) += hex[c & 15];
    else
      out += c;
  }
  return out + "\"";
}

std::string jsonPlace(Span span, const Sources &sources) {
  if (!span.known())
    return "\"file\":\"\",\"line\":0,\"column\":0,\"endLine\":0,\"endColumn\":0";
  const SourceFile &file = sources.file(span.file);
  const LineColumn from = file.at(span.begin), to = file.at(span.end);
  return "\"file\":" + quoted(file.path()) + ",\"line\":" + std::to_string(from.line) +
         ",\"column\":" + std::to_string(from.column) + ",\"endLine\":" + std::to_string(to.line) +
         ",\"endColumn\":" + std::to_string(to.column);
}

} // namespace

std::string render(const Diagnostic &diagnostic, const Sources &sources, bool colour) {
  const Paint paint{colour};
  const bool warning = diagnostic.severity == Severity::Warning;
  const char *tone = warning ? "1;33" : "1;31";
  std::string out = paint("1", placeOf(diagnostic.span, sources)) +
                    paint(tone, (warning ? "warning[" : "error[") + shownCode(diagnostic) + "]") + ": " +
                    paint("1", indented(diagnostic.text, 4)) + "\n" +
                    underlined(diagnostic.span, sources, paint, tone);
  for (const Note &note : diagnostic.notes)
    out += paint("1", placeOf(note.span, sources)) + paint("1;36", "note") + ": " + indented(note.text, 4) +
           "\n" + underlined(note.span, sources, paint, "1;36");
  if (!diagnostic.fix.empty())
    out += "  " + paint("1;32", "fix") + ": " + indented(diagnostic.fix, 7) + "\n";
  return out;
}

std::string renderJson(const Diagnostic &diagnostic, const Sources &sources) {
  const char *severity = diagnostic.severity == Severity::Warning ? "warning" : "error";
  std::string out = "{\"code\":\"" + shownCode(diagnostic) + "\",\"severity\":\"" + severity + "\"," +
                    jsonPlace(diagnostic.span, sources) + ",\"text\":" + quoted(diagnostic.text) +
                    ",\"fix\":" + quoted(diagnostic.fix) + ",\"notes\":[";
  for (size_t i = 0; i < diagnostic.notes.size(); ++i) {
    const Note &note = diagnostic.notes[i];
    out += (i ? ",{" : "{") + jsonPlace(note.span, sources) + ",\"text\":" + quoted(note.text) + "}";
  }
  return out + "]}";
}

} // namespace gms
