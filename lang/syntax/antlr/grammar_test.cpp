// No decision of the grammar is ambiguous or needs its context on the programs of test/syntax and the
// sketches, so SLL prediction, which is what syntax::parse uses, reads what the grammar means.
#include "GmsParser.h"
#include "lang/syntax/antlr/layout.h"
#include "lang/syntax/antlr/statement_stream.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

using namespace gms;

namespace {

struct Listener final : antlr4::BaseErrorListener {
  std::string found;
  void syntaxError(antlr4::Recognizer *, antlr4::Token *, size_t line, size_t column,
                   const std::string &message, std::exception_ptr) override {
    found += std::to_string(line) + ":" + std::to_string(column) + ": " + message + "\n";
  }
  void reportAmbiguity(antlr4::Parser *parser, const antlr4::dfa::DFA &dfa, size_t, size_t, bool,
                       const antlrcpp::BitSet &, antlr4::atn::ATNConfigSet *) override {
    found += "ambiguity in " + parser->getRuleNames()[dfa.atnStartState->ruleIndex] + "\n";
  }
  void reportAttemptingFullContext(antlr4::Parser *parser, const antlr4::dfa::DFA &dfa, size_t, size_t,
                                   const antlrcpp::BitSet &, antlr4::atn::ATNConfigSet *) override {
    found += "full context in " + parser->getRuleNames()[dfa.atnStartState->ruleIndex] + "\n";
  }
};

std::string problemsOf(const std::filesystem::path &path) {
  std::ifstream in(path);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  Diagnostics diagnostics;
  const syntax::Places places(1, text, 0);
  antlr4::ANTLRInputStream input(text);
  GmsLexer lexer(&input);
  syntax::Layout layout(lexer, places, diagnostics, 100);
  syntax::StatementStream stream(&lexer);
  GmsParser parser(&stream);
  Listener listener;
  parser.removeErrorListeners();
  parser.addErrorListener(&listener);
  parser.getInterpreter<antlr4::atn::ParserATNSimulator>()->setPredictionMode(
      antlr4::atn::PredictionMode::LL_EXACT_AMBIG_DETECTION);
  for (syntax::Tokens tokens = layout.next(); !tokens.empty(); tokens = layout.next()) {
    parser.reset();
    stream.load(std::move(tokens));
    parser.program();
  }
  return listener.found + (diagnostics.failed() ? "layout found errors\n" : "");
}

void check(const std::filesystem::path &folder) {
  if (!std::filesystem::is_directory(folder))
    GTEST_SKIP() << folder.filename() << " is not here";
  size_t count = 0;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".gms") {
      ++count;
      EXPECT_EQ(problemsOf(entry.path()), "") << entry.path().filename();
    }
  EXPECT_GT(count, 0u);
}

std::filesystem::path root() { return std::getenv("GMS_SOURCE_DIR") ? std::getenv("GMS_SOURCE_DIR") : "."; }

TEST(Grammar, TestProgramsAreUnambiguous) { check(root() / "test/syntax"); }
TEST(Grammar, SketchesAreUnambiguous) { check(root() / "../shared/programs"); }

} // namespace
