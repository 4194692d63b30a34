#include "lang/syntax/antlr/tree_builder.h"

namespace gms::syntax {

using antlr4::ParserRuleContext;

void TreeBuilder::statements(ParserRuleContext *context, std::vector<StatementPtr> &out) {
  for (auto *child : context->children)
    if (auto *found = dynamic_cast<P::StatementContext *>(child))
      out.push_back(statement(found));
}

StatementPtr TreeBuilder::statement(P::StatementContext *context) {
  auto out = std::make_unique<Statement>();
  out->span = span(context);
  for (auto *child : context->children) {
    if (auto *doc = dynamic_cast<antlr4::tree::TerminalNode *>(child)) {
      if (doc->getSymbol()->getType() == P::DOC)
        out->docs.push_back(docText(doc));
      continue;
    }
    auto *inner = dynamic_cast<ParserRuleContext *>(child);
    if (!inner)
      continue;
    out->span = span(inner); // a statement's place is where it starts, not where its docs do
    switch (inner->getRuleIndex()) {
    case P::RuleDeclaration: declaration(static_cast<P::DeclarationContext *>(inner), *out); break;
    case P::RuleSearch: search(static_cast<P::SearchContext *>(inner), *out); break;
    case P::RuleDefinition: definition(static_cast<P::DefinitionContext *>(inner), *out); break;
    case P::RuleImports: imports(static_cast<P::ImportsContext *>(inner), *out); break;
    case P::RuleClauses:
      out->kind = StatementKind::Clauses;
      for (auto *found : static_cast<P::ClausesContext *>(inner)->clause())
        out->clauses.push_back(clause(found));
      break;
    default: simple(inner, *out);
    }
  }
  return out;
}

void TreeBuilder::declaration(P::DeclarationContext *context, Statement &out) {
  out.kind = StatementKind::Declaration;
  if (context->kind() && context->kind()->getStart())
    out.word = places.text(*context->kind()->getStart());
  out.name = name(context->name());
  parameterLists(context->parameters(), out);
  if (context->OF() && context->plainType())
    out.bodyType = plainType(context->plainType());
  if (context->ARROW() && context->type())
    out.type = type(context->type());
  if (context->block())
    out.block = block(context->block());
  if (context->ASSIGN())
    out.value = expr(context->expr());
}

void TreeBuilder::parameterLists(const std::vector<P::ParametersContext *> &lists, Statement &out) {
  for (auto *list : lists)
    out.parameters.push_back(parameters(list));
  if (!lists.empty() && out.name.text == "d")
    diagnostics.error(Kind::ReservedDerivative, out.name.span).fix = "choose another name";
}

void TreeBuilder::search(P::SearchContext *context, Statement &out) {
  out.kind = StatementKind::Search;
  out.name = name(context->name());
  parameterLists(context->parameters(), out);
  if (context->argument())
    out.over = std::make_unique<Argument>(argument(context->argument()));
  if (context->block())
    out.block = block(context->block());
}

void TreeBuilder::definition(P::DefinitionContext *context, Statement &out) {
  out.kind = StatementKind::Definition;
  if (context->mark() && context->mark()->getStart())
    out.mark = places.text(*context->mark()->getStart());
  if (context->target())
    out.target = target(context->target());
  out.draws = context->DRAW() != nullptr;
  out.value = expr(context->expr());
}

void TreeBuilder::imports(P::ImportsContext *context, Statement &out) {
  out.kind = StatementKind::Import;
  for (auto *found : context->path()) {
    Path path;
    path.span = span(found);
    for (auto *part : found->name())
      path.parts.push_back(name(part));
    out.paths.push_back(std::move(path));
  }
}

void TreeBuilder::simple(ParserRuleContext *context, Statement &out) {
  switch (context->getRuleIndex()) {
  case P::RuleRecord: {
    auto *record = static_cast<P::RecordContext *>(context);
    out.kind = StatementKind::Record;
    out.name = name(record->name());
    out.fields = fields(record->fields());
    break;
  }
  case P::RuleUnit: {
    auto *unit = static_cast<P::UnitContext *>(context);
    out.kind = StatementKind::Unit;
    out.name = name(unit->name());
    if (unit->ASSIGN())
      out.value = expr(unit->expr());
    break;
  }
  case P::RuleAlias: {
    auto *alias = static_cast<P::AliasContext *>(context);
    out.kind = StatementKind::Declaration;
    out.word = "type";
    out.name = name(alias->name());
    out.type = type(alias->type());
    break;
  }
  case P::RuleParam: {
    auto *param = static_cast<P::ParamContext *>(context);
    out.kind = StatementKind::Param;
    out.name = name(param->name());
    if (param->type())
      out.type = type(param->type());
    if (param->ASSIGN())
      out.value = expr(param->expr());
    break;
  }
  case P::RuleRepeat: {
    auto *repeat = static_cast<P::RepeatContext *>(context);
    out.kind = StatementKind::Repeat;
    if (repeat->argument())
      out.over = std::make_unique<Argument>(argument(repeat->argument()));
    if (repeat->UNTIL())
      out.until = expr(repeat->expr());
    if (repeat->block())
      out.block = block(repeat->block());
    break;
  }
  default: break;
  }
}

Clause TreeBuilder::clause(P::ClauseContext *context) {
  Clause out;
  out.span = span(context);
  if (auto *word = context->clauseWord(); word && word->getStart()) {
    out.word.span = span(word);
    out.word.text = word->SUBJECT() ? "subject to" : std::string(places.text(*word->getStart()));
  }
  out.args = arguments(context->arguments());
  return out;
}

Target TreeBuilder::target(P::TargetContext *context) {
  Target out;
  out.span = span(context);
  out.name = name(context->name());
  if (auto *index = context->index()) {
    out.indexed = true;
    out.index = arguments(index->arguments());
  }
  for (auto *item : context->target())
    out.items.push_back(target(item));
  if (context->derivative())
    out.derivative = derivative(context->derivative());
  return out;
}

std::unique_ptr<Block> TreeBuilder::block(P::BlockContext *context) {
  auto out = std::make_unique<Block>();
  out->span = span(context);
  statements(context, out->statements);
  return out;
}

} // namespace gms::syntax
