// What the parser says about an error, and where it goes on.
#pragma once
#include "lang/diagnostics/diagnostics.h"
#include "lang/syntax/antlr/places.h"
#include <antlr4-runtime.h>

namespace gms::syntax {

/// Speaks of expressions, names and statements where ANTLR would list forty tokens, knows the usual slips,
/// and skips whole brackets when it looks for a place to go on.
class ErrorStrategy final : public antlr4::DefaultErrorStrategy {
public:
  /// Cancels the parse where `limit` messages have been given.
  ErrorStrategy(const Places &places, Diagnostics &diagnostics, size_t limit)
      : places(places), diagnostics(diagnostics), limit(limit) {}
  antlr4::Token *recoverInline(antlr4::Parser *parser) override;
  void recover(antlr4::Parser *parser, std::exception_ptr e) override;
  void sync(antlr4::Parser *parser) override;

protected:
  void reportNoViableAlternative(antlr4::Parser *parser, const antlr4::NoViableAltException &e) override;
  void reportInputMismatch(antlr4::Parser *parser, const antlr4::InputMismatchException &e) override;
  void reportUnwantedToken(antlr4::Parser *parser) override;
  void reportMissingToken(antlr4::Parser *parser) override;
  antlr4::Token *singleTokenDeletion(antlr4::Parser *parser) override;
  bool singleTokenInsertion(antlr4::Parser *parser) override;
  void consumeUntil(antlr4::Parser *parser, const antlr4::misc::IntervalSet &set) override;

private:
  /// The parser stands before `found`, in `rule`, and could have gone on with `expected`.
  struct Situation {
    antlr4::Parser *parser;
    antlr4::Token *found;
    antlr4::misc::IntervalSet expected;
    size_t rule;
    bool wants(size_t type) const { return expected.contains(type); }
    size_t type() const { return found->getType(); }
    antlr4::Token *back(ssize_t by) const;
  };

  const Places &places;
  Diagnostics &diagnostics;
  size_t limit;

  void skipStatement(antlr4::Parser *parser);
  void report(const Situation &s);
  // Each tells of one kind of slip and gives whether it did.
  bool inDefinition(const Situation &s);
  bool aboutAssign(const Situation &s);
  bool aboutIf(const Situation &s);
  bool aboutNames(const Situation &s);
  bool aboutNumbers(const Situation &s);
  bool behindOperand(const Situation &s);
  std::string calleeBefore(const Situation &s) const;
  const antlr4::Token *openBracket(const Situation &s) const;
  std::string show(const antlr4::Token &token) const;
  std::string expectedWords(const Situation &s) const;
  Span place(const Situation &s) const;
};

} // namespace gms::syntax
