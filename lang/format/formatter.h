// The formatter's state: where it stands in the comments of the file, and what it has written.
#pragma once
#include "lang/format/document.h"
#include "lang/syntax/tree.h"
#include <functional>

namespace gms::format {

class Formatter {
public:
  Formatter(const Sources &sources, const syntax::Tree &tree);
  std::string run(const syntax::Tree &tree);

private:
  const Sources &sources;
  const SourceFile &file;
  const std::vector<Span> &comments;
  size_t nextComment = 0;
  std::vector<size_t> hoisted; ///< comments inside an expression, which move above its statement
  std::string out;
  uint32_t lastLine = 0;    ///< source line on which what was written last ended
  bool atBlockStart = true; ///< nothing of the innermost block has been written
  size_t column = 0;        ///< where the statement at hand starts
  std::vector<uint32_t> lineEnds;

  // format.cpp: comments and lines
  uint32_t lineOf(uint32_t offset) const;
  std::string commentText(size_t index) const;
  bool commentBefore(uint32_t offset) const {
    return nextComment < comments.size() && comments[nextComment].begin < offset;
  }
  void hoistBefore(uint32_t offset);
  void commentLines(uint32_t before, size_t indent);
  void blankLineBefore(uint32_t line);
  void trailingComment(uint32_t end);
  uint32_t docStart(const syntax::Statement &statement) const;
  uint32_t closingBracket(uint32_t from) const;

  // statements.cpp
  void statements(const std::vector<syntax::StatementPtr> &list, size_t indent);
  void statement(const syntax::Statement &statement, size_t indent);
  void block(const syntax::Block &block, size_t indent);
  bool onOneLine(const syntax::Block &block, Doc &inside);
  Doc head(const syntax::Statement &statement);
  void parameterLists(const syntax::Statement &statement, std::vector<Doc> &parts);
  Doc declarationHead(const syntax::Statement &statement);
  Doc clauses(const syntax::Statement &statement);
  Doc target(const syntax::Target &target);
  Doc parameter(const syntax::Parameter &parameter);
  Doc parameters(const syntax::ParameterList &list);
  Doc fields(const std::vector<syntax::Field> &fields, uint32_t begin);
  Doc type(const syntax::Type &type);

  // expressions.cpp
  struct Item {
    uint32_t begin;
    uint32_t end;
    std::function<Doc()> make;
    const std::vector<std::string> *docs = nullptr;
  };
  Doc list(const char *open, const std::vector<Item> &items, const char *close, uint32_t begin,
           bool mayFill = false);
  void itemComments(std::vector<Doc> &inside, uint32_t before, uint32_t previousEnd, bool first);
  std::vector<Item> itemsOf(const std::vector<syntax::Argument> &arguments);
  std::vector<Item> itemsOf(const std::vector<syntax::ExprPtr> &expressions);
  Doc arguments(const char *open, const std::vector<syntax::Argument> &arguments, const char *close,
                uint32_t begin);
  Doc argument(const syntax::Argument &argument);
  Doc expr(const syntax::Expr &expr);
  Doc bare(const syntax::Expr &expr);
  Doc conditional(const syntax::Expr &expr);
  Doc number(const syntax::Expr &expr);
  Doc call(const syntax::Expr &expr);
  Doc choose(const syntax::Expr &expr);
  Doc range(const syntax::Expr &expr);
  Doc chain(const syntax::Expr &expr);
  Doc compare(const syntax::Expr &expr);
};

} // namespace gms::format
