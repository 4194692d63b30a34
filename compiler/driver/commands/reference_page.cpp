#include "compiler/driver/commands/reference_page.h"
#include "compiler/import/plan/outline.h"
#include "lang/syntax/parse.h"
#include <algorithm>

namespace gms::compiler {
namespace {

using program::Expr;
using program::ExprKind;
using program::Function;
using program::FunctionId;
using program::Program;
using syntax::Statement;
using syntax::StatementKind;

/// The declaration's head as written: up to the `{` or `=` of its body, line ends made spaces.
std::string headOf(std::string_view text) {
  std::string head;
  int depth = 0;
  bool arrow = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (depth == 0 && !arrow && (c == '{' || (c == '=' && (i + 1 >= text.size() || text[i + 1] != '='))))
      break;
    if (depth == 0 && c != ' ' && c != '>')
      arrow = false;
    if (c == '>' && i > 0 && text[i - 1] == '-')
      arrow = true; // the brace behind an arrow begins a record type
    depth += c == '(' || c == '[' || c == '{';
    depth -= c == ')' || c == ']' || c == '}';
    if (c == '\n' || c == ' ') {
      if (!head.empty() && head.back() != ' ')
        head += ' ';
    } else {
      head += c;
    }
  }
  while (!head.empty() && head.back() == ' ')
    head.pop_back();
  return head;
}

std::string docsOf(const std::vector<std::string> &docs) {
  std::string text;
  for (const std::string &line : docs)
    text += line + "\n";
  return text.empty() ? "" : text + "\n";
}

/// All functions that an expression calls or warps by, outermost first.
void called(const Expr &e, std::vector<FunctionId> &out) {
  if (e.kind == ExprKind::Call || e.kind == ExprKind::Warp || e.kind == ExprKind::WarpPoints)
    out.push_back(e.function);
  eachPart(e, [&](const Expr &part) { called(part, out); });
}

class Page {
public:
  Page(const Program &program, const Sources &sources, uint32_t file) : program(program), sources(sources), file(file) {
    for (const program::Test &test : program.tests) {
      std::vector<FunctionId> functions;
      called(*program.function(test.function).body, functions);
      for (FunctionId id : functions)
        if (program.function(id).span.file == file) {
          tests.emplace_back(program.function(id).name, test.span);
          break;
        }
    }
  }

  std::string make(const std::string &title) {
    Diagnostics ignored; // the program was checked before
    const syntax::Tree tree = syntax::parse(sources, file, ignored);
    std::string text = "# " + title + "\n\n";
    for (const auto &statement : tree.statements)
      if (statement->kind == StatementKind::Record || statement->kind == StatementKind::Unit)
        text += whole(*statement);
    for (const auto &statement : tree.statements)
      if (statement->kind == StatementKind::Declaration && statement->word != "experiment")
        text += declaration(*statement);
    for (const auto &statement : tree.statements)
      if (statement->kind == StatementKind::Declaration && statement->word == "experiment")
        text += experiment(*statement);
    return text;
  }

private:
  const Program &program;
  const Sources &sources;
  uint32_t file;
  std::vector<std::pair<std::string, Span>> tests; ///< by what they test

  /// The statement's text from its keyword on: its span may begin with its docs.
  std::string_view textOf(const Statement &statement) const {
    std::string_view text = sources.text(statement.span);
    while (text.starts_with("///")) {
      text.remove_prefix(std::min(text.size(), text.find('\n')));
      text.remove_prefix(std::min(text.size(), text.find_first_not_of(" \n\r\t")));
    }
    return text;
  }

  std::string whole(const Statement &statement) const {
    return "## " + statement.name.text + "\n\n```gms\n" + std::string(textOf(statement)) + "\n```\n\n" + docsOf(statement.docs);
  }

  std::string declaration(const Statement &statement) const {
    std::string text = "## " + statement.name.text + "\n\n```gms\n" + headOf(textOf(statement)) + "\n```\n\n" + docsOf(statement.docs);
    std::string examples;
    for (const auto &[name, span] : tests)
      if (name == statement.name.text)
        examples += std::string(sources.text(span)) + "\n";
    if (!examples.empty())
      text += "Examples:\n\n```gms\n" + examples + "```\n\n";
    return text;
  }

  std::string experiment(const Statement &statement) const {
    std::string text = "## " + statement.name.text + "\n\nAn experiment.\n\n" + docsOf(statement.docs);
    for (const program::Experiment &known : program.experiments) {
      if (program.function(known.function).name != statement.name.text || known.params.empty())
        continue;
      text += "| param | default | |\n|---|---|---|\n";
      for (const program::Param &param : known.params) {
        std::string docs;
        for (const std::string &line : param.docs)
          docs += (docs.empty() ? "" : " ") + line;
        text += "| `--" + param.name + "` | " +
                (param.defaultValue ? "`" + std::string(sources.text(param.defaultValue->span)) + "`" : "must be given") + " | " +
                docs + " |\n";
      }
      text += "\n";
    }
    return text;
  }
};

} // namespace

std::string referencePage(const Program &program, const Sources &sources, uint32_t file, const std::string &title) {
  return Page(program, sources, file).make(title);
}

} // namespace gms::compiler
