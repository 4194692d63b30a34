// The part of Layout that balances brackets and bounds nesting.
#include "GmsParser.h"
#include "lang/syntax/antlr/layout.h"

namespace gms::syntax {

using G = GmsParser;

bool isOpening(size_t type) {
  return type == G::LPAREN || type == G::LBRACKET || type == G::LBRACE || type == G::DIFF;
}

bool isClosing(size_t type) { return type == G::RPAREN || type == G::RBRACKET || type == G::RBRACE; }

size_t partnerOf(size_t bracket) {
  switch (bracket) {
  case G::LBRACKET: return G::RBRACKET;
  case G::RBRACKET: return G::LBRACKET;
  case G::LBRACE: return G::RBRACE;
  case G::RBRACE: return G::LBRACE;
  case G::RPAREN: return G::LPAREN;
  default: return G::RPAREN;
  }
}

const char *bracketText(size_t type) {
  switch (type) {
  case G::LBRACKET: return "[";
  case G::RBRACKET: return "]";
  case G::LBRACE: return "{";
  case G::RBRACE: return "}";
  case G::RPAREN: return ")";
  case G::DIFF: return "d(";
  default: return "(";
  }
}

/// `depth` is at least the depth of the tree that will be built: one for each open bracket, and one for each
/// operator, since it may hang below the one before it, until a comma or an END starts anew.
void Layout::deepen(uint32_t by) {
  (open.empty() ? baseOperators : open.back().operators) += by;
  depth += by;
}

void Layout::resetOperators() {
  uint32_t &operators = open.empty() ? baseOperators : open.back().operators;
  depth -= operators;
  operators = 0;
}

void Layout::nest(size_t type) {
  if (type == G::COMMA || type == G::END)
    resetOperators();
  else if ((type >= G::PLUS && type <= G::ARROW) || type == G::STEP)
    deepen(1);
}

void Layout::opened(Raw token) {
  const bool ofRecord = out.size() >= 2 && out[out.size() - 2]->getType() == G::RECORD;
  const bool ofType = previous == G::COLON || previous == G::ARROW || previous == G::OF;
  open.push_back({token->getType(), places.of(*token), lineIndent, 0, ofRecord || ofType});
  ++depth;
  push(std::move(token));
}

void Layout::closed(Raw token) {
  const size_t type = token->getType(), wanted = partnerOf(type);
  auto matches = [&](const Open &bracket) {
    return bracket.type == wanted || (type == G::RPAREN && bracket.type == G::DIFF);
  };
  size_t at = open.size();
  while (at > 0 && !matches(open[at - 1]))
    --at;
  const Span span = places.of(*token);
  if (at == 0 && !open.empty() && open.back().type != G::LBRACE && type != G::RBRACE) {
    // `( ]`: the wrong closing bracket rather than a stray one.
    reportUnclosed(open.back(), std::string("`") + bracketText(type) + "`", span);
    token->setType(partnerOf(open.back().type));
    at = open.size();
  }
  if (at == 0) {
    diagnostics.error(Kind::StrayBracket, span, {bracketText(type), bracketText(wanted)}).fix = "remove it";
    return;
  }
  closeDownTo(at, std::string("`") + bracketText(type) + "`", span);
  const bool first = out.empty() || !sameLine;
  if (type == G::RBRACE && first && token->getCharPositionInLine() != open.back().indent)
    doubts.push_back({open.back().span,
                      "perhaps it is this one: the `}` that closes it stands under another indentation"});
  depth -= 1 + open.back().operators;
  open.pop_back();
  deepen(1); // a chain of calls or reads, f(a)(b)[c], hangs each below the next
  push(std::move(token));
}

/// Puts in the closing brackets that are missing until `count` are open, reporting each.
void Layout::closeDownTo(size_t count, const std::string &before, Span place) {
  while (open.size() > count) {
    const Open bracket = open.back();
    reportUnclosed(bracket, before, place);
    open.pop_back();
    depth -= 1 + bracket.operators;
    pushNew(partnerOf(bracket.type));
  }
  if (open.empty())
    doubts.clear();
}

void Layout::reportUnclosed(const Open &bracket, const std::string &before, Span place) {
  Diagnostic &message =
      diagnostics.error(Kind::UnclosedBracket, bracket.span,
                        {bracketText(bracket.type), bracketText(partnerOf(bracket.type)), before});
  message.notes.push_back({place, "expected before here"});
  if (bracket.type == G::LBRACE && !doubts.empty() && doubts.back().span.begin > bracket.span.begin)
    message.notes.push_back(doubts.back());
}

} // namespace gms::syntax
