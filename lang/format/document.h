// A text that can be laid out in several ways, and the choice among them by width (Wadler, "A prettier
// printer", 2003).
#pragma once
#include <string>
#include <vector>

namespace gms::format {

struct Doc {
  enum class Kind {
    Text,    ///< as it is
    Line,    ///< `text` where its group is flat, else a line end
    Hard,    ///< always a line end
    Comment, ///< text of no width; what holds it is broken
    Concat,  ///< parts one behind the other
    Indent,  ///< parts, with `indent` more columns behind each line end
    Group,   ///< parts; flat if they fit on the line, else every Line directly inside is a line end
    Fill,    ///< parts separated by ", " or, where the next does not fit, "," and a line end
  };
  Kind kind = Kind::Concat;
  std::string text;
  size_t indent = 0;
  bool broken = false; ///< holds a Hard or a Comment and cannot be flat
  bool alone = false;  ///< Group: what follows it need not fit on the line
  std::vector<Doc> parts;

  Doc() = default;
  Doc(std::string text) : kind(Kind::Text), text(std::move(text)) {}
  Doc(const char *text) : kind(Kind::Text), text(text) {}
};

Doc concat(std::vector<Doc> parts);
Doc group(std::vector<Doc> parts);
/// A group that stays flat where it fits itself: what follows can be broken.
Doc loneGroup(Doc group);
Doc indent(size_t by, std::vector<Doc> parts);
Doc fill(std::vector<Doc> parts);
Doc line(const char *flat = " ");
Doc hard();
Doc comment(std::string text);

/// The text of `doc` from column `column` on, within `width` where that can be; later lines are indented by
/// `indent`.
std::string layOut(const Doc &doc, size_t column, size_t indent, size_t width);
/// Whether it fits on one line from `column` on.
bool fitsFlat(const Doc &doc, size_t column, size_t width);

} // namespace gms::format
