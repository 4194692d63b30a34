// Layout stands between lexer and parser. It decides what depends on white space (which line ends end a
// statement, which names are units), balances brackets, repairs what other languages write, and bounds
// nesting, all before anything recursive sees the text. It hands on one top-level statement at a time, so
// memory follows the longest statement.
#pragma once
#include "GmsLexer.h"
#include "lang/diagnostics/diagnostics.h"
#include "lang/syntax/antlr/places.h"
#include <deque>
#include <memory>
#include <vector>

namespace gms::syntax {

using Tokens = std::vector<std::unique_ptr<antlr4::Token>>;

class Layout {
public:
  /// Gives up where `limit` messages have been given.
  Layout(GmsLexer &lexer, const Places &places, Diagnostics &diagnostics, size_t limit);

  /// The tokens of the next top-level statement, ended by EOF; empty behind the last one, and behind a
  /// statement that is nested too deep.
  Tokens next();
  /// Plain comments met so far, in the order of the text.
  std::vector<Span> takeComments() { return std::move(comments); }

private:
  /// An open bracket. `operators` counts what deepens the tree without a bracket since the last comma or END.
  struct Open {
    size_t type;
    Span span;
    uint32_t indent = 0; ///< of the line that the bracket stands on
    uint32_t operators = 0;
    bool fields = false; ///< a brace around the fields of a record, so that a doc may follow a comma
  };
  using Raw = std::unique_ptr<antlr4::CommonToken>;

  GmsLexer &lexer;
  const Places &places;
  Diagnostics &diagnostics;
  size_t limit;
  std::deque<Raw> pending; ///< read from the lexer, not yet arranged
  std::vector<Span> comments;
  Tokens out;
  std::vector<Open> open;
  std::vector<Note> doubts; ///< a `}` under another indentation than the line of its `{`
  uint32_t baseOperators = 0;
  uint32_t depth = 0;
  size_t previous;        ///< type of the last token handed on
  size_t previousEnd = 0; ///< code point behind it
  bool sameLine = false;  ///< no line end since then
  bool atStart = true;    ///< the next token starts a statement, an entry, an arm or a field
  uint32_t lineIndent = 0;
  bool ended = false;

  // layout.cpp
  antlr4::CommonToken &peek(size_t ahead = 0);
  Raw take();
  void pushed(const antlr4::CommonToken &token);
  void push(Raw token);
  void pushNew(size_t type);
  void finish(size_t point);
  bool givesUp();
  void word();
  void doc();
  void lineEnd();
  bool endsHere(bool soft);
  bool anchorsAhead();
  bool statementAhead();
  void emptyItem();
  bool touches(size_t ahead);
  void joinUnit();
  // brackets.cpp
  void nest(size_t type);
  void deepen(uint32_t by);
  void resetOperators();
  void opened(Raw token);
  void closed(Raw token);
  void closeDownTo(size_t count, const std::string &before, Span place);
  void reportUnclosed(const Open &bracket, const std::string &before, Span place);
  // foreign.cpp
  bool foreignWord();
  bool foreignOperator();
  void foreignCharacter();
  void unclosedString();
  void singleQuotes();
  void blockComment();
  void unknownCharacters();
  void replace(size_t count, size_t type, const char *found, const char *wanted);
};

/// A token that can stand where a name can: an identifier or a word of the grammar that is not reserved.
bool isNameLike(size_t type);
bool isOpening(size_t type);
bool isClosing(size_t type);
size_t partnerOf(size_t bracket);
/// The bracket itself, for messages: "(" or "d(" or "}".
const char *bracketText(size_t type);
/// Words that start a statement, for offering the nearest.
const std::vector<std::string> &statementWords();

} // namespace gms::syntax
