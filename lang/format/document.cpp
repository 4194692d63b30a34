#include "lang/format/document.h"
#include <algorithm>

namespace gms::format {
namespace {

using Kind = Doc::Kind;

Doc compound(Kind kind, std::vector<Doc> parts) {
  Doc out;
  out.kind = kind;
  out.broken = std::any_of(parts.begin(), parts.end(), [](const Doc &part) { return part.broken; });
  out.parts = std::move(parts);
  return out;
}

/// Columns of UTF-8 text, one a code point.
size_t widthOf(const std::string &text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

/// Something still to be written.
struct Pending {
  size_t indent;
  bool flat;
  const Doc *doc;
};

class Writer {
public:
  std::string out;

  Writer(size_t column, size_t width) : column(column), width(width) {}

  void write(const Doc &doc, size_t indent) {
    stack.push_back({indent, false, &doc});
    while (!stack.empty()) {
      const Pending next = stack.back();
      stack.pop_back();
      step(next);
    }
  }

private:
  size_t column;
  size_t width;
  std::vector<Pending> stack; ///< the next to be written at its end

  void text(const std::string &text) {
    out += text;
    column += widthOf(text);
  }

  void newLine(size_t indent) {
    while (!out.empty() && out.back() == ' ')
      out.pop_back();
    out += '\n';
    out.append(indent, ' ');
    column = indent;
  }

  void pushParts(const Pending &of, size_t indent, bool flat) {
    for (auto part = of.doc->parts.rbegin(); part != of.doc->parts.rend(); ++part)
      stack.push_back({indent, flat, &*part});
  }

  void step(const Pending &next) {
    const Doc &doc = *next.doc;
    switch (doc.kind) {
    case Kind::Text: return text(doc.text);
    case Kind::Comment: out += doc.text; return;
    case Kind::Hard: return newLine(next.indent);
    case Kind::Line:
      if (next.flat)
        return text(doc.text);
      return newLine(next.indent);
    case Kind::Concat: return pushParts(next, next.indent, next.flat);
    case Kind::Indent: return pushParts(next, next.indent + doc.indent, next.flat);
    case Kind::Group: return pushParts(next, next.indent, next.flat || (!doc.broken && fits(doc)));
    case Kind::Fill: return filled(next);
    }
  }

  void filled(const Pending &next) {
    const std::vector<Doc> &parts = next.doc->parts;
    for (size_t i = 0; i < parts.size(); ++i) {
      if (i > 0 && column + 2 + flatWidth(parts[i]) + 1 <= width)
        text(" ");
      else if (i > 0)
        newLine(next.indent);
      Writer item(column, width);
      item.write(parts[i], next.indent);
      text(item.out + (i + 1 < parts.size() ? "," : ""));
    }
  }

  static size_t flatWidth(const Doc &doc) {
    size_t total = doc.kind == Kind::Text || doc.kind == Kind::Line ? widthOf(doc.text) : 0;
    for (const Doc &part : doc.parts)
      total += flatWidth(part) + (doc.kind == Kind::Fill ? 2 : 0);
    return total;
  }

  /// Whether `doc`, flat, and what follows it fit on this line. What follows counts as flat up to the next
  /// line end that is already decided, so of several brackets in a row the first is broken.
  bool fits(const Doc &doc) const {
    size_t at = column + flatWidth(doc);
    bool ended = doc.alone;
    for (auto next = stack.rbegin(); next != stack.rend() && at <= width && !ended; ++next)
      at += tailWidth(*next->doc, next->flat, ended);
    return at <= width;
  }

  static size_t tailWidth(const Doc &doc, bool flat, bool &ended) {
    if (doc.kind == Kind::Hard || doc.kind == Kind::Comment || (doc.kind == Kind::Line && !flat)) {
      ended = true;
      return 0;
    }
    size_t total = doc.kind == Kind::Text || doc.kind == Kind::Line ? widthOf(doc.text) : 0;
    const bool inside = flat || (doc.kind == Kind::Group && !doc.broken);
    for (auto part = doc.parts.begin(); part != doc.parts.end() && !ended; ++part)
      total += tailWidth(*part, inside, ended) + (doc.kind == Kind::Fill ? 2 : 0);
    return total;
  }

  friend bool gms::format::fitsFlat(const Doc &, size_t, size_t);
};

} // namespace

Doc concat(std::vector<Doc> parts) { return compound(Kind::Concat, std::move(parts)); }
Doc group(std::vector<Doc> parts) { return compound(Kind::Group, std::move(parts)); }
Doc fill(std::vector<Doc> parts) { return compound(Kind::Fill, std::move(parts)); }

Doc loneGroup(Doc group) {
  group.alone = true;
  return group;
}

Doc indent(size_t by, std::vector<Doc> parts) {
  Doc out = compound(Kind::Indent, std::move(parts));
  out.indent = by;
  return out;
}

Doc line(const char *flat) {
  Doc out;
  out.kind = Kind::Line;
  out.text = flat;
  return out;
}

Doc hard() {
  Doc out;
  out.kind = Kind::Hard;
  out.broken = true;
  return out;
}

Doc comment(std::string text) {
  Doc out;
  out.kind = Kind::Comment;
  out.text = std::move(text);
  out.broken = true;
  return out;
}

std::string layOut(const Doc &doc, size_t column, size_t indent, size_t width) {
  Writer writer(column, width);
  writer.write(doc, indent);
  return std::move(writer.out);
}

bool fitsFlat(const Doc &doc, size_t column, size_t width) {
  return !doc.broken && column + Writer::flatWidth(doc) <= width;
}

} // namespace gms::format
