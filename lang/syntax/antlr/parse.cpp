// syntax::parse: limits first, then one top-level statement at a time through lexer, layout, parser and tree
// builder.
#include "lang/syntax/parse.h"
#include "GmsParser.h"
#include "lang/syntax/antlr/error_strategy.h"
#include "lang/syntax/antlr/layout.h"
#include "lang/syntax/antlr/statement_stream.h"
#include "lang/syntax/antlr/tree_builder.h"
#include <cstdio>

namespace gms::syntax {
namespace {

/// Messages about one file after which the rest of it is not read.
constexpr size_t maxSyntaxMessages = 200;

/// The first byte that fits no character of UTF-8 (RFC 3629: no overlong forms, no surrogates), or the text's
/// size.
size_t firstWrongByte(std::string_view text) {
  auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  for (size_t i = 0; i < text.size();) {
    const unsigned lead = at(i), second = at(i + 1);
    size_t length = 1;
    if (lead >= 0xC2 && lead <= 0xDF)
      length = 2;
    else if (lead >= 0xE0 && lead <= 0xEF)
      length = 3;
    else if (lead >= 0xF0 && lead <= 0xF4)
      length = 4;
    else if (lead >= 0x80)
      return i;
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    if (overlong || beyond)
      return i;
    for (size_t k = 1; k < length; ++k)
      if ((at(i + k) & 0xC0) != 0x80)
        return i;
    i += length;
  }
  return text.size();
}

bool readable(std::string_view text, uint32_t file, Diagnostics &diagnostics) {
  if (text.size() > maxSourceBytes) {
    diagnostics
        .error(Kind::SourceTooLarge, {file, 0, 0},
               {std::to_string(text.size()), std::to_string(maxSourceBytes)})
        .fix = "split it into files that import one another";
    return false;
  }
  const auto wrong = static_cast<uint32_t>(firstWrongByte(text));
  if (wrong == text.size())
    return true;
  char value[8];
  std::snprintf(value, sizeof value, "0x%02X",
                static_cast<unsigned>(static_cast<unsigned char>(text[wrong])));
  diagnostics.error(Kind::SourceNotUtf8, {file, wrong, wrong + 1}, {std::to_string(wrong), value}).fix =
      "save the file as UTF-8";
  return false;
}

} // namespace

Tree parse(const Sources &sources, uint32_t file, Diagnostics &diagnostics) {
  Tree tree;
  tree.file = file;
  std::string_view text = sources.file(file).text();
  if (!readable(text, file, diagnostics))
    return tree;
  const uint32_t mark = text.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  text.remove_prefix(mark);

  const Places places(file, text, mark);
  antlr4::ANTLRInputStream input{std::string(text)};
  GmsLexer lexer(&input);
  lexer.removeErrorListeners();
  const size_t limit = diagnostics.all().size() + maxSyntaxMessages;
  Layout layout(lexer, places, diagnostics, limit);
  StatementStream stream(&lexer);
  GmsParser parser(&stream);
  parser.removeErrorListeners();
  parser.setErrorHandler(std::make_shared<ErrorStrategy>(places, diagnostics, limit));
  // No decision of the grammar needs its context (a test holds that), so SLL accepts what LL accepts.
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::SLL);
  TreeBuilder builder(places, diagnostics);
  try {
    for (Tokens statement = layout.next(); !statement.empty(); statement = layout.next()) {
      parser.reset(); // frees the parse tree of the statement before
      stream.load(std::move(statement));
      builder.statements(parser.program(), tree.statements);
    }
  } catch (const antlr4::ParseCancellationException &) {
  }
  if (diagnostics.all().size() >= limit)
    diagnostics.error(Kind::TooManyErrors, {file, 0, 0}, {std::to_string(maxSyntaxMessages)});
  tree.comments = layout.takeComments();
  return tree;
}

} // namespace gms::syntax
