// The part of Formatter for statements, parameters and types.
#include "lang/format/format.h"
#include "lang/format/formatter.h"

namespace gms::format {

using namespace syntax;

namespace {

constexpr size_t step = 2;
constexpr size_t continuation = 4;

} // namespace

void Formatter::statements(const std::vector<StatementPtr> &list, size_t indent) {
  for (const StatementPtr &s : list)
    statement(*s, indent);
}

void Formatter::statement(const Statement &s, size_t indent) {
  commentLines(s.span.begin, indent);
  blankLineBefore(docStart(s));
  column = indent;
  Doc text = head(s);
  hoistBefore(s.block ? s.block->span.begin : s.span.end);
  for (size_t index : hoisted)
    out.append(indent, ' ').append(commentText(index)) += '\n';
  hoisted.clear();
  for (const std::string &doc : s.docs)
    out.append(indent, ' ').append(doc.empty() ? "///" : "/// " + doc) += '\n';

  Doc inside;
  const bool oneLine = s.block && onOneLine(*s.block, inside) &&
                       fitsFlat(concat({text, " { ", inside, " }"}), indent, lineWidth);
  if (oneLine)
    text = concat({std::move(text), s.block->statements.empty() ? " {" : " { ", std::move(inside),
                   s.block->statements.empty() ? "}" : " }"});
  else if (s.block)
    text = concat({std::move(text), " {"});
  out.append(indent, ' ').append(layOut(text, indent, indent, lineWidth)) += '\n';
  if (s.block && !oneLine)
    block(*s.block, indent);
  trailingComment(s.span.end);
}

void Formatter::block(const Block &b, size_t indent) {
  trailingComment(b.span.begin);
  atBlockStart = true;
  statements(b.statements, indent + step);
  commentLines(b.span.end, indent + step);
  atBlockStart = false;
  out.append(indent, ' ') += "}\n";
}

/// A block that was written on one line, without comments, docs or blocks inside, may stay there.
bool Formatter::onOneLine(const Block &b, Doc &inside) {
  if (lineOf(b.span.begin) != lineOf(b.span.end) || commentBefore(b.span.end))
    return false;
  for (const StatementPtr &s : b.statements)
    if (s->block || !s->docs.empty())
      return false;
  std::vector<Doc> parts;
  for (const StatementPtr &s : b.statements) {
    if (!parts.empty())
      parts.push_back("; ");
    parts.push_back(head(*s));
  }
  inside = concat(std::move(parts));
  return !inside.broken;
}

/// A statement without its docs and its block.
Doc Formatter::head(const Statement &s) {
  std::vector<Doc> parts;
  switch (s.kind) {
  case StatementKind::Declaration: return declarationHead(s);
  case StatementKind::Search:
    parts = {"search " + s.name.text};
    parameterLists(s, parts);
    parts.push_back(" over ");
    parts.push_back(s.over ? argument(*s.over) : Doc());
    break;
  case StatementKind::Record:
    return concat({"record " + s.name.text + " ", fields(s.fields, s.name.span.end)});
  case StatementKind::Unit:
    parts = {"unit " + s.name.text};
    if (s.value)
      parts.insert(parts.end(), {" = ", expr(*s.value)});
    break;
  case StatementKind::Param:
    parts = {"param " + s.name.text};
    if (s.type)
      parts.insert(parts.end(), {": ", type(*s.type)});
    if (s.value)
      parts.insert(parts.end(), {" = ", expr(*s.value)});
    break;
  case StatementKind::Import:
    parts = {"import "};
    for (size_t i = 0; i < s.paths.size(); ++i) {
      std::string path;
      for (const Name &part : s.paths[i].parts)
        path += (path.empty() ? "" : ".") + part.text;
      parts.insert(parts.end(), {i ? "," : "", i ? line() : Doc(), path});
    }
    return group({indent(continuation, std::move(parts))});
  case StatementKind::Definition: {
    Doc left = target(s.target);
    parts = {s.mark.empty() ? "" : s.mark + " ", std::move(left), s.draws ? " ~ " : " = "};
    parts.push_back(s.value ? expr(*s.value) : Doc());
    break;
  }
  case StatementKind::Repeat:
    parts = {"repeat ", s.over ? argument(*s.over) : Doc()};
    if (s.until)
      parts.insert(parts.end(), {" until ", expr(*s.until)});
    break;
  case StatementKind::Clauses: return clauses(s);
  case StatementKind::Error: return std::string(sources.text(s.span));
  }
  return concat(std::move(parts));
}

void Formatter::parameterLists(const Statement &s, std::vector<Doc> &parts) {
  for (size_t i = 0; i < s.parameters.size(); ++i) {
    Doc list = parameters(s.parameters[i]);
    parts.push_back(i ? " " : "");
    parts.push_back(i + 1 < s.parameters.size() ? loneGroup(std::move(list)) : std::move(list));
  }
}

Doc Formatter::declarationHead(const Statement &s) {
  std::vector<Doc> parts{s.word + " " + s.name.text};
  parameterLists(s, parts);
  if (s.bodyType)
    parts.insert(parts.end(), {" of ", type(*s.bodyType)});
  if (s.type)
    parts.insert(parts.end(), {s.word == "type" ? " = " : " -> ", type(*s.type)});
  if (!s.value)
    return concat(std::move(parts));
  Doc header = concat(std::move(parts));
  Doc value = group({" =", indent(step, {line(), expr(*s.value)})});
  // Where one line is too short, the value goes below before the parameters are taken apart.
  const bool whole = fitsFlat(concat({header, value}), column, lineWidth);
  value.broken = value.broken || (!whole && fitsFlat(concat({header, " ="}), column, lineWidth));
  return concat({std::move(header), std::move(value)});
}

/// A row of clauses goes on behind a comma only: at the start of a line, a clause word would start a new row.
Doc Formatter::clauses(const Statement &s) {
  std::vector<Doc> row;
  for (const Clause &clause : s.clauses) {
    row.push_back((row.empty() ? "" : " ") + clause.word.text + " ");
    // The first item has the clause's own indentation: what hangs below it is indented by itself.
    std::vector<Doc> items, more;
    for (const Argument &a : clause.args) {
      if (items.empty())
        items.push_back(argument(a));
      else
        more.insert(more.end(), {",", line(), argument(a)});
    }
    items.push_back(indent(continuation, std::move(more)));
    row.push_back(group(std::move(items)));
  }
  return concat(std::move(row));
}

Doc Formatter::target(const Target &t) {
  if (t.derivative)
    return expr(*t.derivative);
  if (!t.items.empty()) {
    std::vector<Item> items;
    for (const Target &item : t.items)
      items.push_back({item.span.begin, item.span.end, [this, &item] { return target(item); }});
    return list("(", items, ")", t.span.begin);
  }
  if (!t.indexed)
    return t.name.text;
  return concat({t.name.text, loneGroup(arguments("[", t.index, "]", t.name.span.end))});
}

Doc Formatter::parameter(const Parameter &p) {
  std::vector<Doc> parts{p.name.text};
  if (p.type)
    parts.insert(parts.end(), {p.binds ? " in " : ": ", type(*p.type)});
  if (p.defaultValue)
    parts.insert(parts.end(), {" = ", expr(*p.defaultValue)});
  return concat(std::move(parts));
}

Doc Formatter::parameters(const ParameterList &l) {
  std::vector<Item> items;
  for (const Parameter &p : l.parameters)
    items.push_back({p.span.begin, p.span.end, [this, &p] { return parameter(p); }});
  return list("(", items, ")", l.span.begin);
}

Doc Formatter::fields(const std::vector<Field> &all, uint32_t begin) {
  std::vector<Item> items;
  for (const Field &f : all)
    items.push_back({f.span.begin, f.span.end, [this, &f] { return parameter(f); }, &f.docs});
  return list("{", items, "}", begin);
}

Doc Formatter::type(const Type &t) {
  std::vector<Item> items;
  for (const TypePtr &item : t.items)
    items.push_back({item->span.begin, item->span.end, [this, &item] { return type(*item); }});
  switch (t.kind) {
  case TypeKind::Named:
    return t.args.empty() ? Doc(t.name.text)
                          : concat({t.name.text, arguments("[", t.args, "]", t.name.span.end)});
  case TypeKind::Record: return fields(t.fields, t.span.begin);
  case TypeKind::Tuple: return list("(", items, ")", t.span.begin);
  case TypeKind::Function: {
    Doc taken = list("(", items, ")", t.span.begin);
    return concat({std::move(taken), " -> ", type(*t.result)});
  }
  }
  return {};
}

} // namespace gms::format
