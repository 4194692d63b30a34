// The words of ErrorStrategy: what was expected and found, and where.
#include "GmsParser.h"
#include "lang/syntax/antlr/error_strategy.h"
#include "lang/syntax/antlr/layout.h"
#include <array>

namespace gms::syntax {

using G = GmsParser;
using antlr4::Parser;
using antlr4::Token;

namespace {

/// "`,`" for a comma: the vocabulary shows literals in single quotes.
std::string tokenText(Parser &parser, size_t type) {
  std::string text = parser.getVocabulary().getLiteralName(type);
  if (text.size() > 2)
    text = text.substr(1, text.size() - 2);
  return "`" + text + "`";
}

} // namespace

/// Messages about a line's end point behind its last token.
Span ErrorStrategy::place(const Situation &s) const {
  const Span span = places.of(*s.found);
  const Token *before = s.back(1);
  if (span.begin != span.end || !before)
    return span;
  const uint32_t end = places.of(*before).end;
  return {span.file, end, end};
}

std::string ErrorStrategy::show(const Token &token) const {
  constexpr size_t longest = 30;
  if (token.getType() == Token::EOF || token.getType() == G::END)
    return "the end of the line";
  std::string text(places.text(token));
  if (text.empty())
    return std::string("`") + bracketText(token.getType()) + "`";
  if (text.size() > longest) {
    size_t end = longest;
    while (end > 0 && (text[end] & 0xC0) == 0x80)
      --end;
    text = text.substr(0, end) + "…";
  }
  return "`" + text + "`";
}

std::string ErrorStrategy::expectedWords(const Situation &s) const {
  if (s.expected.isEmpty())
    return s.rule == G::RuleStatement ? "a definition, a declaration or a clause" : "an expression";
  if (s.wants(G::INT))
    return "an expression";
  if (s.wants(G::ID))
    return s.wants(G::DOC)      ? (s.rule == G::RuleFields ? "a field" : "a statement")
           : s.wants(G::LBRACE) ? "a type"
                                : "a name";
  static constexpr std::array shown{G::RPAREN, G::RBRACKET, G::COMMA,  G::COLON,  G::ASSIGN,
                                    G::DRAW,   G::ARROW,    G::LBRACE, G::LPAREN, G::IN,
                                    G::THEN,   G::ELSE,     G::SLASH,  G::OVER,   G::TO};
  std::vector<std::string> list;
  for (size_t type : shown)
    if (s.wants(type) && !(type == G::LPAREN && s.wants(G::PLUS)))
      list.push_back(tokenText(*s.parser, type));
  const bool ends = s.wants(G::END) || s.wants(Token::EOF);
  if (s.wants(G::RBRACE) && !ends)
    list.insert(list.begin(), "`}`");
  if (ends && (list.empty() || s.wants(G::PLUS)))
    list = {"an operator or the end of the line"};
  else if (ends && s.rule != G::RuleDeclaration)
    list.push_back("the end of the line");
  if (list.empty())
    return "something else";
  std::string out = list[0];
  for (size_t i = 1; i < list.size(); ++i)
    out += (i + 1 < list.size() ? ", " : " or ") + list[i];
  return out;
}

} // namespace gms::syntax
