// ANTLR's parse tree becomes the tree of tree.h. Where the parser had to recover, children are missing:
// expressions become ExprKind::Error, names stay empty, statements become StatementKind::Error.
#pragma once
#include "GmsBaseVisitor.h"
#include "lang/diagnostics/diagnostics.h"
#include "lang/syntax/antlr/places.h"
#include "lang/syntax/tree.h"

namespace gms::syntax {

class TreeBuilder final : private GmsBaseVisitor {
public:
  TreeBuilder(const Places &places, Diagnostics &diagnostics) : places(places), diagnostics(diagnostics) {}
  /// Appends the statements of a program or a block.
  void statements(antlr4::ParserRuleContext *context, std::vector<StatementPtr> &out);

private:
  using Any = antlrcpp::Any;
  using P = GmsParser;

  const Places &places;
  Diagnostics &diagnostics;
  ExprPtr made; ///< what the last visit of an expression made

  // tree_builder.cpp: statements
  StatementPtr statement(P::StatementContext *context);
  void declaration(P::DeclarationContext *context, Statement &out);
  void parameterLists(const std::vector<P::ParametersContext *> &lists, Statement &out);
  void search(P::SearchContext *context, Statement &out);
  void definition(P::DefinitionContext *context, Statement &out);
  void imports(P::ImportsContext *context, Statement &out);
  void simple(antlr4::ParserRuleContext *context, Statement &out);
  Clause clause(P::ClauseContext *context);
  Target target(P::TargetContext *context);
  std::unique_ptr<Block> block(P::BlockContext *context);

  // build_types.cpp: names, parameters, fields, types, arguments
  Span span(antlr4::ParserRuleContext *context) const;
  Span span(antlr4::tree::TerminalNode *node) const;
  std::string text(antlr4::tree::TerminalNode *node) const;
  std::string docText(antlr4::tree::TerminalNode *node) const;
  Name name(P::NameContext *context) const;
  void parameter(P::ParameterContext *context, Parameter &out);
  ParameterList parameters(P::ParametersContext *context);
  std::vector<Field> fields(P::FieldsContext *context);
  TypePtr type(P::TypeContext *context);
  Argument argument(P::ArgumentContext *context);
  std::vector<Argument> arguments(P::ArgumentsContext *context);
  TypePtr plainType(P::PlainTypeContext *context);

  // build_expressions.cpp: operators
  ExprPtr expr(P::ExprContext *context);
  ExprPtr sum(P::SumContext *context);
  ExprPtr term(P::TermContext *context);
  ExprPtr product(P::ProductContext *context);
  ExprPtr visited(antlr4::ParserRuleContext *context);
  ExprPtr make(ExprKind kind, antlr4::ParserRuleContext *context) const;
  Any binary(ExprKind kind, antlr4::ParserRuleContext *context, ExprPtr left, ExprPtr right);
  void giveBody(ExprPtr &call, ExprPtr body, Span of);
  Any visitChildren(antlr4::tree::ParseTree *) override {
    return {};
  } ///< a context that broke off makes nothing
  Any visitConditional(P::ConditionalContext *context) override;
  Any visitPlain(P::PlainContext *context) override;
  Any visitSingle(P::SingleContext *context) override;
  Any visitAdditive(P::AdditiveContext *context) override;
  Any visitRange(P::RangeContext *context) override;
  Any visitStepped(P::SteppedContext *context) override;
  Any visitPipe(P::PipeContext *context) override;
  Any visitComparison(P::ComparisonContext *context) override;
  Any visitNegation(P::NegationContext *context) override;
  Any visitConjunction(P::ConjunctionContext *context) override;
  Any visitDisjunction(P::DisjunctionContext *context) override;
  Any visitAtom(P::AtomContext *context) override;
  Any visitMember(P::MemberContext *context) override;
  Any visitIndexed(P::IndexedContext *context) override;
  Any visitCalled(P::CalledContext *context) override;
  Any visitPower(P::PowerContext *context) override;
  Any visitMinus(P::MinusContext *context) override;
  Any visitMultiplicative(P::MultiplicativeContext *context) override;

  // build_primaries.cpp: what has no operator
  ExprPtr derivative(P::DerivativeContext *context);
  std::string unescaped(antlr4::tree::TerminalNode *node);
  size_t escape(std::string_view text, size_t at, uint32_t begin, std::string &out);
  Any visitNumeral(P::NumeralContext *context) override;
  Any visitString(P::StringContext *context) override;
  Any visitBoolean(P::BooleanContext *context) override;
  Any visitDifferential(P::DifferentialContext *context) override;
  Any visitReference(P::ReferenceContext *context) override;
  Any visitTuple(P::TupleContext *context) override;
  Any visitList(P::ListContext *context) override;
  Any visitRecordValue(P::RecordValueContext *context) override;
  Any visitChoice(P::ChoiceContext *context) override;
  Any visitHole(P::HoleContext *context) override;
};

} // namespace gms::syntax
