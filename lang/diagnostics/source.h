// Source texts and places in them.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace gms {

/// A range of bytes [begin, end) in one loaded file. File 0 is "no place".
struct Span {
  uint32_t file = 0;
  uint32_t begin = 0;
  uint32_t end = 0;

  bool known() const { return file != 0; }
  /// The smallest span that holds both; the two must lie in one file, otherwise this one is returned.
  Span to(Span other) const;
};

/// Line and column of a byte, both counted from 1; columns count Unicode code points.
struct LineColumn {
  uint32_t line = 1;
  uint32_t column = 1;
};

/// One loaded text.
class SourceFile {
public:
  SourceFile(std::string path, std::string text);
  const std::string &path() const { return name; }
  std::string_view text() const { return content; }
  LineColumn at(uint32_t offset) const;
  /// The text of a line without its line end; lines count from 1.
  std::string_view line(uint32_t number) const;
  uint32_t lineCount() const { return static_cast<uint32_t>(lineStarts.size()); }

private:
  std::string name;
  std::string content;
  std::vector<uint32_t> lineStarts;
};

/// Owns every text that a compilation reads. Spans refer to files by number.
class Sources {
public:
  /// Takes a text under the name shown in messages; gives its file number, from 1.
  uint32_t add(std::string path, std::string text);
  const SourceFile &file(uint32_t number) const { return files[number - 1]; }
  uint32_t count() const { return static_cast<uint32_t>(files.size()); }
  std::string_view text(Span span) const;

private:
  std::deque<SourceFile> files;
};

} // namespace gms
