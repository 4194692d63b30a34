// The tokens of one statement as ANTLR's parser reads them. All of them count, so a look ahead is an array
// access.
#pragma once
#include "lang/syntax/antlr/layout.h"
#include <antlr4-runtime.h>

namespace gms::syntax {

class StatementStream final : public antlr4::TokenStream {
public:
  explicit StatementStream(antlr4::TokenSource *source) : source(source) {}
  /// `statement` ends with EOF.
  void load(Tokens statement) {
    tokens = std::move(statement);
    at = 0;
  }

  antlr4::Token *LT(ssize_t k) override {
    const ssize_t wanted = static_cast<ssize_t>(at) + (k > 0 ? k - 1 : k);
    if (k == 0 || wanted < 0)
      return nullptr;
    return tokens[std::min(static_cast<size_t>(wanted), tokens.size() - 1)].get();
  }
  size_t LA(ssize_t k) override {
    const antlr4::Token *token = LT(k);
    return token ? token->getType() : antlr4::Token::INVALID_TYPE;
  }
  antlr4::Token *get(size_t index) const override { return tokens[index].get(); }
  antlr4::TokenSource *getTokenSource() const override { return source; }
  void consume() override { at += at + 1 < tokens.size(); }
  ssize_t mark() override { return 0; }
  void release(ssize_t) override {}
  size_t index() override { return at; }
  void seek(size_t index) override { at = std::min(index, tokens.size() - 1); }
  size_t size() override { return tokens.size(); }
  std::string getSourceName() const override { return ""; }
  // Messages quote the text by bytes; ANTLR's own texts are not used.
  std::string getText(const antlr4::misc::Interval &) override { return ""; }
  std::string getText() override { return ""; }
  std::string getText(antlr4::RuleContext *) override { return ""; }
  std::string getText(antlr4::Token *, antlr4::Token *) override { return ""; }

private:
  Tokens tokens;
  antlr4::TokenSource *source;
  size_t at = 0;
};

} // namespace gms::syntax
