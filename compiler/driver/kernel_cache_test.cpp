#include "compiler/driver/kernel_cache.h"
#include "compiler/driver/kernel_key.h"
#include "compiler/import/program_builder.h"
#include <gtest/gtest.h>

namespace gms::compiler {
namespace {
using namespace program;
using namespace build;

FunctionId scaled(Program &program, double factor) {
  FunctionBuilder f(program, FunctionKind::Op, "scaled");
  const LocalId x = f.parameter("x", Type::scalar(Element::F32));
  return f.finish(f.prim(Prim::Mul, f.local(x), f.real(factor)));
}

TEST(KernelKey, DependsOnWhatIsComputed) {
  Program a, b, c;
  CompileRequest first{&a, scaled(a, 2), "k"}, same{&b, scaled(b, 2), "k"}, other{&c, scaled(c, 3), "k"};
  EXPECT_EQ(kernelKey(first), kernelKey(same));
  EXPECT_NE(kernelKey(first), kernelKey(other));
  same.known["x"] = 1.0;
  EXPECT_NE(kernelKey(first), kernelKey(same));
}

TEST(KernelKey, PlacesInTheSourceDoNotCount) {
  Program a, b;
  CompileRequest first{&a, scaled(a, 2), "k"}, moved{&b, scaled(b, 2), "k"};
  b.functions.back()->body->span = {1, 10, 20};
  EXPECT_EQ(kernelKey(first), kernelKey(moved));
}

TEST(KernelCache, DescriptionsComeBack) {
  Program program;
  FunctionBuilder f(program, FunctionKind::Op, "pair");
  const TypeRef real = Type::scalar(Element::F32);
  const LocalId s =
      f.parameter("s", Type::record("sample", {{"a", real}, {"b", Type::scalar(Element::Int)}}));
  const FunctionId id = f.finish(f.local(s));
  Signature signature;
  signature.name = "pair";
  signature.inputs = {{"s.a", real, 0, {0}, {}}, {"s.b", nullptr, 0, {1}, {}}};
  signature.inputs.push_back(
      {"literal.2", Type::tensor(Element::F32, {Dim(1), Dim(2)}), static_cast<size_t>(-1), {}, {0.5, 1}});
  signature.outputs = {{"a", real, 0, {0}, {}}};
  signature.draws = {{"pair/turn", "uniform", Element::F32}};
  signature.usesDraws = true;
  const Signature back = readDescription(describe(signature), program.function(id));
  ASSERT_EQ(back.inputs.size(), 3u);
  EXPECT_EQ(back.inputs[2].literal, (std::vector<double>{0.5, 1}));
  EXPECT_EQ(back.inputs[2].type->dims[1].asConstant(), 2);
  EXPECT_EQ(back.inputs[1].path, "s.b");
  EXPECT_EQ(back.inputs[1].type->element, Element::Int);
  ASSERT_EQ(back.draws.size(), 1u);
  EXPECT_EQ(back.draws[0].place, "pair/turn");
  EXPECT_TRUE(back.usesDraws);
}

TEST(KernelCache, DamagedFilesAreMisses) {
  Program program;
  CompileRequest request{&program, scaled(program, 2), "k"};
  EXPECT_FALSE(KernelCache("/nowhere").open("key", request));
  EXPECT_FALSE(KernelCache("").open("key", request));
  EXPECT_THROW(readDescription("{\"name\": 3", program.function(request.entry)), std::exception);
}

} // namespace
} // namespace gms::compiler
