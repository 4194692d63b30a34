// The part of TreeBuilder for operators. Left chains are as deep as they are long; Layout bounds both before
// the parse.
#include "lang/syntax/antlr/tree_builder.h"

namespace gms::syntax {

using antlr4::ParserRuleContext;

ExprPtr TreeBuilder::make(ExprKind kind, ParserRuleContext *context) const {
  auto out = std::make_unique<Expr>();
  out->kind = kind;
  if (context)
    out->span = span(context);
  return out;
}

ExprPtr TreeBuilder::visited(ParserRuleContext *context) {
  made = nullptr;
  if (context)
    context->accept(this);
  return made ? std::move(made) : make(ExprKind::Error, context);
}

ExprPtr TreeBuilder::expr(P::ExprContext *context) { return visited(context); }
ExprPtr TreeBuilder::sum(P::SumContext *context) { return visited(context); }
ExprPtr TreeBuilder::term(P::TermContext *context) { return visited(context); }

TreeBuilder::Any TreeBuilder::binary(ExprKind kind, ParserRuleContext *context, ExprPtr left, ExprPtr right) {
  auto out = make(kind, context);
  for (auto *child : context->children)
    if (auto *mark = dynamic_cast<antlr4::tree::TerminalNode *>(child)) {
      out->opSpan = span(mark);
      out->text = text(mark);
    }
  out->operands.push_back(std::move(left));
  out->operands.push_back(std::move(right));
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitConditional(P::ConditionalContext *context) {
  auto out = make(ExprKind::If, context);
  for (size_t i = 0; i < 3; ++i)
    out->operands.push_back(expr(context->expr(i)));
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitPlain(P::PlainContext *context) {
  made = sum(context->sum());
  return {};
}

TreeBuilder::Any TreeBuilder::visitSingle(P::SingleContext *context) {
  made = product(context->product());
  return {};
}

TreeBuilder::Any TreeBuilder::visitAdditive(P::AdditiveContext *context) {
  auto left = sum(context->sum(0)), right = sum(context->sum(1));
  return binary(ExprKind::Binary, context, std::move(left), std::move(right));
}

TreeBuilder::Any TreeBuilder::visitRange(P::RangeContext *context) {
  auto left = sum(context->sum(0)), right = sum(context->sum(1));
  return binary(ExprKind::Range, context, std::move(left), std::move(right));
}

TreeBuilder::Any TreeBuilder::visitStepped(P::SteppedContext *context) {
  auto range = sum(context->sum(0)), step = sum(context->sum(1));
  if (range->kind == ExprKind::Range && !range->bracketed && range->operands.size() == 2) {
    range->span = range->span.to(span(context));
    range->operands.push_back(std::move(step));
  } else if (range->kind != ExprKind::Error) {
    diagnostics
        .error(Kind::ExpectedSyntax, range->span,
               {"a range before `step`", "`" + std::string(places.text(range->span)) + "`"})
        .fix = "low ..= high step width";
    range = make(ExprKind::Error, context);
  }
  made = std::move(range);
  return {};
}

TreeBuilder::Any TreeBuilder::visitPipe(P::PipeContext *context) {
  auto left = sum(context->sum(0)), right = sum(context->sum(1));
  return binary(ExprKind::Pipe, context, std::move(left), std::move(right));
}

/// `a > b > c` is one chain.
TreeBuilder::Any TreeBuilder::visitComparison(P::ComparisonContext *context) {
  auto left = sum(context->sum(0)), right = sum(context->sum(1));
  std::string op;
  Span place;
  for (auto *child : context->children)
    if (auto *mark = dynamic_cast<antlr4::tree::TerminalNode *>(child)) {
      op = text(mark);
      place = span(mark);
    }
  if (left->kind != ExprKind::Compare || left->bracketed) {
    auto chain = make(ExprKind::Compare, context);
    chain->opSpan = place;
    chain->operands.push_back(std::move(left));
    left = std::move(chain);
  }
  left->span = left->span.to(span(context));
  left->ops.push_back(std::move(op));
  left->operands.push_back(std::move(right));
  made = std::move(left);
  return {};
}

TreeBuilder::Any TreeBuilder::visitNegation(P::NegationContext *context) {
  auto out = make(ExprKind::Unary, context);
  out->text = "not";
  out->opSpan = span(context->NOT());
  out->operands.push_back(sum(context->sum()));
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitConjunction(P::ConjunctionContext *context) {
  auto left = sum(context->sum(0)), right = sum(context->sum(1));
  return binary(ExprKind::Binary, context, std::move(left), std::move(right));
}

TreeBuilder::Any TreeBuilder::visitDisjunction(P::DisjunctionContext *context) {
  auto left = sum(context->sum(0)), right = sum(context->sum(1));
  return binary(ExprKind::Binary, context, std::move(left), std::move(right));
}

ExprPtr TreeBuilder::product(P::ProductContext *context) {
  if (!context)
    return make(ExprKind::Error, nullptr);
  auto out = term(context->term());
  if (context->OF())
    giveBody(out, product(context->product()), span(context->OF()));
  return out;
}

/// The body belongs to the call that stands last before `of`: in `2 * sum(i) of b` it moves down to the sum.
void TreeBuilder::giveBody(ExprPtr &holder, ExprPtr body, Span of) {
  const Span whole = holder->span.to(body->span);
  Expr *at = holder.get();
  while (!at->bracketed && (at->kind == ExprKind::Binary || at->kind == ExprKind::Unary)) {
    at->span = at->span.to(body->span);
    at = at->operands.back().get();
  }
  if (at->kind == ExprKind::Call && !at->bracketed) {
    at->span = at->span.to(body->span);
    at->body = std::move(body);
    return;
  }
  if (at->kind != ExprKind::Error) {
    Diagnostic &message =
        diagnostics.error(Kind::BodyWithoutCall, of, {"`" + std::string(places.text(at->span)) + "`"});
    message.notes.push_back({at->span, "this stands before `of`"});
    message.fix = "sum(i) of a[i]";
  }
  holder = std::make_unique<Expr>();
  holder->span = whole;
}

TreeBuilder::Any TreeBuilder::visitAtom(P::AtomContext *context) {
  made = visited(context->primary());
  return {};
}

TreeBuilder::Any TreeBuilder::visitMember(P::MemberContext *context) {
  auto out = make(ExprKind::Member, context);
  out->operands.push_back(term(context->term()));
  const Name field = name(context->name());
  out->text = field.text;
  out->opSpan = field.span;
  if (field.empty())
    out->kind = ExprKind::Error;
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitIndexed(P::IndexedContext *context) {
  auto out = make(ExprKind::Index, context);
  out->operands.push_back(term(context->term()));
  if (context->index())
    out->args = arguments(context->index()->arguments());
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitCalled(P::CalledContext *context) {
  auto out = make(ExprKind::Call, context);
  out->operands.push_back(term(context->term()));
  // `d (x)`, with a space, passes the lexer; written without it would be a derivative.
  if (const Expr &callee = *out->operands[0];
      callee.text == "d" && !callee.bracketed &&
      (callee.kind == ExprKind::Name || callee.kind == ExprKind::Member))
    diagnostics.error(Kind::ReservedDerivative, callee.span).fix = "choose another name";
  if (context->call())
    out->args = arguments(context->call()->arguments());
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitPower(P::PowerContext *context) {
  auto left = term(context->term(0)), right = term(context->term(1));
  return binary(ExprKind::Binary, context, std::move(left), std::move(right));
}

TreeBuilder::Any TreeBuilder::visitMinus(P::MinusContext *context) {
  auto out = make(ExprKind::Unary, context);
  out->text = "-";
  out->opSpan = span(context->MINUS());
  out->operands.push_back(term(context->term()));
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitMultiplicative(P::MultiplicativeContext *context) {
  auto left = term(context->term(0)), right = term(context->term(1));
  return binary(ExprKind::Binary, context, std::move(left), std::move(right));
}

} // namespace gms::syntax
