#include "lang/syntax/antlr/layout.h"
#include "GmsParser.h"
#include "lang/syntax/parse.h"

namespace gms::syntax {

using G = GmsParser;
using antlr4::CommonToken;
using antlr4::Token;

namespace {

bool isOperator(size_t type) { return type >= G::PLUS && type <= G::COLON; }

/// Nothing ends behind these: binary operators, commas, an open brace, another end, a doc.
bool wantsMore(size_t type) {
  return isOperator(type) || type == G::LBRACE || type == G::END || type == G::DOC;
}

/// No statement, entry or arm starts with these, so a line that does goes on with the one before. `not`, `if`
/// and `-` could start an arm; a weight is never negative, and a line that starts with `-` reads as a
/// continued sum.
bool continues(size_t type) {
  return (isOperator(type) && type != G::NOT && type != G::IF) || type == G::LBRACE || type == G::RBRACE ||
         type == G::RPAREN || type == G::RBRACKET || type == Token::EOF;
}

} // namespace

bool isNameLike(size_t type) { return type == G::ID || (type >= G::OP && type <= G::STEP); }

Layout::Layout(GmsLexer &lexer, const Places &places, Diagnostics &diagnostics, size_t limit)
    : lexer(lexer), places(places), diagnostics(diagnostics), limit(limit), previous(G::END) {}

CommonToken &Layout::peek(size_t ahead) {
  while (pending.size() <= ahead) {
    if (!pending.empty() && pending.back()->getType() == Token::EOF)
      return *pending.back();
    pending.emplace_back(static_cast<CommonToken *>(lexer.nextToken().release()));
  }
  return *pending[ahead];
}

Layout::Raw Layout::take() {
  peek();
  Raw token = std::move(pending.front());
  pending.pop_front();
  return token;
}

void Layout::push(Raw token) {
  previous = token->getType();
  previousEnd = token->getStopIndex() + 1;
  sameLine = true;
  atStart = previous == G::END || previous == G::LBRACE || (atStart && previous == G::DOC);
  token->setTokenIndex(out.size());
  out.push_back(std::move(token));
}

/// A token of no width behind the last one.
void Layout::pushNew(size_t type) {
  auto token = std::make_unique<CommonToken>(
      std::make_pair(static_cast<antlr4::TokenSource *>(&lexer), lexer.getInputStream()), type,
      Token::DEFAULT_CHANNEL, previousEnd, previousEnd - 1);
  push(std::move(token));
}

void Layout::finish(size_t point) {
  previousEnd = point;
  pushNew(Token::EOF);
  previous = G::END;
  atStart = true;
  sameLine = false;
}

Tokens Layout::next() {
  out.clear();
  resetOperators();
  while (!ended) {
    const size_t type = peek().getType();
    if (type == Token::EOF) {
      ended = true;
      closeDownTo(0, "the end of the file", places.of(peek()));
      if (!out.empty())
        finish(peek().getStartIndex());
    } else if (type == G::LINE || type == G::SEMI) {
      lineEnd();
      if (!out.empty() && out.back()->getType() == Token::EOF)
        return std::move(out);
    } else if (type == G::COMMENT) {
      comments.push_back(places.of(*take()));
    } else if (type == G::DOC) {
      doc();
    } else {
      word();
    }
    if (givesUp())
      return {};
  }
  return std::move(out);
}

/// Hostile texts end here: what is nested too deep never meets the recursive parser, and messages stay few.
bool Layout::givesUp() {
  if (depth > maxNesting)
    diagnostics.error(Kind::NestingTooDeep, places.of(*out.back()), {std::to_string(maxNesting)}).fix =
        "give parts of it names of their own";
  else if (diagnostics.all().size() < limit)
    return false;
  ended = true;
  return true;
}

void Layout::word() {
  if (out.empty() || !sameLine)
    lineIndent = static_cast<uint32_t>(peek().getCharPositionInLine());
  if (peek().getType() == G::OTHER)
    return foreignCharacter();
  if (foreignWord() || foreignOperator())
    return;
  const size_t type = peek().getType();
  const bool unitMayFollow = previous == G::INT || previous == G::FLOAT || previous == G::RBRACKET;
  if (isOpening(type))
    opened(take());
  else if (isClosing(type))
    closed(take());
  else if (type == G::ID && unitMayFollow && sameLine)
    joinUnit();
  else {
    if (type == G::COMMA && (previous == G::COMMA || previous == G::LPAREN || previous == G::LBRACKET))
      emptyItem();
    nest(type);
    push(take());
  }
}

/// `[1, , 2]`: said here, since a parser takes the first comma for a trailing one.
void Layout::emptyItem() {
  diagnostics.error(Kind::ExpectedSyntax, places.of(peek()), {"an expression", "`,`"}).fix =
      "remove one comma";
  pushNew(G::ID);
}

/// A doc stands at the start of a line in front of something that it describes; elsewhere it is a plain
/// comment.
void Layout::doc() {
  const bool inside = !open.empty() && open.back().type != G::LBRACE;
  size_t ahead = 1;
  while (peek(ahead).getType() == G::DOC || peek(ahead).getType() == G::LINE)
    if (++ahead > 64)
      break;
  const size_t below = peek(ahead).getType();
  atStart = atStart || (previous == G::COMMA && !sameLine && !open.empty() && open.back().fields);
  if (atStart && !inside && below != Token::EOF && below != G::RBRACE)
    return push(take());
  const Span span = places.of(*take());
  diagnostics.warning(Kind::MisplacedDoc, span).fix = "write `//`, or move it in front of what it describes";
  comments.push_back(span);
}

/// One or more line ends and semicolons, with the comments between them, become one END or nothing.
void Layout::lineEnd() {
  bool soft = true;
  const size_t point = peek().getStartIndex();
  for (size_t type = peek().getType(); type == G::LINE || type == G::SEMI || type == G::COMMENT;
       type = peek().getType()) {
    soft = soft && type != G::SEMI;
    Raw token = take();
    if (type == G::COMMENT)
      comments.push_back(places.of(*token));
  }
  sameLine = false;
  if (!endsHere(soft))
    return;
  if (open.empty())
    return finish(point);
  previousEnd = point;
  pushNew(G::END);
  nest(G::END);
  sameLine = false;
}

bool Layout::endsHere(bool soft) {
  if (out.empty())
    return false;
  const size_t next = peek().getType();
  if (!open.empty() && anchorsAhead()) {
    closeDownTo(0, "the next declaration", places.of(peek()));
    return true;
  }
  const bool inside = !open.empty() && open.back().type != G::LBRACE;
  const bool cutOff = isOperator(previous) && previous != G::COMMA;
  const bool complete = !wantsMore(previous) && !isOpening(previous);
  if (soft && ((inside && complete) || cutOff) && statementAhead()) {
    // What was open before lacks its end.
    if (cutOff) {
      diagnostics.error(Kind::MissingValue, places.of(*out.back()), {std::string(places.text(*out.back()))})
          .notes = {{places.of(peek()), "this starts the next statement"}};
      pushNew(G::ID); // a name without letters, which the tree shows as an error
    }
    size_t keep = open.size();
    while (keep > 0 && open[keep - 1].type != G::LBRACE)
      --keep;
    closeDownTo(keep, "the next statement", places.of(peek()));
    return true;
  }
  if (soft && inside)
    return false;
  return !wantsMore(previous) && !continues(next);
}

/// A declaration at the left margin ends whatever is open above it, so one lost bracket costs one error. The
/// word must be followed by a name: `model, data)` goes on with a call.
bool Layout::anchorsAhead() {
  size_t ahead = 0;
  while ((peek(ahead).getType() == G::DOC || peek(ahead).getType() == G::LINE) && ahead < 64)
    ++ahead;
  const CommonToken &word = peek(ahead);
  if (word.getCharPositionInLine() != 0 || word.getType() < G::OP || word.getType() > G::TEST_WORD)
    return false;
  return isNameLike(peek(ahead + 1).getType()) && peek(0).getCharPositionInLine() == 0;
}

/// Whether the next line starts a statement and cannot go on with an operand: `name =`, `name[i, j] =`, `(a,
/// b) =`, or a word of the grammar with something right behind it.
bool Layout::statementAhead() {
  const size_t first = peek().getType(), then = peek(1).getType();
  if (then == G::ASSIGN || then == G::DRAW)
    return isNameLike(first);
  if (first >= G::OP && first <= G::SEEDS && (isNameLike(then) || then == G::INT || then == G::FLOAT))
    return true;
  size_t ahead = first == G::LPAREN ? 0 : 1;
  if (ahead == 1 && !(isNameLike(first) && then == G::LBRACKET))
    return false;
  constexpr size_t far = 64; // a target is short
  for (size_t depth = 0; ahead < far; ++ahead) {
    const size_t type = peek(ahead).getType();
    if (type == Token::EOF || type == G::LINE)
      return false;
    depth += isOpening(type);
    if (isClosing(type) && --depth == 0)
      break;
  }
  return peek(ahead + 1).getType() == G::ASSIGN || peek(ahead + 1).getType() == G::DRAW;
}

bool Layout::touches(size_t ahead) {
  return peek(ahead).getStartIndex() == peek(ahead - 1).getStopIndex() + 1;
}

/// eV/angstrom, m/s^2, cm^-1: a slash, star or caret belongs to the unit where it touches on both sides.
void Layout::joinUnit() {
  Raw unit = take();
  size_t end = unit->getStopIndex() + 1;
  while (peek().getStartIndex() == end && touches(1)) {
    const size_t mark = peek().getType(), then = peek(1).getType();
    const bool per = (mark == G::SLASH || mark == G::STAR) && then == G::ID;
    const bool raised = mark == G::CARET && then == G::INT;
    const bool inverse = mark == G::CARET && then == G::MINUS && touches(2) && peek(2).getType() == G::INT;
    if (!per && !raised && !inverse)
      break;
    for (int i = 0; i < (inverse ? 3 : 2); ++i)
      end = take()->getStopIndex() + 1;
  }
  unit->setType(G::UNIT);
  unit->setStopIndex(end - 1);
  push(std::move(unit));
}

} // namespace gms::syntax
