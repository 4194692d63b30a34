// The part of Layout that knows what other languages write: it is reported in one message and read as what
// was meant, so that the parser sees a text without it.
#include "GmsParser.h"
#include "lang/syntax/antlr/layout.h"
#include <array>
#include <cstring>

namespace gms::syntax {

using G = GmsParser;
using antlr4::Token;

namespace {

struct Foreign {
  const char *word;
  const char *advice;
  size_t meant; ///< the token that the word is read as
};

constexpr std::array foreignWords = std::to_array<Foreign>({
    {"def", "a function is declared by `op name(x: real) -> real { ... }`", G::OP},
    {"fn", "a function is declared by `op name(x: real) -> real { ... }`", G::OP},
    {"fun", "a function is declared by `op name(x: real) -> real { ... }`", G::OP},
    {"func", "a function is declared by `op name(x: real) -> real { ... }`", G::OP},
    {"function", "a function is declared by `op name(x: real) -> real { ... }`", G::OP},
    {"class", "a structure is declared by `record name { field: type }`", G::RECORD},
    {"struct", "a structure is declared by `record name { field: type }`", G::RECORD},
    {"for",
     "repetition is `repeat k in 0..n { ... }`, and elementwise work is written by index, `y[i] = ...`",
     G::REPEAT},
    {"while", "repetition is `repeat 500 until condition { ... }`", G::REPEAT},
    {"from", "a package is imported by `import name`", G::IMPORT},
    {"include", "a package is imported by `import name`", G::IMPORT},
    {"use", "a package is imported by `import name`", G::IMPORT},
});

struct Word {
  const char *text;
  size_t type;
};

constexpr std::array words = std::to_array<Word>({
    {"op", G::OP},
    {"warp", G::WARP},
    {"augment", G::AUGMENT},
    {"space", G::SPACE_WORD},
    {"model", G::MODEL},
    {"scale", G::SCALE},
    {"solver", G::SOLVER},
    {"recipe", G::RECIPE},
    {"experiment", G::EXPERIMENT},
    {"extern", G::EXTERN},
    {"search", G::SEARCH},
    {"record", G::RECORD},
    {"unit", G::UNIT_WORD},
    {"type", G::TYPE},
    {"param", G::PARAM},
    {"import", G::IMPORT},
    {"repeat", G::REPEAT},
    {"state", G::STATE},
    {"weight", G::WEIGHT},
    {"return", G::RETURN},
    {"yield", G::YIELD},
    {"test", G::TEST_WORD},
    {"minimize", G::MINIMIZE},
    {"maximize", G::MAXIMIZE},
    {"subject", G::SUBJECT},
    {"prune", G::PRUNE},
    {"budget", G::BUDGET},
    {"plot", G::PLOT},
    {"table", G::TABLE},
    {"expect", G::EXPECT},
    {"show", G::SHOW},
    {"against", G::AGAINST},
    {"by", G::BY},
    {"seeds", G::SEEDS},
});

struct Operator {
  const char *found;
  const char *wanted;
  size_t type;
};

constexpr std::array foreignCharacters = std::to_array<Operator>({
    {"&", "and", G::AND},
    {"|", "or", G::OR},
    {"!", "not", G::NOT},
    {"×", "*", G::STAR},
    {"·", "*", G::STAR},
    {"−", "-", G::MINUS},
    {"≤", "<=", G::LE},
    {"≥", ">=", G::GE},
    {"≠", "!=", G::NE},
    {"→", "->", G::ARROW},
    {"%", "mod(a, b)", G::STAR},
    {"÷", "/", G::SLASH},
});

bool isOneOf(std::string_view word, std::initializer_list<const char *> list) {
  for (const char *candidate : list)
    if (word == candidate)
      return true;
  return false;
}

} // namespace

const std::vector<std::string> &statementWords() {
  static const std::vector<std::string> list = [] {
    std::vector<std::string> out;
    for (const Word &word : words)
      out.emplace_back(word.text);
    return out;
  }();
  return list;
}

/// A name at the start of a line with a name, number or string right behind it is never valid: it is a word
/// of another language or a misspelt one of this.
bool Layout::foreignWord() {
  if (!atStart || peek().getType() != G::ID)
    return false;
  const size_t behind = peek(1).getType();
  const bool beside = isNameLike(behind) || behind == G::INT || behind == G::FLOAT || behind == G::STRING;
  const std::string text(places.text(peek()));
  const Span span = places.of(peek());
  if (!beside && !(behind == G::LPAREN && isOneOf(text, {"for", "while"})))
    return false;
  if (isNameLike(behind) && isOneOf(text, {"let", "var", "val", "const", "mut", "auto"})) {
    diagnostics.error(Kind::LetWord, span, {text}).fix =
        "write the name alone: `" + std::string(places.text(peek(1))) + " = ...`";
    take();
    return true;
  }
  for (const Foreign &foreign : foreignWords)
    if (text == foreign.word) {
      diagnostics.error(Kind::ForeignWord, span, {text, foreign.advice});
      peek().setType(foreign.meant);
      return false;
    }
  const std::string meant = nearest(text, statementWords());
  for (const Word &word : words)
    if (meant == word.text) {
      diagnostics.error(Kind::MisspeltWord, span, {text}).fix = "did you mean `" + meant + "`?";
      peek().setType(word.type);
    }
  return false;
}

/// `**`, `:=` and `/*`, which the lexer reads as two tokens.
bool Layout::foreignOperator() {
  const size_t type = peek().getType();
  if (type != G::STAR && type != G::COLON && type != G::SLASH)
    return false;
  const size_t then = peek(1).getType();
  if (!touches(1))
    return false;
  if (type == G::STAR && then == G::STAR)
    replace(2, G::CARET, "**", "^");
  else if (type == G::COLON && then == G::ASSIGN)
    replace(2, G::ASSIGN, ":=", "=");
  else if (type == G::SLASH && then == G::STAR)
    blockComment();
  else
    return false;
  return true;
}

/// Reads the next `count` tokens as one of `type` and says so.
void Layout::replace(size_t count, size_t type, const char *found, const char *wanted) {
  Raw token = take();
  while (--count > 0)
    token->setStopIndex(take()->getStopIndex());
  diagnostics.error(Kind::ForeignOperator, places.of(*token), {found, wanted}).fix =
      std::string("write `") + wanted + "`";
  token->setType(type);
  nest(type);
  push(std::move(token));
}

void Layout::blockComment() {
  Raw first = take();
  size_t last = take()->getStopIndex();
  while (peek().getType() != Token::EOF) {
    const bool ends = peek().getType() == G::STAR && peek(1).getType() == G::SLASH && touches(1);
    last = take()->getStopIndex();
    if (ends) {
      last = take()->getStopIndex();
      break;
    }
  }
  first->setStopIndex(std::min(last, first->getStartIndex() + 1));
  diagnostics.error(Kind::BlockComment, places.of(*first)).fix = "start each line of it with `//`";
}

void Layout::foreignCharacter() {
  const std::string_view text = places.text(peek());
  if (text == "\"")
    return unclosedString();
  if (text == "'")
    return singleQuotes();
  if (text == "#") {
    diagnostics.error(Kind::HashComment, places.of(peek())).fix = "write `//`";
    while (peek().getType() != G::LINE && peek().getType() != Token::EOF)
      take();
    return;
  }
  for (const Operator &foreign : foreignCharacters)
    if (text == foreign.found) {
      const bool twice = peek(1).getType() == G::OTHER && touches(1) && places.text(peek(1)) == text;
      const std::string found = twice ? std::string(text) + std::string(text) : std::string(text);
      return replace(twice ? 2 : 1, foreign.type, found.c_str(), foreign.wanted);
    }
  unknownCharacters();
}

/// The rest of the line is the string.
void Layout::unclosedString() {
  Raw token = take();
  while (peek().getType() != G::LINE && peek().getType() != Token::EOF)
    token->setStopIndex(take()->getStopIndex());
  diagnostics.error(Kind::UnclosedString, places.of(*token)).fix = "close it with `\"`";
  token->setType(G::STRING);
  push(std::move(token));
}

void Layout::singleQuotes() {
  size_t ahead = 1;
  while (peek(ahead).getType() != G::LINE && peek(ahead).getType() != Token::EOF &&
         places.text(peek(ahead)) != "'")
    ++ahead;
  const bool closed = places.text(peek(ahead)) == "'";
  Raw token = take();
  for (; closed && ahead > 0; --ahead)
    token->setStopIndex(take()->getStopIndex());
  diagnostics.error(Kind::SingleQuotes, places.of(*token)).fix = "write `\"` around the text";
  if (!closed)
    return;
  token->setType(G::STRING);
  push(std::move(token));
}

/// A run of characters without meaning costs one message.
void Layout::unknownCharacters() {
  Raw token = take();
  size_t count = 1;
  std::string_view text = places.text(*token);
  const auto lead = static_cast<unsigned char>(text[0]);
  std::string shown = lead > 0x20 && lead < 0x7F ? "`" + std::string(text) + "`" : "";
  if (shown.empty()) {
    const std::u32string point = antlrcpp::utf8_to_utf32(text.data(), text.data() + text.size());
    char code[16];
    std::snprintf(code, sizeof code, "U+%04X", static_cast<unsigned>(point.empty() ? 0 : point[0]));
    const bool printable = !point.empty() && point[0] > 0xA0;
    shown = printable ? "`" + std::string(text) + "` (" + code + ")" : "the character " + std::string(code);
  }
  while (peek().getType() == G::OTHER && peek().getStartIndex() == token->getStopIndex() + 1 &&
         !std::strchr("\"'#&|!%", places.text(peek())[0])) {
    token->setStopIndex(take()->getStopIndex());
    ++count;
  }
  if (count > 1)
    shown += " and " + std::to_string(count - 1) + " more behind it";
  diagnostics.error(Kind::UnknownCharacter, places.of(*token), {shown}).fix =
      count > 1 ? "remove them" : "remove it";
}

} // namespace gms::syntax
