#include "lang/format/format.h"
#include "lang/format/formatter.h"
#include <algorithm>

namespace gms::format {

std::string format(const Sources &sources, const syntax::Tree &tree) {
  return Formatter(sources, tree).run(tree);
}

Formatter::Formatter(const Sources &sources, const syntax::Tree &tree)
    : sources(sources), file(sources.file(tree.file)), comments(tree.comments) {
  const std::string_view text = file.text();
  for (size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    lineEnds.push_back(static_cast<uint32_t>(at));
}

/// Like SourceFile::at, without counting columns: a line may be as long as the file.
uint32_t Formatter::lineOf(uint32_t offset) const {
  return static_cast<uint32_t>(std::lower_bound(lineEnds.begin(), lineEnds.end(), offset) -
                               lineEnds.begin()) +
         1;
}

std::string Formatter::run(const syntax::Tree &tree) {
  statements(tree.statements, 0);
  commentLines(static_cast<uint32_t>(file.text().size()) + 1, 0);
  return std::move(out);
}

std::string Formatter::commentText(size_t index) const {
  std::string_view text = sources.text(comments[index]);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  // A doc that documents nothing is a plain comment, and has to stay one wherever it moves.
  while (text.substr(0, 3) == "///")
    text.remove_prefix(1);
  return std::string(text);
}

void Formatter::hoistBefore(uint32_t offset) {
  for (; commentBefore(offset); ++nextComment)
    hoisted.push_back(nextComment);
}

/// Writes the comments that stand before a place on lines of their own, keeping blank lines between them.
void Formatter::commentLines(uint32_t before, size_t indent) {
  for (; commentBefore(before); ++nextComment) {
    const uint32_t line = lineOf(comments[nextComment].begin);
    blankLineBefore(line);
    out.append(indent, ' ').append(commentText(nextComment)) += '\n';
    lastLine = line;
  }
}

/// One blank line where the source has one or more; none at the start of a block.
void Formatter::blankLineBefore(uint32_t line) {
  if (line > lastLine + 1 && !atBlockStart)
    out += '\n';
  atBlockStart = false;
}

/// A comment on the line where a statement ends stays there; its line end has just been written.
void Formatter::trailingComment(uint32_t end) {
  lastLine = lineOf(end);
  if (nextComment >= comments.size() || lineOf(comments[nextComment].begin) != lastLine ||
      comments[nextComment].begin < end)
    return;
  if (!out.empty() && out.back() == '\n')
    out.pop_back();
  out += "  " + commentText(nextComment++) + "\n";
}

/// The line of a statement's first doc, or of the statement.
uint32_t Formatter::docStart(const syntax::Statement &statement) const {
  uint32_t line = lineOf(statement.span.begin);
  for (size_t left = statement.docs.size(); left > 0 && line > 1;) {
    std::string_view text = file.line(--line);
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    left -= text.substr(0, 3) == "///";
  }
  return line;
}

/// Where the bracket closes whose last item ends at `from`: only white space, comments, a comma or line ends
/// come before.
uint32_t Formatter::closingBracket(uint32_t from) const {
  const std::string_view text = file.text();
  while (from < text.size()) {
    if (text.substr(from, 2) == "//")
      from = static_cast<uint32_t>(std::min(text.find('\n', from), text.size()));
    else if (text[from] == ')' || text[from] == ']' || text[from] == '}')
      break;
    else
      ++from;
  }
  return from;
}

} // namespace gms::format
