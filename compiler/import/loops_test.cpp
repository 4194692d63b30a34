// Solvers' repeats as core.loop.
#include "compiler/import/import.h"
#include "compiler/import/program_builder.h"
#include <gtest/gtest.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/IR/Verifier.h>

namespace gms::compiler {
namespace {
using namespace program;
using build::FunctionBuilder;

struct Imported {
  std::string text;
  Signature signature;
  Diagnostics diagnostics;
};

Imported imported(const Program &program, FunctionId entry, const ImportOptions &options = {}) {
  Imported out;
  mlir::MLIRContext context;
  auto module = import(program, entry, options, context, out.signature, out.diagnostics);
  if (!module)
    return out;
  EXPECT_TRUE(mlir::succeeded(mlir::verify(*module)));
  llvm::raw_string_ostream stream(out.text);
  module->print(stream);
  return out;
}

size_t count(const std::string &text, const std::string &word) {
  size_t found = 0;
  for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++found;
  return found;
}

/// solver relax(x: f64[n]) { v[i] = exp(x[i]); state s = x; state t = 0; repeat k in 0..count until …
/// { s[i] = 0.5 * (s[i] + v[i]); t = t + s[0, clamp]; yield energy: t, shape: s } }, and what of it is the result.
struct Relax {
  Program program;
  FunctionBuilder f{program, FunctionKind::Solver, "relax"};
  TypeRef real = Type::scalar(Element::F64), line;
  LocalId n, x, v, s, t, k, newS, newT, trace;

  Relax() {
    n = f.dimension("n");
    line = Type::tensor(Element::F64, {Dim::symbol(n)});
    x = f.parameter("x", line);
    f.function->dims.push_back({n, x, {}, 0});
    v = f.add("v", line, LocalKind::Definition);
    s = f.add("s", line, LocalKind::State);
    t = f.add("t", real, LocalKind::State);
    k = f.index("k");
    newS = f.add("s2", line, LocalKind::Definition);
    newT = f.add("t2", real, LocalKind::Definition);
  }
  ExprPtr number(double value) {
    ExprPtr e = f.make(ExprKind::Constant, real);
    e->constant = value;
    return e;
  }
  static Definition define(LocalId local, ExprPtr value) {
    Definition made;
    made.locals = {local};
    made.value = std::move(value);
    return made;
  }
  ExprPtr at(LocalId tensor, LocalId index) { return f.read(f.local(tensor), f.list(f.local(index))); }
  ExprPtr loop(ExprPtr passes, ExprPtr until) {
    const LocalId i = f.index("i"), j = f.index("j");
    TypeRef pair = Type::record("", {{"energy", real}, {"shape", line}});
    ExprPtr e = f.make(ExprKind::Loop, Type::tuple({line, real, f.integer(), Type::list(pair)}));
    e->indices.push_back({k, f.whole(0), std::move(passes), nullptr});
    e->states = {s, t};
    e->definitions.push_back(define(v, f.tabulate(line, {j}, f.prim(Prim::Exp, at(x, j)))));
    ExprPtr sum = f.prim(Prim::Add, at(s, i), at(v, i));
    e->definitions.push_back(define(newS, f.tabulate(line, {i}, f.prim(Prim::Mul, number(0.5), std::move(sum)))));
    ExprPtr first = f.read(f.local(newS), f.list(f.whole(0)), Border::Clamp);
    e->definitions.push_back(define(newT, f.prim(Prim::Add, f.local(t), std::move(first))));
    e->args = f.list(f.local(x), number(0), f.local(newS), f.local(newT), std::move(until));
    e->args.push_back(f.make(ExprKind::MakeRecord, pair, f.list(f.local(newT), f.local(newS))));
    return e;
  }
  ExprPtr never() {
    ExprPtr e = f.make(ExprKind::Constant, Type::scalar(Element::Bool));
    e->constant = false;
    return e;
  }
  /// The tuple of the end state, the energy of one pass and its shape.
  FunctionId finish(ExprPtr looped, ExprPtr pass) {
    const LocalId run = f.add("run", looped->type, LocalKind::Definition);
    auto part = [&](uint32_t position) {
      ExprPtr e = f.make(ExprKind::Item, f.function->locals[run].type->fields[position].type, f.list(f.local(run)));
      e->position = position;
      return e;
    };
    auto field = [&](uint32_t position) {
      ExprPtr list = part(3);
      TypeRef item = list->type->fields[0].type;
      ExprPtr one = f.make(ExprKind::Item, item, f.list(std::move(list), f.local(pass->local)));
      if (pass->kind == ExprKind::Constant) {
        one->args[1] = f.whole(std::get<int64_t>(pass->constant));
      }
      ExprPtr e = f.make(ExprKind::Field, item->fields[position].type, f.list(std::move(one)));
      e->position = position;
      return e;
    };
    ExprPtr result = f.tuple(f.list(part(0), field(0), field(1), part(2)));
    ExprPtr block = f.make(ExprKind::Block, result->type, f.list(std::move(result)));
    block->definitions.push_back(define(run, std::move(looped)));
    return f.finish(std::move(block));
  }
};

TEST(ImportLoops, StatesAreCarriedAndWhatIsInvariantStaysOutside) {
  Relax relax;
  const FunctionId id = relax.finish(relax.loop(relax.f.whole(5), relax.never()), relax.f.whole(4));
  Imported out = imported(relax.program, id);
  ASSERT_FALSE(out.text.empty());
  EXPECT_EQ(count(out.text, "core.loop"), 1u) << out.text;
  EXPECT_LT(out.text.find("math.exp"), out.text.find("core.loop")) << out.text;
  EXPECT_NE(out.text.find("init(%arg0, %cst : tensor<?xf64>, f64) {"), std::string::npos) << out.text;
  // One history a leaf; the pass that is asked for is a read.
  EXPECT_NE(out.text.find("} : tensor<?xf64>, f64, tensor<5xf64>, tensor<5x?xf64>"), std::string::npos) << out.text;
  EXPECT_EQ(count(out.text, "border( proven) : tensor<5xf64>"), 1u) << out.text;
  EXPECT_EQ(out.signature.outputs.size(), 4u);
}

TEST(ImportLoops, UntilIsAskedBeforeTheFirstPassToo) {
  Relax relax;
  ExprPtr end = relax.f.prim(Prim::Gt, relax.f.local(relax.t), relax.number(3));
  end->type = Type::scalar(Element::Bool);
  const FunctionId id = relax.finish(relax.loop(relax.f.whole(5), std::move(end)), relax.f.whole(0));
  Imported out = imported(relax.program, id);
  ASSERT_FALSE(out.text.empty());
  EXPECT_NE(out.text.find("until {"), std::string::npos) << out.text;
  EXPECT_NE(out.text.find("tensor<5x?xf64>, index"), std::string::npos) << out.text;
}

TEST(ImportLoops, ACountMayBeAnExtent) {
  Relax relax;
  const FunctionId id = relax.finish(relax.loop(relax.f.dim(Dim::symbol(relax.n)), relax.never()), relax.f.whole(0));
  Imported out = imported(relax.program, id);
  ASSERT_FALSE(out.text.empty());
  EXPECT_NE(out.text.find("tensor<?xf64>, tensor<?x?xf64>"), std::string::npos) << out.text;
}

TEST(ImportLoops, APassOutsideIsRefused) {
  Relax relax;
  const FunctionId id = relax.finish(relax.loop(relax.f.whole(5), relax.never()), relax.f.whole(5));
  Imported out = imported(relax.program, id);
  ASSERT_EQ(out.diagnostics.all().size(), 1u);
  EXPECT_EQ(out.diagnostics.all()[0].kind, Kind::ListIndexOutside);
}

} // namespace
} // namespace gms::compiler
