#include "lang/syntax/antlr/error_strategy.h"
#include "GmsParser.h"
#include "lang/syntax/antlr/layout.h"
#include <array>

namespace gms::syntax {

using G = GmsParser;
using antlr4::Parser;
using antlr4::Token;

namespace {

/// Calls that take what they range over by `of`, and are known without the library.
bool takesBody(std::string_view name) {
  static constexpr std::array<std::string_view, 15> list{"sum",    "prod", "min", "max",    "mean",
                                                         "median", "any",  "all", "count",  "argmin",
                                                         "argmax", "scan", "map", "filter", "repeat"};
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool startsOperand(size_t type) {
  return isNameLike(type) || type == G::INT || type == G::FLOAT || type == G::PERCENT || type == G::STRING ||
         type == G::TRUE || type == G::FALSE || type == G::DIFF || type == G::LPAREN || type == G::LBRACKET;
}

bool isReserved(size_t type) {
  return type == G::AND || type == G::OR || type == G::NOT || type == G::IN || type == G::OF ||
         type == G::IF || type == G::THEN || type == G::ELSE || type == G::CHOOSE || type == G::TRUE ||
         type == G::FALSE;
}

size_t ruleOf(Parser *parser) {
  const auto *context = parser->getContext();
  return context ? context->getRuleIndex() : size_t{G::RuleProgram};
}

antlr4::misc::IntervalSet setOf(std::initializer_list<size_t> types) {
  antlr4::misc::IntervalSet out;
  for (size_t type : types)
    out.add(static_cast<ssize_t>(type));
  return out;
}

} // namespace

Token *ErrorStrategy::Situation::back(ssize_t by) const {
  auto *stream = parser->getTokenStream();
  const size_t index = found->getTokenIndex();
  return index != Token::EOF && index < stream->size() && static_cast<size_t>(by) <= index
             ? stream->get(index - by)
             : nullptr;
}

// ---- reports from ANTLR -------------------------------------------------------------------------

void ErrorStrategy::reportNoViableAlternative(Parser *parser, const antlr4::NoViableAltException &e) {
  Token *found = e.getOffendingToken();
  // Only what may stand at the start is known; behind it, nothing is expected by name.
  Situation s{parser, found, {}, ruleOf(parser)};
  const Token *before = s.back(1);
  if (found == e.getStartToken())
    s.expected = parser->getExpectedTokens();
  else if (s.rule == G::RuleStatement && before == e.getStartToken() && before->getType() >= G::OP &&
           before->getType() <= G::WEIGHT)
    s.expected.add(static_cast<ssize_t>(G::ID)); // behind the word of a declaration
  report(s);
}

void ErrorStrategy::reportInputMismatch(Parser *parser, const antlr4::InputMismatchException &e) {
  report({parser, e.getOffendingToken(), e.getExpectedTokens(), ruleOf(parser)});
}

void ErrorStrategy::reportUnwantedToken(Parser *parser) {
  if (inErrorRecoveryMode(parser))
    return;
  beginErrorCondition(parser);
  report({parser, parser->getCurrentToken(), getExpectedTokens(parser), ruleOf(parser)});
}

void ErrorStrategy::reportMissingToken(Parser *parser) { reportUnwantedToken(parser); }

// ---- recovery -----------------------------------------------------------------------------------

Token *ErrorStrategy::recoverInline(Parser *parser) {
  // `x == 3` as a definition: said once, then read as `=`.
  if (ruleOf(parser) == G::RuleDefinition && parser->getCurrentToken()->getType() == G::EQ) {
    reportUnwantedToken(parser);
    reportMatch(parser);
    return parser->consume();
  }
  return DefaultErrorStrategy::recoverInline(parser);
}

/// Between statements, whatever is no line end is skipped up to the next one, so that a block is read to its
/// end.
void ErrorStrategy::sync(Parser *parser) {
  const size_t rule = ruleOf(parser);
  if (rule != G::RuleBlock && rule != G::RuleProgram)
    return DefaultErrorStrategy::sync(parser);
  const auto expected = parser->getATN().nextTokens(parser->getATN().states[parser->getState()]);
  auto fits = [&] { return expected.contains(parser->getCurrentToken()->getType()); };
  if (expected.contains(Token::EPSILON) || fits())
    return;
  reportUnwantedToken(parser);
  skipStatement(parser);
  while (!fits() && parser->getCurrentToken()->getType() == G::END) {
    parser->consume();
    if (!fits())
      skipStatement(parser);
  }
}

void ErrorStrategy::skipStatement(Parser *parser) { consumeUntil(parser, setOf({G::END, G::RBRACE})); }

/// A statement that is not understood is skipped; a rule that broke off inside its own brackets goes on
/// behind them.
void ErrorStrategy::recover(Parser *parser, std::exception_ptr e) {
  auto *context = parser->getContext();
  const size_t rule = context->getRuleIndex();
  if (rule == G::RuleStatement || rule == G::RuleDefinition)
    return skipStatement(parser);
  const bool owns = rule == G::RuleCall || rule == G::RuleIndex || rule == G::RuleParameters ||
                    rule == G::RulePrimary || rule == G::RuleBlock || rule == G::RuleRecord ||
                    rule == G::RulePlainType;
  const Token *bracket = owns ? openBracket({parser, parser->getCurrentToken(), {}, rule}) : nullptr;
  if (!bracket || bracket->getTokenIndex() < context->getStart()->getTokenIndex())
    return DefaultErrorStrategy::recover(parser, e);
  consumeUntil(parser, setOf({G::RPAREN, G::RBRACKET, G::RBRACE}));
  if (parser->getCurrentToken()->getType() != Token::EOF)
    parser->consume();
}

/// Brackets are balanced, and a line end separates statements; dropping one alone would end that.
Token *ErrorStrategy::singleTokenDeletion(Parser *parser) {
  const size_t type = parser->getCurrentToken()->getType();
  if (isOpening(type) || isClosing(type) || type == G::END || type == G::IF)
    return nullptr;
  return DefaultErrorStrategy::singleTokenDeletion(parser);
}

bool ErrorStrategy::singleTokenInsertion(Parser *parser) {
  if (ruleOf(parser) == G::RuleDefinition) // `f(x)` alone is no definition that lacks its `=`
    return false;
  const auto expected = getExpectedTokens(parser);
  for (size_t type : {G::LPAREN, G::RPAREN, G::LBRACKET, G::RBRACKET, G::LBRACE, G::RBRACE, G::DIFF})
    if (expected.contains(type))
      return false;
  return DefaultErrorStrategy::singleTokenInsertion(parser);
}

/// Goes on at the next token in `set` outside brackets that open on the way. An `if` that cannot stand where
/// it does is skipped with its `then` and `else`, up to the end of its operand.
void ErrorStrategy::consumeUntil(Parser *parser, const antlr4::misc::IntervalSet &set) {
  size_t depth = 0;
  const bool conditional = parser->getCurrentToken()->getType() == G::IF;
  for (size_t type = parser->getCurrentToken()->getType(); type != Token::EOF;
       type = parser->getCurrentToken()->getType()) {
    const bool ends = !conditional || type == G::END || type == G::COMMA || isClosing(type);
    if (depth == 0 && ends && set.contains(type))
      return;
    if (isOpening(type))
      ++depth;
    else if (isClosing(type) && depth > 0)
      --depth;
    parser->consume();
  }
}

// ---- messages -----------------------------------------------------------------------------------

void ErrorStrategy::report(const Situation &s) {
  if (diagnostics.all().size() >= limit)
    throw antlr4::ParseCancellationException();
  // A closing bracket that Layout put in has been spoken of.
  if (isClosing(s.type()) && s.found->getStopIndex() + 1 == s.found->getStartIndex())
    return;
  if (aboutNumbers(s) || inDefinition(s) || aboutAssign(s) || aboutIf(s) || aboutNames(s) || behindOperand(s))
    return;
  diagnostics.error(Kind::ExpectedSyntax, place(s), {expectedWords(s), show(*s.found)});
}

/// `name` at the start of a statement and then neither `=` nor `~`.
bool ErrorStrategy::inDefinition(const Situation &s) {
  if (s.rule != G::RuleDefinition && s.rule != G::RuleStatement && s.rule != G::RuleTarget)
    return false;
  const Token *first = s.parser->getContext()->getStart();
  if (!first || first == s.found || !isNameLike(first->getType()) || s.wants(G::ID))
    return false;
  if (s.type() == G::EQ) {
    diagnostics.error(Kind::CompareInDefinition, place(s), {"=="}).fix = "write `=`";
    return true;
  }
  if (s.type() == G::COLON) {
    diagnostics.error(Kind::ExpectedSyntax, place(s), {"`=` or `~`", "`:`"}).fix =
        "a definition states no type; write `" + std::string(places.text(*first)) + " = ...`";
    return true;
  }
  if (first->getType() == G::ID &&
      (startsOperand(s.type()) && s.type() != G::LPAREN && s.type() != G::LBRACKET)) {
    const std::string word(places.text(*first)), meant = nearest(word, statementWords());
    Diagnostic &message = diagnostics.error(Kind::MisspeltWord, places.of(*first), {word});
    message.fix = meant.empty() ? "a definition is `" + word + " = ...`" : "did you mean `" + meant + "`?";
    return true;
  }
  if (s.type() == Token::EOF || s.type() == G::END || s.type() == G::RBRACE || s.type() == G::LPAREN ||
      (s.type() >= G::PLUS && s.type() <= G::OF)) {
    diagnostics.error(Kind::NotAStatement, places.of(*first).to(place(s))).fix =
        "give it a name, `y = ...`, or make it the value of the body, `return ...`";
    return true;
  }
  return false;
}

bool ErrorStrategy::aboutAssign(const Situation &s) {
  if (s.type() != G::ASSIGN || s.wants(G::INT))
    return false;
  const Token *bracket = openBracket(s);
  const Token *before = s.back(1), *opener = s.back(2);
  const bool named = before && isNameLike(before->getType()) && opener &&
                     (isOpening(opener->getType()) || opener->getType() == G::COMMA);
  if (named && !(bracket && bracket->getType() == G::LBRACE)) {
    const std::string name(places.text(*before));
    diagnostics.error(Kind::AssignInArgument, place(s)).fix =
        "write `" + name + ": ...`, or `" + name + " == ...` to compare";
    return true;
  }
  diagnostics.error(Kind::AssignInExpression, place(s)).fix = "write `==`";
  return true;
}

bool ErrorStrategy::aboutIf(const Situation &s) {
  if (s.type() == G::IF && s.rule != G::RuleProgram && s.rule != G::RuleBlock && s.rule != G::RuleStatement) {
    diagnostics.error(Kind::BareIf, place(s)).fix = "(if condition then a else b)";
    return true;
  }
  if (s.type() == G::IF && s.wants(G::DOC)) {
    diagnostics.error(Kind::ExpectedSyntax, place(s), {"a statement", "`if`"}).fix =
        "`if` chooses between two values: `name = if condition then a else b`";
    return true;
  }
  if (s.rule != G::RuleExpr || !(s.wants(G::THEN) || s.wants(G::ELSE)) || s.type() == G::ASSIGN)
    return false;
  const char *wanted = s.wants(G::THEN) ? "then" : "else";
  diagnostics.error(Kind::MissingElse, place(s), {wanted, show(*s.found)}).fix = "if condition then a else b";
  return true;
}

bool ErrorStrategy::aboutNames(const Situation &s) {
  if (s.rule == G::RuleDerivative && (s.wants(G::SLASH) || s.wants(G::DIFF))) {
    diagnostics.error(Kind::HalfDerivative, place(s), {show(*s.found)}).fix = "d(e) / d(x)";
    return true;
  }
  const bool wantsName = s.wants(G::ID) && !s.wants(G::INT);
  if (wantsName && s.type() == G::DIFF) {
    diagnostics.error(Kind::ReservedDerivative, place(s)).fix = "choose another name";
    return true;
  }
  if (wantsName && isReserved(s.type()) && !s.wants(G::DOC)) {
    diagnostics.error(Kind::ReservedName, place(s), {std::string(places.text(*s.found)), "a name"}).fix =
        "choose another name";
    return true;
  }
  return false;
}

bool ErrorStrategy::aboutNumbers(const Situation &s) {
  const Token *before = s.back(1), *earlier = s.back(2);
  if (s.type() == G::DOT && s.wants(G::INT)) {
    diagnostics.error(Kind::NumberPoint, place(s), {show(*s.found)}).fix =
        "write a digit before the point, as in 0.5";
    return true;
  }
  const bool number = earlier && (earlier->getType() == G::INT || earlier->getType() == G::FLOAT);
  if (before && before->getType() == G::DOT && number) {
    diagnostics
        .error(Kind::NumberPoint, places.of(*earlier).to(places.of(*before)), {show(*s.found) + " behind it"})
        .fix = "write a digit behind the point, as in 1.0";
    return true;
  }
  return false;
}

/// Something stands behind a complete operand that cannot.
bool ErrorStrategy::behindOperand(const Situation &s) {
  if (s.type() == G::UNIT) {
    const Token *before = s.back(1);
    const std::string unit(places.text(*s.found));
    diagnostics.error(Kind::MisplacedUnit, place(s), {unit, before ? show(*before) : "nothing"}).fix =
        "write a product, `* 1 " + unit + "`, or an operator where one is missing";
    return true;
  }
  if (s.wants(G::ID) || s.wants(G::INT) || !startsOperand(s.type()))
    return false;
  const std::string callee = calleeBefore(s);
  if (takesBody(callee)) {
    diagnostics.error(Kind::MissingOf, place(s), {callee, show(*s.found)}).fix =
        "write `of` before " + show(*s.found);
    return true;
  }
  const bool ends = s.wants(G::END) || s.wants(Token::EOF) || s.wants(G::RBRACE);
  const std::string meant = s.type() == G::ID && ends ? nearest(places.text(*s.found), statementWords()) : "";
  Diagnostic &message = diagnostics.error(Kind::ExpectedSyntax, place(s), {expectedWords(s), show(*s.found)});
  if (!meant.empty())
    message.fix = "did you mean `" + meant + "`?";
  else if (ends && s.back(1))
    message.fix = "an operator is missing before " + show(*s.found) + ", or a line end";
  return true;
}

/// The name called in `name(...)` right before the token found; empty where there is none.
std::string ErrorStrategy::calleeBefore(const Situation &s) const {
  const Token *token = s.back(1);
  if (!token || token->getType() != G::RPAREN)
    return "";
  size_t depth = 1;
  for (ssize_t by = 2; (token = s.back(by)); ++by) {
    depth += isClosing(token->getType());
    depth -= isOpening(token->getType());
    if (depth == 0) {
      token = s.back(by + 1);
      return token ? std::string(places.text(*token)) : "";
    }
  }
  return "";
}

/// The innermost bracket that is open before the token found, or none.
const Token *ErrorStrategy::openBracket(const Situation &s) const {
  size_t depth = 0;
  for (ssize_t by = 1; const Token *token = s.back(by); ++by) {
    if (isClosing(token->getType()))
      ++depth;
    else if (isOpening(token->getType()) && depth-- == 0)
      return token;
  }
  return nullptr;
}

} // namespace gms::syntax
