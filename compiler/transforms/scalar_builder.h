// Scalar arithmetic of `arith` and `math` in few words, for passes that write formulas.
#pragma once
#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/IR/Builders.h>

namespace gms::compiler {

/// Builds at the builder's place; f32 operations carry `flags`. Operations on constants are folded.
class ScalarBuilder {
public:
  ScalarBuilder(mlir::OpBuilder &builder, mlir::Location loc,
                mlir::arith::FastMathFlags flags = mlir::arith::FastMathFlags::none)
      : builder(builder), loc(loc), flags(mlir::arith::FastMathFlagsAttr::get(builder.getContext(), flags)) {}

  using Value = mlir::Value;
  mlir::OpBuilder &builder;
  mlir::Location loc;

  Value real(double v) {
    return make<mlir::arith::ConstantOp>(builder.getF32FloatAttr(static_cast<float>(v)));
  }
  Value real(double v, mlir::Type type) {
    return make<mlir::arith::ConstantOp>(builder.getFloatAttr(type, v));
  }
  Value index(int64_t v) { return make<mlir::arith::ConstantOp>(builder.getIndexAttr(v)); }
  Value integer(int64_t v, unsigned bits) {
    return make<mlir::arith::ConstantOp>(builder.getIntegerAttr(builder.getIntegerType(bits), v));
  }
  Value truth(bool v) { return make<mlir::arith::ConstantOp>(builder.getBoolAttr(v)); }

  Value addf(Value a, Value b) { return make<mlir::arith::AddFOp>(a, b, flags); }
  Value subf(Value a, Value b) { return make<mlir::arith::SubFOp>(a, b, flags); }
  Value mulf(Value a, Value b) { return make<mlir::arith::MulFOp>(a, b, flags); }
  Value divf(Value a, Value b) { return make<mlir::arith::DivFOp>(a, b, flags); }
  Value negf(Value a) { return make<mlir::arith::NegFOp>(a, flags); }
  Value floor(Value a) { return make<mlir::math::FloorOp>(a, flags); }
  Value roundEven(Value a) { return make<mlir::math::RoundEvenOp>(a, flags); }
  Value sqrt(Value a) { return make<mlir::math::SqrtOp>(a, flags); }
  Value absf(Value a) { return make<mlir::math::AbsFOp>(a, flags); }
  Value cmpf(mlir::arith::CmpFPredicate p, Value a, Value b) { return make<mlir::arith::CmpFOp>(p, a, b); }
  Value minf(Value a, Value b) { return select(cmpf(mlir::arith::CmpFPredicate::OLT, b, a), b, a); }
  Value maxf(Value a, Value b) { return select(cmpf(mlir::arith::CmpFPredicate::OLT, a, b), b, a); }

  Value addi(Value a, Value b) { return make<mlir::arith::AddIOp>(a, b); }
  Value subi(Value a, Value b) { return make<mlir::arith::SubIOp>(a, b); }
  Value muli(Value a, Value b) { return make<mlir::arith::MulIOp>(a, b); }
  Value mini(Value a, Value b) { return make<mlir::arith::MinSIOp>(a, b); }
  Value maxi(Value a, Value b) { return make<mlir::arith::MaxSIOp>(a, b); }
  Value remi(Value a, Value b) { return make<mlir::arith::RemSIOp>(a, b); }
  Value andi(Value a, Value b) { return make<mlir::arith::AndIOp>(a, b); }
  Value ori(Value a, Value b) { return make<mlir::arith::OrIOp>(a, b); }
  Value xori(Value a, Value b) { return make<mlir::arith::XOrIOp>(a, b); }
  Value shrui(Value a, Value b) { return make<mlir::arith::ShRUIOp>(a, b); }
  Value shli(Value a, Value b) { return make<mlir::arith::ShLIOp>(a, b); }
  Value cmpi(mlir::arith::CmpIPredicate p, Value a, Value b) { return make<mlir::arith::CmpIOp>(p, a, b); }
  Value select(Value c, Value a, Value b) { return make<mlir::arith::SelectOp>(c, a, b); }

  Value truncate(Value a, unsigned bits) {
    return make<mlir::arith::TruncIOp>(builder.getIntegerType(bits), a);
  }
  Value extendUnsigned(Value a, unsigned bits) {
    return make<mlir::arith::ExtUIOp>(builder.getIntegerType(bits), a);
  }
  Value cast(Value a, mlir::Type to) { return a.getType() == to ? a : make<mlir::arith::IndexCastOp>(to, a); }
  Value bitcast(Value a, mlir::Type to) { return make<mlir::arith::BitcastOp>(to, a); }
  Value toReal(Value index) {
    return make<mlir::arith::SIToFPOp>(builder.getF32Type(), cast(index, builder.getI32Type()));
  }
  /// Of a whole number in f32, within 32 bits.
  Value toIndex(Value whole) {
    return cast(make<mlir::arith::FPToSIOp>(builder.getI32Type(), whole), builder.getIndexType());
  }

  template <typename Op, typename... Args> Value make(Args &&...args) {
    return builder.createOrFold<Op>(loc, std::forward<Args>(args)...);
  }

private:
  mlir::arith::FastMathFlagsAttr flags;
};

} // namespace gms::compiler
