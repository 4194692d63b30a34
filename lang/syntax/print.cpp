// syntax::print: one node a line, children indented. Places and comments are left out, so two texts that mean
// the same tree print the same.
#include "lang/syntax/parse.h"

namespace gms::syntax {
namespace {

const char *nameOf(ExprKind kind) {
  switch (kind) {
  case ExprKind::Number: return "number";
  case ExprKind::String: return "string";
  case ExprKind::Bool: return "bool";
  case ExprKind::Name: return "name";
  case ExprKind::Tuple: return "tuple";
  case ExprKind::List: return "list";
  case ExprKind::Record: return "record";
  case ExprKind::Choose: return "choose";
  case ExprKind::Hole: return "hole";
  case ExprKind::Derivative: return "derivative";
  case ExprKind::Member: return "member";
  case ExprKind::Index: return "index";
  case ExprKind::Call: return "call";
  case ExprKind::Unary: return "unary";
  case ExprKind::Binary: return "binary";
  case ExprKind::Range: return "range";
  case ExprKind::Pipe: return "pipe";
  case ExprKind::Compare: return "compare";
  case ExprKind::If: return "if";
  case ExprKind::Error: return "error";
  }
  return "";
}

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      (out += '\\') += c;
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + "\"";
}

class Printer {
public:
  std::string out;

  void statements(const std::vector<StatementPtr> &list) {
    for (const StatementPtr &s : list)
      statement(*s);
  }

private:
  size_t depth = 0;

  void line(const std::string &text) { out.append(2 * depth, ' ').append(text) += '\n'; }

  /// Runs `body` one level deeper, under a line of its own where `title` is not empty.
  template <typename Body> void under(const std::string &title, Body body) {
    if (!title.empty())
      line(title);
    ++depth;
    body();
    --depth;
  }

  void expr(const ExprPtr &e) {
    if (e)
      expr(*e);
  }

  void expr(const Expr &e) {
    std::string title = nameOf(e.kind);
    if (e.kind == ExprKind::String)
      title += " " + quoted(e.text);
    else if (e.kind != ExprKind::Range && !e.text.empty())
      title += " " + e.text;
    else if (e.kind == ExprKind::Range)
      title += " " + e.text + (e.operands.size() > 2 ? " step" : "");
    for (const std::string &op : e.ops)
      title += " " + op;
    title += e.percent ? "%" : "";
    if (!e.unit.empty())
      title += " unit " + e.unit;
    if (e.bracketed)
      title += " bracketed";
    under(title, [&] {
      for (const ExprPtr &operand : e.operands)
        expr(operand);
      arguments(e.args);
      if (e.body)
        under("of", [&] { expr(e.body); });
    });
  }

  void arguments(const std::vector<Argument> &list) {
    for (const Argument &argument : list)
      this->argument(argument);
  }

  void argument(const Argument &a) {
    under(a.label.empty() ? "argument" : "argument " + a.label.text + ":", [&] {
      expr(a.value);
      if (a.domain)
        under("in", [&] { expr(a.domain); });
    });
  }

  void type(const std::string &title, const TypePtr &t) {
    if (!t)
      return;
    static const char *names[] = {"named", "record", "tuple", "function"};
    const std::string kind = t->kind == TypeKind::Named ? t->name.text : names[static_cast<int>(t->kind)];
    under(title + " " + kind, [&] {
      arguments(t->args);
      fields(t->fields);
      for (const TypePtr &item : t->items)
        type("item", item);
      type("result", t->result);
    });
  }

  void fields(const std::vector<Field> &list) {
    for (const Field &field : list) {
      docs(field.docs);
      parameter("field", field);
    }
  }

  void parameter(const char *title, const Parameter &p) {
    under(std::string(title) + " " + p.name.text + (p.binds ? " in" : ""), [&] {
      type("type", p.type);
      if (p.defaultValue)
        under("default", [&] { expr(p.defaultValue); });
    });
  }

  void docs(const std::vector<std::string> &list) {
    for (const std::string &doc : list)
      line("doc " + quoted(doc));
  }

  void target(const Target &t) {
    under("target" + (t.name.empty() ? "" : " " + t.name.text) + (t.indexed ? " indexed" : ""), [&] {
      arguments(t.index);
      for (const Target &item : t.items)
        target(item);
      expr(t.derivative);
    });
  }

  static std::string titleOf(const Statement &s) {
    switch (s.kind) {
    case StatementKind::Declaration: return "declaration " + s.word + " " + s.name.text;
    case StatementKind::Search: return "search " + s.name.text;
    case StatementKind::Record: return "record " + s.name.text;
    case StatementKind::Unit: return "unit " + s.name.text;
    case StatementKind::Param: return "param " + s.name.text;
    case StatementKind::Import: return "import";
    case StatementKind::Definition:
      return "definition" + (s.mark.empty() ? "" : " " + s.mark) + (s.draws ? " ~" : "");
    case StatementKind::Repeat: return "repeat";
    case StatementKind::Clauses: return "clauses";
    case StatementKind::Error: return "error";
    }
    return "";
  }

  void statement(const Statement &s) {
    docs(s.docs);
    under(titleOf(s), [&] {
      for (const ParameterList &list : s.parameters)
        under("parameters", [&] {
          for (const Parameter &p : list.parameters)
            parameter("parameter", p);
        });
      type("of", s.bodyType);
      type("type", s.type);
      fields(s.fields);
      for (const Path &path : s.paths)
        this->path(path);
      if (s.kind == StatementKind::Definition)
        target(s.target);
      if (s.over)
        under("over", [&] { argument(*s.over); });
      if (s.until)
        under("until", [&] { expr(s.until); });
      expr(s.value);
      for (const Clause &clause : s.clauses)
        under("clause " + clause.word.text, [&] { arguments(clause.args); });
      if (s.block)
        under("block", [&] { statements(s.block->statements); });
    });
  }

  void path(const Path &path) {
    std::string text = "path";
    for (size_t i = 0; i < path.parts.size(); ++i)
      text += (i ? "." : " ") + path.parts[i].text;
    line(text);
  }
};

} // namespace

std::string print(const Tree &tree) {
  Printer printer;
  printer.statements(tree.statements);
  return printer.out;
}

} // namespace gms::syntax
