// The part of Formatter for lists in brackets and expressions. Brackets are written where the tree says they
// were, so no precedence is needed here.
#include "lang/format/formatter.h"

namespace gms::format {

using namespace syntax;

namespace {

constexpr size_t step = 2;

/// Short enough that a list of such items is filled rather than given a line each.
bool isAtom(const Expr &e) {
  return e.kind == ExprKind::Number || e.kind == ExprKind::Name || e.kind == ExprKind::String ||
         e.kind == ExprKind::Bool || (e.kind == ExprKind::Unary && isAtom(*e.operands[0]));
}

/// A call whose last argument is a list or a record.
bool endsInList(const Expr &e) {
  return e.kind == ExprKind::Call && !e.body && !e.args.empty() && !e.args.back().domain &&
         (e.args.back().value->kind == ExprKind::List || e.args.back().value->kind == ExprKind::Record);
}

/// Written without space around `..`.
bool isTight(const Expr &e) {
  return e.bracketed ||
         ((e.kind == ExprKind::Number || e.kind == ExprKind::Name || e.kind == ExprKind::Member ||
           e.kind == ExprKind::Index || e.kind == ExprKind::Call) &&
          e.unit.empty() && !e.body);
}

/// Operators that are written in one row where they hang to the left of one another.
int rowOf(const Expr &e) {
  if (e.kind == ExprKind::Pipe)
    return 1;
  if (e.kind != ExprKind::Binary)
    return 0;
  return e.text == "+" || e.text == "-"   ? 2
         : e.text == "*" || e.text == "/" ? 3
         : e.text == "and"                ? 4
         : e.text == "or"                 ? 5
                                          : 6;
}

} // namespace

/// Items between brackets: on one line, else one a line, or filled where all are short. A comment behind an
/// item stays behind it, one before it on a line of its own.
Doc Formatter::list(const char *open, const std::vector<Item> &items, const char *close, uint32_t begin,
                    bool mayFill) {
  hoistBefore(begin);
  if (items.empty())
    return std::string(open) + close;
  std::vector<Doc> inside, plain;
  bool comments = false;
  for (size_t i = 0; i < items.size(); ++i) {
    const bool first = i == 0;
    comments = comments || commentBefore(items[i].begin) || (items[i].docs && !items[i].docs->empty());
    itemComments(inside, items[i].begin, first ? begin : items[i - 1].end, first);
    if (items[i].docs)
      for (const std::string &doc : *items[i].docs)
        inside.insert(inside.end(), {comment(doc.empty() ? "///" : "/// " + doc), hard()});
    inside.push_back(items[i].make());
    if (mayFill)
      plain.push_back(inside.back());
    if (i + 1 < items.size())
      inside.push_back(",");
  }
  const uint32_t end = closingBracket(items.back().end);
  comments = comments || commentBefore(end);
  itemComments(inside, end, items.back().end, false);
  const bool braces = *open == '{' && open[1] == '\0';
  const bool spaced = braces || std::string_view(open) == "choose {";
  if (inside.back().kind == Doc::Kind::Line || inside.back().kind == Doc::Kind::Hard)
    inside.pop_back(); // the line end before the closing bracket is written below
  if (mayFill && !comments)
    return group({open, indent(step, {line(""), fill(std::move(plain))}), line(""), close});
  inside.insert(inside.begin(), line(spaced ? " " : ""));
  return group({open, indent(step, std::move(inside)), line(spaced ? " " : ""), close});
}

/// What stands between the item that ended at `previousEnd` and the next at `before`: comments, and the line
/// to it.
void Formatter::itemComments(std::vector<Doc> &inside, uint32_t before, uint32_t previousEnd, bool first) {
  bool fresh = first; // at the start of a line
  for (; commentBefore(before); ++nextComment) {
    const uint32_t at = comments[nextComment].begin;
    const bool behind = !fresh && previousEnd != 0 && lineOf(at) == lineOf(previousEnd);
    if (!fresh && !behind)
      inside.push_back(hard());
    inside.push_back(comment((behind ? "  " : "") + commentText(nextComment)));
    fresh = false;
    previousEnd = 0; // a further comment stands on a later line
  }
  if (!fresh)
    inside.push_back(line());
}

std::vector<Formatter::Item> Formatter::itemsOf(const std::vector<Argument> &all) {
  std::vector<Item> items;
  for (const Argument &a : all)
    items.push_back({a.span.begin, a.span.end, [this, &a] { return argument(a); }});
  return items;
}

std::vector<Formatter::Item> Formatter::itemsOf(const std::vector<ExprPtr> &all) {
  std::vector<Item> items;
  for (const ExprPtr &e : all)
    items.push_back({e->span.begin, e->span.end, [this, &e] { return expr(*e); }});
  return items;
}

Doc Formatter::arguments(const char *open, const std::vector<Argument> &all, const char *close,
                         uint32_t begin) {
  bool atoms = true;
  for (const Argument &a : all)
    atoms = atoms && a.label.empty() && !a.domain && isAtom(*a.value);
  // One list, record or call alone keeps its brackets beside these.
  if (all.size() == 1 && all[0].label.empty() && !all[0].domain &&
      (all[0].value->kind == ExprKind::List || all[0].value->kind == ExprKind::Record)) {
    hoistBefore(all[0].span.begin);
    Doc inner = argument(all[0]);
    hoistBefore(closingBracket(all[0].span.end));
    return concat({open, std::move(inner), close});
  }
  return list(open, itemsOf(all), close, begin, atoms);
}

Doc Formatter::argument(const Argument &a) {
  std::vector<Doc> parts;
  if (!a.label.empty())
    parts.push_back(a.label.text + ": ");
  parts.push_back(expr(*a.value));
  if (a.domain) {
    parts.push_back(" in ");
    parts.push_back(expr(*a.domain));
  }
  return concat(std::move(parts));
}

Doc Formatter::expr(const Expr &e) {
  Doc inside = bare(e);
  return e.bracketed ? concat({"(", std::move(inside), ")"}) : inside;
}

Doc Formatter::bare(const Expr &e) {
  switch (e.kind) {
  case ExprKind::Number: return number(e);
  case ExprKind::String: return std::string(sources.text(e.opSpan));
  case ExprKind::Bool:
  case ExprKind::Name: return e.text;
  case ExprKind::Tuple: return list("(", itemsOf(e.operands), ")", e.span.begin);
  case ExprKind::List: {
    Doc items = arguments("[", e.args, "]", e.span.begin);
    return e.unit.empty() ? items : concat({std::move(items), " " + e.unit});
  }
  case ExprKind::Record: return list("{", itemsOf(e.args), "}", e.span.begin);
  case ExprKind::Choose: return choose(e);
  case ExprKind::Hole:
    if (e.text == "{")
      return arguments("?{", e.args, "}", e.span.begin);
    return e.text.empty() ? Doc("?") : concat({"?" + e.text, arguments("(", e.args, ")", e.span.begin)});
  case ExprKind::Derivative: {
    Doc of = expr(*e.operands[0]);
    return concat({"d(", std::move(of), ") / d(", expr(*e.operands[1]), ")"});
  }
  case ExprKind::Member: return concat({expr(*e.operands[0]), "." + e.text});
  case ExprKind::Index: {
    Doc of = expr(*e.operands[0]);
    return concat({std::move(of), arguments("[", e.args, "]", e.operands[0]->span.end)});
  }
  case ExprKind::Call: return call(e);
  case ExprKind::Unary: return concat({e.text == "not" ? "not " : "-", expr(*e.operands[0])});
  case ExprKind::Binary:
  case ExprKind::Pipe: return chain(e);
  case ExprKind::Range: return range(e);
  case ExprKind::Compare: return compare(e);
  case ExprKind::If: return conditional(e);
  case ExprKind::Error: return std::string(sources.text(e.span));
  }
  return {};
}

/// `if` on one line, else a case a line: `if a then x`, `else if b then y`, `else z`.
Doc Formatter::conditional(const Expr &e) {
  auto taken = [&](const Expr &at) {
    Doc condition = expr(*at.operands[0]);
    Doc value = expr(*at.operands[1]);
    return loneGroup(group({"if ", std::move(condition), indent(step, {line(), "then ", std::move(value)})}));
  };
  Doc first = taken(e);
  std::vector<Doc> rest;
  const Expr *other = e.operands[2].get();
  for (; other->kind == ExprKind::If && !other->bracketed; other = other->operands[2].get())
    rest.insert(rest.end(), {line(), "else ", taken(*other)});
  rest.insert(rest.end(), {line(), "else ", expr(*other)});
  return group({std::move(first), indent(step, std::move(rest))});
}

Doc Formatter::number(const Expr &e) {
  return e.text + (e.percent ? "%" : "") + (e.unit.empty() ? "" : " " + e.unit);
}

Doc Formatter::call(const Expr &e) {
  Doc callee = expr(*e.operands[0]);
  Doc given = arguments("(", e.args, ")", e.operands[0]->span.end);
  if (!e.body)
    return concat({std::move(callee), std::move(given)});
  return concat({std::move(callee), loneGroup(std::move(given)), " of ", expr(*e.body)});
}

Doc Formatter::choose(const Expr &e) {
  std::vector<Item> arms;
  for (size_t i = 0; i + 1 < e.operands.size(); i += 2) {
    const Expr &weight = *e.operands[i], &value = *e.operands[i + 1];
    arms.push_back({weight.span.begin, value.span.end, [this, &weight, &value] {
                      Doc left = expr(weight);
                      return concat({std::move(left), ": ", expr(value)});
                    }});
  }
  return list("choose {", arms, "}", e.span.begin);
}

Doc Formatter::range(const Expr &e) {
  const bool tight = e.operands.size() == 2 && isTight(*e.operands[0]) && isTight(*e.operands[1]);
  Doc low = expr(*e.operands[0]), high = expr(*e.operands[1]);
  std::vector<Doc> parts{std::move(low), tight ? e.text : " " + e.text + " ", std::move(high)};
  if (e.operands.size() > 2)
    parts.insert(parts.end(), {" step ", expr(*e.operands[2])});
  return concat(std::move(parts));
}

/// Operators of one level that hang to the left: a + b - c, x |> f |> g. Each may start a line.
Doc Formatter::chain(const Expr &e) {
  const int row = rowOf(e);
  const Expr &left = *e.operands[0];
  if (row == 6) {
    // `2 m^2` would be a unit: a quantity keeps its distance from the caret.
    const bool quantity = !left.unit.empty() && !left.bracketed;
    Doc base = expr(left);
    return concat({std::move(base), quantity ? " ^ " : "^", expr(*e.operands[1])});
  }
  std::vector<const Expr *> links{&e};
  while (rowOf(*links.back()->operands[0]) == row && !links.back()->operands[0]->bracketed)
    links.push_back(links.back()->operands[0].get());
  Doc first = expr(*links.back()->operands[0]);
  // `x |> one_of([` keeps its line: the list is taken apart, not the row.
  if (row == 1 && links.size() == 1 && endsInList(*e.operands[1]))
    return concat({std::move(first), " |> ", expr(*e.operands[1])});
  std::vector<Doc> rest;
  for (auto link = links.rbegin(); link != links.rend(); ++link) {
    const std::string op = row == 1 ? "|>" : (*link)->text;
    rest.push_back(line());
    rest.push_back(op + " ");
    rest.push_back(expr(*(*link)->operands[1]));
  }
  return group({std::move(first), indent(step, std::move(rest))});
}

Doc Formatter::compare(const Expr &e) {
  std::vector<Doc> rest;
  Doc first = expr(*e.operands[0]);
  for (size_t i = 0; i < e.ops.size(); ++i) {
    rest.push_back(line());
    rest.push_back(e.ops[i] + " ");
    rest.push_back(expr(*e.operands[i + 1]));
  }
  return group({std::move(first), indent(step, std::move(rest))});
}

} // namespace gms::format
