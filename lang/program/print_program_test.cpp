#include "lang/program/program.h"
#include <gtest/gtest.h>

namespace gms::program {
namespace {

ExprPtr make(ExprKind kind, TypeRef type) {
  auto e = std::make_unique<Expr>();
  e->kind = kind;
  e->type = std::move(type);
  return e;
}
ExprPtr local(LocalId id, TypeRef type) {
  ExprPtr e = make(ExprKind::Local, std::move(type));
  e->local = id;
  return e;
}

/// op right(x: real[n]) = tabulate[i in 0..n] x[i + 1, border: clamp]
std::unique_ptr<Function> right() {
  const TypeRef whole = Type::scalar(Element::Int), row = Type::tensor(Element::F32, {Dim::symbol(0)});
  auto f = std::make_unique<Function>();
  f->kind = FunctionKind::Op;
  f->name = "right";
  f->locals = {{"n", whole, LocalKind::Dimension, {}},
               {"x", row, LocalKind::Parameter, {}},
               {"i", whole, LocalKind::Index, {}}};
  f->parameters.push_back({1, nullptr});
  ExprPtr one = make(ExprKind::Constant, whole), next = make(ExprKind::Primitive, whole);
  one->constant = int64_t(1);
  next->prim = Prim::Add;
  next->args.push_back(local(2, whole));
  next->args.push_back(std::move(one));
  ExprPtr read = make(ExprKind::Read, Type::scalar(Element::F32));
  read->border = Border::Clamp;
  read->args.push_back(local(1, row));
  read->args.push_back(std::move(next));
  ExprPtr low = make(ExprKind::Constant, whole), high = make(ExprKind::DimValue, whole);
  low->constant = int64_t(0);
  high->dim = Dim::symbol(0);
  f->body = make(ExprKind::Tabulate, row);
  f->body->indices.push_back({2, std::move(low), std::move(high), nullptr});
  f->body->args.push_back(std::move(read));
  f->result = row;
  return f;
}

TEST(PrintProgram, ShowsWhatIsImplicitInTheText) {
  Program program;
  program.functions.push_back(right());
  EXPECT_EQ(print(program),
            "op right(x: real[n]) -> real[n] = tabulate[i in 0..n] x[(+ i 1), border: clamp]\n");
}

TEST(PrintProgram, FindPrefersTheProgramsOwn) {
  Program program;
  program.functions.push_back(right());
  program.functions.push_back(right());
  program.functions[0]->imported = true;
  EXPECT_EQ(program.find("right"), program.functions[1].get());
  EXPECT_EQ(program.find("left"), nullptr);
}

} // namespace
} // namespace gms::program
