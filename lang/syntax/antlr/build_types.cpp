// The part of TreeBuilder for names, parameters, fields, types and arguments.
#include "lang/syntax/antlr/tree_builder.h"

namespace gms::syntax {

using antlr4::ParserRuleContext;
using antlr4::tree::TerminalNode;

namespace {

/// A token that the parser made up has no place in the text.
bool isReal(const antlr4::Token *token) { return token && token->getTokenIndex() != INVALID_INDEX; }

} // namespace

Span TreeBuilder::span(ParserRuleContext *context) const {
  const antlr4::Token *first = context->getStart(), *last = context->getStop();
  if (!first)
    return {};
  const Span begin = places.of(*first);
  if (!isReal(last) || last->getTokenIndex() < first->getTokenIndex())
    return {begin.file, begin.begin, begin.begin};
  return {begin.file, begin.begin, places.of(*last).end};
}

Span TreeBuilder::span(TerminalNode *node) const { return places.of(*node->getSymbol()); }

std::string TreeBuilder::text(TerminalNode *node) const {
  return node && isReal(node->getSymbol()) ? std::string(places.text(*node->getSymbol())) : "";
}

std::string TreeBuilder::docText(TerminalNode *node) const {
  std::string_view line = places.text(*node->getSymbol());
  line.remove_prefix(std::min<size_t>(line.size(), 3));
  if (!line.empty() && line[0] == ' ')
    line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t'))
    line.remove_suffix(1);
  return std::string(line);
}

Name TreeBuilder::name(P::NameContext *context) const {
  // `children` is empty where the parser broke off before the name.
  if (!context || context->exception || context->children.empty() || !isReal(context->getStart()))
    return {};
  return {std::string(places.text(*context->getStart())), places.of(*context->getStart())};
}

void TreeBuilder::parameter(P::ParameterContext *context, Parameter &out) {
  out.span = span(context);
  out.name = name(context->name());
  out.binds = context->IN() != nullptr;
  if (context->type())
    out.type = type(context->type());
  if (context->ASSIGN())
    out.defaultValue = expr(context->expr());
}

ParameterList TreeBuilder::parameters(P::ParametersContext *context) {
  ParameterList out;
  out.span = span(context);
  for (auto *found : context->parameter())
    parameter(found, out.parameters.emplace_back());
  return out;
}

std::vector<Field> TreeBuilder::fields(P::FieldsContext *context) {
  std::vector<Field> out;
  std::vector<std::string> docs;
  if (!context)
    return out;
  for (auto *child : context->children) {
    if (auto *doc = dynamic_cast<TerminalNode *>(child); doc && doc->getSymbol()->getType() == P::DOC)
      docs.push_back(docText(doc));
    if (auto *found = dynamic_cast<P::ParameterContext *>(child)) {
      parameter(found, out.emplace_back());
      out.back().docs = std::move(docs);
      docs.clear();
    }
  }
  return out;
}

TypePtr TreeBuilder::type(P::TypeContext *context) {
  if (context && context->plainType())
    return plainType(context->plainType());
  auto out = std::make_unique<Type>();
  if (!context)
    return out;
  out->kind = context->ARROW() ? TypeKind::Function : TypeKind::Tuple;
  out->span = span(context);
  bool result = false;
  for (auto *child : context->children) {
    auto *mark = dynamic_cast<TerminalNode *>(child);
    result = result || (mark && mark->getSymbol()->getType() == P::ARROW);
    if (auto *found = dynamic_cast<P::TypeContext *>(child)) {
      if (result)
        out->result = type(found);
      else
        out->items.push_back(type(found));
    }
  }
  if (out->kind == TypeKind::Tuple && out->items.size() == 1) // brackets that only group
    return std::move(out->items[0]);
  if (out->kind == TypeKind::Function && !out->result)
    out->result = std::make_unique<Type>();
  return out;
}

TypePtr TreeBuilder::plainType(P::PlainTypeContext *context) {
  auto out = std::make_unique<Type>();
  out->span = span(context);
  if (context->LBRACE()) {
    out->kind = TypeKind::Record;
    out->fields = fields(context->fields());
    return out;
  }
  out->name = name(context->name());
  if (context->index())
    out->args = arguments(context->index()->arguments());
  return out;
}

Argument TreeBuilder::argument(P::ArgumentContext *context) {
  Argument out;
  out.span = span(context);
  out.label = name(context->name());
  out.value = expr(context->expr(0));
  if (context->IN())
    out.domain = expr(context->expr(1));
  return out;
}

std::vector<Argument> TreeBuilder::arguments(P::ArgumentsContext *context) {
  std::vector<Argument> out;
  if (!context)
    return out;
  for (auto *child : context->children)
    if (auto *found = dynamic_cast<P::ArgumentContext *>(child))
      out.push_back(argument(found));
  return out;
}

} // namespace gms::syntax
